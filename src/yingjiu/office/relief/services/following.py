"""Follow-up visits, recovery, archive."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from yingjiu.office.accounts.models import User
from yingjiu.office.files.models import StoredFile
from yingjiu.office.relief import timing
from yingjiu.office.relief.errors import CaseDataError, MoneyError, NotAllowedError, fault
from yingjiu.office.relief.models import Recovery, RecoveryReceipt, ReliefCase, Visit
from yingjiu.office.relief.services.acting import (
    acting,
    check_day,
    check_handler,
    check_head,
    checked,
    move,
    reason_of,
)
from yingjiu.office.relief.states import How, State

__all__ = [
    "archive",
    "begin_follow_up",
    "demand",
    "end_recovery",
    "plan_visit",
    "receive_back",
    "record_visit",
    "waive",
]

_AFTER_GRANT = (State.GRANTED, State.PAYING, State.PAID, State.FOLLOWING_UP, State.RECOVERING)


def plan_visit(*, case: ReliefCase, on: date, user: User, version: int) -> Visit:
    """Plan a follow-up visit (跟踪回访)."""
    check_handler(case, user)
    if case.state not in _AFTER_GRANT:
        raise NotAllowedError(
            fault(
                "REL-005",
                _("this is not possible while the case is “{state}”").format(state=case.state_label),
                _("visits follow a grant"),
            )
        )
    with acting(case, user=user, version=version, act="plan_visit"):
        visit = Visit(case=case, planned_on=on, planned_by=user)
        checked(visit)
    return visit


def begin_follow_up(*, case: ReliefCase, user: User, version: int) -> ReliefCase:
    """The money is paid: follow-up begins."""
    check_handler(case, user)
    with acting(case, user=user, version=version, act="begin_follow_up"):
        move(case, "begin_follow_up")
    return case


def record_visit(
    *,
    visit: Visit,
    done_on: date,
    how: str,
    life: str,
    use_of_money: str,
    needs: str = "",
    photos: Sequence[StoredFile] = (),
    user: User,
    version: int,
) -> Visit:
    """Record a visit.

    Args:
        visit: planned.
        done_on: the day.
        how: :class:`~..states.How`.
        life: how the family lives now.
        use_of_money: what the relief was used for.
        needs: what they still need.
        photos: stored photos.
        user: the handler.
        version: of the case.

    Raises:
        CaseDataError: ``REL-029`` the notes are empty.
    """
    case = visit.case
    check_handler(case, user)
    check_day(done_on, label=_("done on"), not_before=case.decided_on)
    if len(life.strip()) < 4 or len(use_of_money.strip()) < 2:
        raise CaseDataError(
            fault(
                "REL-029",
                _("a visit is recorded with what was found"),
                _("write how the family lives and what the money was used for"),
            )
        )
    with acting(case, user=user, version=version, act="record_visit"):
        visit.refresh_from_db()
        visit.done_on, visit.how, visit.visited_by = done_on, How(how), user
        visit.life, visit.use_of_money, visit.needs = life.strip(), use_of_money.strip(), needs.strip()
        checked(visit)
        visit.photos.add(*photos)
    return visit


def demand(
    *, case: ReliefCase, ground: str, amount: Decimal, on: date, reason: str, user: User, version: int
) -> Recovery:
    """Demand money back: obtained by deceit, compensated afterwards, or urgent relief beyond the decision.

    Args:
        case: money was paid.
        ground: :class:`Recovery.Ground`.
        amount: yuan, no more than was paid and not demanded yet.
        on: the day of the demand.
        reason: why.
        user: the handler.
        version: of the case.

    Raises:
        MoneyError: ``REL-036`` more than was paid.
    """
    check_handler(case, user)
    told = reason_of(reason)
    check_day(on, label=_("demanded on"), not_before=case.decided_on)
    with acting(case, user=user, version=version, act="demand", reason=told):
        earlier = sum((each.demanded for each in case.recoveries.all()), Decimal(0))
        if amount <= 0 or earlier + amount > case.paid_total:
            raise MoneyError(
                fault(
                    "REL-036",
                    _(
                        "no more can be demanded back than was paid: {paid} yuan, "
                        "{earlier} yuan demanded already"
                    ).format(paid=f"{case.paid_total:,.2f}", earlier=f"{earlier:,.2f}"),
                    _("enter a smaller amount"),
                )
            )
        recovery = Recovery(
            case=case,
            ground=Recovery.Ground(ground),
            demanded=amount,
            demanded_on=on,
            reason=told,
            demanded_by=user,
            resumes=case.state,
        )
        checked(recovery)
        move(case, "recover")
    return recovery


def receive_back(
    *, recovery: Recovery, amount: Decimal, on: date, voucher: str, user: User, version: int
) -> Recovery:
    """Record money that came back.

    Raises:
        MoneyError: ``REL-037`` more than is open, or the voucher was recorded already.
    """
    case = recovery.case
    check_handler(case, user)
    check_day(on, label=_("received on"), not_before=recovery.demanded_on)
    with acting(case, user=user, version=version, act="receive_back"):
        recovery.refresh_from_db()
        if amount <= 0 or amount > recovery.open_amount or not voucher.strip():
            raise MoneyError(
                fault(
                    "REL-037",
                    _("{open} yuan are open, and each receipt has a voucher").format(
                        open=f"{recovery.open_amount:,.2f}"
                    ),
                    _("check amount and voucher"),
                )
            )
        try:
            with transaction.atomic():
                RecoveryReceipt.objects.create(
                    recovery=recovery,
                    amount=amount,
                    received_on=on,
                    voucher=voucher.strip(),
                    recorded_by=user,
                )
        except IntegrityError:
            raise MoneyError(
                fault("REL-037", _("this voucher was recorded already"), _("check the number"))
            ) from None
        recovery.received += amount
        checked(recovery)
    return recovery


def waive(*, recovery: Recovery, reason: str, user: User, version: int) -> Recovery:
    """Waive what is still open: the head's decision, with a reason."""
    case = recovery.case
    check_head(case, user)
    told = reason_of(reason)
    with acting(case, user=user, version=version, act="waive", reason=told):
        recovery.refresh_from_db()
        recovery.waived += recovery.open_amount
        recovery.waive_reason = told
        checked(recovery)
    return recovery


def end_recovery(*, case: ReliefCase, user: User, version: int) -> ReliefCase:
    """Everything that was demanded back is received or waived."""
    check_handler(case, user)
    with acting(case, user=user, version=version, act="end_recovery"):
        move(case, "end_recovery")
    return case


def archive(*, case: ReliefCase, archive_number: str, user: User, version: int) -> ReliefCase:
    """Archive the file; within five working days the case is told to the agencies that may help on.

    Raises:
        NotAllowedError: ``REL-002`` with everything on the check-list that is open.
    """
    check_handler(case, user)
    with acting(case, user=user, version=version, act="archive"):
        case.archive_number = archive_number.strip()
        move(case, "archive")
        case.archived_on = timing.today()
        if case.decided_on is not None:
            timing.begin(case, "relief.refer_after_close", on=case.archived_on, user=user)
    return case
