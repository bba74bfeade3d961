"""The agency's side: open, accept, reject, ask for more time, report what was done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from yingjiu.office.accounts.models import User
from yingjiu.office.clocks import services as clocks
from yingjiu.office.files.models import StoredFile
from yingjiu.office.files.services import attach
from yingjiu.office.referrals.errors import ReferralDataError, fault
from yingjiu.office.referrals.machine import perform
from yingjiu.office.referrals.models import Referral
from yingjiu.office.referrals.services.guards import check_agency, claimed, needs, not_past, tell
from yingjiu.office.referrals.states import EventKind, Result

__all__ = ["MeasureResult", "accept", "ask_more_time", "finish", "reject", "seen"]


@dataclass(frozen=True, slots=True)
class MeasureResult:
    """What became of one measure.

    Attributes:
        result: one of :class:`~yingjiu.office.referrals.states.Result`.
        note: since when, how much a month, or why not.
        amount: money given once, in yuan.
    """

    result: str
    note: str = ""
    amount: Decimal | None = None


@transaction.atomic
def seen(*, referral: Referral, user: User) -> None:
    """Note that the agency opened the referral; the first time only."""
    if not referral.events.filter(kind=EventKind.SEEN).exists():
        tell(referral, EventKind.SEEN, user)


@transaction.atomic
def accept(*, referral: Referral, user: User, version: int, note: str = "") -> Referral:
    """Take the referral on; the time to act begins.

    Raises:
        NotAllowedError: ``REF-001``, ``REF-008``.
    """
    check_agency(referral.agency, user)
    referral = claimed(referral, version, user)
    perform(referral, "accept")
    today = timezone.localdate()
    _stop_clocks(referral, today, user)
    clock = clocks.start(
        referral,
        "referral.act",
        on=today,
        organisation=referral.organisation,
        department=referral.department,
        handler=referral.handler,
        agency=referral.agency,
        secrecy=referral.secrecy,
        user=user,
    )
    referral.answered_on, referral.due_on = today, clock.due_on
    referral.answer = note.strip()
    referral.save()
    tell(referral, EventKind.ACCEPTED, user, note.strip(), until=clock.due_on)
    return referral


@transaction.atomic
def reject(*, referral: Referral, user: User, version: int, reason: str) -> Referral:
    """Refuse the referral, with a reason that the procuratorate reads.

    Raises:
        NotAllowedError: ``REF-001``, ``REF-008``.
        ReferralDataError: ``REF-010`` no reason.
    """
    check_agency(referral.agency, user)
    told = needs(reason, _("the reason"))
    referral = claimed(referral, version, user)
    perform(referral, "reject")
    today = timezone.localdate()
    _stop_clocks(referral, today, user)
    referral.answered_on = referral.answered_on or today
    referral.closed_on, referral.due_on = today, None
    referral.answer = told
    referral.measures.update(result=Result.REFUSED)
    referral.save()
    tell(referral, EventKind.REJECTED, user, told)
    return referral


@transaction.atomic
def ask_more_time(*, referral: Referral, user: User, version: int, until: date, reason: str) -> Referral:
    """Ask for a later day; the clock runs on until the procuratorate approves.

    Raises:
        NotAllowedError: ``REF-001``, ``REF-008``.
        ReferralDataError: ``REF-010`` no reason, ``REF-011`` the day is not later.
    """
    check_agency(referral.agency, user)
    told = needs(reason, _("the reason"))
    not_past(until, referral.due_on)
    referral = claimed(referral, version, user)
    before = str(referral.state)
    perform(referral, "ask_time")
    referral.asked_from, referral.asked_until = before, until
    referral.save()
    tell(referral, EventKind.ASKED_TIME, user, told, until=until)
    return referral


@transaction.atomic
def finish(
    *,
    referral: Referral,
    user: User,
    version: int,
    results: Mapping[str, MeasureResult],
    proof: StoredFile | None = None,
    proof_text: str = "",
) -> Referral:
    """Report what was done, measure by measure, with proof.

    Args:
        referral: accepted.
        user: a liaison of the agency.
        version: what the user's page showed.
        results: by key of the measure; every measure of the letter has one.
        proof: the notice, the list of payments, or a photo of it.
        proof_text: where the proof is kept, or the number of the notice.

    Raises:
        NotAllowedError: ``REF-001``, ``REF-008``.
        ReferralDataError: ``REF-015`` a measure without a result, ``REF-016`` neither file nor words as
            proof, ``REF-017`` nothing was given at all, ``REF-018`` a refused measure without a reason.
    """
    check_agency(referral.agency, user)
    referral = claimed(referral, version, user)
    _check_results(referral, results, proof, proof_text)
    perform(referral, "finish")
    today = timezone.localdate()
    for row in referral.measures.all():
        told = results[row.key]
        row.result, row.note, row.amount = told.result, told.note.strip(), told.amount
        row.full_clean()
        row.save()
    _stop_clocks(referral, today, user)
    referral.closed_on, referral.due_on = today, None
    referral.proof, referral.proof_text = proof, proof_text.strip()
    referral.save()
    if proof is not None:
        attach(proof)
    tell(referral, EventKind.DONE, user, proof_text.strip())
    return referral


def _check_results(
    referral: Referral, results: Mapping[str, MeasureResult], proof: StoredFile | None, proof_text: str
) -> None:
    faults = []
    answered = {Result.GIVEN, Result.IN_PROGRESS, Result.REFUSED}
    for row in referral.measures.all():
        told = results.get(row.key)
        if told is None or told.result not in answered:
            faults.append(
                fault(
                    "REF-015", _("a measure has no result: {title}").format(title=row.title), _("choose one")
                )
            )
        elif told.result == Result.REFUSED and len(told.note.strip()) < 2:
            faults.append(
                fault(
                    "REF-018",
                    _("say why the person does not qualify: {title}").format(title=row.title),
                    _("write the reason beside it"),
                )
            )
    if proof is None and len(proof_text.strip()) < 2:
        faults.append(
            fault(
                "REF-016", _("proof is missing"), _("upload a file, or write what proves it and where it is")
            )
        )
    given = {Result.GIVEN, Result.IN_PROGRESS}
    if not faults and not any(each.result in given for each in results.values()):
        faults.append(
            fault(
                "REF-017",
                _("nothing was given"),
                _("reject the referral with a reason instead, so that the procuratorate can look again"),
            )
        )
    if faults:
        raise ReferralDataError(*faults)


def _stop_clocks(referral: Referral, on: date, user: User) -> None:
    for limit in ("referral.answer", "referral.act"):
        clocks.stop_if_running(referral, limit, on=on, user=user)
