"""What the worker does with open clocks: count them anew, and mark what is overdue or due soon."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from yingjiu.office.clocks.counting import computation, remind_day, today
from yingjiu.office.clocks.matters import day_moved
from yingjiu.office.clocks.models import Clock, EventKind, State
from yingjiu.office.clocks.writing import tell

__all__ = ["recount", "sweep"]


def recount(*, on: date | None = None) -> int:
    """Count anew every running clock, and note in its history when its due day moves.

    A due day moves when a year's holidays become known that were reckoned by weekends before.

    Args:
        on: the day; today unless given.

    Returns:
        How many due days moved.
    """
    day, moved = on or today(), 0
    found = Clock.objects.open().filter(state=State.RUNNING).prefetch_related("events")
    for clock in found.iterator(chunk_size=500):
        due = computation(clock).due
        if due is None or due == clock.due_on:
            continue
        with transaction.atomic():
            taken = Clock.objects.filter(
                pk=clock.pk, state=State.RUNNING, due_on=clock.due_on, finished_on=None
            )
            rule = clock.rule
            if taken.update(due_on=due, remind_on=remind_day(due, rule.remind) if rule else None):
                tell(clock, EventKind.RECOUNTED, day, None, reason=f"{clock.due_on} → {due}")
                clock.due_on = due
                day_moved(clock)
                moved += 1
    return moved


def sweep(*, on: date | None = None) -> dict[str, int]:
    """Mark what is overdue and what is due soon; safe to run again at any time.

    Args:
        on: the day; today unless given.

    Returns:
        How many clocks became overdue, and of how many a reminder was noted.
    """
    day = on or today()
    overdue = reminded = 0
    for key in Clock.objects.open().filter(state=State.RUNNING, due_on__lt=day).values_list("pk", flat=True):
        with transaction.atomic():
            taken = Clock.objects.filter(pk=key, state=State.RUNNING, due_on__lt=day, finished_on=None)
            if taken.update(state=State.BREACHED):
                tell(Clock.objects.get(pk=key), EventKind.BREACHED, day, None)
                overdue += 1
    soon = Clock.objects.open().filter(state=State.RUNNING, remind_on__lte=day)
    for key in soon.values_list("pk", flat=True):
        with transaction.atomic():
            taken = Clock.objects.filter(pk=key, state=State.RUNNING, remind_on__lte=day, finished_on=None)
            if taken.update(remind_on=None):
                tell(Clock.objects.get(pk=key), EventKind.REMINDED, day, None)
                reminded += 1
    return {"overdue": overdue, "reminded": reminded}
