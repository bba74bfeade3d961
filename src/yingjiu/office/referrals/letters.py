"""What the letter to an agency says (社会救助建议函): every field comes from the referral."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from yingjiu.codes import CODE_LISTS
from yingjiu.office.clocks.arithmetic import compute_due
from yingjiu.office.clocks.catalogue import calendar, limit_of
from yingjiu.office.documents.wording import sentences
from yingjiu.office.referrals.errors import NotAllowedError, fault
from yingjiu.office.referrals.machine import check_open
from yingjiu.office.referrals.models import Referral
from yingjiu.office.referrals.states import Ground

if TYPE_CHECKING:
    from yingjiu.office.accounts.models import User

__all__ = ["TEMPLATE", "letter_fields", "may_issue", "sending"]

TEMPLATE = "social_assistance_letter"


def letter_fields(referral: Referral, user: User) -> Mapping[str, object]:
    """The fields of ``catalogue/documents/social_assistance_letter.yaml``.

    Args:
        referral: a draft, or one that is being sent.
        user: who sends it.
    """
    person, today = referral.person, timezone.localdate()
    due = referral.due_on or compute_due(today, limit_of("referral.answer").period, calendar=calendar()).due
    return {
        "agency_name": referral.agency.name,
        "person_name": person.name,
        "person_sex": CODE_LISTS["sex"].label(person.sex) if person.sex else "",
        "person_birth_date": person.birth_date,
        "person_id_number": person.id_number,
        "person_address": person.address,
        "person_phone": person.phone,
        "case_summary": sentences([referral.case_summary]),
        "hardship": sentences([referral.hardship]),
        "relief_given": sentences([referral.relief_given]),
        "measures": [
            {"measure": each.title, "reason": each.reason or referral.reason, "basis": each.basis}
            for each in referral.measures.all()
        ],
        "consent": consent_words(referral),
        "reply_due_on": due,
        "contact_name": referral.contact_name or user.display_name,
        "contact_phone": referral.contact_phone or user.phone,
    }


def consent_words(referral: Referral) -> str:
    """The ground as the letter names it; the letter is Chinese whatever the user reads."""
    if referral.ground == Ground.CONSENT and referral.consent_on:
        day = referral.consent_on
        return f"当事人（或者监护人）于{day.year}年{day.month}月{day.day}日同意：{referral.ground_text}"
    if referral.ground == Ground.URGENT:
        return f"紧急情况下为保护自然人的生命健康所必需：{referral.ground_text}"
    return referral.ground_text


_sent: ContextVar[int | None] = ContextVar("referral_being_sent", default=None)


@contextmanager
def sending(referral: Referral) -> Iterator[None]:
    """While a referral is sent its letter may be issued, and at no other time."""
    token = _sent.set(referral.pk)
    try:
        yield
    finally:
        _sent.reset(token)


def may_issue(referral: Referral, user: User) -> None:
    """A letter is issued only by sending the referral.

    Raises:
        NotAllowedError: ``REF-023``; or the unmet conditions of the machine.
    """
    del user
    check_open(referral, "send")
    if _sent.get() != referral.pk:
        raise NotAllowedError(
            fault(
                "REF-023",
                _("the letter is issued when the referral is sent"),
                _("open the referral and send it"),
            )
        )
