"""From a case and a standard to an award: the amount is the value at the root of its trace."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from yingjiu.awards.errors import DiscretionError
from yingjiu.awards.facts import AwardCase, Fact
from yingjiu.awards.interval import ZERO, Interval, plain
from yingjiu.awards.parameters import Found, ParameterBook
from yingjiu.awards.resolve import resolve
from yingjiu.awards.scope import Outcome, Scope
from yingjiu.awards.standard import Cap, Standard, StepDeclaration
from yingjiu.awards.trace import Basis, TraceInput, TraceStep, round_down, walk
from yingjiu.errors import Fault
from yingjiu.language import _, catalogue_text

__all__ = ["Award", "check_decision", "compute", "compute_with", "unrounded"]

AMOUNT: Final = "amount"


@dataclass(frozen=True, slots=True)
class Award:
    """An amount, which is its own explanation.

    Attributes:
        case: what it was asked for.
        standard: the standard.
        root: the last step: its value is the recommended amount in yuan, a range when something is unknown.
        band_low: step with the lower end of the band.
        band_high: step with the upper end.
        first_relief: step with the urgent relief that may be paid first, if the case needs it.
        to_pay: step with what is still to be paid after urgent relief.
        overpaid: step with what was paid first beyond the amount, to be recovered or explained.
        joint: what each level pays, the deciding office first; empty for one level or a range.
        warnings: what must be said beside the amount.
    """

    case: AwardCase
    standard: Standard
    root: TraceStep
    band_low: TraceStep
    band_high: TraceStep
    to_pay: TraceStep
    overpaid: TraceStep
    first_relief: TraceStep | None = None
    joint: tuple[Decimal, ...] = ()
    warnings: tuple[str, ...] = ()
    parameters: Mapping[str, Found] = field(default_factory=dict)

    @property
    def amount(self) -> Interval:
        """The recommended amount, in yuan."""
        return self.root.value

    @property
    def band(self) -> Interval:
        """From the least to the most that needs no reason."""
        return Interval(self.band_low.value.low, self.band_high.value.high)

    @property
    def steps(self) -> tuple[TraceStep, ...]:
        """Every step of the amount once, those that others use first."""
        return tuple(walk(self.root))

    def step(self, name: str) -> TraceStep:
        """A step by its identifier."""
        return next(step for step in self.steps if step.id == name)

    @property
    def unknown(self) -> tuple[Fact, ...]:
        """The unknown facts that knowing could narrow the amount."""
        names = {told.name for step in _ranges(self.root) for told in step.inputs if told.state == "unknown"}
        return tuple(fact for fact in self.case.unknown() if fact.name in names)


def _ranges(root: TraceStep) -> Iterator[TraceStep]:
    """The steps whose ranges reach the root; a cap above all that it could cut does not."""
    if root.value.exact:
        return
    recommended, *caps = root.children
    cutting = [cap for cap in caps if cap.value.low < recommended.value.high]
    seen: set[str] = set()
    waiting = [recommended, *cutting]
    while waiting:
        step = waiting.pop()
        if step.id not in seen and not step.value.exact:
            seen.add(step.id)
            yield step
            waiting += step.children


def compute(case: AwardCase, standard: Standard, book: ParameterBook) -> Award:
    """Compute an award.

    Args:
        case: the facts; unknown ones make the amount a range.
        standard: a checked standard.
        book: the parameters.

    Returns:
        The award with its trace.

    Raises:
        NoAmountError: ``AWD-401`` a value that the standard needs is missing.
    """
    parameters, warnings = resolve(standard, case, book)
    return compute_with(case, standard, parameters, warnings)


def unrounded(case: AwardCase, standard: Standard, parameters: Mapping[str, Found]) -> dict[str, TraceStep]:
    """Every step of a standard before caps and rounding."""
    scope = Scope(case, parameters)
    for declared in standard.steps:
        scope.steps[declared.id] = _step(declared, scope)
    return scope.steps


def compute_with(
    case: AwardCase, standard: Standard, parameters: Mapping[str, Found], warnings: list[str]
) -> Award:
    """Compute with the values that :func:`yingjiu.awards.resolve.resolve` found."""
    scope = Scope(case, parameters, unrounded(case, standard, parameters))
    caps = [_cap(cap, scope) for cap in standard.caps]
    recommended = scope.steps[standard.amount]
    root = _rounded(AMOUNT, _("recommended amount"), recommended, caps, standard)
    band_low, band_high = _band(recommended, root, caps, standard)
    paid = scope.fact("first_relief_paid")
    warnings = [*warnings, *(step.note for step in caps if step.note)]
    if standard.example:
        warnings.append(
            _("{title} is an example: no office decided these numbers").format(
                title=catalogue_text(standard.title)
            )
        )
    if (
        recommended.value.high > root.value.high
        and recommended.value.high - root.value.high >= standard.round_to
    ):
        warnings.append(_("a cap cuts the amount"))
    to_pay, overpaid = _settlement(root, paid)
    if standard.urgent is not None and paid.amount is not None:
        most = scope.steps[standard.urgent.wage].value.times(Interval.of(standard.urgent.most_months))
        if paid.amount.low > most.high:
            warnings.append(
                _("more was paid first than {months} months of wage").format(
                    months=plain(standard.urgent.most_months)
                )
            )
    if overpaid.value.low > 0:
        warnings.append(_("more was paid first than the amount: recover it or record why not"))
    return Award(
        case,
        standard,
        root,
        band_low,
        band_high,
        to_pay,
        overpaid,
        _first_relief(scope, standard, root),
        _joint(scope, standard, root.value),
        tuple(dict.fromkeys(warnings)),
        parameters,
    )


def _step(declared: StepDeclaration, scope: Scope) -> TraceStep:
    outcome = declared.operation.evaluate(scope)
    truths = [condition.holds(scope) for condition in declared.when]
    told = tuple(
        TraceInput(fact.name, fact.input.says, fact.shown, fact.source, fact.state)
        for fact in (scope.fact(condition.input) for condition in declared.when)
    )
    otherwise = Interval.of(declared.otherwise)
    if False in truths:
        outcome = Outcome(otherwise, _("does not apply") + f" → {plain(declared.otherwise)}")
    elif None in truths:
        value = outcome.value.hull(otherwise)
        outcome = Outcome(
            value, str(value), outcome.inputs, outcome.children, _("it is unknown whether it applies")
        )
    return TraceStep(
        declared.id,
        catalogue_text(declared.says),
        declared.operation_name,
        tuple(basis.cited for basis in declared.basis),
        outcome.formula,
        outcome.value,
        declared.unit,
        tuple(dict.fromkeys((*outcome.inputs, *told))),
        outcome.children,
        outcome.note,
    )


def _cap(cap: Cap, scope: Scope) -> TraceStep:
    value = scope.number(cap.limit)
    inputs, children = scope.seen(cap.limit)
    note = None
    formula = str(value)
    approval = scope.case.approval
    if cap.breakable and approval is not None:
        value, formula = Interval.of(Decimal("Infinity")), "∞"
        note = _("lifted by approval of {by} on {day}: {reason}").format(
            by=approval.by, day=approval.on.isoformat(), reason=approval.reason
        )
    return TraceStep(
        cap.id,
        catalogue_text(cap.says),
        "cap",
        tuple(basis.cited for basis in cap.basis),
        formula,
        value,
        "yuan",
        inputs,
        children,
        note,
    )


def _rounded(
    name: str,
    says: str,
    step: TraceStep,
    caps: list[TraceStep],
    standard: Standard,
    *,
    factor: Decimal = Decimal(1),
) -> TraceStep:
    """Scaled, cut by every cap, rounded down: in one step, so that rounding is done once."""
    scaled = step.value.times(Interval.of(factor))
    low = min(scaled.low, *(cap.value.low for cap in caps))
    high = min(scaled.high, *(cap.value.high for cap in caps))
    to = standard.round_to
    first = str(step.value) if factor == 1 else f"{step.value} × {plain(factor)}"
    limits = ", ".join(str(cap.value) for cap in caps)
    return TraceStep(
        name,
        says,
        "round",
        tuple(basis.cited for basis in standard.basis),
        f"down(min({first}, {limits}), {plain(to)})",
        Interval(round_down(low, to), round_down(high, to)),
        "yuan",
        children=(step, *caps),
    )


def _band(
    recommended: TraceStep, root: TraceStep, caps: list[TraceStep], standard: Standard
) -> tuple[TraceStep, TraceStep]:
    if standard.band is None:
        return root, root
    low = _rounded(
        "band_low", _("lower end of the band"), recommended, caps, standard, factor=standard.band.least
    )
    high = _rounded(
        "band_high", _("upper end of the band"), recommended, caps, standard, factor=standard.band.most
    )
    return low, high


def _settlement(root: TraceStep, paid: Fact) -> tuple[TraceStep, TraceStep]:
    """What is left to pay after urgent relief, and what was paid too much."""
    given = paid.amount or Interval.of(0)
    told = (TraceInput(paid.name, paid.input.says, paid.shown, paid.source, paid.state),)
    basis: tuple[Basis, ...] = ()

    def step(name: str, says: str, one: Interval, other: Interval) -> TraceStep:
        formula = f"max({one} − {other}, 0)"
        return TraceStep(name, says, "settle", basis, formula, one.less(other), "yuan", told, (root,))

    return (
        step("to_pay", _("still to be paid"), root.value, given),
        step("overpaid", _("paid first beyond the amount"), given, root.value),
    )


def _first_relief(scope: Scope, standard: Standard, root: TraceStep) -> TraceStep | None:
    """Usual urgent relief, never above the usual months, nor above what the amount may come to."""
    urgent = standard.urgent
    fact = scope.fact("urgent_treatment")
    if urgent is None or fact.codes == ("false",):
        return None
    wage = scope.steps[urgent.wage]
    usual = wage.value.times(Interval.of(urgent.usual_months))
    low, high = (min(usual.low, root.value.low), min(usual.high, root.value.high))
    if not fact.known:
        low = ZERO
    to = standard.round_to
    return TraceStep(
        "first_relief",
        catalogue_text(urgent.says),
        "round",
        tuple(basis.cited for basis in urgent.basis),
        f"down(min({wage.value} × {plain(urgent.usual_months)}, {root.value}), {plain(to)})",
        Interval(round_down(low, to), round_down(high, to)),
        "yuan",
        (TraceInput(fact.name, fact.input.says, fact.shown, fact.source, fact.state),),
        (wage, root),
        _("at most {months} months of wage in a grave emergency").format(months=plain(urgent.most_months)),
    )


def _joint(scope: Scope, standard: Standard, amount: Interval) -> tuple[Decimal, ...]:
    """What each level pays: the others rounded down, the deciding office the rest."""
    levels = plain((scope.fact("levels").amount or Interval.of(1)).low)
    if standard.joint is None or not amount.exact or levels not in standard.joint.shares:
        return ()
    _own, *others = standard.joint.shares["2" if levels == "2" else "3"]
    parts = [round_down(amount.low * share, standard.round_to) for share in others]
    return (amount.low - sum(parts, ZERO), *parts)


def check_decision(
    award: Award, amount: Decimal, *, reason: str | None = None, on: date | None = None
) -> None:
    """Hold a decided amount against the band and the caps.

    Args:
        award: the recommendation.
        amount: what a person decided, in yuan.
        reason: why it leaves the band.
        on: day of the decision, for the message.

    Raises:
        DiscretionError: ``AWD-501`` outside the band without a reason; ``AWD-502`` above a cap, which no
            reason lifts; ``AWD-503`` negative.
    """
    day = on or award.case.decided_on
    faults = []
    if amount < 0:
        faults.append(Fault("AWD-503", _("an amount is not negative"), found=plain(amount)))
    for step in award.root.children[1:]:
        if amount > step.value.high:
            faults.append(
                Fault(
                    "AWD-502",
                    _("{amount} yuan is above the cap: {cap}, {limit} yuan").format(
                        amount=plain(amount), cap=step.says, limit=plain(step.value.high)
                    ),
                    found=day.isoformat(),
                    hint=_("a reason does not lift a cap; an approval does, where the standard allows one"),
                )
            )
    band = award.band
    if not faults and not band.low <= amount <= band.high and not (reason or "").strip():
        faults.append(
            Fault(
                "AWD-501",
                _("{amount} yuan is outside the band of {low} to {high} yuan: say why").format(
                    amount=plain(amount), low=plain(band.low), high=plain(band.high)
                ),
                found=day.isoformat(),
                hint=_("record the reason with the decision"),
            )
        )
    if faults:
        raise DiscretionError(*faults)
