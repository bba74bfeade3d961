"""The decision: facts sealed, money made good, the case moved."""

from __future__ import annotations

from decimal import Decimal

from yingjiu.office.accounts.models import User
from yingjiu.office.relief import timing
from yingjiu.office.relief.models import ReliefCase
from yingjiu.office.relief.seal import seal
from yingjiu.office.relief.services.acting import move
from yingjiu.office.relief.states import PaymentKind, PaymentState, Proposal, Urgent

__all__ = ["decide"]


def decide(case: ReliefCase, user: User) -> None:
    """Seal and decide a case whose round is approved; the caller holds the transaction.

    Urgent relief that was approved and not paid is not paid any more: the decision counts it in. What was
    paid stays paid, and more than the decision is then demanded back.

    Args:
        case: in approval, every step approved.
        user: who took the last step.
    """
    case.decided_on = timing.today()
    case.decided_amount = case.proposed_amount if case.proposal == Proposal.GRANT else None
    _cancel_unpaid_urgent(case)
    case.payable = max(case.decided_amount or Decimal(0), case.paid_total)
    seal(case, kind=case.proposal, user=user)
    move(case, case.proposal)
    if case.urgent_state in {Urgent.APPROVED, Urgent.PAID}:
        move(case, "settle_urgent")
    timing.end(case, "relief.decision", on=case.decided_on, user=user)


def _cancel_unpaid_urgent(case: ReliefCase) -> None:
    unpaid = case.payments.filter(kind=PaymentKind.URGENT).exclude(
        state__in=[PaymentState.PAID, PaymentState.CANCELLED]
    )
    for payment in unpaid:
        payment.state = PaymentState.CANCELLED
        payment.save(update_fields=["state"])
        case.planned_total -= payment.amount
