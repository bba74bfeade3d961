"""Like cases, like money: over a set of decided cases, pairs that are alike and were given unlike money."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from yingjiu.awards.compute import Award
from yingjiu.language import _

__all__ = ["MIN_RATIO", "Decided", "UnlikePair", "unlike_pairs"]

MIN_RATIO = Decimal("1.5")
"""How many times as much one of two like cases must have got to be listed."""

_CLOSE = Decimal("1.2")
"""How far the recommended amounts of like cases may be apart, or a given ratio from the recommended one."""


@dataclass(frozen=True, slots=True)
class Decided:
    """A decided case.

    Attributes:
        award: what the standard recommends for it.
        amount: what was decided, yuan.
        reason: the recorded reason for leaving the band, if there is one.
    """

    award: Award
    amount: Decimal
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class UnlikePair:
    """Two like cases with unlike money.

    Attributes:
        lesser: the one that got less.
        greater: the one that got more.
        ratio: how many times as much.
        differs: the facts that differ, in words.
        explained: whether the facts, by the standard, or a recorded reason explain the difference.
        why: the explanation, or that there is none.
    """

    lesser: Decided
    greater: Decided
    ratio: Decimal
    differs: tuple[str, ...]
    explained: bool
    why: str


def unlike_pairs(cases: Sequence[Decided], *, ratio: Decimal = MIN_RATIO) -> tuple[UnlikePair, ...]:
    """List like cases with unlike money.

    Two cases are alike when harm, its grades and the region's prefecture agree and the years are within one.

    Args:
        cases: decided cases with exact recommendations.
        ratio: how many times as much one must have got.

    Returns:
        Unexplained pairs first, then by ratio.
    """
    found = []
    for one, other in combinations(cases, 2):
        lesser, greater = sorted((one, other), key=lambda each: each.amount)
        if lesser.amount > 0 and greater.amount / lesser.amount >= ratio and _alike(one, other):
            found.append(_pair(lesser, greater))
    return tuple(sorted(found, key=lambda pair: (pair.explained, -pair.ratio)))


def _alike(one: Decided, other: Decided) -> bool:
    a, b = one.award.case, other.award.case
    same = all(
        a.facts[name].known and a.facts[name].codes == b.facts[name].codes
        for name in ("harm", "injury_grade", "injury_disability_grade")
    )
    return same and a.region[:4] == b.region[:4] and abs(a.decided_on.year - b.decided_on.year) <= 1


def _pair(lesser: Decided, greater: Decided) -> UnlikePair:
    a, b = lesser.award, greater.award
    differs = tuple(
        _("{input}: {before} and {after}").format(
            input=fact.input.says, before=fact.shown, after=b.case.facts[name].shown
        )
        for name, fact in a.case.facts.items()
        if fact.shown != b.case.facts[name].shown
    )
    ratio = (greater.amount / lesser.amount).quantize(Decimal("0.01"))
    recommended = (
        b.amount.low / a.amount.low if a.amount.exact and b.amount.exact and a.amount.low > 0 else None
    )
    if recommended is not None and ratio / _CLOSE <= recommended <= ratio * _CLOSE:
        why = _("the standard gives {ratio} times as much for what differs").format(
            ratio=f"{recommended:.2f}"
        )
        return UnlikePair(lesser, greater, ratio, differs, True, why)
    reasons = [each.reason for each in (lesser, greater) if each.reason]
    if reasons:
        return UnlikePair(lesser, greater, ratio, differs, True, _("; ").join(reasons))
    if recommended is None:
        why = _("not explained: a recommendation is a range")
    else:
        why = _("not explained: the standard gives {ratio} times as much").format(ratio=f"{recommended:.2f}")
    return UnlikePair(lesser, greater, ratio, differs, False, why)
