"""Who works on a lead: claim, assign, give back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from yingjiu.office.accounts.models import User
from yingjiu.office.accounts.roles import Role
from yingjiu.office.accounts.visibility import handed_on
from yingjiu.office.audit.services import Action, record
from yingjiu.office.frame.versions import claim as claim_version
from yingjiu.office.leads import first_check
from yingjiu.office.leads.errors import refuse
from yingjiu.office.leads.models import Lead
from yingjiu.office.leads.services.guards import check_acts, check_handler, check_open, note_event
from yingjiu.office.leads.states import EventKind, State
from yingjiu.office.sealing.querysets import everything

__all__ = ["MOST_AT_ONCE", "assign", "assign_many", "check_many", "claim", "claim_many", "release"]

MOST_AT_ONCE: Final = 200
"""Leads of one bulk action: each is decided by itself and stands in the record by itself."""


@transaction.atomic
def claim(*, lead: Lead, user: User, version: int) -> Lead:
    """Take a lead that nobody handles.

    Args:
        lead: the lead.
        user: a handler of its department.
        version: as the page showed it.

    Raises:
        Conflict: somebody changed the lead meanwhile.
        LeadError: ``LEA-002``, ``LEA-005``, ``LEA-011``.
    """
    lead = _claimed(lead, user, version)
    _told([lead], user)
    return lead


@transaction.atomic
def assign(*, lead: Lead, handler: User, user: User, version: int) -> Lead:
    """Give a lead to a handler.

    Args:
        lead: the lead.
        handler: who is to work on it.
        user: a head of the procuratorate.
        version: as the page showed it.

    Raises:
        Conflict: somebody changed the lead meanwhile.
        LeadError: ``LEA-001``, ``LEA-002``, ``LEA-005``.
    """
    lead = _assigned(lead, handler, user, version)
    _told([lead], user)
    return lead


@transaction.atomic
def assign_many(*, leads: Sequence[Lead], handler: User, user: User) -> int:
    """Give several leads to a handler; all or none.

    Args:
        leads: as the page showed them, with their versions.
        handler: who is to work on them.
        user: a head of the procuratorate.

    Returns:
        How many.

    Raises:
        Conflict: somebody changed one of them meanwhile.
        LeadError: ``LEA-012`` and those of :func:`assign`.
    """
    check_many(leads)
    handed = [_assigned(lead, handler, user, lead.version) for lead in leads]
    _told(handed, user)
    return len(leads)


@transaction.atomic
def claim_many(*, leads: Sequence[Lead], user: User) -> int:
    """Take several leads that nobody handles; all or none.

    Args:
        leads: as the page showed them, with their versions.
        user: a handler of their department.

    Returns:
        How many.

    Raises:
        Conflict: somebody changed one of them meanwhile.
        LeadError: ``LEA-012`` and those of :func:`claim`.
    """
    check_many(leads)
    handed = [_claimed(lead, user, lead.version) for lead in leads]
    _told(handed, user)
    return len(leads)


@transaction.atomic
def release(*, lead: Lead, user: User, version: int) -> Lead:
    """Give a lead back to the department.

    Raises:
        Conflict: somebody changed the lead meanwhile.
        LeadError: ``LEA-001``, ``LEA-002``.
    """
    lead = claim_version(lead, version, user)
    check_acts(lead, user)
    check_open(lead)
    lead.handler = None
    lead.state = State.NEW
    lead.save(update_fields=["handler", "state"])
    first_check.drop(lead, user, gettext_noop("given back to the department"))
    handed_on.send(Lead, matters=[lead])
    note_event(lead, EventKind.RELEASED, user)
    record(Action.DECISION, user=user, subject=lead, detail={"what": "release"})
    return lead


def check_many(leads: Sequence[Lead]) -> None:
    """A bulk action takes at least one lead, and no more than a person can have looked at; it holds them.

    Raises:
        LeadError: ``LEA-012``.
    """
    if not leads:
        raise refuse("LEA-012", _("no lead is chosen"), _("tick the leads that are meant"))
    if len(leads) > MOST_AT_ONCE:
        raise refuse(
            "LEA-012",
            _("{count} leads are too many at once").format(count=len(leads)),
            _("choose at most {most}").format(most=MOST_AT_ONCE),
        )
    # all are held before the first is on record: who holds one of them never waits for us the other way round
    rows = everything(Lead).select_for_update(no_key=True).filter(pk__in=[lead.pk for lead in leads])
    list(rows.order_by("pk").values_list("pk"))


def _check_head(lead: Lead, user: User) -> None:
    office = user.procuratorate
    if office is None or not user.has_role(Role.HEAD) or lead.organisation_id != office.pk:
        raise refuse(
            "LEA-001",
            _("only the head of the department assigns leads"),
            _("ask the head to assign it"),
        )


def _claimed(lead: Lead, user: User, version: int) -> Lead:
    lead = claim_version(lead, version, user)
    check_open(lead)
    check_handler(lead, user)
    if lead.handler_id is not None and lead.handler_id != user.pk:
        raise refuse(
            "LEA-011", _("another handler has this lead"), _("ask the head if it should come to you")
        )
    _hand_to(lead, user)
    note_event(lead, EventKind.CLAIMED, user)
    record(Action.DECISION, user=user, subject=lead, detail={"what": "claim"})
    return lead


def _assigned(lead: Lead, handler: User, user: User, version: int) -> Lead:
    lead = claim_version(lead, version, user)
    _check_head(lead, user)
    check_open(lead)
    check_handler(lead, handler)
    _hand_to(lead, handler)
    note_event(lead, EventKind.ASSIGNED, user, handler=handler.pk, name=str(handler))
    record(Action.DECISION, user=user, subject=lead, detail={"what": "assign", "handler": handler.pk})
    return lead


def _told(leads: Sequence[Lead], user: User) -> None:
    """What was made for the leads goes along with them, and the limit for the first check begins."""
    handed_on.send(Lead, matters=leads)
    first_check.begin_handed(leads, user)


def _hand_to(lead: Lead, handler: User) -> None:
    lead.handler = handler
    if lead.department_id is None and handler.department is not None:
        lead.department = handler.department
    if lead.state in {State.NEW, State.REOPENED}:
        lead.state = State.ASSIGNED
    lead.full_clean(validate_unique=False, validate_constraints=False)
    lead.save(update_fields=["handler", "department", "state"])
