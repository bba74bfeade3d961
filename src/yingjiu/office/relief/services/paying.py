"""Payment: served, planned, checked by finance, paid once, noticed, receipted; never above the decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from yingjiu.office.accounts.models import User
from yingjiu.office.files.models import StoredFile
from yingjiu.office.relief import timing
from yingjiu.office.relief.conditions import ALL_PAID, URGENT_ALL_PAID
from yingjiu.office.relief.errors import CaseDataError, MoneyError, NotAllowedError, fault
from yingjiu.office.relief.models import Payment, ReliefCase
from yingjiu.office.relief.services.acting import acting, check_day, check_handler, checked, move
from yingjiu.office.relief.services.finance import check_finance
from yingjiu.office.relief.states import How, PaymentKind, PaymentState, State, Urgent

__all__ = [
    "PlannedPayment",
    "begin_payment",
    "check_payment",
    "close_without_payment",
    "note_funds",
    "notice_payment",
    "pay",
    "plan_payments",
    "receipt",
    "serve_decision",
]

_DECIDED = (State.GRANTED, State.REFUSED, State.REFERRED)


@dataclass(frozen=True, slots=True)
class PlannedPayment:
    """One payment of this procuratorate's own part, as the handler plans it.

    Attributes:
        kind: single, instalment or custody.
        amount: yuan.
        due_on: planned day.
        condition: what must be shown before it is paid, as a bill of the treatment.
        agreement: the signed tripartite agreement, for custody.
    """

    kind: str
    amount: Decimal
    due_on: date
    condition: str = ""
    agreement: StoredFile | None = None


def serve_decision(*, case: ReliefCase, on: date, how: str, user: User, version: int) -> ReliefCase:
    """Record that the decision was served on the applicant."""
    check_handler(case, user)
    if case.state not in _DECIDED:
        _not_now(case)
    check_day(on, label=_("served on"), not_before=case.decided_on)
    with acting(case, user=user, version=version, act="serve_decision"):
        case.notified_on, case.notified_how = on, How(how)
    return case


def plan_payments(
    *,
    case: ReliefCase,
    payments: Sequence[PlannedPayment],
    minor_reason: str = "",
    user: User,
    version: int,
) -> list[Payment]:
    """Plan how the decided amount is paid; shares of other procuratorates are planned with it.

    An earlier plan is cancelled.

    Args:
        case: granted.
        payments: of this procuratorate's own part; together exactly what is owed.
        minor_reason: why a minor's money does not go into custody.
        user: the handler.
        version: of the case.

    Raises:
        MoneyError: ``REL-030`` the sum is not what is owed, or a part is not positive.
        CaseDataError: ``REL-028`` no account to pay to.
    """
    check_handler(case, user)
    if case.state != State.GRANTED:
        _not_now(case)
    application = getattr(case, "application", None)
    if application is None or not application.account:
        raise CaseDataError(
            fault(
                "REL-028", _("there is no account to pay to"), _("enter bank and account in the application")
            )
        )
    with acting(case, user=user, version=version, act="plan_payments"):
        _cancel_plan(case)
        shares = {share.organisation: share.amount for share in case.shares.select_related("organisation")}
        own = case.payable - case.planned_total - sum(shares.values(), Decimal(0))
        total = sum((each.amount for each in payments), Decimal(0))
        if total != own or any(each.amount <= 0 for each in payments):
            raise MoneyError(
                fault(
                    "REL-030",
                    _("the payments come to {total} yuan, and {own} yuan are to be planned").format(
                        total=f"{total:,.2f}", own=f"{own:,.2f}"
                    ),
                    _("plan exactly what was decided and is not paid yet"),
                )
            )
        case.minor_payment_reason = minor_reason.strip()
        number = case.payments.aggregate(last=Max("number"))["last"] or 0
        planned = []
        rows = [(each, case.organisation) for each in payments]
        rows += [
            (PlannedPayment(PaymentKind.SINGLE, amount, timing.today()), office)
            for office, amount in shares.items()
        ]
        for each, payer in rows:
            number += 1
            payment = Payment(
                case=case,
                number=number,
                kind=PaymentKind(each.kind),
                payer=payer,
                amount=each.amount,
                due_on=each.due_on,
                account_name=application.account_name,
                bank=application.bank,
                account=application.account,
                condition=each.condition.strip(),
                agreement=each.agreement,
            )
            checked(payment)
            planned.append(payment)
            case.planned_total += payment.amount
    return planned


def _cancel_plan(case: ReliefCase) -> None:
    for payment in case.payments.exclude(state__in=[PaymentState.PAID, PaymentState.CANCELLED]):
        payment.state = PaymentState.CANCELLED
        payment.save(update_fields=["state"])
        case.planned_total -= payment.amount


def begin_payment(*, case: ReliefCase, user: User, version: int) -> ReliefCase:
    """Hand the planned payments to finance."""
    check_handler(case, user)
    with acting(case, user=user, version=version, act="begin_payment"):
        move(case, "begin_payment")
    return case


def close_without_payment(*, case: ReliefCase, user: User, version: int) -> ReliefCase:
    """Urgent relief already covers what was decided."""
    check_handler(case, user)
    with acting(case, user=user, version=version, act="close_without_payment"):
        move(case, "close_without_payment")
        case.paid_on = timing.today()
    return case


def _check_due(payment: Payment) -> None:
    case = payment.case
    open_now = (
        case.urgent_state == Urgent.APPROVED
        if payment.kind == PaymentKind.URGENT
        else case.state in {State.PAYING}
    )
    if not open_now:
        raise NotAllowedError(
            fault(
                "REL-008",
                _("the case has not been handed over for payment"),
                _("wait until the handler hands it over"),
            )
        )


def check_payment(
    *,
    payment: Payment,
    name_agrees: bool,
    in_budget: bool,
    note: str = "",
    user: User,
    version: int,
) -> Payment:
    """Finance checks whose account it is, and the budget; a payment that fails is stopped with a note.

    Args:
        payment: planned or stopped.
        name_agrees: the account is the applicant's, or the guardian's or custody account.
        in_budget: the budget holds the amount.
        note: needed when one of both is not so.
        user: a finance officer of the payer.
        version: of the case.

    Raises:
        NotAllowedError: ``REL-007``, ``REL-008``. MoneyError: ``REL-031`` not to be checked any more,
            ``REL-032`` stopped without a note.
    """
    check_finance(payment, user)
    case = payment.case
    with acting(case, user=user, version=version, act="check_payment", reason=note):
        payment.refresh_from_db()
        _check_due(payment)
        if payment.state not in {PaymentState.PLANNED, PaymentState.STOPPED}:
            raise MoneyError(
                fault(
                    "REL-031",
                    _("this payment is “{state}”").format(state=payment.state_label),
                    _("open the page again"),
                )
            )
        passes = name_agrees and in_budget
        if not passes and len(note.strip()) < 4:
            raise MoneyError(
                fault(
                    "REL-032",
                    _("a payment is stopped only with a note"),
                    _("write what does not agree, for the handler"),
                )
            )
        payment.name_agrees, payment.in_budget, payment.check_note = name_agrees, in_budget, note.strip()
        payment.state = PaymentState.CHECKED if passes else PaymentState.STOPPED
        payment.checked_by, payment.checked_at = user, timezone.now()
        checked(payment)
    return payment


def pay(
    *,
    payment: Payment,
    paid_on: date,
    voucher: str,
    proof: StoredFile | None = None,
    user: User,
    version: int,
) -> Payment:
    """Record that a payment was made. It is recorded once: a second time is refused.

    Args:
        payment: checked.
        paid_on: the day.
        voucher: number of the bank's voucher.
        proof: the voucher as a file.
        user: a finance officer of the payer.
        version: of the case.

    Raises:
        MoneyError: ``REL-033`` not checked, or paid already; ``REL-034`` above what was decided; ``REL-035``
            the voucher was used already, or is missing.
    """
    check_finance(payment, user)
    case = payment.case
    with acting(case, user=user, version=version, act="pay"):
        payment.refresh_from_db()
        _check_due(payment)
        check_day(paid_on, label=_("paid on"), not_before=case.decided_on)
        if not voucher.strip():
            raise MoneyError(
                fault(
                    "REL-035", _("the voucher number is missing"), _("enter the number on the bank's voucher")
                )
            )
        if payment.state != PaymentState.CHECKED:
            _is_now(payment)
        if case.paid_total + payment.amount > min(case.payable, case.planned_total):
            raise MoneyError(
                fault(
                    "REL-034",
                    _("this would pay more than was decided"),
                    _("nothing was recorded: check the plan with the handler"),
                )
            )
        taken = Payment.objects.filter(pk=payment.pk, state=PaymentState.CHECKED)
        try:
            with transaction.atomic():
                changed = taken.update(
                    state=PaymentState.PAID,
                    paid_on=paid_on,
                    voucher=voucher.strip(),
                    proof=proof,
                    paid_by=user,
                )
        except IntegrityError:
            raise MoneyError(
                fault(
                    "REL-035",
                    _("this voucher was recorded already"),
                    _("check the number: each payment has its own"),
                )
            ) from None
        if not changed:
            _is_now(payment)
        payment.refresh_from_db()
        case.paid_total += payment.amount
        _after(case, payment, paid_on)
    return payment


def _is_now(payment: Payment) -> None:
    raise MoneyError(
        fault(
            "REL-033",
            _("this payment is “{state}”").format(state=payment.state_label),
            _("open the page again"),
        )
    )


def _after(case: ReliefCase, payment: Payment, on: date) -> None:
    if payment.kind == PaymentKind.URGENT:
        if URGENT_ALL_PAID(case):
            move(case, "urgent_is_paid")
    elif case.state == State.PAYING and ALL_PAID(case):
        move(case, "finish_payment")
        case.paid_on = on


def note_funds(*, payment: Payment, on: date, user: User, version: int) -> ReliefCase:
    """Finance notes that the treasury's money has arrived: the applicant is told within two working days."""
    check_finance(payment, user)
    case = payment.case
    check_day(on, label=_("funds arrived on"), not_before=case.decided_on)
    with acting(case, user=user, version=version, act="note_funds"):
        if case.state not in {State.GRANTED, State.PAYING}:
            _not_now(case)
        case.funds_arrived_on = on
        timing.begin(case, "relief.notify_payment", on=on, user=user)
    return case


def notice_payment(*, case: ReliefCase, on: date, user: User, version: int) -> ReliefCase:
    """Record that the applicant was told to receive the money."""
    check_handler(case, user)
    if case.state not in {State.GRANTED, State.PAYING, State.PAID}:
        _not_now(case)
    check_day(on, label=_("told on"), not_before=case.funds_arrived_on or case.decided_on)
    with acting(case, user=user, version=version, act="notice_payment"):
        case.pay_noticed_on = on
        timing.end(case, "relief.notify_payment", on=on, user=user)
    return case


def receipt(*, payment: Payment, on: date, user: User, version: int) -> Payment:
    """Record that the applicant signed for a payment."""
    case = payment.case
    check_handler(case, user)
    check_day(on, label=_("receipt signed on"), not_before=payment.paid_on)
    if payment.state != PaymentState.PAID:
        raise MoneyError(
            fault(
                "REL-033",
                _("this payment is “{state}”").format(state=payment.state_label),
                _("wait until it is paid"),
            )
        )
    with acting(case, user=user, version=version, act="receipt"):
        payment.refresh_from_db()
        payment.receipt_on = on
        checked(payment)
    return payment


def _not_now(case: ReliefCase) -> None:
    raise NotAllowedError(
        fault(
            "REL-005",
            _("this is not possible while the case is “{state}”").format(state=case.state_label),
            _("open the case again to see where it stands"),
        )
    )
