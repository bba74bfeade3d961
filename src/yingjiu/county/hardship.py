"""Who is poor, disabled, ill, a veteran: the lists of the agencies before any case is told.

Shares follow public figures: about 2.5 % of a poor county's people on the minimum living guarantee, 3 % with
a disability certificate, a twentieth of the rural households formerly registered as poor. They hold for the
true lists; what the files say of them is the business of the writers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from yingjiu.county.dates import NEVER, TODAY
from yingjiu.county.draws import Draws
from yingjiu.county.frame import Frame
from yingjiu.county.places import URBAN_TOWNS

__all__ = ["DISEASES", "HOUSEHOLD_LISTS", "Hardship", "listing", "make_hardship"]

HOUSEHOLD_LISTS: Final = ("dibao", "dibao_edge", "rigid_expenditure", "former_poor", "monitored")
"""Lists that whole households stand on; on all others stands one person."""

DISEASES: Final = (
    "肺恶性肿瘤",
    "胃恶性肿瘤",
    "乳腺恶性肿瘤",
    "终末期肾病",
    "脑梗死",
    "急性心肌梗死",
    "白血病",
    "重型颅脑损伤",
    "脊髓损伤",
    "多发性骨折",
)
_NATURAL_DISEASES: Final = 7
"""The first diseases come by themselves, the others by violence or accident."""

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Hardship:
    """What the lists say of people.

    Attributes:
        listings: ``person``, ``list``, ``category``, ``amount`` (yuan a month), ``since``, ``until``
            (NEVER: still listed), ``risk`` (of monitored households).
        disabled: ``person``, ``category`` (1 to 7), ``grade`` (1 to 4), ``since``.
        treatments: ``person``, ``disease`` (position), ``started``, ``ended``, ``total``, ``insured``,
            ``self_paid`` (yuan).
        deaths: for each person, the day of death or NEVER.
    """

    listings: Frame
    disabled: Frame
    treatments: Frame
    deaths: NDArray[np.int64]


def listing(
    person: Ints,
    name: str,
    *,
    category: str | NDArray[np.str_] = "",
    amount: int | Ints = 0,
    since: Ints,
    until: Ints | int = NEVER,
    risk: str | NDArray[np.str_] = "",
) -> Frame:
    """Rows of one list."""
    n = len(person)
    return Frame(
        person=np.asarray(person, np.int64),
        list=np.full(n, name, "U20"),
        category=np.broadcast_to(np.asarray(category, "U12"), n),
        amount=np.broadcast_to(np.asarray(amount, np.int64), n),
        since=np.asarray(since, np.int64),
        until=np.broadcast_to(np.asarray(until, np.int64), n),
        risk=np.broadcast_to(np.asarray(risk, "U12"), n),
    )


def make_hardship(seed: int, people: Frame) -> Hardship:
    """Put people on the lists they belong to, whatever happens in cases later.

    Args:
        seed: the county's seed.
        people: from :func:`yingjiu.county.people.make_people`.

    Returns:
        The lists, certificates, treatments and natural deaths.
    """
    draws = Draws(seed, people.rows, "hardship")
    age = (TODAY - people["birth"].astype(np.int64)) // 365
    deaths = _natural_deaths(draws, age)
    households = int(people["household"][-1]) + 1
    members = np.bincount(people["household"], minlength=households)
    head = np.r_[0, np.cumsum(members)[:-1]]
    rural = people["town"][head] >= URBAN_TOWNS
    listings, poor = _household_lists(draws, people, age, members, head, rural)
    disabled = _disabled(draws, people, age, poor[people["household"]])
    listings = Frame.stack(listings, *_personal_lists(draws, people, age, deaths))
    treatments = _illness(draws, age, deaths)
    grave = treatments.take(treatments["self_paid"] > 20_000)
    ill = np.unique(grave["person"])
    listings = Frame.stack(
        listings,
        listing(ill, "serious_illness", category="大病", since=TODAY - draws.integers(len(ill), 30, 360)),
    )
    return Hardship(listings, disabled, treatments, deaths)


def _natural_deaths(draws: Draws, age: Ints) -> Ints:
    """Some who died in the last three years still stand in the registers."""
    yearly = np.where(age < 50, 0.0006, np.where(age < 65, 0.004, np.where(age < 80, 0.015, 0.06)))
    died = draws.unit(len(age)) < yearly * 3
    return np.where(died & (age > 4), TODAY - draws.integers(len(age), 20, 1090), NEVER)


def _household_lists(  # noqa: PLR0917 - columns handed on inside this module
    draws: Draws, people: Frame, age: Ints, members: Ints, head: Ints, rural: NDArray[np.bool_]
) -> tuple[Frame, NDArray[np.bool_]]:
    n = len(members)
    alone = (members == 1) & (age[head] >= 60) & (people["spouse"][head] < 0)
    lot = draws.unit(n)
    tekun = alone & (lot < 0.09)
    dibao = ~tekun & (lot > 1 - np.where(rural, 0.027, 0.011))
    rest = ~tekun & ~dibao
    lot = draws.unit(n)
    edge = rest & (lot < 0.012)
    rigid = rest & ~edge & (lot > 0.995)
    former = rural & draws.chance(n, 0.055)
    monitored = rural & draws.chance(n, 0.008) | former & draws.chance(n, 0.06)
    gone = rest & ~edge & ~rigid & draws.chance(n, 0.008)

    def rows(
        which: NDArray[np.bool_], name: str, low: int, high: int, years: int, *, ended: bool = False
    ) -> Frame:
        homes = np.flatnonzero(which)
        since = TODAY - draws.integers(len(homes), 500 if ended else 40, years * 365)
        until = (
            since + draws.between(np.full(len(homes), 200), TODAY - since - 40)
            if ended
            else np.full(len(homes), NEVER)
        )
        amount = draws.integers(len(homes), low, high + 1)
        kind = np.where(rural[homes], "农村", "城市")
        people_of = np.repeat(np.arange(len(homes)), members[homes])
        start = np.repeat(head[homes], members[homes])
        step = np.arange(len(people_of)) - np.repeat(
            np.cumsum(members[homes]) - members[homes], members[homes]
        )
        person = start + step
        return listing(
            person,
            name,
            category=kind[people_of],
            amount=amount[people_of],
            since=since[people_of],
            until=until[people_of],
        )

    watch = rows(monitored, "monitored", 0, 0, 4)
    home = people["household"][watch["person"]]
    kind = np.array(["脱贫不稳定户", "边缘易致贫户", "突发严重困难户"])[draws.pick(n, [1, 2, 1])]
    kind = np.where(former, "脱贫不稳定户", np.where(kind == "脱贫不稳定户", "边缘易致贫户", kind))
    risk = np.where(draws.chance(n, 0.55), "removed", "remaining")
    watch = watch.with_columns(category=kind[home], risk=risk[home])
    care = np.array(["分散供养", "集中供养"])[draws.pick(int(tekun.sum()), [3, 1])]
    solitary = np.flatnonzero(tekun)
    listings = Frame.stack(
        listing(
            head[solitary],
            "tekun",
            category=care,
            amount=draws.integers(len(solitary), 1000, 1400),
            since=TODAY - draws.integers(len(solitary), 100, 4000),
        ),
        rows(dibao, "dibao", 320, 720, 9),
        rows(gone, "dibao", 320, 720, 9, ended=True),
        rows(edge, "dibao_edge", 0, 0, 3),
        rows(rigid, "rigid_expenditure", 0, 0, 1),
        rows(former, "former_poor", 0, 0, 10),
        watch,
    )
    return listings, dibao | tekun


def _disabled(draws: Draws, people: Frame, age: Ints, poor: NDArray[np.bool_]) -> Frame:
    n = people.rows
    share = np.where(age < 16, 0.010, np.where(age < 60, 0.022, 0.050)) * np.where(poor, 4.0, 1.0)
    who = np.flatnonzero((draws.unit(n) < share) & (age >= 2))
    return Frame(
        person=who,
        category=draws.pick(len(who), [12, 10, 2, 52, 9, 10, 5]) + 1,
        grade=draws.pick(len(who), [16, 29, 30, 25]) + 1,
        since=TODAY - draws.integers(len(who), 60, 3500),
    )


def _personal_lists(draws: Draws, people: Frame, age: Ints, deaths: Ints) -> list[Frame]:
    male, alive = people["male"], deaths == NEVER

    def chosen(fit: NDArray[np.bool_], share: float) -> tuple[Ints, Ints]:
        pool = np.flatnonzero(fit & alive)
        who = np.sort(draws.sample(pool, max(2, round(len(pool) * share))))
        return who, TODAY - draws.integers(len(who), 60, 2200)

    lists = []
    for name, category, fit, share in (
        ("veteran", "退役士兵", male & (age > 22), 0.045),
        ("hardship_veteran", "生活困难", male & (age > 45), 0.004),
        ("hardship_worker", "在档困难职工", (age > 22) & (age < 60), 0.0035),
        ("women_in_difficulty", "低收入妇女", ~male & (age > 20), 0.004),
        ("orphan", "散居孤儿", (age < 18) & (people["father"] < 0) & (people["mother"] < 0), 0.10),
        ("unsupported_child", "事实无人抚养", (age < 18) & (people["father"] < 0), 0.02),
        ("child_in_difficulty", "困境儿童", (age < 18), 0.003),
    ):
        who, since = chosen(fit, share)
        if name in {"orphan", "unsupported_child", "child_in_difficulty"}:
            since = np.maximum(since, people["birth"][who] + 60)
        lists.append(listing(who, name, category=category, since=since))
    return lists


def _illness(draws: Draws, age: Ints, deaths: Ints) -> Frame:
    n = len(age)
    share = np.where(age < 40, 0.006, np.where(age < 60, 0.025, 0.06))
    who = np.flatnonzero((draws.unit(n) < share) & (deaths == NEVER))
    return treatments(
        draws, who, draws.integers(len(who), 0, _NATURAL_DISEASES), TODAY - draws.integers(len(who), 20, 600)
    )


def treatments(draws: Draws, person: Ints, disease: Ints, started: Ints) -> Frame:
    """Stays in hospital: what they cost and who paid. Medical insurance pays half to four fifths."""
    n = len(person)
    total = draws.along(n, [2_000, 6_000, 9_000, 14_000, 22_000, 36_000, 60_000, 110_000, 320_000]).astype(
        np.int64
    )
    insured = (total * draws.along(n, [0.45, 0.6, 0.7, 0.8])).astype(np.int64)
    return Frame(
        person=np.asarray(person, np.int64),
        disease=disease,
        started=started,
        ended=np.minimum(started + draws.integers(n, 3, 40), TODAY - 1),
        total=total,
        insured=insured,
        self_paid=total - insured,
    )
