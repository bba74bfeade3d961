"""Everything that changes a lead; each function is one transaction."""

from yingjiu.office.leads.services.arriving import open_from_agency
from yingjiu.office.leads.services.checking import (
    answer_check,
    ask_agency,
    ask_visit,
    call_off,
    record_check,
)
from yingjiu.office.leads.services.deciding import decide, dismiss_many, reopen
from yingjiu.office.leads.services.handing_over import (
    accept_handover,
    note_answer,
    report_handover,
    return_handover,
)
from yingjiu.office.leads.services.handling import assign, assign_many, claim, claim_many, release
from yingjiu.office.leads.services.taking import Taken, take_run, take_told

__all__ = [
    "Taken",
    "accept_handover",
    "answer_check",
    "ask_agency",
    "ask_visit",
    "assign",
    "assign_many",
    "call_off",
    "claim",
    "claim_many",
    "decide",
    "dismiss_many",
    "note_answer",
    "open_from_agency",
    "record_check",
    "release",
    "reopen",
    "report_handover",
    "return_handover",
    "take_run",
    "take_told",
]
