"""Until when a lead should be looked at: by its level, declared in ``deadlines.yaml`` and nowhere else.

An office that has other rules writes its own ``lead-deadlines.yaml`` into its folder.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal, Self

from django.conf import settings
from pydantic import Field, model_validator

from yingjiu.declarations import Declaration, read_declaration
from yingjiu.office.clocks.arithmetic import Period, Unit, compute_due
from yingjiu.office.clocks.catalogue import calendar
from yingjiu.office.leads.states import LEVELS

__all__ = ["DeadlineRule", "check_due", "deadline", "deadline_rule"]

Days = Annotated[int, Field(ge=1, le=366)]


class DeadlineRule(Declaration):
    """How long a lead of each level may wait.

    Attributes:
        certainty: how sure we are of it.
        note: where it comes from.
        unit: what is counted.
        days: how many, by level.
        checks: how many a visit and a question to an agency may take, unless another day is set.
    """

    certainty: Literal["read", "source", "unconfirmed"]
    note: str
    unit: Unit
    days: dict[str, Days]
    checks: dict[str, Days]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        """Every level and every kind of check has its days."""
        for name, wanted in (("days", LEVELS), ("checks", ("visit", "agency"))):
            if set(getattr(self, name)) != set(wanted):
                raise ValueError(f"{name}: {', '.join(wanted)}")
        return self


@lru_cache(maxsize=4)
def deadline_rule(folder: Path | None = None) -> DeadlineRule:
    """The rule in force.

    Args:
        folder: of an office; its ``lead-deadlines.yaml`` counts instead of ours.
    """
    own = folder / "lead-deadlines.yaml" if folder is not None else None
    if own is not None and own.is_file():
        return read_declaration(DeadlineRule, own)
    return read_declaration(DeadlineRule, Path(str(files("yingjiu.office.leads"))) / "deadlines.yaml")


def deadline(level: str, on: date) -> date:
    """The last day on which a lead of this office should be looked at.

    Args:
        level: its level.
        on: the day on which it arrived; it does not count (Civil Code art. 201).
    """
    rule = deadline_rule(settings.YINGJIU_FOLDER)
    return _last_day(rule.days[level], rule.unit, on)


def check_due(kind: str, on: date) -> date:
    """The day until which this office asks for a visit or an answer, unless another day is set.

    Args:
        kind: ``visit`` or ``agency``.
        on: the day on which it is asked; it does not count.
    """
    rule = deadline_rule(settings.YINGJIU_FOLDER)
    return _last_day(rule.checks[kind], rule.unit, on)


def _last_day(days: int, unit: Unit, on: date) -> date:
    due = compute_due(on, Period(days, unit), calendar=calendar()).due
    assert due is not None  # noqa: S101 - only a pause leaves it open
    return due
