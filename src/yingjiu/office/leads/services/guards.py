"""Who may act on a lead, checked where it is written and not only in a button."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from yingjiu.office.accounts.models import Kind, Organisation, User
from yingjiu.office.accounts.roles import Role
from yingjiu.office.leads.errors import refuse
from yingjiu.office.leads.models import Lead, LeadEvent
from yingjiu.office.leads.states import EventKind, State

__all__ = ["check_acts", "check_department", "check_handler", "check_open", "check_reason", "note_event"]

_SHORTEST_REASON = 4


def check_acts(lead: Lead, user: User) -> None:
    """The handler acts on their own leads, the head on those of their procuratorate.

    Raises:
        LeadError: ``LEA-001``.
    """
    office = user.procuratorate
    if office is not None and lead.organisation_id == office.pk:
        if user.has_role(Role.HEAD):
            return
        if user.has_role(Role.HANDLER) and lead.handler_id == user.pk:
            return
    raise refuse(
        "LEA-001",
        _("only the handler of this lead or the head of the department may do this"),
        _("claim the lead first, or ask the head to assign it to you"),
    )


def check_open(lead: Lead) -> None:
    """A decided lead is not decided again.

    Raises:
        LeadError: ``LEA-002``.
    """
    if lead.state == State.DECIDED:
        raise refuse(
            "LEA-002",
            _("this lead is decided already"),
            _("open the lead to see the decision; reopen it first if it must be decided anew"),
        )


def check_reason(reason: str) -> str:
    """A reason is more than a dot.

    Returns:
        The reason without surrounding spaces.

    Raises:
        LeadError: ``LEA-003``.
    """
    text = reason.strip()
    if len(text) < _SHORTEST_REASON:
        raise refuse(
            "LEA-003",
            _("a reason is missing"),
            _("write in a sentence what the decision rests on; who reads the file later must understand it"),
        )
    return text


def check_department(office: Organisation | None, department: Organisation | None) -> Organisation:
    """A supervision lead goes to a department of one's own procuratorate.

    Raises:
        LeadError: ``LEA-004``.
    """
    if (
        office is None
        or department is None
        or department.kind != Kind.DEPARTMENT
        or department.parent_id != office.pk
        or not department.active
    ):
        raise refuse(
            "LEA-004",
            _("this is no department of this procuratorate"),
            _("choose a department from the list"),
        )
    return department


def check_handler(lead: Lead, handler: User) -> None:
    """A lead is assigned to an active handler of its procuratorate.

    Raises:
        LeadError: ``LEA-005``.
    """
    office = handler.procuratorate
    if (
        not handler.is_active
        or not handler.has_role(Role.HANDLER)
        or office is None
        or office.pk != lead.organisation_id
        or (lead.department_id is not None and handler.organisation_id != lead.department_id)
    ):
        raise refuse(
            "LEA-005",
            _("this person is no handler of the department that has the lead"),
            _("choose a handler from the list"),
        )


def note_event(lead: Lead, kind: EventKind, by: User | None, **detail: Any) -> LeadEvent:
    """Note what happened to a lead; ``detail`` holds no personal data."""
    return LeadEvent.objects.create(lead=lead, kind=kind, at=timezone.now(), by=by, detail=detail)
