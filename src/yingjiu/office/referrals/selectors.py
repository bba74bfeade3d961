"""What is read about referrals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Min, Q, Value, When
from django.utils import timezone

from yingjiu.office.accounts.models import Kind, Organisation
from yingjiu.office.people.models import Person
from yingjiu.office.referrals.models import Offer, OfferQuerySet, Referral, ReferralQuerySet
from yingjiu.office.referrals.states import ANSWERABLE, AT_AGENCY, OfferState, State

__all__ = [
    "Outstanding",
    "agencies_of",
    "earlier",
    "inbox",
    "offers",
    "outbox",
    "outstanding_by_agency",
    "waiting_for_agency",
    "waiting_for_procuratorate",
    "waiting_offers",
]


@dataclass(frozen=True, slots=True)
class Outstanding:
    """What one agency owes.

    Attributes:
        agency: key of the organisation.
        name: its name.
        waiting: referrals without an answer.
        acting: referrals accepted and not yet done.
        overdue: of both, those past their day.
        more_time: of both, those for which it asks more time.
        oldest_due: the earliest day among them.
    """

    agency: int
    name: str
    waiting: int
    acting: int
    overdue: int
    more_time: int
    oldest_due: date | None


def outbox(user: Any, filters: Mapping[str, str] | None = None) -> ReferralQuerySet:
    """The referrals of a procuratorate, newest first.

    Args:
        user: who looks; a liaison has an inbox instead.
        filters: ``state`` (a state, or ``open``), ``agency`` (key), ``overdue=1``, ``measure``, ``mine=1``.
    """
    asked = filters or {}
    found = Referral.objects.visible_to(user)
    if getattr(user, "procuratorate", None) is None:
        return found.none()
    state = asked.get("state", "")
    if state == "open":
        found = found.filter(state__in=[State.DRAFT, *AT_AGENCY])
    elif state in State.values:
        found = found.filter(state=state)
    if asked.get("agency", "").isdecimal():
        found = found.filter(agency=int(asked["agency"]))
    if asked.get("measure"):
        found = found.filter(measures__key=asked["measure"])
    if asked.get("overdue") == "1":
        found = found.filter(state__in=AT_AGENCY, due_on__lt=timezone.localdate())
    if asked.get("mine") == "1":
        found = found.filter(handler=user)
    return _with_names(found).order_by("-pk")


def inbox(user: Any, filters: Mapping[str, str] | None = None) -> ReferralQuerySet:
    """What an agency received: what it owes first, the earliest day first.

    Args:
        user: a liaison.
        filters: ``state``: a state, ``open`` (what it owes) or ``closed``.
    """
    asked = filters or {}
    found = Referral.objects.visible_to(user)
    if not user.organisation or user.organisation.kind != Kind.AGENCY:
        return found.none()
    state = asked.get("state", "")
    if state == "open":
        found = found.filter(state__in=AT_AGENCY)
    elif state == "closed":
        found = found.exclude(state__in=AT_AGENCY)
    elif state in State.values:
        found = found.filter(state=state)
    owed = Case(
        When(state__in=ANSWERABLE, then=Value(0)),
        When(state__in=AT_AGENCY, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return (
        _with_names(found)
        .annotate(owed=owed)
        .order_by("owed", F("due_on").asc(nulls_last=True), "-urgent", "-pk")
    )


def _with_names(found: ReferralQuerySet) -> ReferralQuerySet:
    return found.select_related("agency", "person", "handler", "organisation").prefetch_related("measures")


def outstanding_by_agency(user: Any, *, on: date | None = None) -> list[Outstanding]:
    """What each agency owes of the referrals that a user may see; the most overdue first."""
    day = on or timezone.localdate()
    late = Q(due_on__lt=day)
    rows = (
        Referral.objects.visible_to(user)
        .filter(state__in=AT_AGENCY)
        .values("agency", "agency__name")
        .annotate(
            waiting=Count("pk", filter=Q(state__in=ANSWERABLE)),
            acting=Count("pk", filter=Q(state=State.ACCEPTED)),
            overdue=Count("pk", filter=late),
            more_time=Count("pk", filter=Q(state=State.MORE_TIME)),
            oldest_due=Min("due_on"),
        )
        .order_by("-overdue", "oldest_due", "agency__name")
    )
    return [
        Outstanding(
            row["agency"],
            row["agency__name"],
            row["waiting"],
            row["acting"],
            row["overdue"],
            row["more_time"],
            row["oldest_due"],
        )
        for row in rows
    ]


def agencies_of(user: Any) -> Any:
    """The active partners of a user's procuratorate."""
    office = getattr(user, "procuratorate", None)
    if office is None:
        return Organisation.objects.none()
    return Organisation.objects.filter(parent=office, kind=Kind.AGENCY, active=True).order_by("name")


def earlier(person: Person, user: Any) -> ReferralQuerySet:
    """The referrals of a person that a user may see, newest first."""
    return _with_names(Referral.objects.visible_to(user).filter(person=person)).order_by("-pk")


def offers(user: Any, filters: Mapping[str, str] | None = None) -> OfferQuerySet:
    """The people whom agencies named: those that wait first, urgent and earliest day first."""
    found = Offer.objects.visible_to(user)
    state = (filters or {}).get("state", "")
    if state in OfferState.values:
        found = found.filter(state=state)
    waits = Case(When(state=OfferState.SENT, then=Value(0)), default=Value(1), output_field=IntegerField())
    return (
        found.select_related("agency", "organisation", "made_by", "lead")
        .annotate(waits=waits)
        .order_by("waits", "-urgent", F("due_on").asc(nulls_last=True), "-pk")
    )


def waiting_for_agency(user: Any) -> int:
    """How many referrals an agency has not answered."""
    return Referral.objects.visible_to(user).filter(state__in=ANSWERABLE).count()


def waiting_for_procuratorate(user: Any) -> int:
    """How many requests for more time wait for a user's procuratorate."""
    return Referral.objects.visible_to(user).filter(state=State.MORE_TIME).count()


def waiting_offers(user: Any) -> int:
    """How many people named by agencies wait for an answer."""
    return Offer.objects.visible_to(user).waiting().count()
