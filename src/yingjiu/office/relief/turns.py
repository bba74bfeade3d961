"""Whose turn it is: who may take the next step of an approval or a payment, and since when it waits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from yingjiu.office.accounts.models import Kind, Organisation, User
from yingjiu.office.accounts.roles import Role
from yingjiu.office.phrases import in_language
from yingjiu.office.relief.models import Approval, Delegation, Payment, ReliefCase
from yingjiu.office.relief.services.approving import standing_in, why_not
from yingjiu.office.relief.services.finance import why_not_pay
from yingjiu.office.relief.states import (
    ApprovalState,
    ChainKind,
    PaymentKind,
    PaymentState,
    State,
    Urgent,
)

__all__ = ["Turn", "turns_of"]

_ASKS: Final = {ChainKind.URGENT: "ask_urgent", ChainKind.CAP: "ask_cap"}
"""Acts with which a round of approval begins; that of any other kind begins with the submission."""
_OPEN: Final = (PaymentState.PLANNED, PaymentState.CHECKED, PaymentState.STOPPED)


@dataclass(frozen=True, slots=True)
class Turn:
    """A step that waits for somebody.

    Attributes:
        title: the step.
        office: where.
        role: of whoever takes it.
        who: their names; empty if nobody there may take it.
        since: when it began to wait; None if that is not on record.
        url: where the reader takes it, or sees it on this page.
        mine: whether the reader may take it.
    """

    title: str
    office: str
    role: str
    who: tuple[str, ...]
    since: datetime | None
    url: str
    mine: bool


def turns_of(case: ReliefCase, user: User) -> Iterator[Turn]:
    """What others owe a case now.

    Args:
        case: with everything its page needs.
        user: who looks.
    """
    steps = [each for each in case.approvals.all() if each.state == ApprovalState.WAITING]
    if steps:
        given = standing_in(steps)
        people = _able(steps, given)
        for step in steps:
            able = [each for each in people if not why_not(step, each, given)]
            yield _of_approval(case, step, able, mine=user in able)
    waiting = [each for each in case.payments.all() if each.state in _OPEN and _payable(case)]
    for payer in {each.payer_id: each.payer for each in waiting}.values():
        yield _of_payments(case, payer, [each for each in waiting if each.payer_id == payer.pk])


def _of_approval(case: ReliefCase, approval: Approval, able: Iterable[User], *, mine: bool) -> Turn:
    return Turn(
        title=in_language(approval.title),
        office=str(approval.organisation),
        role=str(approval.get_role_display()),
        who=tuple(str(each) for each in able),
        since=_waits_since(case, approval),
        url=reverse("relief:approval", args=[approval.pk]) if mine else "#approvals",
        mine=mine,
    )


def _able(steps: Iterable[Approval], given: Iterable[Delegation]) -> list[User]:
    """Who holds the role of one of the steps, or stands in for one who does."""
    holds = Q(pk__in=[each.deputy_id for each in given])
    for each in steps:
        holds |= _holds(each.organisation, each.role)
    return _people(holds)


def _people(holds: Q) -> list[User]:
    people = User.objects.filter(holds, is_active=True)
    return list(
        people.select_related("organisation__parent").prefetch_related("grants").distinct().order_by("pk")
    )


def _holds(office: Organisation, role: str) -> Q:
    there = Q(organisation=office) | Q(organisation__parent=office, organisation__kind=Kind.DEPARTMENT)
    return there & Q(grants__role=role)


def _waits_since(case: ReliefCase, approval: Approval) -> datetime | None:
    before = [
        each.acted_at
        for each in case.approvals.all()
        if (each.round, each.kind, each.share_id) == (approval.round, approval.kind, approval.share_id)
        and each.order < approval.order
        and each.acted_at is not None
    ]
    return max(before) if before else _last(case, _ASKS.get(ChainKind(approval.kind), "submit"))


def _of_payments(case: ReliefCase, payer: Organisation, payments: list[Payment]) -> Turn:
    able = [each for each in _people(_holds(payer, Role.FINANCE)) if not why_not_pay(payments[0], each)]
    checked = [each.checked_at for each in payments if each.checked_at is not None]
    return Turn(
        title=_("Finance check and payment"),
        office=str(payer),
        role=str(Role.FINANCE.label),
        who=tuple(map(str, able)),
        since=max(checked) if checked else _ordered(case, payments),
        url="#payments",
        mine=False,
    )


def _ordered(case: ReliefCase, payments: Iterable[Payment]) -> datetime | None:
    """Since when finance may pay: urgent relief since its approval, the rest since it was handed over."""
    if any(each.kind != PaymentKind.URGENT for each in payments):
        return _last(case, "begin_payment")
    acted = [
        each.acted_at for each in case.approvals.all() if each.kind == ChainKind.URGENT and each.acted_at
    ]
    return max(acted, default=None)


def _payable(case: ReliefCase) -> bool:
    return bool(case.state == State.PAYING or case.urgent_state == Urgent.APPROVED)


def _last(case: ReliefCase, act: str) -> datetime | None:
    return max((each.at for each in case.events.all() if each.act == act), default=None)
