"""The same time limit for many matters at once, at the cost of a few queries: a run may assign thousands."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any, Protocol

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction

from yingjiu.office.accounts.models import User
from yingjiu.office.clocks.arithmetic import compute_due
from yingjiu.office.clocks.catalogue import calendar, limit_of
from yingjiu.office.clocks.counting import remind_day
from yingjiu.office.clocks.models import Clock, ClockEvent, EventKind, State

__all__ = ["cancel_many", "start_many"]


class Matter(Protocol):
    """What a limit may run for: a saved row with those who handle it."""

    pk: Any
    organisation_id: int
    department_id: int | None
    handler_id: int | None
    secrecy: int


@transaction.atomic
def start_many(
    model: type[models.Model], matters: Sequence[Matter], limit: str, *, on: date, user: User | None = None
) -> int:
    """Start a time limit for several matters on one day; where it runs already it goes on.

    Args:
        model: what they are.
        matters: saved rows of it.
        limit: key in ``catalogue/clocks``.
        on: the day of the event; it does not count.
        user: who starts it; None for the system.

    Returns:
        How many clocks were started.

    Raises:
        ClockError: ``CLK-001`` no such limit.
    """
    rule = limit_of(limit)
    due = compute_due(on, rule.period, calendar=calendar(), expiry_moves=rule.expiry_moves).due
    kind = ContentType.objects.get_for_model(model)
    running = set(_open(kind, limit, [matter.pk for matter in matters]).values_list("subject_id", flat=True))
    clocks = Clock.objects.bulk_create(
        Clock(
            subject_type=kind,
            subject_id=matter.pk,
            limit=limit,
            organisation_id=matter.organisation_id,
            department_id=matter.department_id,
            handler_id=matter.handler_id,
            secrecy=matter.secrecy,
            length=rule.length,
            unit=rule.unit.value,
            expiry_moves=rule.expiry_moves,
            started_on=on,
            due_on=due,
            remind_on=remind_day(due, rule.remind),
        )
        for matter in matters
        if matter.pk not in running
    )
    _note(clocks, EventKind.STARTED, on, user)
    return len(clocks)


@transaction.atomic
def cancel_many(
    model: type[models.Model],
    keys: Collection[int],
    limit: str,
    *,
    on: date,
    reason: str,
    user: User | None = None,
) -> int:
    """A time limit no longer binds for several matters.

    Args:
        model: what they are.
        keys: their keys.
        limit: key in ``catalogue/clocks``.
        on: the day.
        reason: why, in words.
        user: who says so; None for the system.

    Returns:
        How many clocks there were.
    """
    kind = ContentType.objects.get_for_model(model)
    found = list(_open(kind, limit, keys).select_for_update(no_key=True))
    Clock.objects.filter(pk__in=[clock.pk for clock in found]).update(
        state=State.CANCELLED, finished_on=on, remind_on=None
    )
    _note(found, EventKind.CANCELLED, on, user, reason)
    return len(found)


def _open(kind: ContentType, limit: str, keys: Collection[int]) -> models.QuerySet[Clock]:
    return Clock.objects.open().filter(subject_type=kind, limit=limit, subject_id__in=keys)


def _note(clocks: Iterable[Clock], kind: EventKind, on: date, user: User | None, reason: str = "") -> None:
    ClockEvent.objects.bulk_create(
        ClockEvent(clock=clock, kind=kind, on=on, user=user, reason=reason) for clock in clocks
    )
