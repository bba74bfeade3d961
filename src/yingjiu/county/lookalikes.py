"""People who only look like a lead because of someone else: a twin, a namesake, a dead relative, a misprint.

Each is made from a victim whose household is on no list at all, so that nothing else can be the reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from yingjiu.county.civil import Litigation
from yingjiu.county.dates import NEVER, TODAY
from yingjiu.county.draws import Draws
from yingjiu.county.frame import Frame
from yingjiu.county.hardship import Hardship, listing
from yingjiu.county.names import GIVEN

__all__ = ["Planted", "plant_lookalikes"]

EACH_PER_PERSON: Final = 6 / 20_000

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Planted:
    """The county with its look-alikes.

    Attributes:
        people: the people; twins and namesakes have new names, births and numbers.
        listings: the lists; a column ``printed`` says whose number the file prints (-1: the right one).
        deaths: the deaths.
        lookalikes: ``claim`` (row of harmed), ``reason``, ``other`` (the person it is mixed up with).
    """

    people: Frame
    listings: Frame
    deaths: Ints
    lookalikes: Frame


def plant_lookalikes(seed: int, people: Frame, hardship: Hardship, litigation: Litigation) -> Planted:
    """Make some people look like a lead.

    Args:
        seed: the county's seed.
        people: the people.
        hardship: the lists.
        litigation: the cases.

    Returns:
        The county with look-alikes.
    """
    draws = Draws(seed, people.rows, "lookalikes")
    each = max(1, round(people.rows * EACH_PER_PERSON))
    deaths, listings = litigation.deaths.copy(), hardship.listings
    victims = _victims(draws, people, hardship, litigation)
    busy = np.zeros(people.rows, np.bool_)
    busy[litigation.harmed["person"]] = True
    busy[litigation.cases["suspect"][litigation.cases["suspect"] >= 0]] = True
    busy_homes = np.unique(people["household"][busy])
    calm = ~np.isin(people["household"], busy_homes) & (deaths == NEVER)
    on_dibao = np.unique(listings["person"][(listings["list"] == "dibao") & (listings["until"] == NEVER)])
    poor = on_dibao[calm[on_dibao] & (people["relation"][on_dibao] <= 1)]

    person = litigation.harmed["person"]
    # a dead member of the household whom nobody took off the list
    grown = (people["birth"] < TODAY - 20 * 365) & ~busy & (deaths == NEVER)
    grown_of = np.full(int(people["household"][-1]) + 1, -1)
    grown_of[people["household"][grown]] = np.flatnonzero(grown)
    dead_of = grown_of[people["household"][person[victims]]]
    _first, at = np.unique(dead_of, return_index=True)
    at = np.sort(at[dead_of[at] >= 0])[:each]
    stale, dead = victims[at], dead_of[at]
    deaths[dead] = TODAY - draws.integers(len(dead), 400, 900)
    listings = Frame.stack(
        listings, listing(dead, "dibao", category="单人保", amount=480, since=deaths[dead] - 900)
    ).with_columns(printed=-1)

    left = np.setdiff1d(victims, stale, assume_unique=True)
    people, claims, others, reasons = _doubles(people, litigation.harmed, left, poor, each)
    left = np.setdiff1d(left, claims, assume_unique=True)

    # a clerk prints the victim's number in the row of a woman on another list
    rows = np.flatnonzero((listings["list"] == "women_in_difficulty") & calm[listings["person"]])[:each]
    wrong = left[: len(rows)]
    printed = listings["printed"].astype(np.int64).copy()
    printed[rows[: len(wrong)]] = person[wrong]
    listings = listings.with_columns(printed=printed)
    lookalikes = Frame(
        claim=np.concatenate([claims, stale, wrong]).astype(np.int64),
        reason=np.array(
            [*reasons, *["stale_registry"] * len(stale), *["wrong_id_digit"] * len(wrong)], "U16"
        ),
        other=np.concatenate([others, dead, listings["person"][rows[: len(wrong)]]]).astype(np.int64),
    )
    return Planted(people, listings, deaths, lookalikes)


def _victims(draws: Draws, people: Frame, hardship: Hardship, litigation: Litigation) -> Ints:
    """Grown victims who would be leads if only their households were in hardship."""
    harmed, cases = litigation.harmed, litigation.cases
    listed = np.zeros(int(people["household"][-1]) + 1, np.bool_)
    for who in (hardship.listings["person"], hardship.disabled["person"], hardship.treatments["person"]):
        listed[people["household"][who]] = True
    case = harmed["case"]
    fit = (
        np.isin(harmed["harm"], [3, 4, 5])
        & (harmed["received"] * 2 < harmed["due"])
        & ~cases["can_pay"][case]
    )
    fit &= (
        (cases["kind"][case] == "criminal")
        & ~harmed["gave_up"]
        & ~harmed["false_statement"]
        & ~harmed["refused"]
    )
    fit &= (harmed["fault"] != "serious") & (litigation.deaths[harmed["person"]] == NEVER)
    fit &= ~listed[people["household"][harmed["person"]]] & (
        people["birth"][harmed["person"]] < TODAY - 20 * 365
    )
    rows = draws.sample(np.flatnonzero(fit), harmed.rows)
    _person, first = np.unique(harmed["person"][rows], return_index=True)
    return rows[np.sort(first)]


def _doubles(
    people: Frame, harmed: Frame, victims: Ints, poor: Ints, each: int
) -> tuple[Frame, Ints, Ints, list[str]]:
    """Turn people of another household, on the minimum living guarantee, into twins and namesakes."""
    columns = {
        name: people[name].copy()
        for name in ("key", "birth", "surname", "first", "second", "father", "mother", "region")
    }
    keys = set(people["key"].tolist())
    free = poor.tolist()
    claims: list[int] = []
    others: list[int] = []
    reasons: list[str] = []
    for claim in victims.tolist():
        victim = int(harmed["person"][claim])
        reason = "twin" if len(claims) < each else "same_name"
        if len(claims) == 2 * each:
            break
        other = next((one for one in free if _alike(people, one, victim)), None)
        twin = int(people["key"][victim]) + 2
        if other is None or (reason == "twin" and (twin in keys or twin % 1000 > 997)):
            continue
        free.remove(other)
        columns["surname"][other] = people["surname"][victim]
        columns["first"][other] = people["first"][victim]
        columns["second"][other] = people["second"][victim]
        if reason == "twin":
            second = int(people["second"][victim])
            columns["second"][other] = (
                (second + 1) % len(GIVEN) if second >= 0 else (people["first"][victim] + 1) % len(GIVEN)
            )
            for name in ("birth", "father", "mother", "region"):
                columns[name][other] = people[name][victim]
            columns["key"][other] = twin
            keys.add(twin)
        claims.append(claim)
        others.append(other)
        reasons.append(reason)
    return people.with_columns(**columns), np.array(claims, np.int64), np.array(others, np.int64), reasons


def _alike(people: Frame, one: int, other: int) -> bool:
    """Of one sex, of about one age, and no parent in sight who would contradict a new one."""
    return bool(
        people["male"][one] == people["male"][other]
        and abs(int(people["birth"][one]) - int(people["birth"][other])) < 4 * 365
        and people["father"][one] < 0
        and people["mother"][one] < 0
    )
