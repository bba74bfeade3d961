"""A sound case for tests, and what computes it."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

from yingjiu.awards import (
    Award,
    ParameterBook,
    Standard,
    award_case,
    compute,
    read_parameters,
    read_standards,
)

DAY = date(2025, 5, 31)
FACTS: dict[str, Any] = {
    "harm": "bodily",
    "injury_grade": "serious_2",
    "injury_disability_grade": "none",
    "urgent_treatment": False,
    "working_capacity_lost": False,
    "loss": 0,
    "medical_cost": 40000,
    "awarded": 120000,
    "received": 0,
    "fault": "none",
    "hardships": ["dibao"],
    "minor_dependants": 0,
    "other_dependants": 0,
    "applicant_minor": False,
    "victim_age": 40,
}


@cache
def book() -> ParameterBook:
    return read_parameters()


@cache
def standards() -> tuple[Standard, ...]:
    return read_standards()


def standard(name: str = "national-example") -> Standard:
    return next(each for each in standards() if each.standard == name)


def awarded(changes: dict[str, Any] | None = None, *, of: str = "national-example", **case: Any) -> Award:
    facts = {**FACTS, **(changes or {})}
    data = {"case": "一号", "region": "320999", "decided_on": DAY, "facts": facts, **case}
    return compute(award_case(data), standard(of), book())
