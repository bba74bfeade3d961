"""Urgent relief first (先行救助): asked for, approved at once, paid, and settled with the decision."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import Max
from django.utils.translation import gettext as _

from yingjiu.office.accounts.models import User
from yingjiu.office.relief import timing
from yingjiu.office.relief.errors import CaseDataError, fault
from yingjiu.office.relief.models import Payment, ReliefCase
from yingjiu.office.relief.services.acting import acting, check_handler, move, reason_of
from yingjiu.office.relief.services.rounds import start_round
from yingjiu.office.relief.states import ChainKind, PaymentKind

__all__ = ["ask_urgent", "grant_urgent"]


def ask_urgent(*, case: ReliefCase, amount: Decimal, reason: str, user: User, version: int) -> ReliefCase:
    """Ask for urgent relief: life in danger, or treatment that cannot wait.

    Args:
        case: not decided yet, with a computed award, whose standard limits the amount.
        amount: yuan.
        reason: the emergency.
        user: the handler.
        version: of the case.

    Raises:
        NotAllowedError: ``REL-002``. CaseDataError: ``REL-011``, ``REL-028`` no account to pay to.
    """
    check_handler(case, user)
    told = reason_of(reason)
    application = getattr(case, "application", None)
    if application is None or not application.account:
        raise CaseDataError(
            fault(
                "REL-028", _("there is no account to pay to"), _("enter bank and account in the application")
            )
        )
    with acting(case, user=user, version=version, act="ask_urgent", reason=told):
        case.urgent_amount, case.urgent_reason = amount, told
        move(case, "ask_urgent")
        start_round(case, ChainKind.URGENT, amount=amount)
    return case


def grant_urgent(case: ReliefCase, user: User) -> None:
    """The last step is approved: the amount is good for payment, and goes to finance."""
    del user
    move(case, "approve_urgent")
    amount = case.urgent_amount or Decimal(0)
    application = case.application
    case.payable = amount
    case.planned_total = amount
    Payment.objects.create(
        case=case,
        number=(case.payments.aggregate(last=Max("number"))["last"] or 0) + 1,
        kind=PaymentKind.URGENT,
        payer=case.organisation,
        amount=amount,
        due_on=timing.today(),
        account_name=application.account_name,
        bank=application.bank,
        account=application.account,
        condition=_("urgent relief first"),
    )
