"""The procuratorate's side: propose, draft, record the ground, send, give time, reopen, withdraw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from yingjiu.language import speaking
from yingjiu.office.accounts.models import Kind, Organisation, User
from yingjiu.office.clocks import services as clocks
from yingjiu.office.documents import services as documents
from yingjiu.office.files.models import StoredFile
from yingjiu.office.files.services import attach
from yingjiu.office.leads.models import Lead
from yingjiu.office.people.models import Person
from yingjiu.office.phrases import listed
from yingjiu.office.referrals.errors import MeasureError, NotAllowedError, ReferralDataError, fault
from yingjiu.office.referrals.facts import catalogue, gather
from yingjiu.office.referrals.letters import TEMPLATE, sending
from yingjiu.office.referrals.machine import check_open, perform
from yingjiu.office.referrals.matching import MatchedMeasure, match
from yingjiu.office.referrals.models import Proposal, Referral, ReferralMeasure
from yingjiu.office.referrals.services.guards import check_works, claimed, needs, tell
from yingjiu.office.referrals.states import EventKind, Ground, OnWhoseWord, Result, State
from yingjiu.office.relief.models import ReliefCase
from yingjiu.screening.logic import Truth

__all__ = [
    "change",
    "create",
    "give_time",
    "propose",
    "record_ground",
    "refuse_time",
    "reopen",
    "send",
    "withdraw",
]

TEXTS = ("case_summary", "hardship", "relief_given", "reason", "contact_name", "contact_phone")


def propose(
    subject: Lead | ReliefCase | Person,
    *,
    answers: Mapping[str, Truth] | None = None,
    numbers: Mapping[str, Decimal] | None = None,
) -> list[MatchedMeasure]:
    """The measures of the catalogue, judged for the person of a lead or case.

    Args:
        subject: a lead, a relief case, or a person.
        answers: facts that the handler knows.
        numbers: numbers that the handler knows.

    Returns:
        Every measure, the best founded first; see :func:`~yingjiu.office.referrals.matching.match`.
    """
    person = subject if isinstance(subject, Person) else subject.person
    lead = subject if isinstance(subject, Lead) else None
    case = subject if isinstance(subject, ReliefCase) else None
    return match(gather(person, lead=lead, case=case, answers=answers, numbers=numbers), catalogue())


@transaction.atomic
def create(
    *,
    subject: Lead | ReliefCase,
    agency: Organisation,
    measures: Sequence[str],
    user: User,
    reasons: Mapping[str, str] | None = None,
    matched: Sequence[MatchedMeasure] | None = None,
    urgent: bool = False,
    **texts: str,
) -> Referral:
    """Draft a referral to one agency.

    Args:
        subject: the lead or case it comes from.
        agency: a partner of the procuratorate.
        measures: keys of the catalogue, at least one; each of this agency's kind or any.
        user: who drafts it, and handles it if the matter has no handler.
        reasons: what the letter says each measure rests on; the facts that hold unless given.
        matched: what :func:`propose` said, kept with the draft.
        urgent: whether the agency is asked to act at once.
        **texts: ``case_summary hardship relief_given reason contact_name contact_phone``.

    Returns:
        The draft.

    Raises:
        NotAllowedError: ``REF-007`` not the user's matter.
        ReferralDataError: ``REF-012`` no partner, ``REF-013`` an open referral names the same measure.
        MeasureError: ``REF-030`` no such measure, ``REF-031`` none.
    """
    check_works(subject.organisation, subject.handler, user)
    if agency.kind != Kind.AGENCY or agency.parent_id != subject.organisation_id or not agency.active:
        raise ReferralDataError(
            fault("REF-012", _("this is no partner of this procuratorate"), _("choose one from the list"))
        )
    lead, case = (subject, None) if isinstance(subject, Lead) else (subject.lead, subject)
    referral = Referral(
        organisation=subject.organisation,
        department=subject.department or user.department,
        handler=subject.handler or user,
        secrecy=subject.secrecy,
        agency=agency,
        person=subject.person,
        lead=lead,
        case=case,
        urgent=urgent,
        changed_by=user,
        changed_at=timezone.now(),
        **_texts(texts),
    )
    referral.full_clean()
    referral.save()
    _put_measures(referral, measures, reasons or {}, matched or ())
    if matched is not None:
        proposal = Proposal(referral=referral, told=_told(matched))  # type: ignore[misc]  # a field of JSON
        proposal.full_clean()
        proposal.save()
    tell(referral, EventKind.CREATED, user)
    return referral


@transaction.atomic
def change(
    *,
    referral: Referral,
    user: User,
    version: int,
    measures: Sequence[str] | None = None,
    reasons: Mapping[str, str] | None = None,
    urgent: bool | None = None,
    **texts: str,
) -> Referral:
    """Change a draft.

    Raises:
        NotAllowedError: ``REF-007``, ``REF-009`` it is no draft any more.
    """
    check_works(referral.organisation, referral.handler, user)
    referral = claimed(referral, version, user)
    _check_draft(referral)
    for name, text in _texts(texts).items():
        setattr(referral, name, text)
    if urgent is not None:
        referral.urgent = urgent
    if measures is not None:
        known = {each.key: each.reason for each in referral.measures.all()}
        referral.measures.all().delete()
        _put_measures(referral, measures, {**known, **(reasons or {})}, ())
    referral.full_clean()
    referral.save()
    tell(referral, EventKind.CHANGED, user)
    return referral


@transaction.atomic
def record_ground(
    *,
    referral: Referral,
    ground: str,
    text: str,
    user: User,
    version: int,
    consent_on: date | None = None,
    consent_file: StoredFile | None = None,
) -> Referral:
    """Record why the person's data may be given to the agency (PIPL art. 13, 14, 34).

    Args:
        referral: a draft.
        ground: one of :class:`~yingjiu.office.referrals.states.Ground`.
        text: how consent was given, or the rule with its article.
        user: who records it.
        version: what the user's page showed.
        consent_on: the day of the consent.
        consent_file: the signed consent.

    Raises:
        NotAllowedError: ``REF-007``, ``REF-009``.
        ReferralDataError: ``REF-010`` no text, ``REF-014`` consent without a day, or in the future.
    """
    check_works(referral.organisation, referral.handler, user)
    told = needs(text, _("the rule, or how consent was given"))
    today = timezone.localdate()
    if ground == Ground.CONSENT and (consent_on is None or consent_on > today):
        raise ReferralDataError(
            fault(
                "REF-014",
                _("consent has a day, and it is not in the future"),
                _("enter the day on which the person agreed"),
            )
        )
    referral = claimed(referral, version, user)
    _check_draft(referral)
    referral.ground, referral.ground_text = ground, told
    referral.consent_on = consent_on if ground == Ground.CONSENT else None
    referral.consent_file = consent_file
    referral.ground_by, referral.ground_at = user, timezone.now()
    referral.full_clean()
    referral.save()
    if consent_file is not None:
        attach(consent_file)
    tell(referral, EventKind.GROUND, user, told)
    return referral


@transaction.atomic
def send(*, referral: Referral, user: User, version: int, request: Any = None) -> Referral:
    """Issue the letter and put the referral before the agency; its time to answer begins.

    Raises:
        NotAllowedError: ``REF-001`` to ``REF-007``: every unmet condition of the machine.
        FieldsError: a field of the letter is missing; all of them.
    """
    check_works(referral.organisation, referral.handler, user)
    referral = claimed(referral, version, user)
    check_open(referral, "send")
    letter = documents.produce(TEMPLATE, referral, user, request=request)
    with sending(referral):
        referral.letter = documents.issue(document=letter, user=user, request=request)
    today = timezone.localdate()
    perform(referral, "send")
    referral.sent_on = today
    _begin_answer(referral, today, user)
    referral.save()
    if referral.case is not None:
        clocks.stop_if_running(referral.case, "relief.refer_after_close", on=today, user=user)
    tell(referral, EventKind.SENT, user, until=referral.due_on)
    return referral


@transaction.atomic
def give_time(*, referral: Referral, user: User, version: int, reason: str = "") -> Referral:
    """Approve the agency's request for more time.

    Raises:
        NotAllowedError: ``REF-001``, ``REF-007``.
    """
    check_works(referral.organisation, referral.handler, user)
    referral = claimed(referral, version, user)
    check_open(referral, "give_time")
    asked = referral.events.filter(kind=EventKind.ASKED_TIME).last()
    until = referral.asked_until
    assert asked is not None  # noqa: S101 - the state says so
    assert until is not None  # noqa: S101 - as above
    today = timezone.localdate()
    clock = _clock(referral)
    if clock is not None:
        clocks.extend(clock, approved_by=user, user=asked.user, reason=asked.text, on=today, until=until)
        clock.refresh_from_db()
        referral.due_on = clock.due_on
    perform(referral, "give_time")
    _forget_request(referral)
    tell(referral, EventKind.GIVEN_TIME, user, reason.strip(), until=referral.due_on)
    return referral


@transaction.atomic
def refuse_time(*, referral: Referral, user: User, version: int, reason: str) -> Referral:
    """Refuse the agency's request for more time; the day stays as it was.

    Raises:
        NotAllowedError: ``REF-001``, ``REF-007``.
        ReferralDataError: ``REF-010`` no reason.
    """
    check_works(referral.organisation, referral.handler, user)
    told = needs(reason, _("the reason"))
    referral = claimed(referral, version, user)
    perform(referral, "refuse_time")
    _forget_request(referral)
    tell(referral, EventKind.REFUSED_TIME, user, told)
    return referral


@transaction.atomic
def reopen(*, referral: Referral, on_whose_word: str, reason: str, user: User, version: int) -> Referral:
    """Ask the agency again: the help did not arrive, or the refusal does not hold.

    Args:
        referral: rejected or done.
        on_whose_word: one of :class:`~yingjiu.office.referrals.states.OnWhoseWord`.
        reason: what is not settled; the agency reads it.
        user: who reopens it.
        version: what the user's page showed.

    Raises:
        NotAllowedError: ``REF-001``, ``REF-002``, ``REF-004``, ``REF-005``, ``REF-007``.
        ReferralDataError: ``REF-010``.
    """
    check_works(referral.organisation, referral.handler, user)
    told = needs(reason, _("the reason"))
    word = OnWhoseWord(on_whose_word)
    referral = claimed(referral, version, user)
    perform(referral, "reopen")
    referral.answered_on = referral.closed_on = None
    referral.measures.update(result=Result.OPEN)
    _begin_answer(referral, timezone.localdate(), user)
    referral.save()
    tell(referral, EventKind.REOPENED, user, told, until=referral.due_on, on_whose_word=word)
    return referral


@transaction.atomic
def withdraw(*, referral: Referral, reason: str, user: User, version: int) -> Referral:
    """Take a referral back; the agency still sees that there was one, and why it ended.

    Raises:
        NotAllowedError: ``REF-001``, ``REF-007``.
        ReferralDataError: ``REF-010``.
    """
    check_works(referral.organisation, referral.handler, user)
    told = needs(reason, _("the reason"))
    referral = claimed(referral, version, user)
    perform(referral, "withdraw")
    today = timezone.localdate()
    clock = _clock(referral)
    if clock is not None:
        clocks.cancel(clock, on=today, reason=told, user=user)
    referral.closed_on, referral.due_on = today, None
    referral.save()
    tell(referral, EventKind.WITHDRAWN, user, told)
    return referral


def _texts(texts: Mapping[str, str]) -> dict[str, str]:
    unknown = set(texts) - set(TEXTS)
    if unknown:
        raise TypeError(f"no texts of a referral: {sorted(unknown)}")
    return {name: text.strip() for name, text in texts.items()}


def _put_measures(
    referral: Referral, keys: Sequence[str], reasons: Mapping[str, str], matched: Sequence[MatchedMeasure]
) -> None:
    known = catalogue()
    if not keys:
        raise MeasureError(fault("REF-031", _("no measure is chosen"), _("tick at least one")))
    said = {each.key: each.reason for each in matched}
    busy = set(
        ReferralMeasure.objects.filter(
            referral__person=referral.person_id,
            referral__agency=referral.agency_id,
            referral__state__in=[*_BUSY],
            key__in=keys,
        )
        .exclude(referral=referral)
        .values_list("title", flat=True)
    )
    if busy:
        raise ReferralDataError(
            fault(
                "REF-013",
                _("this agency has not yet answered a referral for the same measure"),
                _("wait for its answer, or withdraw the earlier one"),
                listed(sorted(busy)),
            )
        )
    for key in dict.fromkeys(keys):
        measure = known.measures.get(key)
        if measure is None:
            raise MeasureError(
                fault("REF-030", _("there is no such measure"), _("choose one from the list"), key[:60])
            )
        with speaking("zh"):  # the letter is Chinese, whatever the handler reads
            basis = measure.cited
        row = ReferralMeasure(
            referral=referral,
            key=key,
            title=measure.title,
            reason=(reasons.get(key) or said.get(key) or "").strip(),
            basis=basis[:300],
        )
        row.full_clean()
        row.save()


_BUSY = (State.SENT, State.REOPENED, State.ACCEPTED, State.MORE_TIME)


def _told(matched: Sequence[MatchedMeasure]) -> dict[str, Any]:
    """What was known at the time, for whoever asks later why these measures and no others."""
    return {
        each.key: {
            "title": each.measure.title,
            "outcome": each.outcome,
            "recommended": each.recommended,
            "facts": [[fact.key, fact.says, fact.truth, list(fact.evidence)] for fact in each.facts],
        }
        for each in matched
    }


def _check_draft(referral: Referral) -> None:
    if referral.state != State.DRAFT:
        raise NotAllowedError(
            fault(
                "REF-009",
                _("what was sent is not changed any more"),
                _("withdraw it and draft a new one, or reopen it once it is answered"),
            )
        )


def _begin_answer(referral: Referral, on: date, user: User) -> None:
    clock = clocks.start(
        referral,
        "referral.answer",
        on=on,
        organisation=referral.organisation,
        department=referral.department,
        handler=referral.handler,
        agency=referral.agency,
        secrecy=referral.secrecy,
        user=user,
    )
    referral.due_on = clock.due_on


def _clock(referral: Referral) -> Any:
    """The clock that runs for the agency: of its answer, or of its acting."""
    return clocks.running(referral, "referral.answer") or clocks.running(referral, "referral.act")


def _forget_request(referral: Referral) -> None:
    referral.asked_from, referral.asked_until = "", None
    referral.save()
