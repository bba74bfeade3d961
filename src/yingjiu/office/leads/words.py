"""What the codes of leads are called in the log of events."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from yingjiu.office.leads.states import EventKind

__all__ = ["CODES"]

CODES: Final[dict[str, Any]] = {
    "accept_handover": EventKind.HANDOVER_ACCEPTED.label,
    "answer": EventKind.CHECK_DONE.label,
    "ask_agency": _("agency asked"),
    "ask_visit": _("visit asked of a grid worker"),
    "assign": EventKind.ASSIGNED.label,
    "call_off": EventKind.CHECK_CANCELLED.label,
    "check": EventKind.CHECK_DONE.label,
    "claim": EventKind.CLAIMED.label,
    "decide": EventKind.DECIDED.label,
    "note_answer": _("answer of a department noted"),
    "open_from_agency": _("taken in from an agency"),
    "release": EventKind.RELEASED.label,
    "reopen": EventKind.REOPENED.label,
    "report_handover": EventKind.HANDOVER_REPORTED.label,
    "return_handover": EventKind.HANDOVER_RETURNED.label,
    "take_run": _("findings of a run taken over"),
    "withdraw_handover": EventKind.HANDOVER_WITHDRAWN.label,
}
