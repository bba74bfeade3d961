"""Everything that changes a relief case; each function is one transaction with user, version and history."""

from yingjiu.office.relief.services.applying import (
    abandon,
    accept,
    apply,
    ask_supplement,
    inform,
    receive_materials,
    set_secrecy,
    supplemented,
    withdraw,
    write_application,
)
from yingjiu.office.relief.services.approving import approve, delegate, end_delegation, send_back, why_not
from yingjiu.office.relief.services.awarding import ask_cap, compute_award, has_newer_rules
from yingjiu.office.relief.services.following import (
    archive,
    begin_follow_up,
    demand,
    end_recovery,
    plan_visit,
    receive_back,
    record_visit,
    waive,
)
from yingjiu.office.relief.services.opening import assign, open_case
from yingjiu.office.relief.services.paying import (
    begin_payment,
    check_payment,
    close_without_payment,
    note_funds,
    notice_payment,
    pay,
    plan_payments,
    receipt,
    serve_decision,
)
from yingjiu.office.relief.services.proposing import propose, revise, submit
from yingjiu.office.relief.services.reviewing import answer, change_facts, reset_facts
from yingjiu.office.relief.services.urgent import ask_urgent

__all__ = [
    "abandon",
    "accept",
    "answer",
    "apply",
    "approve",
    "archive",
    "ask_cap",
    "ask_supplement",
    "ask_urgent",
    "assign",
    "begin_follow_up",
    "begin_payment",
    "change_facts",
    "check_payment",
    "close_without_payment",
    "compute_award",
    "delegate",
    "demand",
    "end_delegation",
    "end_recovery",
    "has_newer_rules",
    "inform",
    "note_funds",
    "notice_payment",
    "open_case",
    "pay",
    "plan_payments",
    "plan_visit",
    "propose",
    "receipt",
    "receive_back",
    "receive_materials",
    "record_visit",
    "reset_facts",
    "revise",
    "send_back",
    "serve_decision",
    "set_secrecy",
    "submit",
    "supplemented",
    "waive",
    "why_not",
    "withdraw",
    "write_application",
]
