"""Who may check and pay: finance of the payer, who neither handled nor approved the case."""

from __future__ import annotations

from django.utils.translation import gettext as _

from yingjiu.errors import Fault
from yingjiu.office.accounts.models import User
from yingjiu.office.accounts.roles import Role
from yingjiu.office.relief.errors import NotAllowedError, fault
from yingjiu.office.relief.models import Payment
from yingjiu.office.relief.states import ApprovalState

__all__ = ["check_finance", "why_not_pay"]


def why_not_pay(payment: Payment, user: User) -> list[Fault]:
    """Why a user may not check or pay a payment; empty if they may.

    Args:
        payment: with its case, whose approvals a page has read already.
        user: who wants to act.
    """
    told = []
    if not user.has_role(Role.FINANCE) or user.procuratorate != payment.payer:
        told.append(
            fault(
                "REL-007",
                _("only a finance officer of the paying procuratorate may do this"),
                _("ask finance"),
            )
        )
    case = payment.case
    if case.handler_id == user.pk or any(
        (each.acted_by_id, each.state) == (user.pk, ApprovalState.APPROVED) for each in case.approvals.all()
    ):
        told.append(
            fault(
                "REL-007",
                _("who handled or approved a case does not pay it"),
                _("leave it to another finance officer"),
            )
        )
    return told


def check_finance(payment: Payment, user: User) -> None:
    """Only who may pay checks and pays.

    Raises:
        NotAllowedError: ``REL-007``, one fault for each reason.
    """
    reasons = why_not_pay(payment, user)
    if reasons:
        raise NotAllowedError(*reasons)
