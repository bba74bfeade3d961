"""From a clock and its events to its due day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.utils import timezone

from yingjiu.office.clocks.arithmetic import (
    Computation,
    Extension,
    Pause,
    Period,
    Unit,
    compute_due,
    working_days_between,
)
from yingjiu.office.clocks.catalogue import calendar
from yingjiu.office.clocks.models import Clock, ClockEvent, EventKind

__all__ = ["computation", "days_left", "extensions", "pauses", "remind_day", "today"]


def today() -> date:
    """Today in the office's time zone."""
    return timezone.localdate()


def pauses(events: Iterable[ClockEvent]) -> tuple[Pause, ...]:
    """The pauses that the events tell; the last may still last."""
    found: list[Pause] = []
    for event in events:
        if event.kind == EventKind.PAUSED:
            found.append(Pause(event.on))
        elif event.kind == EventKind.RESUMED and found:
            found[-1] = Pause(found[-1].begun, event.on)
    return tuple(found)


def extensions(events: Iterable[ClockEvent]) -> tuple[Extension, ...]:
    """The extensions that the events tell."""
    return tuple(
        Extension(until=event.until)
        if event.until
        else Extension(by=Period(event.length or 0, Unit(event.unit)))
        for event in events
        if event.kind == EventKind.EXTENDED
    )


def computation(clock: Clock) -> Computation:
    """Count a clock anew from its events."""
    events = list(clock.events.all()) if clock.pk else []
    return compute_due(
        clock.started_on,
        clock.period,
        calendar=calendar(),
        pauses=pauses(events),
        extensions=extensions(events),
        expiry_moves=clock.expiry_moves,
    )


def days_left(clock: Clock, on: date | None = None) -> int | None:
    """Working days until a clock is due; negative after it, None while it is paused or stopped."""
    if clock.due_on is None or not clock.open:
        return None
    return working_days_between(on or today(), clock.due_on, calendar())


def remind_day(due: date | None, working_days: int) -> date | None:
    """The day from which a clock is shown as due soon."""
    if due is None:
        return None
    days, left = calendar(), working_days
    while left > 0:
        due -= timedelta(days=1)
        left -= days.works(due)
    return due
