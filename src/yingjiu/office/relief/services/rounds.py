"""Rounds of approval: the steps that the catalogue lays down, the first of them waiting."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from yingjiu.office.accounts.models import Organisation
from yingjiu.office.relief.catalogue import Chain, approvals_for, find_chain
from yingjiu.office.relief.errors import CatalogueError, fault
from yingjiu.office.relief.models import Approval, JointShare, ReliefCase
from yingjiu.office.relief.states import ApprovalState

__all__ = ["start_round", "void_open"]


def start_round(
    case: ReliefCase,
    kind: str,
    *,
    amount: Decimal | None,
    share: JointShare | None = None,
    number: int | None = None,
) -> int:
    """Begin a round of approval.

    Args:
        case: the case.
        kind: what is to be approved.
        amount: yuan; decides the chain.
        share: for joint relief, the share; its procuratorate approves it.
        number: of the round; the next one unless given.

    Returns:
        The number of the round.

    Raises:
        CatalogueError: ``REL-040`` no chain, ``REL-041`` a step asks for a procuratorate above, and none is.
    """
    chain: Chain | None = find_chain(case, kind, amount)
    if chain is None:
        raise CatalogueError(
            fault(
                "REL-040",
                _("it is not laid down who approves this"),
                _("add a chain for this kind and amount to the catalogue of approvals"),
            )
        )
    if number is None:
        number = (case.approvals.aggregate(last=Max("round"))["last"] or 0) + 1
    rules = approvals_for(case.organisation.region or "", case.opened_on)
    at = share.organisation if share is not None else case.organisation
    for order, step in enumerate(chain.steps, 1):
        Approval.objects.create(
            case=case,
            kind=kind,
            round=number,
            order=order,
            chain=rules.approvals if rules else "",
            title=step.title,
            role=step.role,
            organisation=_place(at, step.at),
            share=share,
            amount=amount,
            state=ApprovalState.WAITING if order == 1 else ApprovalState.LATER,
        )
    return number


def _place(office: Organisation, at: str) -> Any:
    if at == "own":
        return office
    if office.parent is None:
        raise CatalogueError(
            fault(
                "REL-041",
                _("a step of the chain asks for the procuratorate above, and there is none"),
                _("correct the chain of approvals"),
            )
        )
    return office.parent


def void_open(case: ReliefCase, number: int) -> None:
    """The steps of a round that nobody has taken are no longer needed."""
    case.approvals.filter(round=number, state__in=[ApprovalState.WAITING, ApprovalState.LATER]).update(
        state=ApprovalState.VOID
    )
