"""Finding out what the data do not say: a call, a visit, a document, a question to an agency.

Answers stand beside what the data say and never replace them: a lead is judged by the models, and a person
decides with both in view.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from yingjiu.office.accounts.models import Kind, Organisation, User
from yingjiu.office.accounts.roles import Role
from yingjiu.office.audit.services import Action, record
from yingjiu.office.files.models import StoredFile
from yingjiu.office.files.services import attach
from yingjiu.office.frame.versions import claim as claim_version
from yingjiu.office.leads import first_check
from yingjiu.office.leads.deadlines import check_due
from yingjiu.office.leads.errors import refuse
from yingjiu.office.leads.models import Lead, LeadCheck
from yingjiu.office.leads.services.guards import check_acts, note_event
from yingjiu.office.leads.states import Answer, CheckKind, EventKind, State

__all__ = ["BASES", "answer_check", "ask_agency", "ask_visit", "call_off", "record_check"]

BASES: Final = ("casework", "consent")
"""On what a question to an agency rests: verification while handling a case, or recorded consent."""


@transaction.atomic
def record_check(
    *,
    lead: Lead,
    kind: CheckKind | str,
    user: User,
    note: str = "",
    answers: Mapping[str, str] | None = None,
    photos: Sequence[StoredFile] = (),
) -> LeadCheck:
    """Record what the handler found out: by telephone, on a visit of their own, in a document.

    Args:
        lead: the lead.
        kind: how.
        user: its handler, or the head.
        note: what was said or seen.
        answers: condition id → ``true``, ``false`` or ``unknown``.
        photos: pictures of a visit or a document.

    Raises:
        LeadError: ``LEA-001``, ``LEA-007``, ``LEA-009``.
    """
    check_acts(lead, user)
    now = timezone.now()
    check = LeadCheck(lead=lead, kind=CheckKind(kind), asked_by=user, asked_at=now)
    _fill(check, user, note, answers or {}, photos)
    note_event(lead, EventKind.CHECK_DONE, user, check=check.pk, how=check.kind)
    _take_up(lead)
    record(Action.DECISION, user=user, subject=lead, detail={"what": "check", "kind": check.kind})
    return check


@transaction.atomic
def ask_visit(
    *,
    lead: Lead,
    worker: User,
    question: str,
    user: User,
    conditions: Sequence[str] = (),
    due: date | None = None,
) -> LeadCheck:
    """Ask a grid worker to visit the person.

    Args:
        lead: the lead.
        worker: a grid worker of a partner of this procuratorate.
        question: what to find out, in words a neighbour may read: no more of the case than is needed.
        user: its handler, or the head.
        conditions: ids of the conditions to settle.
        due: until when; five working days unless given.

    Raises:
        LeadError: ``LEA-001``, ``LEA-007``, ``LEA-008``, ``LEA-009``.
    """
    check_acts(lead, user)
    place = worker.organisation
    if not (worker.is_active and worker.has_role(Role.GRID_WORKER)) or not _is_partner(place, lead):
        raise _no_partner()
    check = _ask(
        lead, CheckKind.VISIT, user, question=question, conditions=conditions, due=due, worker=worker
    )
    record(Action.DECISION, user=user, subject=lead, detail={"what": "ask_visit", "worker": worker.pk})
    return check


@transaction.atomic
def ask_agency(
    *,
    lead: Lead,
    agency: Organisation,
    question: str,
    basis: str,
    user: User,
    conditions: Sequence[str] = (),
    due: date | None = None,
) -> LeadCheck:
    """Ask an agency; the answer comes back on the lead.

    Args:
        lead: the lead.
        agency: a partner of this procuratorate.
        question: what is asked.
        basis: ``casework`` (verification while handling a case) or ``consent`` of the person.
        user: its handler, or the head.
        conditions: ids of the conditions to settle.
        due: until when; five working days unless given.

    Raises:
        LeadError: ``LEA-001``, ``LEA-007``, ``LEA-008``, ``LEA-009``.
    """
    check_acts(lead, user)
    if agency.kind != Kind.AGENCY or not agency.active or not _is_partner(agency, lead):
        raise _no_partner()
    if basis not in BASES:
        raise refuse(
            "LEA-009",
            _("the legal basis of the question is missing"),
            _("choose verification while handling the case, or the person's consent"),
        )
    check = _ask(
        lead,
        CheckKind.AGENCY,
        user,
        question=question,
        conditions=conditions,
        due=due,
        agency=agency,
        basis=basis,
    )
    detail = {"what": "ask_agency", "agency": agency.pk, "basis": basis}
    record(Action.DECISION, user=user, subject=lead, detail=detail)
    return check


@transaction.atomic
def answer_check(
    *,
    check: LeadCheck,
    user: User,
    version: int,
    note: str,
    answers: Mapping[str, str] | None = None,
    photos: Sequence[StoredFile] = (),
) -> LeadCheck:
    """Record what a grid worker or an agency found out.

    Args:
        check: what was asked.
        user: the grid worker who was asked, or a liaison of the agency.
        version: as the page showed it.
        note: what was found.
        answers: condition id → ``true``, ``false`` or ``unknown``.
        photos: pictures.

    Raises:
        Conflict: it was answered or called off meanwhile.
        LeadError: ``LEA-001``, ``LEA-006``, ``LEA-007``, ``LEA-009``.
    """
    check = claim_version(check, version, user)
    if check.worker_id != user.pk and not (
        check.agency_id is not None
        and check.agency_id == user.organisation_id
        and user.has_role(Role.LIAISON)
    ):
        raise refuse("LEA-001", _("this was asked of somebody else"), _("answer only what was asked of you"))
    _check_still_open(check)
    _fill(check, user, note, answers or {}, photos)
    note_event(check.lead, EventKind.CHECK_DONE, user, check=check.pk, how=check.kind)
    _take_up(check.lead)
    record(Action.DECISION, user=user, subject=check, detail={"what": "answer", "kind": check.kind})
    return check


@transaction.atomic
def call_off(*, check: LeadCheck, user: User, version: int) -> LeadCheck:
    """Call off a check that is not needed any more.

    Raises:
        Conflict: it was answered meanwhile.
        LeadError: ``LEA-001``, ``LEA-006``.
    """
    check = claim_version(check, version, user)
    check_acts(check.lead, user)
    _check_still_open(check)
    check.cancelled_at = timezone.now()
    check.save(update_fields=["cancelled_at"])
    note_event(check.lead, EventKind.CHECK_CANCELLED, user, check=check.pk, how=check.kind)
    record(Action.DECISION, user=user, subject=check.lead, detail={"what": "call_off", "check": check.pk})
    return check


def _ask(
    lead: Lead,
    kind: CheckKind,
    user: User,
    *,
    question: str,
    conditions: Sequence[str],
    due: date | None,
    worker: User | None = None,
    agency: Organisation | None = None,
    basis: str = "",
) -> LeadCheck:
    if not question.strip() and not conditions:
        raise refuse("LEA-009", _("nothing is asked"), _("write what should be found out"))
    _check_conditions(lead, conditions)
    check = LeadCheck(
        lead=lead,
        kind=kind,
        worker=worker,
        agency=agency,
        basis=basis,
        question=question.strip(),
        conditions=list(conditions),
        due=due or check_due(kind.value, timezone.localdate()),
        asked_by=user,
        asked_at=timezone.now(),
    )
    check.full_clean()
    check.save()
    note_event(lead, EventKind.CHECK_ASKED, user, check=check.pk, how=kind.value, of=str(worker or agency))
    _take_up(lead)
    return check


def _fill(
    check: LeadCheck, user: User, note: str, answers: Mapping[str, str], photos: Sequence[StoredFile]
) -> None:
    told = {name: answer for name, answer in answers.items() if answer}
    if not note.strip() and not told and not photos:
        raise refuse("LEA-009", _("nothing was recorded"), _("write what was found, or answer a question"))
    wrong = [answer for answer in told.values() if answer not in Answer.values]
    if wrong:
        raise _no_answer()
    _check_conditions(check.lead, list(told))
    check.note = note.strip()
    check.answers = dict(told)
    check.done_at = timezone.now()
    check.done_by = user
    check.full_clean()
    check.save()
    for photo in photos:
        attach(photo)
    if photos:
        check.photos.set(photos)
    first_check.met(check.lead, user)


def _check_conditions(lead: Lead, names: Sequence[str]) -> None:
    known = {name for reason in lead.finding["reasons"] for name, _place in reason["conditions"]}
    if set(names) - known:
        raise _no_answer()


def _check_still_open(check: LeadCheck) -> None:
    if not check.open:
        raise refuse(
            "LEA-006", _("this check is done or was called off"), _("open the list to see the others")
        )


def _no_answer() -> Exception:
    return refuse(
        "LEA-007", _("this is no question of this lead, or no answer to it"), _("open the page again")
    )


def _no_partner() -> Exception:
    return refuse("LEA-008", _("this is no partner of this procuratorate"), _("choose one from the list"))


def _is_partner(place: Organisation | None, lead: Lead) -> bool:
    return place is not None and place.parent_id == lead.organisation_id


def _take_up(lead: Lead) -> None:
    """A lead on which something is being found out is in work; a decision stays."""
    taken = Lead.objects.filter(
        pk=lead.pk, state__in=[State.NEW, State.REOPENED, State.ASSIGNED], handler__isnull=False
    )
    if taken.update(state=State.CHECKING):
        lead.state = State.CHECKING
