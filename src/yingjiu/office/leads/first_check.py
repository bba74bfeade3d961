"""The limit for the first check of a lead: it begins when a handler has the lead (``leads.first_check``).

A working requirement of the office, not of a law. Met by the first check that is done, or by a decision;
asking somebody else is not yet a check.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Final

from django.utils import timezone

from yingjiu.office.accounts.models import User
from yingjiu.office.clocks import services as clocks
from yingjiu.office.clocks.many import cancel_many, start_many
from yingjiu.office.leads.models import Lead

__all__ = ["LIMIT", "begin", "begin_many", "drop", "drop_many", "met"]

LIMIT: Final = "leads.first_check"


def begin(lead: Lead, user: User | None) -> None:
    """A handler has the lead now.

    The limit goes on if it runs: another handler does not start it anew. Who has checked the lead since it
    came is not asked again.
    """
    if lead.handler_id is None:
        return
    if clocks.hand_over(lead, handler=lead.handler, department=lead.department):
        return
    if not lead.checks.filter(done_at__gte=lead.arrived_at).exists():
        begin_many([lead], timezone.localdate(), user)


def begin_many(leads: Sequence[Lead], on: date, user: User | None) -> int:
    """Leads came to their handlers by themselves: new ones of a case that somebody works on.

    Args:
        leads: of a run; those without a handler are left out.
        on: the day; it does not count.
        user: who started the run.

    Returns:
        How many limits begin.
    """
    handed = [lead for lead in leads if lead.handler_id is not None]
    return start_many(Lead, handed, LIMIT, on=on, user=user) if handed else 0


def met(lead: Lead, user: User) -> None:
    """The lead was checked, or decided."""
    found = clocks.running(lead, LIMIT)
    if found is not None:
        clocks.stop(found, on=timezone.localdate(), user=user)


def drop(lead: Lead, user: User, reason: str) -> None:
    """Nobody has the lead any more."""
    found = clocks.running(lead, LIMIT)
    if found is not None:
        clocks.cancel(found, on=timezone.localdate(), reason=reason, user=user)


def drop_many(keys: Collection[int], on: date, reason: str) -> int:
    """There is nothing left to check: no model finds these leads any more."""
    return cancel_many(Lead, keys, LIMIT, on=on, reason=reason) if keys else 0
