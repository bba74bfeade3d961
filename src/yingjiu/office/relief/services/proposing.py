"""The handler's opinion: written, revised, submitted."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.db.models import Max
from django.utils.translation import gettext as _

from yingjiu.office.accounts.models import Organisation, User
from yingjiu.office.relief import timing
from yingjiu.office.relief.errors import CaseDataError, fault
from yingjiu.office.relief.joint import joint_partners
from yingjiu.office.relief.models import JointShare, ReliefCase
from yingjiu.office.relief.services.acting import acting, check_handler, move
from yingjiu.office.relief.services.rounds import start_round
from yingjiu.office.relief.states import ChainKind, Proposal

__all__ = ["propose", "revise", "submit"]


def propose(
    *,
    case: ReliefCase,
    proposal: str,
    opinion: str,
    amount: Decimal | None = None,
    band_reason: str = "",
    shares: Mapping[Organisation, Decimal] | None = None,
    user: User,
    version: int,
) -> ReliefCase:
    """Write the opinion.

    Args:
        case: under review.
        proposal: :class:`~..states.Proposal`.
        opinion: its reasons.
        amount: yuan, for a grant.
        band_reason: why the amount leaves the band.
        shares: in joint relief, what other procuratorates pay of the amount.
        user: the handler.
        version: of the case.

    Raises:
        NotAllowedError: ``REL-002`` with every condition that does not hold.
        CaseDataError: ``REL-026`` shares that do not fit the amount, or no procuratorate of another level.
    """
    check_handler(case, user)
    with acting(case, user=user, version=version, act="propose", reason=opinion):
        case.proposal = Proposal(proposal)
        case.opinion = opinion.strip()
        case.proposed_amount = amount if case.proposal == Proposal.GRANT else None
        case.band_reason = band_reason.strip()
        case.shares.all().delete()
        if case.proposal == Proposal.GRANT and shares:
            _keep_shares(case, shares)
        move(case, "propose")
        case.proposed_on = timing.today()
    return case


def _keep_shares(case: ReliefCase, shares: Mapping[Organisation, Decimal]) -> None:
    if sum(shares.values()) >= (case.proposed_amount or 0) or min(shares.values()) <= 0:
        raise CaseDataError(
            fault(
                "REL-026",
                _("the shares of other procuratorates leave nothing for this one, or are not positive"),
                _("enter what each pays; the rest is this procuratorate's own"),
            )
        )
    partners = set(joint_partners(case).values_list("pk", flat=True))
    for office, amount in shares.items():
        if office.pk not in partners:
            raise CaseDataError(
                fault(
                    "REL-026",
                    _("joint relief is shared with a procuratorate above or below this one"),
                    _("choose one from the list"),
                )
            )
        JointShare.objects.create(case=case, organisation=office, amount=amount)


def revise(*, case: ReliefCase, user: User, version: int) -> ReliefCase:
    """Take the opinion back before it is submitted."""
    check_handler(case, user)
    with acting(case, user=user, version=version, act="revise"):
        move(case, "revise")
    return case


def submit(*, case: ReliefCase, user: User, version: int) -> ReliefCase:
    """Submit the opinion: the first approver's turn, and each sharing procuratorate's."""
    check_handler(case, user)
    with acting(case, user=user, version=version, act="submit"):
        move(case, "submit")
        number = (case.approvals.aggregate(last=Max("round"))["last"] or 0) + 1
        start_round(case, ChainKind(case.proposal), amount=case.proposed_amount, number=number)
        if case.proposal == Proposal.GRANT:
            for share in case.shares.all():
                start_round(case, ChainKind.JOINT, amount=share.amount, share=share, number=number)
    return case
