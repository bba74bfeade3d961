"""A case's page in parts: what each is called, what came of it in one line, and whether it stands open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yingjiu.awards import INPUTS
from yingjiu.office.frame.templatetags.frame import money
from yingjiu.office.phrases import in_language, listed
from yingjiu.office.relief import catalogue
from yingjiu.office.relief.models import ReliefCase
from yingjiu.office.relief.states import UNDECIDED, ApprovalState, PaymentState, State, Urgent

__all__ = ["Part", "outline"]

_TITLES: Final[dict[str, tuple[Any, str]]] = {
    "inform": (gettext_lazy("Informing"), "speakerphone"),
    "application": (gettext_lazy("Application"), "file-text"),
    "materials": (gettext_lazy("Materials"), "files"),
    "review": (gettext_lazy("Review"), "list-check"),
    "facts": (gettext_lazy("Facts of the award"), "database"),
    "award": (gettext_lazy("Award"), "calculator"),
    "opinion": (gettext_lazy("Opinion"), "gavel"),
    "urgent": (gettext_lazy("Urgent relief first"), "urgent"),
    "approvals": (gettext_lazy("Chain of approval"), "list-numbers"),
    "decision": (gettext_lazy("Decision on relief"), "certificate"),
    "payments": (gettext_lazy("Payments"), "cash"),
    "visits": (gettext_lazy("Follow-up visits"), "home-heart"),
    "recovery": (gettext_lazy("Recovery"), "receipt-refund"),
    "seal": (gettext_lazy("Sealed record"), "lock"),
    "history": (gettext_lazy("History"), "history"),
}
"""The parts in their order on the page, with their icons."""

_CURRENT: Final[dict[str, tuple[str, ...]]] = {
    State.INFORMING: ("inform", "application"),
    State.APPLIED: ("materials",),
    State.SUPPLEMENTING: ("materials",),
    State.PROPOSED: ("opinion",),
    State.IN_APPROVAL: ("opinion", "approvals"),
    State.GRANTED: ("decision", "payments"),
    State.REFUSED: ("decision",),
    State.REFERRED: ("decision",),
    State.PAYING: ("payments",),
    State.PAID: ("payments", "visits"),
    State.FOLLOWING_UP: ("visits",),
    State.RECOVERING: ("recovery",),
}
"""Which parts are worked on in which state; the review finds its own."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the page.

    Attributes:
        key: its address on the page.
        title: what it is called.
        icon: of its heading.
        says: what came of it, in one line.
        done: whether nothing is missing in it.
        open: whether it stands open when the page is shown.
    """

    key: str
    title: str
    icon: str
    says: str
    done: bool
    open: bool


def outline(case: ReliefCase) -> dict[str, Part]:
    """The parts that this case has come to, by their keys, in their order.

    Args:
        case: with everything its page needs.
    """
    told = {key: tell(case) for key, tell in _SAYS.items()}
    current = _current(case, {key: done for key, (_says, done) in told.items()})
    return {
        key: Part(key, str(title), icon, *told[key], key in current)
        for key, (title, icon) in _TITLES.items()
        if _has(case, key)
    }


def _has(case: ReliefCase, key: str) -> bool:
    granted = case.decided_amount is not None
    held: dict[str, bool] = {
        "urgent": case.urgent_state != Urgent.NONE,
        "decision": case.decided_on is not None and case.state not in UNDECIDED,
        "payments": granted or bool(case.payments.all()),
        "visits": granted,
        "recovery": bool(case.recoveries.all()) or bool(case.overpaid),
        "seal": bool(case.sealed.all()),
    }
    return held.get(key, True)


def _current(case: ReliefCase, done: dict[str, bool]) -> set[str]:
    if case.state in {State.ACCEPTED, State.REVIEWING}:
        first = next((key for key in ("review", "facts", "award") if not done[key]), "award")
        return {first, "award"} if first == "facts" else {first}
    found = set(_CURRENT.get(case.state, ()))
    if case.state in {State.PAID, State.FOLLOWING_UP} and not _receipted(case):
        found.add("payments")
    return found


def _receipted(case: ReliefCase) -> bool:
    return all(each.receipt_on for each in case.payments.all() if each.state == PaymentState.PAID)


def _inform(case: ReliefCase) -> tuple[str, bool]:
    found = list(case.informings.all())
    if not found:
        return _("Not recorded yet"), False
    return f"{found[-1].told_on.isoformat()} · {found[-1].get_how_display()}", True


def _application(case: ReliefCase) -> tuple[str, bool]:
    application = getattr(case, "application", None)
    if application is None:
        return _("No application yet"), False
    if case.applied_on is None:
        return _("written down, not yet registered"), False
    return _("registered {day}").format(day=case.applied_on.isoformat()), True


def _materials(case: ReliefCase) -> tuple[str, bool]:
    wanted = [each for each in case.materials.all() if each.required]
    if not wanted:
        return "", False
    there = sum(each.settled for each in wanted)
    return _("{done} of {all} required materials are there").format(
        done=there, all=len(wanted)
    ), there == len(wanted)


def _review(case: ReliefCase) -> tuple[str, bool]:
    given = {each.question for each in case.answers.all()}
    wanted = [each.id for each in catalogue.questions() if each.required]
    answered = sum(each in given for each in wanted)
    says = _("{done} of {all} required questions are answered").format(done=answered, all=len(wanted))
    return says, answered == len(wanted)


def _facts(case: ReliefCase) -> tuple[str, bool]:
    known = [each for each in case.facts.values() if each.get("value") is not None]
    says = _("{done} of {all} facts are known").format(done=len(known), all=len(INPUTS))
    return says, case.computation is not None


def _award(case: ReliefCase) -> tuple[str, bool]:
    found = case.computation
    if found is None:
        return _("Not computed yet"), False
    if found.low is None:
        return _("There is no amount."), False
    amount = money(found.low) if found.exact else f"{_bare(found.low)}–{money(found.high)}"
    band = f"{_bare(found.band_low)}–{_bare(found.band_high)}"
    return _("{amount} (band {band})").format(amount=amount, band=band), True


def _bare(amount: Any) -> str:
    return "—" if amount is None else f"{amount:,.2f}".removesuffix(".00")


def _opinion(case: ReliefCase) -> tuple[str, bool]:
    if not case.proposal:
        return _("Not written yet"), False
    amount = f" {money(case.proposed_amount)}" if case.proposed_amount is not None else ""
    return f"{case.get_proposal_display()}{amount}", True


def _urgent(case: ReliefCase) -> tuple[str, bool]:
    says = f"{case.get_urgent_state_display()} {money(case.urgent_amount)}"
    return says, case.urgent_state in {Urgent.PAID, Urgent.SETTLED, Urgent.REFUSED}


def _approvals(case: ReliefCase) -> tuple[str, bool]:
    found = [each for each in case.approvals.all() if each.state != ApprovalState.VOID]
    if not found:
        return _("Nothing submitted yet"), False
    waiting = [in_language(each.title) for each in found if each.state == ApprovalState.WAITING]
    if waiting:
        return _("waits for {who}").format(who=listed(waiting)), False
    given = sum(each.state == ApprovalState.APPROVED for each in found)
    return _("{done} of {all} approved").format(done=given, all=len(found)), given == len(found)


def _decision(case: ReliefCase) -> tuple[str, bool]:
    if case.decided_on is None:
        return "", False
    what = case.get_proposal_display() if case.decided_amount is None else money(case.decided_amount)
    served = (
        _("served {day}").format(day=case.notified_on.isoformat())
        if case.notified_on
        else _("not yet served")
    )
    return f"{what} · {case.decided_on.isoformat()} · {served}", case.notified_on is not None


def _payments(case: ReliefCase) -> tuple[str, bool]:
    says = _("{paid} of {all} paid").format(paid=_bare(case.paid_total), all=money(case.payable))
    return says, bool(case.paid_total) and case.paid_total >= case.payable and _receipted(case)


def _visits(case: ReliefCase) -> tuple[str, bool]:
    found = list(case.visits.all())
    made = [each.done_on for each in found if each.done_on]
    if not found:
        return _("None planned"), False
    if not made:
        return _("planned for {day}").format(day=found[0].planned_on.isoformat()), False
    return _("{count} made, the last on {day}").format(count=len(made), day=max(made).isoformat()), len(
        made
    ) == len(found)


def _recovery(case: ReliefCase) -> tuple[str, bool]:
    still = sum(each.open_amount for each in case.recoveries.all())
    return _("{amount} still open").format(amount=money(still)), bool(case.recoveries.all()) and not still


def _seal(case: ReliefCase) -> tuple[str, bool]:
    found = list(case.sealed.all())
    return (f"SM3 {found[-1].digest[:16]}…" if found else ""), bool(found)


def _history(case: ReliefCase) -> tuple[str, bool]:
    found = list(case.events.all())
    return _("{count} entries").format(count=len(found)), False


_SAYS: Final = {
    "inform": _inform,
    "application": _application,
    "materials": _materials,
    "review": _review,
    "facts": _facts,
    "award": _award,
    "opinion": _opinion,
    "urgent": _urgent,
    "approvals": _approvals,
    "decision": _decision,
    "payments": _payments,
    "visits": _visits,
    "recovery": _recovery,
    "seal": _seal,
    "history": _history,
}
