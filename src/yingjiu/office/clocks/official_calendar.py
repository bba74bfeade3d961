"""Which days are worked in China: official holidays, make-up working days, weekends.

The days come from *chinesecalendar*, one notice of the State Council a year, and from the YAML files of an
office, which may add a year that the library does not have yet or correct one. A year that neither knows is
reckoned by weekends, and every result that leans on it says so (docs/decisions/0020-holiday-calendar.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from chinese_calendar.constants import Holiday, holidays, workdays

__all__ = ["Day", "DayKind", "OfficialCalendar"]

LIBRARY_YEARS: Final = range(min(holidays).year, max(holidays).year + 1)
"""The years whose notices the library holds."""


class DayKind(StrEnum):
    """What a day is."""

    WORKING = "working"
    MAKE_UP = "make_up"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"


@dataclass(frozen=True, slots=True)
class Day:
    """One day.

    Attributes:
        on: the day.
        kind: what it is.
        name: the holiday, for a holiday and for a make-up day; in Chinese, as in the notice.
    """

    on: date
    kind: DayKind
    name: str = ""

    @property
    def works(self) -> bool:
        """Whether offices work."""
        return self.kind in {DayKind.WORKING, DayKind.MAKE_UP}


@dataclass(frozen=True, slots=True)
class OfficialCalendar:
    """The days, by year.

    Attributes:
        declared: years that an office declares; they count instead of the library's.
    """

    declared: Mapping[int, Mapping[date, Day]] = field(default_factory=dict)

    def knows(self, year: int) -> bool:
        """Whether the notice of this year is known."""
        return year in self.declared or year in LIBRARY_YEARS

    def day(self, on: date) -> Day:
        """What a day is; in an unknown year, only whether it is a weekend."""
        declared = self.declared.get(on.year)
        if declared is not None:
            found = declared.get(on)
            if found is not None:
                return found
        elif on in holidays:
            return Day(on, DayKind.HOLIDAY, _chinese(holidays[on]))
        elif on in workdays:
            return Day(on, DayKind.MAKE_UP, _chinese(workdays[on]))
        return Day(on, DayKind.WEEKEND if on.isoweekday() > 5 else DayKind.WORKING)

    def works(self, on: date) -> bool:
        """Whether offices work on a day."""
        return self.day(on).works


def _chinese(english: str) -> str:
    """The library names a holiday in English; the law does in Chinese."""
    return str(getattr(Holiday(english), "chinese"))  # noqa: B009 - the enum gets its attribute at run time
