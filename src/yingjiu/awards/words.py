"""An award in words, all from the same tree: for the reviewer, the decision, and the citizen."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from yingjiu.awards.compute import Award
from yingjiu.awards.interval import INFINITE, Interval, plain
from yingjiu.awards.trace import TraceStep
from yingjiu.awards.unknowns import effects
from yingjiu.language import _, catalogue_text, current_language

__all__ = ["ReviewRow", "citizen_sentence", "decision_paragraph", "money", "review_table", "unit_label"]


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One line of the reviewer's table.

    Attributes:
        number: from 1, in the order of computing.
        says: what the step computes.
        formula: its arithmetic.
        value: its value with its unit.
        inputs: facts and parameters with where they come from.
        basis: rules and articles.
        cited: the same as a document cites them.
        note: what else must be known.
    """

    number: int
    says: str
    formula: str
    value: str
    inputs: str
    basis: str
    cited: str
    note: str


def unit_label(unit: str) -> str:
    """What a unit is called."""
    return {
        "yuan": _("yuan"),
        "yuan/month": _("yuan a month"),
        "yuan/year": _("yuan a year"),
        "months": _("months"),
    }.get(unit, "")


def money(value: Interval) -> str:
    """An amount or a range, in yuan, for people."""
    if value.exact:
        return _("{amount} yuan").format(amount=_number(value.low))
    return _("{low} to {high} yuan").format(low=_number(value.low), high=_number(value.high))


def _number(value: Decimal) -> str:
    if value == INFINITE:
        return _("no limit")
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def review_table(award: Award) -> tuple[ReviewRow, ...]:
    """Every step of an award, for the reviewer.

    Args:
        award: the award.

    Returns:
        One row for each step, then the band, the urgent relief and what is left to pay.
    """
    more = [award.band_low, award.band_high, award.to_pay]
    if award.first_relief is not None:
        more.insert(2, award.first_relief)
    return tuple(_row(number, step) for number, step in enumerate([*award.steps, *more], 1))


def _row(number: int, step: TraceStep) -> ReviewRow:
    inputs = _("; ").join(
        f"{told.says} {told.value}" + (f" ({told.source})" if told.source else "") for told in step.inputs
    )
    return ReviewRow(
        number,
        step.says,
        step.formula,
        _told(step),
        inputs,
        _("; ").join(map(str, step.basis)),
        _("; ").join(basis.cited for basis in step.basis),
        step.note or "",
    )


def _range(value: Interval) -> str:
    return _number(value.low) if value.exact else f"{_number(value.low)} … {_number(value.high)}"


def _told(step: TraceStep) -> str:
    value = _range(step.value)
    return _("{value} {unit}").format(value=value, unit=unit_label(step.unit)) if step.unit else value


def _factors(award: Award) -> tuple[TraceStep, ...]:
    """The steps that are multiplied to the amount, without those that change nothing."""
    top = next(step for step in award.steps if step.id == award.standard.amount)
    return tuple(step for step in top.children if step.value != Interval.of(1))


def _bases(award: Award) -> str:
    """The rules of the steps that changed something, each once: what another names in full is that one."""
    neutral = {Interval.of(0), Interval.of(1)}
    cited = dict.fromkeys(
        basis.cited for step in award.steps if step.value not in neutral for basis in step.basis
    )
    return _(", ").join(each for each in cited if not any(each != other and each in other for other in cited))


def decision_paragraph(award: Award, *, decided: bool = False) -> str:
    """The paragraph about the amount, for the opinion or for the decision.

    Args:
        award: the award.
        decided: whether it stands in the decision, where the amount is computed and no longer recommended.

    Returns:
        One paragraph; every number in it is a step of the trace.
    """
    found = next(iter(award.parameters.values()), None)
    by = _("The amount was computed by {title} ({basis}).") if decided else _("By {title} ({basis}).")
    parts = [by.format(title=catalogue_text(award.standard.title), basis=_bases(award))]
    if found is not None:
        parts.append(
            _("The {title} of {year} was {value} yuan.").format(
                title=found.title, year=found.year, value=_number(found.value)
            )
        )
    factors = _("; ").join(f"{step.says} {_told(step)}" for step in _factors(award))
    top = next(step for step in award.steps if step.id == award.standard.amount)
    parts.append(_("{factors}; multiplied, {value}.").format(factors=factors, value=money(top.value)))
    for cap in award.root.children[1:]:
        limit = _("not computable") if cap.value.low == INFINITE else money(cap.value)
        parts.append(cap.note or _("{cap}: {limit}.").format(cap=cap.says, limit=limit))
    ends = (
        _("Rounded down to {round} yuan, the amount computed is {amount} (discretion: {band}).")
        if decided
        else _("Rounded down to {round} yuan, {amount} is recommended (discretion: {band}).")
    )
    parts.append(
        ends.format(round=plain(award.standard.round_to), amount=money(award.amount), band=money(award.band))
    )
    if award.joint:
        parts.append(_("The levels pay {parts} yuan.").format(parts=_(", ").join(map(_number, award.joint))))
    return ("" if current_language() == "zh" else " ").join(parts)


def citizen_sentence(award: Award) -> str:
    """One plain sentence for the applicant.

    Args:
        award: the award.

    Returns:
        The amount and the reasons that moved it, or what document would tell it.
    """
    if not award.amount.exact:
        documents = _(", ").join(dict.fromkeys(effect.document for effect in effects(award)))
        return _(
            "From what is known today the relief would be {range}; these would make it exact: {documents}."
        ).format(range=money(award.amount), documents=documents or _("the judgment"))
    base, *factors = _factors(award) or (award.root,)
    reasons = _("; ").join(f"{step.says} × {plain(step.value.low)}" for step in factors)
    sentence = _("The recommended relief is {amount}: {base} {value}").format(
        amount=money(award.amount), base=base.says, value=money(base.value)
    )
    if reasons:
        sentence += _("; {reasons}").format(reasons=reasons)
    cut = [cap.says for cap in award.root.children[1:] if cap.value.low <= award.root.children[0].value.low]
    if cut:
        sentence += _("; limited by: {caps}").format(caps=_(", ").join(cut))
    return sentence + _(".")
