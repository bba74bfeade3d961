"""The whole county: people, hardship, cases and what came of them, as columns."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from yingjiu.county.aftermath import live_on
from yingjiu.county.benefits import pay_benefits
from yingjiu.county.civil import litigate
from yingjiu.county.crimes import make_crimes
from yingjiu.county.dates import NEVER, RUN_DATE
from yingjiu.county.errors import CountyError
from yingjiu.county.frame import Frame
from yingjiu.county.hardship import Hardship, make_hardship
from yingjiu.county.lookalikes import plant_lookalikes
from yingjiu.county.names import full_names
from yingjiu.county.people import make_people
from yingjiu.errors import Fault
from yingjiu.language import _

__all__ = ["SMALLEST", "County", "case_uids", "generate_county"]

SMALLEST = 500
"""Fewer people than this have too few cases to be a county."""


@dataclass(frozen=True, slots=True)
class County:
    """A county as it truly is on :attr:`run_date`. Columns are described where they are made.

    Attributes:
        seed: what it was made from.
        size: how many people.
        run_date: the day on which it is looked at.
        people: people.py.
        names: their full names.
        deaths: for each person the day of death, or NEVER.
        listings: hardship.py, and lookalikes.py for ``printed``.
        disabled: hardship.py.
        treatments: hardship.py.
        states: aftermath.py.
        cases: civil.py.
        harmed: crimes.py; victims, near relatives and plaintiffs.
        enforcement: civil.py.
        petitions: civil.py.
        relief: civil.py.
        benefits: benefits.py.
        lookalikes: lookalikes.py.
    """

    seed: int
    size: int
    run_date: date
    people: Frame
    names: pa.Array
    deaths: NDArray[np.int64]
    listings: Frame
    disabled: Frame
    treatments: Frame
    states: Frame
    cases: Frame
    harmed: Frame
    enforcement: Frame
    petitions: Frame
    relief: Frame
    benefits: Frame
    lookalikes: Frame

    def digest(self) -> str:
        """SHA-256 of every column; the same for the same seed and size on every machine."""
        total = hashlib.sha256()
        for name in (
            "people",
            "listings",
            "disabled",
            "treatments",
            "states",
            "cases",
            "harmed",
            "enforcement",
            "petitions",
            "relief",
            "benefits",
            "lookalikes",
        ):
            frame: Frame = getattr(self, name)
            for column in frame:
                total.update(f"{name}.{column}".encode())
                total.update(_plain(frame[column]))
        total.update(_plain(self.deaths))
        return total.hexdigest()


def _plain(column: NDArray[Any]) -> bytes:
    if column.dtype.kind in "biu":
        return column.astype("<i8").tobytes()
    return "\0".join(column.tolist()).encode()


def case_uids(county: County) -> NDArray[np.str_]:
    """The number that every agency should give one and the same case (案件统一编号)."""
    year = county.cases["incident"].astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    letter = np.where(county.cases["kind"] == "criminal", "XG", "MG")
    return np.array(
        [
            f"{kind}320999{when}{number:06d}"
            for number, (kind, when) in enumerate(zip(letter, year, strict=True), 1)
        ]
    )


def generate_county(seed: int, size: int) -> County:
    """Make a county.

    Args:
        seed: another seed is another county.
        size: how many people, at least :data:`SMALLEST`.

    Returns:
        The county; the same for the same arguments on every machine.

    Raises:
        CountyError: ``CTY-001`` too small.
    """
    if size < SMALLEST:
        raise CountyError(
            Fault(
                "CTY-001",
                _("a county needs at least {smallest} people").format(smallest=SMALLEST),
                found=str(size),
                hint=_("choose a larger size; 20000 shows every kind of lead"),
            )
        )
    people = make_people(seed, size)
    before = make_hardship(seed, people)
    crimes = make_crimes(seed, people, before)
    after = live_on(seed, people, before, crimes)
    lit = litigate(seed, people, crimes, after)
    planted = plant_lookalikes(seed, people, after.hardship, lit)
    listings = _once_each(planted.listings)
    hardship = Hardship(listings, after.hardship.disabled, after.hardship.treatments, planted.deaths)
    living = after.states["since"] < np.where(
        planted.deaths[after.states["person"]] == NEVER, 2**31, planted.deaths[after.states["person"]]
    )
    people = planted.people
    return County(
        seed=seed,
        size=size,
        run_date=RUN_DATE,
        people=people,
        names=full_names(people["surname"], people["first"], people["second"]),
        deaths=planted.deaths,
        listings=listings,
        disabled=hardship.disabled,
        treatments=hardship.treatments,
        states=after.states.take(living),
        cases=lit.cases,
        harmed=lit.harmed,
        enforcement=lit.enforcement,
        petitions=lit.petitions,
        relief=lit.relief,
        benefits=pay_benefits(seed, people, hardship, lit.harmed),
        lookalikes=planted.lookalikes,
    )


def _once_each(listings: Frame) -> Frame:
    """Nobody stands twice on one list: the entry that still holds counts, else the latest."""
    until = np.where(listings["until"] == NEVER, 2**31, listings["until"])
    order = np.lexsort((-listings["since"], -until, listings["list"], listings["person"]))
    person, name = listings["person"][order], listings["list"][order]
    first = np.r_[True, (person[1:] != person[:-1]) | (name[1:] != name[:-1])]
    return listings.take(order[first])
