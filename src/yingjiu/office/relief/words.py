"""What happened, in words: the history of a case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from yingjiu.office.relief.machine import ACTS
from yingjiu.office.relief.models import ReliefCase
from yingjiu.office.relief.states import State

__all__ = ["CODES", "Told", "act_title", "history_of"]

_OTHER_ACTS: Final[dict[str, Any]] = {
    "open": _("Case opened"),
    "assign": _("Assigned"),
    "inform": _("Informed of the right to apply"),
    "write_application": _("Application written down"),
    "receive_materials": _("Materials taken in"),
    "set_secrecy": _("Secrecy changed"),
    "answer": _("Questions of the review answered"),
    "change_facts": _("Facts changed"),
    "reset_facts": _("Facts taken from the data again"),
    "compute_award": _("Award computed"),
    "ask_cap": _("Approval to pass the cap asked for"),
    "approve": _("Approved"),
    "serve_decision": _("Decision served"),
    "plan_payments": _("Payments planned"),
    "check_payment": _("Payment checked by finance"),
    "pay": _("Payment recorded"),
    "note_funds": _("Funds arrived"),
    "notice_payment": _("Applicant told to receive the money"),
    "receipt": _("Receipt signed"),
    "plan_visit": _("Visit planned"),
    "record_visit": _("Visit recorded"),
    "demand": _("Money demanded back"),
    "receive_back": _("Money came back"),
    "waive": _("Rest of the demand waived"),
}

CODES: Final[dict[str, Any]] = {
    **{f"relief.{act}": title for act, title in (ACTS | _OTHER_ACTS).items()},
    "relief.delegate": _("standing in recorded"),
    "relief.end_delegation": _("standing in ended"),
}
"""What the codes of cases are called in the log of events."""

_ICONS: Final = {
    "open": "folder-plus",
    "approve": "circle-check",
    "send_back": "arrow-back-up",
    "pay": "cash",
    "compute_award": "calculator",
    "answer": "list-check",
    "record_visit": "home-check",
    "archive": "archive",
    "demand": "receipt-refund",
}


def act_title(act: str) -> str:
    """What an act is called."""
    return str(ACTS.get(act) or _OTHER_ACTS.get(act) or act)


@dataclass(frozen=True, slots=True)
class Told:
    """One line of the history."""

    at: datetime
    by: str
    title: str
    icon: str
    moved: str
    reason: str


def history_of(case: ReliefCase) -> list[Told]:
    """The history of a case, latest first."""
    return [
        Told(
            each.at,
            str(each.by),
            act_title(each.act),
            _ICONS.get(each.act, "point"),
            str(State(each.after).label) if each.before and each.before != each.after else "",
            each.reason,
        )
        for each in reversed(list(case.events.all()))
    ]
