"""Who may act on a lead, checked where it is written and not only in a button."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from yingjiu.office.accounts.models import Organisation, User
from yingjiu.office.accounts.roles import Role
from yingjiu.office.leads import selectors
from yingjiu.office.leads.errors import LeadError, refuse
from yingjiu.office.leads.models import Lead, LeadEvent, LeadHandover
from yingjiu.office.leads.states import EventKind, State

__all__ = [
    "acts_on",
    "check_acts",
    "check_department",
    "check_handler",
    "check_open",
    "check_reads_answer",
    "check_reason",
    "check_receives",
    "note_event",
    "reads_answer",
    "receives",
]

_SHORTEST_REASON = 4


def acts_on(lead: Lead, user: User) -> bool:
    """Whether a user acts on a lead: the handler on their own, the head on those of their procuratorate."""
    office = user.procuratorate
    if office is None or lead.organisation_id != office.pk:
        return False
    return user.has_role(Role.HEAD) or (user.has_role(Role.HANDLER) and lead.handler_id == user.pk)


def check_acts(lead: Lead, user: User) -> None:
    """Only who acts on a lead changes it; see :func:`acts_on`.

    Raises:
        LeadError: ``LEA-001``.
    """
    if not acts_on(lead, user):
        raise _not_yours()


def _not_yours() -> LeadError:
    return refuse(
        "LEA-001",
        _("only the handler of this lead or the head of the department may do this"),
        _("claim the lead first, or ask the head to assign it to you"),
    )


def receives(handover: LeadHandover, user: User) -> bool:
    """Whether a user answers for what was handed over: a handler or head of the department it went to."""
    department = user.department
    return (
        department is not None
        and department.pk == handover.to_department_id
        and user.has_role(Role.HANDLER, Role.HEAD)
    )


def check_receives(handover: LeadHandover, user: User) -> None:
    """Only the department that received a lead answers; see :func:`receives`.

    Raises:
        LeadError: ``LEA-017``.
    """
    if not receives(handover, user):
        raise refuse(
            "LEA-017",
            _("only the department that received the lead answers for it"),
            _("ask a handler or the head of that department"),
        )


def reads_answer(handover: LeadHandover, user: User) -> bool:
    """Whether an answer is for a user: the lead's handler, or the head of the department that sent it."""
    return LeadHandover.objects.answered_to(user).filter(pk=handover.pk).exists()


def check_reads_answer(handover: LeadHandover, user: User) -> None:
    """Only for whom an answer is says that it was read; see :func:`reads_answer`.

    Raises:
        LeadError: ``LEA-001``.
    """
    if not reads_answer(handover, user):
        raise _not_yours()


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


def check_department(lead: Lead, department: Organisation | None) -> Organisation:
    """A supervision lead goes to another department of its procuratorate, one that handles cases.

    Raises:
        LeadError: ``LEA-004``.
    """
    if department is None or not selectors.departments_for(lead).filter(pk=department.pk).exists():
        raise refuse(
            "LEA-004",
            _("this department takes no supervision lead from here"),
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
