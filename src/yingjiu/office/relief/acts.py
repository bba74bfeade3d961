"""How each transition is offered on a page: a button, a form of its own, or somebody else's turn.

What may be done is the machine's to say; here stands only where the click goes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yingjiu.office.accounts.models import User
from yingjiu.office.accounts.roles import Role
from yingjiu.office.relief.conditions import Condition
from yingjiu.office.relief.machine import Step, steps_of
from yingjiu.office.relief.models import ReliefCase

__all__ = ["BUTTONS", "Offer", "Unmet", "offers_of"]

BUTTONS: Final = (
    "apply",
    "supplemented",
    "accept",
    "revise",
    "submit",
    "begin_payment",
    "close_without_payment",
    "begin_follow_up",
    "end_recovery",
)
"""Transitions that one click carries out."""

_FORMS: Final = {
    "ask_supplement": "relief:supplement",
    "abandon": "relief:abandon",
    "withdraw": "relief:withdraw",
    "begin_review": "relief:review",
    "propose": "relief:propose",
    "recover": "relief:demand",
    "archive": "relief:archive",
    "ask_urgent": "relief:urgent",
}
"""Transitions that have a form."""

_OTHERS: Final = {
    "send_back": _("an approver's turn"),
    "grant": _("follows the last approval"),
    "refuse": _("follows the last approval"),
    "refer": _("follows the last approval"),
    "finish_payment": _("follows the last payment of finance"),
    "approve_urgent": _("follows the last approval"),
    "refuse_urgent": _("an approver's turn"),
    "urgent_is_paid": _("follows the payment of finance"),
    "settle_urgent": _("follows the decision"),
}
"""Transitions that follow somebody else's act."""

_AWAITED: Final = frozenset({"finish_payment", "approve_urgent", "urgent_is_paid"})
"""Those of them that a page always says will follow; of the three decisions, the proposed one does."""

_WAITS_FOR_INPUT: Final = frozenset(
    {"ask_supplement", "abandon", "withdraw", "propose", "recover", "archive", "ask_urgent"}
)
"""Transitions whose last conditions are what their form asks for."""

_ASKED_IN_FORM: Final = frozenset(
    {
        "reason",
        "one_list",
        "opinion",
        "amount",
        "band",
        "caps",
        "eligible",
        "hardship",
        "exclusions",
        "one_time",
        "ground",
        "demanded",
        "archive_number",
        "urgent_asked",
    }
)


@dataclass(frozen=True, slots=True)
class Unmet:
    """A condition that does not hold, as a page shows it."""

    says: str
    todo: str
    part: str
    detail: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """One transition as a page shows it.

    Attributes:
        step: the transition with its unmet conditions.
        kind: ``button``, ``form`` or ``others``.
        url: where the click goes; empty when it is not open to this user.
        note: whose turn it is.
        unmet: conditions to be shown: those that its own form does not ask for.
        main: whether it is the usual way on.
    """

    step: Step
    kind: str
    url: str
    note: str
    unmet: tuple[Unmet, ...]
    main: bool

    @property
    def open(self) -> bool:
        """Whether this user can go there now."""
        return bool(self.url) and not self.unmet


def offers_of(case: ReliefCase, user: User) -> Iterator[Offer]:
    """The transitions of a case that a page shows a user, the usual way on first.

    Args:
        case: the case.
        user: who looks.
    """
    mine = user.has_role(Role.HANDLER) and case.handler_id == user.pk
    found = [_offer(case, step, mine=mine) for step in steps_of(case) if _shown(case, step.name)]
    return iter(sorted(found, key=lambda each: (not each.main, each.kind == "others")))


def _shown(case: ReliefCase, step: str) -> bool:
    """Whether a step is worth a line: nothing more is to be paid only where something was paid before."""
    if step in _OTHERS:
        return step in _AWAITED or step == case.proposal
    return step != "close_without_payment" or bool(case.paid_total)


def _offer(case: ReliefCase, step: Step, *, mine: bool) -> Offer:
    main = step.name not in {
        "withdraw",
        "abandon",
        "ask_supplement",
        "revise",
        "recover",
        "ask_urgent",
        "send_back",
    }
    if step.name in _OTHERS:
        return Offer(step, "others", "", str(_OTHERS[step.name]), _told(case, step.unmet), main)
    note = "" if mine else gettext("the turn of the handler {name}").format(name=case.handler or "—")
    if step.name in BUTTONS:
        url = reverse("relief:step", args=[case.pk, step.name]) if mine else ""
        return Offer(step, "button", url, note, _told(case, step.unmet), main)
    asked = _ASKED_IN_FORM if step.name in _WAITS_FOR_INPUT else frozenset()
    unmet = [each for each in step.unmet if each.key not in asked]
    url = reverse(_FORMS[step.name], args=[case.pk]) if mine else ""
    return Offer(step, "form", url, note, _told(case, unmet), main)


def _told(case: ReliefCase, unmet: Iterable[Condition]) -> tuple[Unmet, ...]:
    return tuple(Unmet(str(each.says), str(each.todo), each.part, tuple(each.detail(case))) for each in unmet)
