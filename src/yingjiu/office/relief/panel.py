"""What the award panel shows: trace, band, unknowns, what if, like cases, unlike money."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from yingjiu.awards import (
    INPUTS,
    Award,
    AwardError,
    Counterfactual,
    Decided,
    Effect,
    Like,
    PublishedAward,
    ReviewRow,
    UnlikePair,
    award_case,
    citizen_sentence,
    counterfactuals,
    effects,
    nearest,
    review_table,
    unlike_pairs,
)
from yingjiu.awards.inputs import code_label
from yingjiu.codes import region_name
from yingjiu.language import current_language
from yingjiu.office.relief.models import Computation, ReliefCase
from yingjiu.office.relief.rule_texts import RuleSet

__all__ = ["FactRow", "Panel", "award_of", "fact_rows", "panel_of"]

_PAST: Final = 60
"""How many of the office's own latest decisions are compared."""
_DEEPEST: Final = 4
"""How far a step of the trace is indented at most."""


@dataclass(frozen=True, slots=True)
class FactRow:
    """One fact as the panel shows it.

    Attributes:
        name: input.
        says: what it is called.
        shown: its value in words.
        known: whether it is known.
        source: where it comes from.
        by: ``data``, or who entered it.
        reason: why it was changed.
        data: what the data said, if a person changed it.
        document: what would settle it.
        default: nothing is stated, and a default is taken.
    """

    name: str
    says: str
    shown: str
    known: bool
    source: str
    by: str
    reason: str
    data: str
    document: str
    default: bool = False


@dataclass(frozen=True, slots=True)
class Panel:
    """The award of a case, ready to be shown.

    Attributes:
        award: the award.
        sentence: for the applicant.
        trace: for the reviewer, every step with how deep it lies below what it serves.
        effects: what is unknown and what it does.
        what_if: counterfactuals.
        published: nearest published awards.
        own: nearest decisions of this office.
        unlike: like cases of this office that were given unlike money.
    """

    award: Award
    sentence: str
    trace: tuple[tuple[int, ReviewRow], ...]
    effects: tuple[Effect, ...]
    what_if: tuple[Counterfactual, ...]
    published: tuple[Like, ...]
    own: tuple[Like, ...]
    unlike: tuple[UnlikePair, ...]


@lru_cache(maxsize=256)
def _award(computation: int, rules: str, data: str, language: str) -> Award | None:
    """An award again from the texts and facts it was computed with, in the language it is told in."""
    del computation, language
    try:
        return RuleSet.of(rules).compute(award_case(json.loads(data)))
    except AwardError:
        return None


def award_of(computation: Computation) -> Award | None:
    """The award of a computation, from the very texts and facts it was computed with."""
    told = json.dumps(computation.input["case"], sort_keys=True)
    return _award(computation.pk, computation.rules.content, told, current_language())


def panel_of(case: ReliefCase) -> Panel | None:
    """The panel of a case; None when nothing is computed or there is no amount."""
    computation = case.computation
    if computation is None or computation.low is None:
        return None
    award = award_of(computation)
    if award is None:
        return None
    past = _past(case)
    amount = case.decided_amount or case.proposed_amount
    mine = Decided(award, amount or award.amount.low, case.band_reason or None)
    pairs = unlike_pairs([mine, *(decided for decided, _own in past)]) if amount else ()
    unlike = [pair for pair in pairs if pair.lesser is mine or pair.greater is mine]
    return Panel(
        award,
        citizen_sentence(award),
        _trace(award),
        effects(award) if not award.amount.exact else (),
        counterfactuals(award) if award.amount.exact else (),
        nearest(award.case),
        nearest(award.case, among=[own for _decided, own in past]),
        tuple(unlike),
    )


def _trace(award: Award) -> tuple[tuple[int, ReviewRow], ...]:
    """The reviewer's rows, each with its depth: the amount and what follows from it lie at 0."""
    depths: dict[str, int] = {}
    layer = [step for step in award.steps if step.id == award.standard.amount]
    depth = 0
    while layer:
        depths.update({step.id: depth for step in layer if step.id not in depths})
        layer = [child for step in layer for child in step.children if child.id not in depths]
        depth += 1
    rows = review_table(award)
    deep = [min(depths.get(step.id, 1), _DEEPEST) for step in award.steps]
    return tuple(zip([*deep, *[0] * (len(rows) - len(deep))], rows, strict=True))


def _past(case: ReliefCase) -> list[tuple[Decided, PublishedAward]]:
    """The latest decisions of the same office about the same harm."""
    found = (
        ReliefCase.objects.filter(
            organisation=case.organisation,
            harm=case.harm,
            decided_amount__isnull=False,
            computation__isnull=False,
        )
        .exclude(pk=case.pk)
        .select_related("computation__rules")
        .order_by("-decided_on", "-pk")[:_PAST]
    )
    rows = []
    for each in found:
        computation = each.computation
        award = award_of(computation) if computation is not None else None
        if award is None or each.decided_amount is None or each.decided_on is None:
            continue
        told: dict[str, Any] = {
            name: each.facts[name]["value"]
            for name in ("harm", "injury_grade", "hardships", "applicant_minor", "minor_dependants")
            if each.facts.get(name, {}).get("value") is not None
        }
        own = PublishedAward(
            each.number,
            region_name(case.organisation.region[:2] + "0000"),
            case.organisation.name,
            each.decided_on.year,
            each.charge,
            "",
            each.decided_amount,
            each.number,
            "own",
            told,
            None,
        )
        rows.append((Decided(award, each.decided_amount, each.band_reason or None), own))
    return rows


def fact_rows(case: ReliefCase) -> list[FactRow]:
    """Every input with its value, source and who entered it; unknown ones say what would settle them."""
    rows = []
    for name, item in INPUTS.items():
        held = case.facts.get(name) or {}
        value = held.get("value")
        known = value is not None
        rows.append(
            FactRow(
                name,
                item.says,
                shown(name, value if known else _default(name)),
                known,
                str(held.get("from") or ""),
                str(held.get("by") or ""),
                str(held.get("reason") or ""),
                shown(name, held["data"]["value"]) if held.get("data") else "",
                item.settled_by,
                not known and item.default is not None,
            )
        )
    return rows


def _default(name: str) -> Any:
    default = INPUTS[name].default
    return list(default) if isinstance(default, tuple) else default


def shown(name: str, value: Any) -> str:
    """A fact's value in words."""
    item = INPUTS[name]
    if value is None:
        return _("unknown")
    if item.kind == "flag":
        return _("yes") if value is True else _("no")
    if item.kind in {"codes", "grades"}:
        return pgettext("list", ", ").join(code_label(name, str(each)) for each in value) or _("none of them")
    if item.kind in {"code", "grade"}:
        return code_label(name, str(value))
    if value == "none":
        return _("none yet")
    number = Decimal(str(value))
    return f"{number:,.2f}".removesuffix(".00") if item.kind == "money" else f"{number:f}"
