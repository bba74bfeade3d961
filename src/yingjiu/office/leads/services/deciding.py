"""What becomes of a lead. A run of the models never undoes it; changed facts bring a dismissed lead back."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from yingjiu.office.accounts.models import Organisation, User
from yingjiu.office.audit.services import Action, record
from yingjiu.office.frame.versions import claim as claim_version
from yingjiu.office.leads import first_check
from yingjiu.office.leads.errors import refuse
from yingjiu.office.leads.facts import facts_of
from yingjiu.office.leads.models import Lead, LeadDecision
from yingjiu.office.leads.services.guards import (
    check_acts,
    check_department,
    check_open,
    check_reason,
    note_event,
)
from yingjiu.office.leads.services.handing_over import hand_over, read_by_deciding, undecide
from yingjiu.office.leads.services.handling import check_many
from yingjiu.office.leads.states import EventKind, Outcome, State

__all__ = ["decide", "dismiss_many", "reopen"]


@transaction.atomic
def decide(
    *,
    lead: Lead,
    outcome: Outcome | str,
    reason: str,
    user: User,
    version: int,
    to_department: Organisation | None = None,
) -> LeadDecision:
    """Decide what becomes of a lead: a person's judgement, kept with the facts it rests on.

    Outcomes after 最高检典型案例 5 and the Rules of 2021: a relief case; referral only, where hardship does
    not come from the case (art. 5); a supervision lead to another department; dismissal.

    Args:
        lead: the lead.
        outcome: one of :class:`~yingjiu.office.leads.states.Outcome`.
        reason: in words; for a relief case it may be empty, for the case tells it.
        user: its handler, or the head.
        version: as the page showed it.
        to_department: for a supervision lead, the department that takes it over.

    Returns:
        The decision.

    Raises:
        Conflict: somebody changed the lead meanwhile; nothing is written.
        LeadError: ``LEA-001`` to ``LEA-004``.
    """
    lead = claim_version(lead, version, user)
    check_acts(lead, user)
    check_open(lead)
    chosen = Outcome(outcome)
    told = reason.strip() if chosen is Outcome.RELIEF_CASE else check_reason(reason)
    department = None
    if chosen is Outcome.SUPERVISION:
        department = check_department(lead, to_department)
    now = timezone.now()
    decision = LeadDecision(
        lead=lead,
        outcome=chosen,
        reason=told,
        to_department=department,
        by=user,
        at=now,
        facts_digest=lead.facts_digest,
        facts=facts_of(lead.finding),  # type: ignore[misc] # JSON, where the stubs see a text
    )
    decision.full_clean(validate_constraints=False)
    decision.save()
    lead.state = State.DECIDED
    lead.outcome_decided = chosen
    lead.decided_at = now
    lead.to_department = department
    lead.save(update_fields=["state", "outcome_decided", "decided_at", "to_department"])
    first_check.met(lead, user)
    read_by_deciding(lead)
    if chosen is Outcome.SUPERVISION:
        hand_over(lead, decision, user)
    note_event(
        lead, EventKind.DECIDED, user, outcome=chosen.value, department=str(department) if department else ""
    )
    record(
        Action.DECISION,
        user=user,
        subject=lead,
        purpose=told,
        detail={"what": "decide", "outcome": chosen.value, "facts": lead.facts_digest},
    )
    return decision


@transaction.atomic
def dismiss_many(*, leads: Sequence[Lead], reason: str, user: User) -> int:
    """Dismiss several leads for one reason; all or none, each on record by itself.

    Args:
        leads: as the page showed them, with their versions.
        reason: in words.
        user: handler of all of them, or the head.

    Returns:
        How many.

    Raises:
        Conflict: somebody changed one of them meanwhile.
        LeadError: ``LEA-012`` and those of :func:`decide`.
    """
    check_many(leads)
    for lead in leads:
        decide(lead=lead, outcome=Outcome.DISMISSED, reason=reason, user=user, version=lead.version)
    return len(leads)


@transaction.atomic
def reopen(*, lead: Lead, reason: str, user: User, version: int) -> Lead:
    """Take a decision back: a person's own second thought.

    A lead that became a relief case is not reopened here; the case is. One that another department has
    accepted is returned by that department.

    Raises:
        Conflict: somebody changed the lead meanwhile.
        LeadError: ``LEA-001``, ``LEA-003``, ``LEA-010``; ``LEA-018`` another department works on it.
    """
    lead = claim_version(lead, version, user)
    check_acts(lead, user)
    told = check_reason(reason)
    if lead.state != State.DECIDED or lead.outcome_decided == Outcome.RELIEF_CASE:
        raise refuse(
            "LEA-010",
            _("there is no decision here that could be taken back"),
            _("a relief case is closed or withdrawn on its own page"),
        )
    undecide(lead, user, timezone.now())
    if lead.handler_id is not None:
        lead.state = State.ASSIGNED
    lead.save(update_fields=["state", "outcome_decided", "decided_at", "to_department"])
    first_check.begin(lead, user)
    note_event(lead, EventKind.REOPENED, user)
    record(Action.DECISION, user=user, subject=lead, purpose=told, detail={"what": "reopen"})
    return lead
