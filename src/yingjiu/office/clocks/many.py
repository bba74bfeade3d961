"""The same time limit for many matters at once, at the cost of a few queries: a run may assign thousands."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, Protocol

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction

from yingjiu.office.accounts.models import User
from yingjiu.office.clocks.models import Clock, EventKind
from yingjiu.office.clocks.writing import CANCELLED_FIELDS, set_cancelled, tell_all, terms

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
) -> None:
    """Start a time limit for several matters on one day; where it runs already it goes on.

    Args:
        model: what they are.
        matters: saved rows of it.
        limit: key in ``catalogue/clocks``.
        on: the day of the event; it does not count.
        user: who starts it; None for the system.

    Raises:
        ClockError: ``CLK-001`` no such limit.
    """
    given = terms(limit, on)
    kind = ContentType.objects.get_for_model(model)
    running = set(_open(kind, limit, [matter.pk for matter in matters]).values_list("subject_id", flat=True))
    clocks = Clock.objects.bulk_create(
        Clock(
            subject_type=kind,
            subject_id=matter.pk,
            organisation_id=matter.organisation_id,
            department_id=matter.department_id,
            handler_id=matter.handler_id,
            secrecy=matter.secrecy,
            **given,
        )
        for matter in matters
        if matter.pk not in running
    )
    tell_all(clocks, EventKind.STARTED, on, user)


@transaction.atomic
def cancel_many(
    model: type[models.Model],
    keys: Collection[int],
    limit: str,
    *,
    on: date,
    reason: str,
    user: User | None = None,
) -> None:
    """A time limit no longer binds for several matters.

    Args:
        model: what they are.
        keys: their keys.
        limit: key in ``catalogue/clocks``.
        on: the day.
        reason: why, in words, or a message id that is translated when it is read.
        user: who says so; None for the system.
    """
    kind = ContentType.objects.get_for_model(model)
    found = list(_open(kind, limit, keys).select_for_update(no_key=True))
    for clock in found:
        set_cancelled(clock, on)
    Clock.objects.bulk_update(found, CANCELLED_FIELDS, batch_size=500)
    tell_all(found, EventKind.CANCELLED, on, user, reason)


def _open(kind: ContentType, limit: str, keys: Collection[int]) -> models.QuerySet[Clock]:
    return Clock.objects.open().filter(subject_type=kind, limit=limit, subject_id__in=keys)
