"""What is unknown, which document would tell it, and what that would do to the amount."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from yingjiu.awards.compute import Award, compute_with
from yingjiu.awards.facts import AwardCase, Fact
from yingjiu.awards.interval import Interval

__all__ = ["Effect", "effects", "resolutions"]


@dataclass(frozen=True, slots=True)
class Effect:
    """What one unknown fact does.

    Attributes:
        fact: the fact.
        document: the document that tells it.
        outcomes: what it may turn out to be, and the amount then; the lowest and the highest of many.
        width: by how many yuan knowing it narrows the range at least.
    """

    fact: Fact
    document: str
    outcomes: tuple[tuple[str, Interval], ...]
    width: Decimal


def effects(award: Award) -> tuple[Effect, ...]:
    """The effect of each unknown fact on the amount, the others staying unknown.

    Args:
        award: an award whose amount is a range.

    Returns:
        Facts that would narrow the range, those that narrow it most first.
    """
    found = []
    for fact in award.unknown:
        outcomes = [(known.shown, _again(award, known).amount) for known in resolutions(fact)]
        whole = award.amount.high - award.amount.low
        width = whole - max(value.high - value.low for _shown, value in outcomes)
        if any(value != award.amount for _shown, value in outcomes):
            found.append(Effect(fact, fact.input.settled_by, _ends(outcomes), width))
    return tuple(sorted(found, key=lambda effect: (-effect.width, effect.fact.name)))


def resolutions(fact: Fact) -> Iterator[Fact]:
    """Values that an unknown fact may turn out to have: every code, and a few numbers."""
    kind = fact.input.kind
    if kind in {"code", "grade", "flag"}:
        for code in fact.codes:
            yield Fact(fact.name, "stated", (code,))
    elif kind in {"codes", "grades"}:
        yield Fact(fact.name, "stated", ())
        for code in fact.codes:
            yield Fact(fact.name, "stated", (code,))
    else:
        assert fact.amount is not None  # noqa: S101 - an unknown number has ends
        if fact.lacking:
            yield Fact(fact.name, "stated", amount=None, lacking=True)
        steps: tuple[int, ...] = (
            (0, 1, 2, 3) if kind == "count" and fact.input.most <= 20 else (0, 20_000, 50_000, 100_000)
        )
        if fact.name == "victim_age":
            steps = (40, 65, 80)
        for number in steps:
            if number <= fact.amount.high:
                yield Fact(fact.name, "stated", amount=Interval.of(number))


def _again(award: Award, known: Fact) -> Award:
    case: AwardCase = replace(award.case, facts={**award.case.facts, known.name: known})
    return compute_with(case, award.standard, award.parameters, [])


def _ends(outcomes: list[tuple[str, Interval]]) -> tuple[tuple[str, Interval], ...]:
    """Each different outcome once, at most the two lowest and the two highest."""
    unique: dict[Interval, list[str]] = {}
    for shown, value in outcomes:
        unique.setdefault(value, []).append(shown)
    told = sorted(unique.items(), key=lambda item: (item[0].high, item[0].low))
    kept = told if len(told) <= 4 else [*told[:2], *told[-2:]]
    return tuple((_shorten(names), value) for value, names in kept)


def _shorten(names: list[str]) -> str:
    return " / ".join(names) if len(names) <= 3 else f"{names[0]} … {names[-1]}"
