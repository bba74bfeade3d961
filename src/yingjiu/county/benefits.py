"""Help already paid: monthly disability subsidies, temporary, medical and education relief, legal aid."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from yingjiu.county.dates import NEVER, TODAY, day
from yingjiu.county.draws import Draws
from yingjiu.county.frame import Frame
from yingjiu.county.hardship import Hardship

__all__ = ["MONTHS", "pay_benefits"]

MONTHS: Final = tuple(day(2025, month, 10) for month in (1, 2, 3, 4, 5))
"""The days on which the subsidies of this year were paid."""
_FORGOTTEN: Final = 0.08
_STOPPED: Final = 0.03

Ints = NDArray[np.int64]


def pay_benefits(seed: int, people: Frame, hardship: Hardship, harmed: Frame) -> Frame:
    """Pay what is due, and forget some.

    Args:
        seed: the county's seed.
        people: the people.
        hardship: the lists as they are now.
        harmed: all who claim something in a case.

    Returns:
        ``person``, ``measure``, ``amount`` (yuan), ``paid_on``.
    """
    draws = Draws(seed, people.rows, "benefits")
    disabled, listings = hardship.disabled, hardship.listings
    current = listings["until"] == NEVER

    def on(name: str) -> NDArray[np.bool_]:
        mask = np.zeros(people.rows, np.bool_)
        mask[listings["person"][current & (listings["list"] == name)]] = True
        return mask

    who = disabled["person"]
    able = ~on("tekun")[who] & (disabled["since"] < MONTHS[-1])
    living = able & on("dibao")[who] & ~on("orphan")[who]
    nursing = able & (disabled["grade"] <= 2)
    parts = [
        _subsidy(draws, who[living], "disability_living_subsidy", 110),
        _subsidy(draws, who[nursing], "disability_nursing_subsidy", 140),
        _once(
            draws,
            listings["person"][current & (listings["list"] == "dibao")],
            0.05,
            "temporary_relief",
            800,
            6000,
        ),
        _once(draws, harmed["person"], 0.04, "temporary_relief", 1000, 8000),
        _once(draws, hardship.treatments["person"], 0.25, "medical_relief", 1000, 20000),
        _once(draws, harmed["person"], 0.10, "legal_aid", 0, 1),
    ]
    school = (people["birth"] > TODAY - 19 * 365) & (people["birth"] < TODAY - 6 * 365)
    pupils = np.flatnonzero(school & (on("dibao") | on("former_poor")))
    pupils = np.concatenate([pupils, np.flatnonzero(school)[:3]])
    parts.append(_once(draws, pupils, 0.6, "education_relief", 500, 2000))
    paid = Frame.stack(*parts)
    died = hardship.deaths[paid["person"]]
    return paid.take((died == NEVER) | (paid["paid_on"] <= died))


def _subsidy(draws: Draws, who: Ints, measure: str, amount: int) -> Frame:
    lot = draws.unit(len(who))
    months = np.where(lot < _FORGOTTEN, 0, np.where(lot < _FORGOTTEN + _STOPPED, 2, len(MONTHS)))
    person = np.repeat(who, months)
    step = np.arange(len(person)) - np.repeat(np.cumsum(months) - months, months)
    return _rows(person, measure, np.full(len(person), amount), np.array(MONTHS)[step])


def _once(draws: Draws, pool: Ints, share: float, measure: str, low: int, high: int) -> Frame:  # noqa: PLR0917 - columns handed on inside this module
    who = np.unique(pool)
    who = who[draws.chance(len(who), share)]
    return _rows(
        who, measure, draws.integers(len(who), low, high) // 10 * 10, TODAY - draws.integers(len(who), 5, 420)
    )


def _rows(person: Ints, measure: str, amount: Ints, paid_on: Ints) -> Frame:
    return Frame(
        person=np.asarray(person, np.int64),
        measure=np.full(len(person), measure, "U28"),
        amount=np.asarray(amount, np.int64),
        paid_on=np.asarray(paid_on, np.int64),
    )
