"""When a period ends: pure arithmetic over days, without Django.

The rules, each cited in ``catalogue/calendar/counting.yaml``: the day of the event does not count, the next
day is the first (Criminal Procedure Law art. 105, Civil Code art. 201); a period in months ends on the same
day of its last month, or on the month's last day (Civil Code art. 202); a period whose last day is a legal
holiday ends on the first day after it (Criminal Procedure Law art. 105, Civil Procedure Law art. 85, Civil
Code art. 203). Days of a pause do not count: from the day after it begins to the day on which it ends. An
extension counts on from the last day before it was moved off a holiday.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from yingjiu.office.clocks.official_calendar import Day, DayKind, OfficialCalendar

__all__ = [
    "Computation",
    "Extension",
    "Leg",
    "Pause",
    "Period",
    "Skipped",
    "Unit",
    "Why",
    "add_months",
    "compute_due",
    "working_days_between",
]

_ONE_DAY: Final = timedelta(days=1)


class Unit(StrEnum):
    """What a period counts."""

    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"
    MONTHS = "months"


class Why(StrEnum):
    """Why a day does not count."""

    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Period:
    """So many working days, calendar days or months.

    Attributes:
        length: how many; at least one.
        unit: of what.
    """

    length: int
    unit: Unit

    def __post_init__(self) -> None:
        if self.length < 1:
            raise ValueError(f"a period of {self.length} {self.unit}")


@dataclass(frozen=True, slots=True)
class Pause:
    """Days that do not count: the one after ``begun`` to ``ended``.

    Attributes:
        begun: the day on which it begins; this day still counts.
        ended: the day on which it ends; the next one counts again. None while it lasts.
    """

    begun: date
    ended: date | None = None

    def covers(self, on: date) -> bool:
        """Whether a day does not count."""
        return self.begun < on and (self.ended is None or on <= self.ended)


@dataclass(frozen=True, slots=True)
class Extension:
    """More time: a further period, or an agreed day.

    Attributes:
        by: a further period.
        until: an agreed last day.
    """

    by: Period | None = None
    until: date | None = None

    def __post_init__(self) -> None:
        if (self.by is None) == (self.until is None):
            raise ValueError("an extension is by a period or until a day")


@dataclass(frozen=True, slots=True)
class Skipped:
    """A day that does not count.

    Attributes:
        on: the day.
        why: the reason.
        name: the holiday.
    """

    on: date
    why: Why
    name: str = ""


@dataclass(frozen=True, slots=True)
class Leg:
    """The period itself, or one extension of it.

    Attributes:
        period: what is counted; None for an extension to an agreed day.
        after: the day that does not count; the next is the first.
        until: the last day; None while a pause lasts in it.
        counted: how many days counted; for months, calendar days.
        skipped: the days that did not.
        made_up: weekend days that were worked, and counted for that.
    """

    period: Period | None
    after: date
    until: date | None
    counted: int
    skipped: tuple[Skipped, ...] = ()
    made_up: tuple[Day, ...] = ()


@dataclass(frozen=True, slots=True)
class Computation:
    """A due day with its arithmetic.

    Attributes:
        started: the day of the event.
        legs: the period and its extensions.
        nominal: the last day before it is moved; None while a pause lasts.
        moved: days at the end on which the period cannot expire.
        due: the last day on which the act is in time; None while a pause lasts.
        unknown_years: years that mattered and whose holidays are not published yet: reckoned by weekends.
    """

    started: date
    legs: tuple[Leg, ...]
    nominal: date | None
    moved: tuple[Skipped, ...]
    due: date | None
    unknown_years: tuple[int, ...]

    @property
    def certain(self) -> bool:
        """Whether the calendar knew every year that mattered."""
        return not self.unknown_years


def add_months(on: date, months: int) -> date:
    """The same day so many months later, or the last day of that month (Civil Code art. 202)."""
    year, month = divmod(on.year * 12 + on.month - 1 + months, 12)
    return date(year, month + 1, min(on.day, monthrange(year, month + 1)[1]))


def compute_due(
    started: date,
    period: Period,
    *,
    calendar: OfficialCalendar,
    pauses: Sequence[Pause] = (),
    extensions: Sequence[Extension] = (),
    expiry_moves: bool = True,
) -> Computation:
    """Count a period.

    Args:
        started: the day of the event that starts it; it does not count.
        period: how long.
        calendar: which days are worked.
        pauses: days that do not count; in order, none before ``started``, only the last may still last.
        extensions: more time, in order.
        expiry_moves: whether a last day that is not worked moves to the next one that is.

    Returns:
        The due day and how it was counted; without a due day while a pause lasts.

    Raises:
        ValueError: pauses out of order, or an agreed day that is not later than the day it replaces.
    """
    _check(started, pauses)
    legs: list[Leg] = []
    years: set[int] = set()
    last: date | None = started
    for each in (Extension(by=period), *extensions):
        if last is None:
            break
        leg = _agreed(last, each.until) if each.until else _counted(last, each.by, calendar, pauses)
        legs.append(leg)
        if leg.period is not None and leg.period.unit is Unit.WORKING_DAYS:
            years |= {on.year for on in _days_of(leg)}
        last = leg.until
    moved: tuple[Skipped, ...] = ()
    due = last
    if last is not None and expiry_moves:
        moved = tuple(_off(last, calendar, pauses))
        due = last + len(moved) * _ONE_DAY
        years |= {on.year for on in (last, due)}
    unknown = tuple(sorted(year for year in years if not calendar.knows(year)))
    return Computation(started, tuple(legs), last, moved, due, unknown)


def working_days_between(after: date, until: date, calendar: OfficialCalendar) -> int:
    """Working days later than ``after`` and not later than ``until``; negative if it lies before."""
    if until < after:
        return -working_days_between(until, after, calendar)
    return sum(calendar.works(after + number * _ONE_DAY) for number in range(1, (until - after).days + 1))


def _check(started: date, pauses: Sequence[Pause]) -> None:
    free_from = started
    for number, pause in enumerate(pauses):
        if pause.begun < free_from:
            raise ValueError(f"pause {number + 1} begins before it may")
        if pause.ended is None:
            if number != len(pauses) - 1:
                raise ValueError(f"pause {number + 1} lasts, and another follows")
            return
        if pause.ended < pause.begun:
            raise ValueError(f"pause {number + 1} ends before it begins")
        free_from = pause.ended


def _agreed(last: date, until: date) -> Leg:
    if until <= last:
        raise ValueError("an extension ends later than what it extends")
    return Leg(None, last, until, (until - last).days)


def _counted(after: date, period: Period | None, calendar: OfficialCalendar, pauses: Sequence[Pause]) -> Leg:
    assert period is not None  # noqa: S101 - Extension has one of the two
    wanted = (add_months(after, period.length) - after).days if period.unit is Unit.MONTHS else period.length
    skipped: list[Skipped] = []
    made_up: list[Day] = []
    counted, on = 0, after
    while counted < wanted:
        on += _ONE_DAY
        pause = next((pause for pause in pauses if pause.covers(on)), None)
        if pause is not None:
            if pause.ended is None:
                return Leg(period, after, None, counted, tuple(skipped), tuple(made_up))
            skipped.append(Skipped(on, Why.PAUSED))
            continue
        if period.unit is Unit.WORKING_DAYS:
            day = calendar.day(on)
            if not day.works:
                skipped.append(_skipped(day))
                continue
            if day.kind is DayKind.MAKE_UP:
                made_up.append(day)
        counted += 1
    return Leg(period, after, on, counted, tuple(skipped), tuple(made_up))


def _days_of(leg: Leg) -> Iterator[date]:
    """The days that a leg looked at."""
    last = leg.until or max((day.on for day in leg.skipped), default=leg.after)
    for number in range(1, (last - leg.after).days + 1):
        yield leg.after + number * _ONE_DAY


def _off(last: date, calendar: OfficialCalendar, pauses: Sequence[Pause]) -> Iterator[Skipped]:
    """The days from the last one on on which the period cannot expire."""
    on = last
    while True:
        day = calendar.day(on)
        if any(pause.covers(on) and pause.ended is not None for pause in pauses):
            yield Skipped(on, Why.PAUSED)
        elif not day.works:
            yield _skipped(day)
        else:
            return
        on += _ONE_DAY


def _skipped(day: Day) -> Skipped:
    return Skipped(day.on, Why.HOLIDAY if day.kind is DayKind.HOLIDAY else Why.WEEKEND, day.name)
