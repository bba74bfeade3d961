"""What is read about relief cases; everything begins with what the user may see."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django.db.models import Avg, Count, F, Max, Min, Q, QuerySet, Sum

from yingjiu.codes import CODE_LISTS, region_name
from yingjiu.office.accounts.models import User
from yingjiu.office.accounts.roles import Role
from yingjiu.office.relief import timing
from yingjiu.office.relief.application_form import missing_fields
from yingjiu.office.relief.models import Application, Approval, Delegation, Payment, ReliefCase
from yingjiu.office.relief.states import (
    OPEN,
    ApprovalState,
    PaymentKind,
    PaymentState,
    State,
    Urgent,
)

__all__ = [
    "amounts_by",
    "case_of",
    "cases_for",
    "missing_of",
    "payments_for",
    "waiting_approvals",
    "waiting_count",
    "waiting_for",
    "waiting_payments_count",
]

PARTS: Final = (
    "informings",
    "materials__file",
    "supplements",
    "answers",
    "approvals__organisation",
    "approvals__acted_by",
    "approvals__acting_for",
    "shares__organisation",
    "payments__payer",
    "visits__photos",
    "recoveries__receipts",
    "sealed",
    "events__by",
)


def cases_for(user: Any) -> QuerySet[ReliefCase]:
    """The cases of a user's lists, newest first."""
    return ReliefCase.objects.visible_to(user).select_related(
        "person", "handler", "organisation", "department"
    )


def case_of(user: Any, pk: int) -> ReliefCase | None:
    """One case with everything its page needs, or None if the user does not see it."""
    return (
        ReliefCase.objects.visible_to(user)
        .select_related(
            "person", "handler", "organisation", "department", "lead", "application", "computation__rules"
        )
        .prefetch_related(*PARTS)
        .filter(pk=pk)
        .first()
    )


def missing_of(application: Application) -> list[str]:
    """The labels of the fields that an application still lacks."""
    return missing_fields(application)


def _given(user: User) -> list[Delegation]:
    today = timing.today()
    return list(
        Delegation.objects.filter(deputy=user, first_day__lte=today, last_day__gte=today, ended_at=None)
    )


def waiting_approvals(user: User) -> QuerySet[Approval]:
    """The steps that wait for a user: their own roles at their own procuratorate, and those given to them."""
    office = user.procuratorate
    if not user.is_authenticated or office is None:
        return Approval.objects.none()
    mine = Q(role__in=sorted(user.roles), organisation=office)
    for each in _given(user):
        mine |= Q(role=each.role, organisation=each.organisation_id)
    return (
        Approval.objects.filter(mine, state=ApprovalState.WAITING)
        .filter(Q(case__in=ReliefCase.objects.visible_to(user).values("pk")))
        .exclude(case__handler=user)
        .select_related("case__person", "case__handler", "case__organisation", "organisation")
        .order_by("pk")
    )


def payments_for(user: User) -> QuerySet[Payment]:
    """The payments that a finance officer checks and pays: those of cases in payment, nothing else."""
    office = user.procuratorate
    if not user.has_role(Role.FINANCE) or office is None:
        return Payment.objects.none()
    due = Q(
        case__state__in=[State.PAYING, State.PAID, State.FOLLOWING_UP, State.RECOVERING, State.ARCHIVED]
    ) | Q(kind=PaymentKind.URGENT, case__urgent_state__in=[Urgent.APPROVED, Urgent.PAID, Urgent.SETTLED])
    return (
        Payment.objects.visible_to(user)
        .filter(due, payer=office)
        .exclude(state=PaymentState.CANCELLED)
        .select_related("case__person", "case__organisation", "case__handler", "payer", "checked_by")
        .order_by("due_on", "pk")
    )


def waiting_payments_count(user: User) -> int:
    """How many payments wait for finance."""
    open_states = [PaymentState.PLANNED, PaymentState.CHECKED, PaymentState.STOPPED]
    return payments_for(user).filter(state__in=open_states).count()


def waiting_for(user: User) -> QuerySet[ReliefCase]:
    """The open cases that a user handles."""
    return cases_for(user).filter(handler=user, state__in=OPEN)


def waiting_count(user: User) -> int:
    """What waits for a user in relief: approvals, and for a handler the open cases of their own."""
    if user.has_role(Role.HANDLER):
        return ReliefCase.objects.filter(handler=user, state__in=OPEN).count()
    return 0


# -- figures for the desk ----------------------------------------------------------------------------------


def _between(user: Any, since: date | None, until: date | None) -> QuerySet[ReliefCase]:
    found = ReliefCase.objects.visible_to(user)
    if since is not None:
        found = found.filter(opened_on__gte=since)
    return found if until is None else found.filter(opened_on__lte=until)


def amounts_by(
    user: Any, by: str, *, since: date | None = None, until: date | None = None
) -> list[dict[str, Any]]:
    """Decided amounts by ``harm`` or ``region``, beside the band that the standard gave.

    Args:
        user: who looks.
        by: ``harm`` or ``region``.
        since: first day of opening.
        until: last day of opening.

    Returns:
        Rows with ``code``, ``label``, ``cases``, ``total``, ``average``, ``least``, ``most`` and the average
        ends of the band.
    """
    field = {"harm": "harm", "region": "organisation__region"}[by]
    rows = (
        _between(user, since, until)
        .filter(decided_amount__isnull=False)
        .values(code=F(field))
        .annotate(
            cases=Count("pk"),
            total=Sum("decided_amount"),
            average=Avg("decided_amount"),
            least=Min("decided_amount"),
            most=Max("decided_amount"),
            band_low=Avg("computation__band_low"),
            band_high=Avg("computation__band_high"),
        )
        .order_by("code")
    )
    return [{**row, "label": _label(by, row["code"])} for row in rows]


def _label(by: str, code: str) -> str:
    if by == "region":
        return region_name(code) or code
    harms = CODE_LISTS["harm"]
    return harms.label(code) if code in harms.codes else code
