"""What becomes of a supervision lead in the department that takes it over.

After 《人民检察院内部移送法律监督线索工作规定》: the department accepts it and reports the result, or
returns it with a reason. The limit is the office's own (``leads.handover_answer``).
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from yingjiu.office.accounts.models import User
from yingjiu.office.audit.services import Action, record
from yingjiu.office.clocks import services as clocks
from yingjiu.office.clocks.models import Clock
from yingjiu.office.frame.versions import claim as claim_version
from yingjiu.office.leads import first_check
from yingjiu.office.leads.deadlines import deadline
from yingjiu.office.leads.errors import refuse
from yingjiu.office.leads.models import Lead, LeadDecision, LeadHandover
from yingjiu.office.leads.services.guards import check_reads_answer, check_reason, check_receives, note_event
from yingjiu.office.leads.states import EventKind, HandoverResult, HandoverState, Outcome, State

__all__ = [
    "LIMIT",
    "accept_handover",
    "come_back",
    "follow_clock",
    "hand_over",
    "note_answer",
    "read_by_deciding",
    "report_handover",
    "return_handover",
    "taken_over",
    "undecide",
]

LIMIT: Final = "leads.handover_answer"


def hand_over(lead: Lead, decision: LeadDecision, user: User) -> LeadHandover:
    """Give a lead to the department that its decision names, with a limit; part of that decision."""
    assert decision.to_department is not None  # noqa: S101 - decide() has seen to it
    given = LeadHandover(
        lead=lead,
        decision=decision,
        from_department=lead.department or user.department,
        to_department=decision.to_department,
        by=user,
        at=decision.at,
        changed_by=user,
        changed_at=decision.at,
    )
    given.full_clean(validate_constraints=False)
    given.save()
    clock = clocks.start(
        given,
        LIMIT,
        on=timezone.localdate(decision.at),
        organisation=lead.organisation,
        department=decision.to_department,
        secrecy=lead.secrecy,
        user=user,
    )
    given.due = clock.due_on
    given.save(update_fields=["due"])
    return given


def follow_clock(clock: Clock) -> None:
    """More time was given, or its days were counted anew: the answer is due on the day of its limit."""
    LeadHandover.objects.filter(pk=clock.subject_id).update(due=clock.due_on)


@transaction.atomic
def accept_handover(*, handover: LeadHandover, user: User, version: int) -> LeadHandover:
    """Take over a lead for one's department.

    Args:
        handover: waits for the department.
        user: handler or head of the department.
        version: as the page showed it.

    Raises:
        Conflict: somebody changed it meanwhile.
        LeadError: ``LEA-017``, ``LEA-018``.
    """
    handover = _received(handover, user, version, HandoverState.SENT)
    handover.state, handover.receiver, handover.accepted_at = HandoverState.ACCEPTED, user, timezone.now()
    handover.save()
    clocks.hand_over(handover, handler=user, department=handover.to_department)
    _tell(handover, EventKind.HANDOVER_ACCEPTED, user, "accept_handover")
    return handover


@transaction.atomic
def return_handover(*, handover: LeadHandover, reason: str, user: User, version: int) -> LeadHandover:
    """Give a lead back to the department that handed it over, which decides it anew.

    Args:
        handover: waits for the department, or was accepted.
        reason: why it is none of the department's, or what is missing.
        user: handler or head of the department.
        version: as the page showed it.

    Raises:
        Conflict: somebody changed it meanwhile.
        LeadError: ``LEA-003``, ``LEA-017``, ``LEA-018``.
    """
    lead = Lead.objects.select_for_update(no_key=True).get(pk=handover.lead_id)  # as whoever reopens it
    handover = _received(handover, user, version, HandoverState.SENT, HandoverState.ACCEPTED)
    told = check_reason(reason)
    _answered(handover, HandoverState.RETURNED, told, user)
    if lead.decisions.filter(pk=handover.decision_id, ended_at=None).exists():
        now = timezone.now()
        come_back(lead, user, now)
        lead.version += 1
        lead.changed_by, lead.changed_at = user, now
        lead.save()
        first_check.begin(lead, user)
    _tell(handover, EventKind.HANDOVER_RETURNED, user, "return_handover", purpose=told)
    return handover


@transaction.atomic
def report_handover(
    *, handover: LeadHandover, result: HandoverResult | str, details: str, user: User, version: int
) -> LeadHandover:
    """Tell the department that handed a lead over what came of it.

    Args:
        handover: was accepted.
        result: what came of it.
        details: in words.
        user: handler or head of the department.
        version: as the page showed it.

    Raises:
        Conflict: somebody changed it meanwhile.
        LeadError: ``LEA-003``, ``LEA-017``, ``LEA-018``.
    """
    handover = _received(handover, user, version, HandoverState.ACCEPTED)
    told = check_reason(details)
    handover.result = HandoverResult(result)
    _answered(handover, HandoverState.REPORTED, told, user)
    _tell(handover, EventKind.HANDOVER_REPORTED, user, "report_handover", result=handover.result)
    return handover


@transaction.atomic
def note_answer(*, handover: LeadHandover, user: User, version: int) -> LeadHandover:
    """Say that the answer was read; it then leaves the desk.

    Raises:
        Conflict: somebody changed it meanwhile.
        LeadError: ``LEA-001``, ``LEA-018``.
    """
    handover = claim_version(handover, version, user)
    check_reads_answer(handover, user)
    _check_state(handover, HandoverState.REPORTED, HandoverState.RETURNED)
    handover.noted_at = timezone.now()
    handover.save()
    record(Action.DECISION, user=user, subject=handover, detail={"what": "note_answer"})
    return handover


def read_by_deciding(lead: Lead) -> None:
    """Who decides a lead anew has read why it came back."""
    LeadHandover.objects.filter(lead=lead, state=HandoverState.RETURNED, noted_at=None).update(
        noted_at=timezone.now()
    )


def taken_over(lead: Lead) -> bool:
    """Whether another department works on a lead: its decision stands until that department answers."""
    return lead.handovers.filter(state=HandoverState.ACCEPTED).exists()


def undecide(lead: Lead, user: User | None, at: datetime) -> None:
    """The decision of a lead stands no more; what no department has accepted yet is withdrawn.

    Inside the transaction of a caller who holds the lead, and saves it.

    Args:
        lead: decided.
        user: by whom; None for a run of the models.
        at: the moment.

    Raises:
        LeadError: ``LEA-018`` another department works on it.
    """
    _withdraw_handover(lead, user)
    lead.decisions.filter(ended_at=None).update(ended_at=at)
    lead.state, lead.outcome_decided, lead.decided_at = State.REOPENED, "", None
    lead.to_department = None


def come_back(lead: Lead, user: User | None, at: datetime) -> None:
    """As :func:`undecide`; and the lead is looked at as one that has just arrived."""
    undecide(lead, user, at)
    lead.arrived_at, lead.deadline = at, deadline(lead.level, timezone.localdate(at))


def _withdraw_handover(lead: Lead, user: User | None) -> None:
    if lead.outcome_decided != Outcome.SUPERVISION:
        return
    handover = LeadHandover.objects.open().select_for_update(no_key=True).filter(lead=lead).first()
    if handover is None:
        return
    if handover.state != HandoverState.SENT:
        raise refuse(
            "LEA-018",
            _("{department} has accepted the lead and works on it").format(department=handover.to_department),
            _("ask {department} to return the lead").format(department=handover.to_department),
        )
    handover.version += 1
    handover.changed_by, handover.changed_at = user, timezone.now()
    handover.state = HandoverState.WITHDRAWN
    handover.save()
    clocks.cancel_if_running(
        handover,
        LIMIT,
        on=timezone.localdate(),
        reason=gettext_noop("the handing over was withdrawn"),
        user=user,
    )
    _tell(handover, EventKind.HANDOVER_WITHDRAWN, user, "withdraw_handover")


def _received(handover: LeadHandover, user: User, version: int, *states: HandoverState) -> LeadHandover:
    check_receives(handover, user)
    handover = claim_version(handover, version, user)
    _check_state(handover, *states)
    return handover


def _check_state(handover: LeadHandover, *states: HandoverState) -> None:
    if handover.state not in states:
        raise refuse(
            "LEA-018",
            _("this cannot be done now: {state}").format(state=handover.get_state_display()),
            _("open its page again and see what happened"),
        )


def _answered(handover: LeadHandover, state: HandoverState, answer: str, user: User) -> None:
    handover.state, handover.answer = state, answer
    handover.answered_by, handover.answered_at = user, timezone.now()
    handover.full_clean(validate_constraints=False)
    handover.save()
    clocks.stop_if_running(handover, LIMIT, on=timezone.localdate(), user=user)


def _tell(
    handover: LeadHandover,
    kind: EventKind,
    user: User | None,
    what: str,
    *,
    purpose: str = "",
    result: str = "",
) -> None:
    """What happened stands in the history of the lead, and in the record."""
    note_event(handover.lead, kind, user, of=str(handover.to_department), result=result)
    record(
        Action.DECISION,
        user=user,
        subject=handover,
        purpose=purpose,
        detail={"what": what, "lead": handover.lead_id, "result": result},
    )
