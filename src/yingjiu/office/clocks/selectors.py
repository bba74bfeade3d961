"""What is read about clocks."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q

from yingjiu.office.clocks.counting import today
from yingjiu.office.clocks.models import Clock, ClockQuerySet, State

__all__ = ["due_for", "due_soon", "overdue"]


def due_for(user: Any, *, until: date | None = None) -> ClockQuerySet:
    """The open clocks that a user is to keep, first due first.

    A handler keeps those of their own matters, a liaison those that bind their agency, everybody else what
    they may see.

    Args:
        user: who looks.
        until: only those due by this day, and the overdue.
    """
    found = Clock.objects.visible_to(user).open()
    if until is not None:
        found = found.filter(due_on__lte=until)
    return found.select_related("handler", "agency", "organisation").order_by("due_on", "pk")


def overdue(user: Any, *, on: date | None = None) -> ClockQuerySet:
    """The open clocks whose day has passed; the sweep may not have marked the latest yet."""
    late = Q(state=State.BREACHED) | Q(state=State.RUNNING, due_on__lt=on or today())
    return due_for(user).filter(late)


def due_soon(user: Any, *, on: date | None = None) -> ClockQuerySet:
    """The open clocks that have been reminded of, or should be, and are not overdue."""
    day = on or today()
    return (
        due_for(user)
        .filter(state=State.RUNNING, due_on__gte=day)
        .filter(Q(remind_on=None) | Q(remind_on__lte=day))
    )
