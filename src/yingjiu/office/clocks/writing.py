"""What is written of a clock that begins or is cancelled, and of its events: the same for one or for many."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from yingjiu.office.accounts.models import User
from yingjiu.office.clocks.arithmetic import Period, compute_due
from yingjiu.office.clocks.catalogue import calendar, limit_of
from yingjiu.office.clocks.counting import remind_day
from yingjiu.office.clocks.models import Clock, ClockEvent, EventKind, State

__all__ = ["CANCELLED_FIELDS", "set_cancelled", "tell", "tell_all", "terms"]

CANCELLED_FIELDS: Final = ("state", "finished_on", "remind_on")


def terms(limit: str, on: date) -> dict[str, Any]:
    """The fields of a clock that follow from its limit and the day of the event.

    Raises:
        ClockError: ``CLK-001`` no such limit.
    """
    rule = limit_of(limit)
    due = compute_due(on, rule.period, calendar=calendar(), expiry_moves=rule.expiry_moves).due
    return {
        "limit": limit,
        "length": rule.length,
        "unit": rule.unit.value,
        "expiry_moves": rule.expiry_moves,
        "started_on": on,
        "due_on": due,
        "remind_on": remind_day(due, rule.remind),
    }


def set_cancelled(clock: Clock, on: date) -> None:
    """Set ``CANCELLED_FIELDS``: a limit that no longer binds ends, and reminds nobody."""
    clock.state, clock.finished_on, clock.remind_on = State.CANCELLED, max(on, clock.started_on), None


def tell(
    clock: Clock,
    kind: EventKind,
    on: date,
    user: User | None,
    *,
    reason: str = "",
    approved_by: User | None = None,
    by: Period | None = None,
    until: date | None = None,
) -> None:
    """Write into the history of a clock."""
    event = ClockEvent(
        clock=clock,
        kind=kind,
        on=on,
        user=user,
        reason=reason.strip(),
        approved_by=approved_by,
        length=by.length if by else None,
        unit=by.unit.value if by else "",
        until=until,
    )
    event.full_clean()
    event.save()


def tell_all(clocks: Iterable[Clock], kind: EventKind, on: date, user: User | None, reason: str = "") -> None:
    """Write the same into the histories of several clocks."""
    ClockEvent.objects.bulk_create(
        ClockEvent(clock=clock, kind=kind, on=on, user=user, reason=reason) for clock in clocks
    )
