"""The people of the county: households by the household register, kin, names, numbers, addresses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from yingjiu.county.dates import NEVER, TODAY, day, ymd
from yingjiu.county.draws import Draws
from yingjiu.county.frame import Frame
from yingjiu.county.names import ETHNICITY_WEIGHTS, draw_given, draw_surnames
from yingjiu.county.numbers import COUNTY_CODE, MIGRANT_CODES, OLD_CODES, make_keys
from yingjiu.county.places import TOWN_WEIGHTS, VILLAGES_PER_TOWN

__all__ = ["RELATIONS", "make_people"]

RELATIONS: Final = ("户主", "配偶", "子女", "儿媳或女婿", "孙子女", "父母")
HEAD, SPOUSE, CHILD, CHILD_IN_LAW, GRANDCHILD, PARENT = range(6)

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Slot:
    """One place in a kind of household: relation to the head, and age as a distance from another slot."""

    relation: int
    base: int
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of household: how frequent, and who is in it; the head's age is the first slot's."""

    weight: float
    slots: tuple[Slot, ...]


def _kind(weight: float, low: float, high: float, *others: tuple[int, int, float, float]) -> Kind:
    return Kind(weight, (Slot(HEAD, -1, low, high), *(Slot(*other) for other in others)))


_WIFE: Final = (SPOUSE, 0, -5, 3)
_KID: Final = (CHILD, 0, -33, -23)
_LATER: Final = (CHILD, 2, -7, -1.2)
KINDS: Final = (
    _kind(8, 22, 60),
    _kind(7, 60, 94),
    _kind(7, 24, 60, _WIFE),
    _kind(15, 57, 88, _WIFE),
    _kind(21, 26, 60, _WIFE, _KID),
    _kind(13, 28, 55, _WIFE, _KID, _LATER),
    _kind(2, 30, 52, _WIFE, _KID, _LATER, (CHILD, 3, -6, -1.2)),
    _kind(3, 26, 55, _KID),
    _kind(7, 28, 52, _WIFE, _KID, (PARENT, 0, 22, 34), (PARENT, 3, -5, 3)),
    _kind(6, 28, 52, _WIFE, _KID, _LATER, (PARENT, 0, 22, 34)),
    _kind(6, 52, 76, _WIFE, _KID, (CHILD_IN_LAW, 2, -4, 3), (GRANDCHILD, 2, -29, -22)),
    _kind(3, 54, 76, _WIFE, (GRANDCHILD, 0, -60, -45)),
)
_MULTI: Final = (10,)


def make_people(seed: int, size: int) -> Frame:
    """Make households until the county has its size.

    Args:
        seed: the county's seed.
        size: how many people.

    Returns:
        One row a person: ``key`` (first 17 digits of the number), ``birth`` (days), ``male``, ``surname``,
        ``first``, ``second``, ``ethnicity``, ``household``, ``relation``, ``town``, ``village``, ``house``,
        ``phone``, ``father``, ``mother``, ``spouse`` (positions, -1 unknown), ``region``, ``old_number``.
    """
    draws = Draws(seed, size, "people")
    kind = draws.pick(size, [item.weight for item in KINDS])
    sizes = np.array([len(item.slots) for item in KINDS])[kind]
    ends = np.cumsum(sizes)
    households = int(np.searchsorted(ends, size)) + 1
    kind, starts = kind[:households], (ends - sizes)[:households]
    total = int(ends[households - 1])

    age = np.zeros(total)
    relation = np.zeros(total, np.int64)
    household = np.repeat(np.arange(households), sizes[:households])
    male = np.zeros(total, np.bool_)
    father, mother, spouse = (np.full(total, -1, np.int64) for _ in range(3))
    for number, item in enumerate(KINDS):
        at = starts[kind == number]
        _fill_kind(draws, number, item, at, age, relation, male)
        _tie_kind(number, item, at, male, father, mother, spouse)
    keep = slice(0, size)
    age, relation, household, male = age[keep], relation[keep], household[keep], male[keep]
    father, mother, spouse = (np.where(tie[keep] >= size, -1, tie[keep]) for tie in (father, mother, spouse))
    birth = (TODAY - (age * 365.2425).astype(np.int64) - draws.integers(size, 1, 330)).astype(np.int32)

    _tie_households(draws, kind, starts, birth, male, (father, mother))
    surname = _surnames(draws, size, father, mother)
    first, second = draw_given(draws, male, ymd(birth) // 10000)
    return _with_numbers(
        draws,
        Frame(
            birth=birth,
            male=male,
            surname=surname,
            first=first,
            second=second,
            household=household,
            relation=relation,
            father=father,
            mother=mother,
            spouse=spouse,
        ),
        households,
    )


def _fill_kind(  # noqa: PLR0917 - the columns of a half-made county, private to this module
    draws: Draws, number: int, item: Kind, at: Ints, age: NDArray[np.float64], relation: Ints, male: Mask
) -> None:
    n = len(at)
    for place, slot in enumerate(item.slots):
        here = at + place
        spread = slot.low + draws.unit(n) * (slot.high - slot.low)
        years = spread if slot.base < 0 else age[at + slot.base] + spread
        # who would not be born yet is a small child instead; nobody is older than 101
        years = np.where(years < 0.1, draws.unit(n) * 3, years)
        age[here] = np.minimum(years, 101)
        relation[here] = slot.relation
        share = 0.85 if slot.relation == HEAD and number not in {0, 1, 7} else 0.52
        male[here] = draws.chance(n, share)
        if slot.relation in {SPOUSE, CHILD_IN_LAW}:
            male[here] = ~male[at + slot.base]
        if slot.relation == PARENT and slot.base:
            male[here] = ~male[at + slot.base]


def _tie_kind(  # noqa: PLR0917 - as above
    number: int, item: Kind, at: Ints, male: Mask, father: Ints, mother: Ints, spouse: Ints
) -> None:
    relations = [slot.relation for slot in item.slots]

    def marry(a: Ints, b: Ints) -> None:
        spouse[a], spouse[b] = b, a

    def born_to(child: Ints, parents: list[Ints]) -> None:
        for parent in parents:
            father[child] = np.where(male[parent], parent, father[child])
            mother[child] = np.where(male[parent], mother[child], parent)

    couple = [at] + ([at + 1] if SPOUSE in relations else [])
    if len(couple) == 2:
        marry(*couple)
    for place, slot in enumerate(item.slots):
        here = at + place
        if slot.relation == CHILD:
            born_to(here, couple)
        elif slot.relation == CHILD_IN_LAW:
            marry(here, at + slot.base)
        elif slot.relation == GRANDCHILD and number in _MULTI:
            born_to(here, [at + relations.index(CHILD), at + relations.index(CHILD_IN_LAW)])
        elif slot.relation == PARENT:
            born_to(at, [here])
            if slot.base:
                marry(here, at + slot.base)


def _tie_households(  # noqa: PLR0917 - the columns of a half-made county, private to this module
    draws: Draws, kind: Ints, starts: Ints, birth: NDArray[np.int32], male: Mask, parents: tuple[Ints, Ints]
) -> None:
    """Give most younger heads, and their spouses, parents among the elder couples who live apart."""
    father, mother = parents
    size = len(birth)
    elders = starts[np.isin(kind, [3, 11])]
    elders = elders[(elders + 1 < size)]
    elders = elders[np.argsort(birth[elders], kind="stable")]
    young = np.flatnonzero(np.isin(kind, [0, 2, 4, 5, 6, 7]))
    candidates = np.concatenate([starts[young], starts[young[np.isin(kind[young], [2, 4, 5, 6])]] + 1])
    candidates = candidates[candidates < size]
    candidates = candidates[draws.chance(len(candidates), 0.6) & (father[candidates] < 0)]
    born = birth[candidates].astype(np.int64)
    low = np.searchsorted(birth[elders], born - int(36 * 365.25))
    high = np.searchsorted(birth[elders], born - int(22 * 365.25))
    has = high > low
    chosen = elders[draws.between(low, high).clip(0, max(len(elders) - 1, 0))] if len(elders) else low
    for child, parent in ((candidates[has], chosen[has]), (candidates[has], chosen[has] + 1)):
        father[child] = np.where(male[parent], parent, father[child])
        mother[child] = np.where(male[parent], mother[child], parent)


def _surnames(draws: Draws, size: int, father: Ints, mother: Ints) -> Ints:
    """Children bear the father's surname, else the mother's; the eldest generation draws its own."""
    surname = draw_surnames(draws, size)
    parent = np.where(father >= 0, father, mother)
    for _generation in range(4):
        surname = np.where(parent >= 0, surname[parent], surname)
    return surname


def _with_numbers(draws: Draws, people: Frame, households: int) -> Frame:
    size, birth = people.rows, people["birth"]
    home = people["household"]
    region = np.full(size, COUNTY_CODE, np.int64)
    strange = draws.unit(size)
    migrant = np.array(MIGRANT_CODES)[draws.integers(size, 0, len(MIGRANT_CODES))]
    old = np.array(OLD_CODES)[draws.integers(size, 0, len(OLD_CODES))]
    married_in = np.isin(people["relation"], [SPOUSE, CHILD_IN_LAW])
    region = np.where(strange < np.where(married_in, 0.09, 0.012), migrant, region)
    region = np.where((strange > 0.98) & (birth < day(1995, 12, 1)) & (birth > day(1940, 1, 1)), old, region)
    keys = make_keys(region, birth, people["male"])
    town = draws.pick(households, TOWN_WEIGHTS)
    village = draws.integers(households, 0, VILLAGES_PER_TOWN)
    house = draws.integers(households, 0, 720)
    # no operator has been given the prefix 154
    phone = 15400000000 + draws.integers(size, 0, 100_000_000)
    grown = birth < TODAY - 12 * 365
    return people.with_columns(
        key=keys,
        region=region,
        ethnicity=draws.pick(size, ETHNICITY_WEIGHTS),
        town=town[home],
        village=village[home],
        house=house[home],
        phone=np.where(grown & draws.chance(size, 0.85), phone, NEVER),
        old_number=(birth < day(1966, 1, 1)) & draws.chance(size, 0.01),
    )
