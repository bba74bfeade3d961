"""Compute the award by texts of rules that stay with the case."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from yingjiu.awards import Award, AwardError, award_case, award_data
from yingjiu.awards.interval import INFINITE
from yingjiu.office.accounts.models import User
from yingjiu.office.phrases import clauses
from yingjiu.office.relief import timing
from yingjiu.office.relief.catalogue import find_chain
from yingjiu.office.relief.conditions import current_round
from yingjiu.office.relief.errors import CaseDataError, CatalogueError, NotAllowedError, fault
from yingjiu.office.relief.facts import case_data
from yingjiu.office.relief.models import Computation, ReliefCase, RuleText
from yingjiu.office.relief.rule_texts import RuleSet, rules_for
from yingjiu.office.relief.services.acting import acting, check_handler, reason_of
from yingjiu.office.relief.services.rounds import start_round
from yingjiu.office.relief.states import UNDECIDED, ApprovalState, ChainKind, State

__all__ = ["ask_cap", "cap_approval", "compute_award", "has_newer_rules", "stored"]


def cap_approval(case: ReliefCase) -> dict[str, str] | None:
    """The recorded approval to pass the cap, as a case file has it; None without one."""
    steps = current_round(case, ChainKind.CAP)
    if not steps or any(each.state != ApprovalState.APPROVED for each in steps):
        return None
    last = steps[-1]
    assert last.acted_at is not None  # noqa: S101 - an approved step has both
    assert last.acted_by is not None  # noqa: S101 - as above
    reasons = "；".join(each.reason for each in steps if each.reason)
    return {
        "by": f"{last.organisation} {last.acted_by}",
        "on": timing.local_day(last.acted_at).isoformat(),
        "reason": reasons or last.title,
    }


def compute_award(*, case: ReliefCase, newest: bool = False, user: User, version: int) -> Computation:
    """Compute the award from the facts as they stand.

    Args:
        case: before the opinion is written.
        newest: take the rules as they are now; otherwise a case keeps those it was computed with first.
        user: the handler.
        version: of the case.

    Returns:
        The computation; without an amount where a wage or a standard is missing, and then it says so.

    Raises:
        NotAllowedError: ``REL-003``, ``REL-005``. CaseDataError: ``REL-024`` the facts do not hold.
    """
    check_handler(case, user)
    if case.state not in UNDECIDED or case.state in {State.PROPOSED, State.IN_APPROVAL}:
        raise NotAllowedError(
            fault(
                "REL-005",
                _("this cannot be changed any more: the case is “{state}”").format(state=case.state_label),
                _("revise the opinion first, if it is not decided yet"),
            )
        )
    with acting(case, user=user, version=version, act="compute_award"):
        found = _computation(case, newest=newest)
        found.computed_by = user
        found.save()
        case.computation = found
    return found


def _computation(case: ReliefCase, *, newest: bool) -> Computation:
    on = timing.today()
    region = case.organisation.region
    data = case_data(case.facts, name=case.number, region=region, on=on, approval=cap_approval(case))
    found = Computation(case=case, input={"case": data, "facts": case.facts})  # type: ignore[misc] # JSON, where the stubs see a text
    try:
        kept = None if newest or case.computation is None else case.computation.rules
        rules = RuleSet.of(kept.content) if kept is not None else rules_for(region, on)
    except AwardError as error:
        raise CaseDataError(*(fault("REL-025", each.message, each.hint) for each in error.faults)) from None
    found.rules, _made = RuleText.objects.get_or_create(
        digest=rules.digest, defaults={"standard": rules.standard, "content": rules.content}
    )
    found.standard = rules.standard
    try:
        award = rules.compute(award_case(data))
    except AwardError as error:
        if error.code != "AWD-401":
            raise CaseDataError(
                *(fault("REL-024", each.message, each.hint, each.path) for each in error.faults)
            ) from None
        found.refused = clauses(each.message for each in error.faults)
        return found
    found.award = stored(award)
    found.low, found.high = _yuan(award.amount.low), _yuan(award.amount.high)
    found.band_low, found.band_high = _yuan(award.band.low), _yuan(award.band.high)
    return found


def stored(award: Award) -> dict[str, Any]:
    """An award as plain data, with its caps and the most of urgent relief beside it."""
    urgent = award.standard.urgent
    limit = None
    if urgent is not None:
        wage = award.step(urgent.wage).value
        limit = min(wage.low * urgent.most_months, award.amount.high)
    return {
        **award_data(award),
        "title": award.standard.title,
        "caps": [{"says": step.says, "limit": _text(step.value.high)} for step in award.root.children[1:]],
        "urgent_limit": _text(limit),
    }


def _text(value: Decimal | None) -> str | None:
    return None if value is None or value == INFINITE else format(value, "f")


def _yuan(value: Decimal) -> Decimal | None:
    return None if value == INFINITE else value.quantize(Decimal("0.01"))


def has_newer_rules(case: ReliefCase) -> bool:
    """Whether the rules have changed since this case's award was computed."""
    computation = case.computation
    if computation is None or case.state not in UNDECIDED:
        return False
    try:
        now = rules_for(case.organisation.region, timing.today())
    except AwardError:
        return True
    return now.digest != computation.rules_id


def ask_cap(*, case: ReliefCase, reason: str, user: User, version: int) -> ReliefCase:
    """Ask for approval to pass a cap: for especially heavy loss and an especially hard life (2014 Opinion).

    Raises:
        CatalogueError: ``REL-040`` nobody is laid down to approve it.
    """
    check_handler(case, user)
    told = reason_of(reason)
    if case.state not in {State.ACCEPTED, State.REVIEWING}:
        raise NotAllowedError(
            fault(
                "REL-005",
                _("this cannot be asked for now: the case is “{state}”").format(state=case.state_label),
                _("ask for it during the review"),
            )
        )
    if find_chain(case, ChainKind.CAP, None) is None:
        raise CatalogueError(
            fault(
                "REL-040",
                _("it is not laid down who approves the passing of a cap"),
                _("add a chain of the kind cap to the approvals"),
            )
        )
    with acting(case, user=user, version=version, act="ask_cap", reason=told):
        start_round(case, ChainKind.CAP, amount=case.computation.high if case.computation else None)
    return case
