"""Years of holidays that an office declares itself: one YAML file a year.

::

    year: 2027
    source: 国务院办公厅关于2027年部分节假日安排的通知（国办发明电〔2026〕×号）
    holidays:
      - {name: 元旦, from: 2027-01-01, until: 2027-01-03}
    make_up_days:
      - {name: 春节, on: 2027-01-31}
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Final

from django.utils.translation import gettext as _
from pydantic import Field

from yingjiu.declarations import Declaration, DeclarationError, Lines, read_declaration
from yingjiu.errors import Fault
from yingjiu.office.clocks.official_calendar import Day, DayKind, OfficialCalendar

__all__ = ["YearFile", "read_calendar"]

_ONE_DAY: Final = timedelta(days=1)


class HolidayDeclared(Declaration):
    """Days off: the first to the last, weekends among them included."""

    name: Annotated[str, Field(min_length=1, max_length=40)]
    first: date = Field(alias="from")
    last: date = Field(alias="until")

    def days(self) -> Iterable[date]:
        """Every day of it."""
        for number in range((self.last - self.first).days + 1):
            yield self.first + number * _ONE_DAY


class MakeUpDeclared(Declaration):
    """A weekend day that is worked."""

    name: Annotated[str, Field(min_length=1, max_length=40)]
    on: date


class YearFile(Declaration):
    """One year as its notice says it.

    Attributes:
        year: the year.
        source: the notice: 国办发明电 and number.
        holidays: days off.
        make_up_days: weekend days that are worked.
    """

    year: Annotated[int, Field(ge=1990, le=2200)]
    source: Annotated[str, Field(min_length=4)]
    holidays: Annotated[tuple[HolidayDeclared, ...], Field(min_length=1)]
    make_up_days: tuple[MakeUpDeclared, ...] = ()


def read_calendar(folder: Path | None = None) -> OfficialCalendar:
    """The calendar, with the years that an office has added; read anew when a file has changed.

    Args:
        folder: a folder with one YAML file a year, or None; a folder that is not there adds nothing.

    Returns:
        The calendar.

    Raises:
        DeclarationError: a file is no :class:`YearFile`; ``DCL-201`` a day outside the year, ``DCL-202`` a
            holiday that ends before it begins, ``DCL-203`` a day declared twice, ``DCL-204`` a make-up day
            that is no weekend day, ``DCL-205`` two files for one year.
    """
    files = sorted(folder.glob("*.yaml")) if folder is not None and folder.is_dir() else []
    return _read(tuple((file, file.stat().st_mtime_ns) for file in files))


@lru_cache(maxsize=8)
def _read(files: tuple[tuple[Path, int], ...]) -> OfficialCalendar:
    declared: dict[int, Mapping[date, Day]] = {}
    for file, _changed in files:
        year = read_declaration(YearFile, file, also=_year_faults)
        if year.year in declared:
            hint = _("keep one file for each year")
            raise DeclarationError(
                Fault(
                    "DCL-205",
                    _("another file declares the same year"),
                    str(file),
                    found=str(year.year),
                    hint=hint,
                )
            )
        declared[year.year] = {
            **{on: Day(on, DayKind.HOLIDAY, off.name) for off in year.holidays for on in off.days()},
            **{made.on: Day(made.on, DayKind.MAKE_UP, made.name) for made in year.make_up_days},
        }
    return OfficialCalendar(declared)


def _year_faults(year: YearFile, lines: Lines, file: str) -> list[Fault]:
    """What the dates of one year say against each other."""
    faults: list[Fault] = []

    def fault(code: str, message: str, path: tuple[str | int, ...], found: date, hint: str) -> None:
        faults.append(
            Fault(code, message, file, lines.get(path), f"$.{path[0]}[{path[1]}]", str(found), hint)
        )

    seen: set[date] = set()
    for number, off in enumerate(year.holidays):
        path = ("holidays", number)
        if off.last < off.first:
            fault("DCL-202", _("this ends before it begins"), path, off.last, _("swap from and until"))
            continue
        for on in (off.first, off.last):
            if on.year != year.year:
                hint = _("write it in the file of its own year")
                fault("DCL-201", _("this day is not in the year of the file"), path, on, hint)
        for on in off.days():
            if on in seen:
                fault("DCL-203", _("this day is declared twice"), path, on, _("keep one"))
            seen.add(on)
    for number, made in enumerate(year.make_up_days):
        path = ("make_up_days", number)
        if made.on.year != year.year:
            hint = _("write it in the file of its own year")
            fault("DCL-201", _("this day is not in the year of the file"), path, made.on, hint)
        if made.on in seen:
            fault("DCL-203", _("this day is declared twice"), path, made.on, _("keep one"))
        seen.add(made.on)
        if made.on.isoweekday() <= 5:
            hint = _("only a Saturday or Sunday can become a working day")
            fault("DCL-204", _("a make-up day should be a weekend day"), path, made.on, hint)
    return faults
