"""Approve or return: never one's own work, never twice, never in two roles that exclude each other."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from yingjiu.office.accounts.models import User
from yingjiu.office.accounts.roles import Role
from yingjiu.office.audit.services import Action, record
from yingjiu.office.relief import timing
from yingjiu.office.relief.catalogue import approvals_for
from yingjiu.office.relief.conditions import APPROVED, SHARES
from yingjiu.office.relief.errors import CaseDataError, NotAllowedError, fault
from yingjiu.office.relief.models import Approval, Delegation, ReliefCase
from yingjiu.office.relief.services.acting import acting, checked, move, reason_of
from yingjiu.office.relief.services.deciding import decide
from yingjiu.office.relief.services.rounds import void_open
from yingjiu.office.relief.services.urgent import grant_urgent
from yingjiu.office.relief.states import ApprovalState, ChainKind, Proposal

__all__ = ["approve", "delegate", "end_delegation", "roles_acted", "send_back", "standing_in", "why_not"]

_CASEWORK: Final = (
    "inform",
    "write_application",
    "apply",
    "receive_materials",
    "answer",
    "change_facts",
    "compute_award",
    "propose",
    "submit",
    "ask_urgent",
    "ask_cap",
)
"""Acts of a handler: who did one of these in a case has handled it."""


def roles_acted(case: ReliefCase, user: User) -> set[str]:
    """The roles in which a user has acted in a case; reads its parts, which a page has read already."""
    approvals, events, payments = case.approvals.all(), case.events.all(), case.payments.all()
    acted = {
        str(each.role)
        for each in approvals
        if each.acted_by_id == user.pk and each.state != ApprovalState.VOID
    }
    if case.handler_id == user.pk or any(each.by_id == user.pk and each.act in _CASEWORK for each in events):
        acted.add(Role.HANDLER)
    if any(user.pk in {each.checked_by_id, each.paid_by_id} for each in payments):
        acted.add(Role.FINANCE)
    return acted


def standing_in(steps: Iterable[Approval]) -> list[Delegation]:
    """Who stands in today for those whose steps these are."""
    today, theirs = timing.today(), Q(pk=None)
    for each in steps:
        theirs |= Q(organisation=each.organisation_id, role=each.role)
    return list(
        Delegation.objects.filter(theirs, first_day__lte=today, last_day__gte=today, ended_at=None)
        .select_related("principal")
        .prefetch_related("principal__grants")
    )


def _principal(approval: Approval, user: User, given: Iterable[Delegation] | None) -> User | None:
    """For whom a user may act here: themselves, or somebody who gave them their role for these days."""
    if user.has_role(approval.role) and user.procuratorate == approval.organisation:
        return user
    place = (user.pk, approval.organisation_id, approval.role)
    return next(
        (
            each.principal
            for each in (standing_in([approval]) if given is None else given)
            if (each.deputy_id, each.organisation_id, each.role) == place
            and each.principal.has_role(approval.role)
        ),
        None,
    )


def why_not(approval: Approval, user: User, given: Iterable[Delegation] | None = None) -> list[str]:
    """Why a user may not act on a step; empty if they may.

    Args:
        approval: the step.
        user: who wants to act.
        given: who stands in, from :func:`standing_in`; read if it is not given.

    Returns:
        Reasons in words.
    """
    return _reasons(approval, user, _principal(approval, user, given))


def _reasons(approval: Approval, user: User, principal: User | None) -> list[str]:
    case, told = approval.case, []
    if approval.state != ApprovalState.WAITING:
        told.append(_("this step is “{state}”").format(state=approval.state_label))
    if principal is None:
        told.append(
            _("this step is for: {role}, {organisation}").format(
                role=Role(approval.role).label, organisation=approval.organisation
            )
        )
    acted = roles_acted(case, user)
    if Role.HANDLER in acted or (principal is not None and principal.pk == case.handler_id):
        told.append(_("nobody approves a case that they have handled"))
    if any((each.round, each.acted_by_id) == (approval.round, user.pk) for each in case.approvals.all()):
        told.append(_("nobody approves twice in one round"))
    rules = approvals_for(case.organisation.region or "", case.opened_on)
    pairs = {frozenset(pair) for pair in rules.forbidden_pairs} if rules else set()
    told += [
        _("who acted as {first} may not act as {second} in the same case").format(
            first=Role(role).label, second=Role(approval.role).label
        )
        for role in sorted(acted - {Role.HANDLER})
        if frozenset((role, approval.role)) in pairs and role != approval.role
    ]
    return told


def _check(approval: Approval, user: User) -> User | None:
    principal = _principal(approval, user, None)
    reasons = _reasons(approval, user, principal)
    if reasons:
        raise NotAllowedError(
            *(fault("REL-006", each, _("leave it to somebody else who may act")) for each in reasons)
        )
    return None if principal is None or principal.pk == user.pk else principal


def _act(approval: Approval, user: User, state: str, reason: str) -> None:
    acting_for = _check(approval, user)
    try:
        with transaction.atomic():
            taken = Approval.objects.filter(pk=approval.pk, state=ApprovalState.WAITING).update(
                state=state, acted_by=user, acting_for=acting_for, acted_at=timezone.now()
            )
    except IntegrityError:
        taken = 0
    if not taken:
        raise NotAllowedError(fault("REL-006", _("this step was taken already"), _("open the page again")))
    approval.refresh_from_db()
    approval.reason = reason
    approval.save(update_fields=["reason"])


def approve(*, approval: Approval, reason: str = "", user: User, version: int) -> ReliefCase:
    """Approve a step; the last one decides, seals and moves the case.

    Args:
        approval: the waiting step.
        reason: a remark.
        user: who approves.
        version: of the case, as the page showed it.

    Raises:
        NotAllowedError: ``REL-006`` why this person may not act. Conflict: somebody was first.
    """
    case = approval.case
    with acting(case, user=user, version=version, act="approve", reason=reason):
        approval.refresh_from_db()
        _act(approval, user, ApprovalState.APPROVED, reason.strip())
        following = case.approvals.filter(
            round=approval.round, kind=approval.kind, share=approval.share, order=approval.order + 1
        ).first()
        if following is not None:
            following.state = ApprovalState.WAITING
            following.save(update_fields=["state"])
        else:
            _complete(case, approval, user)
    return case


def _complete(case: ReliefCase, approval: Approval, user: User) -> None:
    if approval.kind == ChainKind.URGENT:
        grant_urgent(case, user)
    elif approval.kind == ChainKind.CAP:
        return
    else:
        if approval.share is not None:
            approval.share.approved_on = timing.today()
            approval.share.save(update_fields=["approved_on"])
        if APPROVED(case) and SHARES(case):
            decide(case, user)


def send_back(*, approval: Approval, reason: str, user: User, version: int) -> ReliefCase:
    """Return to the handler with a reason; the round ends."""
    case = approval.case
    told = reason_of(reason)
    with acting(case, user=user, version=version, act="send_back", reason=told):
        approval.refresh_from_db()
        _act(approval, user, ApprovalState.RETURNED, told)
        void_open(case, approval.round)
        if approval.kind == ChainKind.URGENT:
            move(case, "refuse_urgent")
        elif approval.kind in {*Proposal.values, ChainKind.JOINT}:
            move(case, "send_back")
    return case


@transaction.atomic
def delegate(
    *, principal: User, role: str, deputy: User, first_day: date, last_day: date, reason: str, user: User
) -> Delegation:
    """Let somebody stand in for a role for some days.

    Args:
        principal: who is absent and holds the role.
        role: the role.
        deputy: who stands in; their own role must be one that the catalogue allows for it.
        first_day: from.
        last_day: to.
        reason: why.
        user: the principal, or a head or deputy chief procurator of the same procuratorate.

    Raises:
        CaseDataError: ``REL-027`` not allowed so.
    """
    office: Any = principal.procuratorate
    if (
        office is None
        or deputy.procuratorate != office
        or user.procuratorate != office
        or (user.pk != principal.pk and not user.has_role(Role.HEAD, Role.DEPUTY_CHIEF))
    ):
        raise CaseDataError(
            fault(
                "REL-027",
                _("only people of one procuratorate stand in for each other"),
                _("choose somebody from the list"),
            )
        )
    rules = approvals_for(office.region or "", first_day)
    allowed = rules.deputies.get(role, ()) if rules else ()  # type: ignore[call-overload] # any text may be asked for
    if not deputy.has_role(*allowed):
        raise CaseDataError(
            fault(
                "REL-027",
                _("this person may not stand in for the role"),
                _("the approvals of the catalogue say whose holders may"),
            )
        )
    given = Delegation(
        organisation=office,
        role=role,
        principal=principal,
        deputy=deputy,
        first_day=first_day,
        last_day=last_day,
        reason=reason_of(reason),
        given_by=user,
    )
    checked(given)
    record(Action.ADMINISTER, user=user, subject=given, detail={"what": "relief.delegate", "role": role})
    return given


@transaction.atomic
def end_delegation(*, delegation: Delegation, user: User) -> Delegation:
    """End a delegation before its last day."""
    office = delegation.organisation
    if user.procuratorate != office or (
        user.pk != delegation.principal_id and not user.has_role(Role.HEAD, Role.DEPUTY_CHIEF)
    ):
        raise NotAllowedError(
            fault("REL-004", _("only the principal or the head may end this"), _("ask the head"))
        )
    delegation.ended_at = delegation.ended_at or timezone.now()
    delegation.save(update_fields=["ended_at"])
    record(Action.ADMINISTER, user=user, subject=delegation, detail={"what": "relief.end_delegation"})
    return delegation
