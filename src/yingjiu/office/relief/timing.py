"""The clocks of a relief case: which limit begins, rests and ends with which step."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from yingjiu.office.clocks import services as clocks
from yingjiu.office.clocks.counting import today
from yingjiu.office.clocks.models import Clock, State

if TYPE_CHECKING:
    from yingjiu.office.accounts.models import User

__all__ = ["begin", "clocks_of", "drop_all", "end", "go_on", "is_over", "local_day", "rest", "today"]


def clocks_of(case: Any) -> list[Clock]:
    """Every clock of a case, oldest first."""
    return list(Clock.objects.of(case).prefetch_related("events"))


def begin(case: Any, limit: str, *, on: date, user: User | None = None) -> Clock:
    """Start a limit unless it runs already."""
    found = clocks.running(case, limit)
    return found or clocks.start(
        case,
        limit,
        on=on,
        organisation=case.organisation,
        handler=case.handler,
        department=case.department,
        secrecy=case.secrecy,
        user=user,
    )


def rest(case: Any, limit: str, *, on: date, reason: str, user: User) -> None:
    """Let a limit rest, if it runs and its day has not passed: what is overdue stays overdue."""
    found = clocks.running(case, limit)
    if found is not None and found.state == State.RUNNING and found.due_on is not None and on <= found.due_on:
        clocks.pause(found, on=on, reason=reason, user=user)


def go_on(case: Any, limit: str, *, on: date, user: User) -> None:
    """Let a resting limit go on."""
    found = clocks.running(case, limit)
    if found is not None and found.state == State.PAUSED:
        clocks.resume(found, on=on, user=user)


def end(case: Any, limit: str, *, on: date, user: User) -> None:
    """The act of a limit is done, if the limit runs."""
    clocks.stop_if_running(case, limit, on=on, user=user)


def drop_all(case: Any, *, on: date, reason: str, user: User) -> None:
    """Every open limit no longer binds."""
    for found in Clock.objects.of(case).open():
        clocks.cancel(found, on=on, reason=reason, user=user)


def is_over(case: Any, limit: str, *, on: date | None = None) -> bool:
    """Whether the last day of a limit that runs has passed."""
    found = clocks.running(case, limit)
    return found is not None and found.due_on is not None and found.due_on < (on or today())


def local_day(at: datetime) -> date:
    """The day of a moment in the office's time zone."""
    return timezone.localtime(at).date()
