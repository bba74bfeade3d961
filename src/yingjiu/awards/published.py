"""Published and past awards: facts without names, to stand beside a recommendation as like cases."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from yingjiu.awards.facts import AwardCase, Fact, award_case
from yingjiu.codes import region_name
from yingjiu.language import _

__all__ = ["Like", "PublishedAward", "nearest", "published_awards"]


@dataclass(frozen=True, slots=True)
class PublishedAward:
    """One award of the catalogue.

    Attributes:
        id: identifier in the catalogue.
        province: where.
        place: county or city.
        year: when.
        crime: the offence in the words of the source.
        hardship: the hardship in the words of the source.
        amount: yuan.
        source: where it was published.
        grade: A read in an official or full text, B in an extract.
        told: what the source states of the inputs, as in a case file; the rest is unknown.
        note: a remark.
    """

    id: str
    province: str
    place: str
    year: int
    crime: str
    hardship: str
    amount: Decimal
    source: str
    grade: str
    told: Mapping[str, Any]
    note: str | None

    def case(self, assumed: Mapping[str, Any] | None = None) -> AwardCase:
        """The award as a case, decided in the middle of its year.

        Args:
            assumed: facts to take where the source says nothing.
        """
        return award_case(
            {
                "case": self.id,
                "region": "000000",
                "decided_on": date(self.year, 7, 1),
                "facts": {**(assumed or {}), **self.told},
            }
        )


@cache
def published_awards() -> tuple[PublishedAward, ...]:
    """The awards of the shipped catalogue."""
    path = files("yingjiu.catalogue").joinpath("awards/published.jsonl")
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return tuple(
        PublishedAward(
            row["id"],
            row["province"],
            row["place"],
            row["year"],
            row["crime"],
            row["hardship"] or "",
            Decimal(row["amount_yuan"]),
            row["source"],
            row["grade"],
            MappingProxyType(row["facts"]),
            row["note"],
        )
        for row in rows
    )


@dataclass(frozen=True, slots=True)
class Like:
    """A published award and what it has in common with a case.

    Attributes:
        award: the award.
        shares: what they have in common, in words.
        weight: how much that is, of 10.
    """

    award: PublishedAward
    shares: tuple[str, ...]
    weight: int


def nearest(
    case: AwardCase, *, most: int = 5, among: Sequence[PublishedAward] | None = None
) -> tuple[Like, ...]:
    """The published awards that are most like a case.

    Harm counts most, then its grade, hardship, dependants, age, province and year. A fact that a source does
    not state is not in common.

    Args:
        case: the case.
        most: how many.
        among: the awards to look among; the shipped ones unless given.

    Returns:
        The nearest first; none of another harm.
    """
    found = (_like(case, award) for award in (published_awards() if among is None else among))
    alike = [like for like in found if like is not None]
    return tuple(
        sorted(
            alike, key=lambda like: (-like.weight, abs(like.award.year - case.decided_on.year), like.award.id)
        )
    )[:most]


def _like(case: AwardCase, award: PublishedAward) -> Like | None:
    other = award.case()
    harm = other.facts["harm"]
    if not harm.known or harm.codes != case.facts["harm"].codes or not case.facts["harm"].known:
        return None
    shares, weight = [f"{harm.input.says} {harm.shown}"], 3
    for name, points in (("injury_grade", 2), ("injury_disability_grade", 2), ("applicant_minor", 1)):
        mine, theirs = case.facts[name], other.facts[name]
        if mine.known and set(mine.codes) <= set(theirs.codes) and name in award.told:
            shares.append(f"{mine.input.says} {mine.shown}")
            weight += points
    both = [code for code in case.facts["hardships"].codes if code in other.facts["hardships"].codes]
    if both and case.facts["hardships"].known and other.facts["hardships"].known:
        shares.append(Fact("hardships", "stated", tuple(both)).shown)
        weight += 1
    mine_minor, their_minor = (each.facts["minor_dependants"] for each in (case, other))
    if mine_minor.known and their_minor.known and _some(mine_minor) == _some(their_minor):
        shares.append(_("minor dependants: {number}").format(number=their_minor.shown))
        weight += 1
    if award.province and region_name(case.region[:2] + "0000").startswith(award.province):
        shares.append(award.province)
        weight += 1
    if abs(award.year - case.decided_on.year) <= 2:
        shares.append(str(award.year))
        weight += 1
    return Like(award, tuple(shares), weight)


def _some(fact: Fact) -> bool:
    return fact.amount is not None and fact.amount.low > 0
