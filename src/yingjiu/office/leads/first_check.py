"""The limit for the first check of a lead: it begins when a handler has the lead (``leads.first_check``).

A working requirement of the office, not of a law. Met by the first check that is done, or by a decision;
asking somebody else is not yet a check.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Final

from django.db.models import F
from django.utils import timezone

from yingjiu.office.accounts.models import User
from yingjiu.office.clocks import services as clocks
from yingjiu.office.clocks.many import cancel_many, start_many
from yingjiu.office.leads.models import Lead, LeadCheck

__all__ = ["LIMIT", "begin", "begin_handed", "begin_many", "drop", "drop_many", "met"]

LIMIT: Final = "leads.first_check"


def begin(lead: Lead, user: User | None) -> None:
    """A handler has the lead now; see :func:`begin_handed`."""
    begin_handed([lead], user)


def begin_handed(leads: Sequence[Lead], user: User | None) -> None:
    """Handlers have these leads now; those without a handler are left out.

    The limit goes on where it runs: another handler does not start it anew. Who has checked a lead since it
    came is not asked again.
    """
    fresh = [lead for lead in leads if lead.handler_id is not None and clocks.running(lead, LIMIT) is None]
    checked = LeadCheck.objects.filter(lead__in=fresh, done_at__gte=F("lead__arrived_at"))
    done = set(checked.values_list("lead_id", flat=True)) if fresh else set()
    begin_many([lead for lead in fresh if lead.pk not in done], timezone.localdate(), user)


def begin_many(leads: Sequence[Lead], on: date, user: User | None) -> None:
    """Leads came to their handlers by themselves: new ones of a case that somebody works on.

    Args:
        leads: of a run; those without a handler are left out.
        on: the day; it does not count.
        user: who started the run.
    """
    handed = [lead for lead in leads if lead.handler_id is not None]
    if handed:
        start_many(Lead, handed, LIMIT, on=on, user=user)


def met(lead: Lead, user: User) -> None:
    """The lead was checked, or decided."""
    clocks.stop_if_running(lead, LIMIT, on=timezone.localdate(), user=user)


def drop(lead: Lead, user: User, reason: str) -> None:
    """Nobody has the lead any more."""
    clocks.cancel_if_running(lead, LIMIT, on=timezone.localdate(), reason=reason, user=user)


def drop_many(keys: Collection[int], on: date, reason: str) -> None:
    """There is nothing left to check: no model finds these leads any more."""
    if keys:
        cancel_many(Lead, keys, LIMIT, on=on, reason=reason)
