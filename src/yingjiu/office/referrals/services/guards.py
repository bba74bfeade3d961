"""Who may act on a referral, and what every act has in common."""

from __future__ import annotations

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from yingjiu.office.accounts.models import Organisation, User
from yingjiu.office.accounts.roles import Role
from yingjiu.office.audit.services import Action, record
from yingjiu.office.frame.versions import claim
from yingjiu.office.referrals.errors import NotAllowedError, ReferralDataError, fault
from yingjiu.office.referrals.models import Referral, ReferralEvent
from yingjiu.office.referrals.states import EventKind

__all__ = ["check_agency", "check_works", "claimed", "needs", "not_past", "tell"]


def check_works(organisation: Organisation, handler: User | None, user: User) -> None:
    """Only who handles the matter, or a head or deputy of this procuratorate, may act for it.

    Raises:
        NotAllowedError: ``REF-007``.
    """
    office = user.procuratorate
    if office is not None and office.pk == organisation.pk:
        if user.has_role(Role.HEAD, Role.DEPUTY_CHIEF):
            return
        if user.has_role(Role.HANDLER) and (handler is None or handler.pk == user.pk):
            return
    raise NotAllowedError(
        fault(
            "REF-007",
            _("only the handler, or a head of this procuratorate, may do this"),
            _("ask the handler, or have the matter assigned to you"),
        )
    )


def check_agency(agency: Organisation, user: User) -> None:
    """Only a liaison of the receiving unit answers for it.

    Raises:
        NotAllowedError: ``REF-008``.
    """
    if not user.has_role(Role.LIAISON) or user.organisation_id != agency.pk:
        raise NotAllowedError(
            fault(
                "REF-008",
                _("only a liaison of the receiving unit may do this"),
                _("ask your colleague there"),
            )
        )


def claimed(referral: Referral, version: int, user: User) -> Referral:
    """The referral as it stands, if nobody changed it since the user's page was shown."""
    now = Referral.objects.select_for_update(no_key=True).get(pk=referral.pk)
    return claim(now, version, user)


def needs(text: str, what: str) -> str:
    """A text that may not be empty.

    Raises:
        ReferralDataError: ``REF-010``.
    """
    told = text.strip()
    if len(told) < 2:
        raise ReferralDataError(
            fault("REF-010", _("{what} is missing").format(what=what), _("write one sentence or more"))
        )
    return told


def not_past(until: date, after: date | None) -> None:
    """A new day lies after today and after the present one.

    Raises:
        ReferralDataError: ``REF-011``.
    """
    last = max(timezone.localdate(), after or date.min)
    if until <= last:
        raise ReferralDataError(
            fault(
                "REF-011",
                _("the new day is not later than the present one"),
                _("choose a day after {day}").format(day=last.isoformat()),
                str(until),
            )
        )


def tell(
    referral: Referral,
    kind: EventKind,
    user: User | None,
    text: str = "",
    *,
    until: date | None = None,
    on_whose_word: str = "",
) -> ReferralEvent:
    """Note what happened, in the referral's history and on the record of the office."""
    event = ReferralEvent(
        referral=referral, kind=kind, user=user, text=text, until=until, on_whose_word=on_whose_word
    )
    event.save()
    record(
        Action.DECISION,
        user=user,
        subject=referral,
        detail={"what": str(kind.value), "state": str(referral.state), "agency": referral.agency_id},
    )
    return event
