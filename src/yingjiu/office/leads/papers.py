"""The letters of leads: 线索移送函 to the department that takes one over, 线索办理情况反馈函 in answer.

A letter is Chinese whatever its maker reads. Every field comes from the lead, the handing over, or who makes
the letter; what is missing is told and never left blank.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from yingjiu.codes import CODE_LISTS
from yingjiu.office.accounts.models import Organisation, User
from yingjiu.office.documents.models import Document, DocumentState
from yingjiu.office.documents.registry import register
from yingjiu.office.leads.errors import refuse
from yingjiu.office.leads.models import Lead, LeadHandover
from yingjiu.office.leads.services.guards import check_acts, check_receives
from yingjiu.office.leads.shown import ShownFinding, shown_finding
from yingjiu.office.leads.states import HandoverState, Kind, Origin, Outcome, State

__all__ = ["register_all"]

Fields = Mapping[str, object]

TRANSFER: Final = "lead_transfer"
FEEDBACK: Final = "feedback"
TRANSFER_RULE: Final = "《人民检察院内部移送法律监督线索工作规定》"
DUTY: Final = "本院各部门依法履行法律监督职责所必需（个人信息保护法第三十四条）"
SERVICE_LINE: Final = "12309"
"""The procuratorates' own telephone, for who has none on record."""
OUTCOMES: Final = {
    Outcome.RELIEF_CASE: "已作为国家司法救助案件办理",
    Outcome.REFER: "不作为国家司法救助案件办理，已转有关单位给予社会救助",
    Outcome.SUPERVISION: "作为监督线索移送本院有关部门办理",
    Outcome.DISMISSED: "经核实，不予办理",
}


def transfer_fields(handover: LeadHandover, user: User) -> Fields:
    """The fields of ``catalogue/documents/lead_transfer.yaml``."""
    lead = handover.lead
    finding = shown_finding(lead.finding, reveal=True)
    return {
        "agency_name": f"{lead.organisation.name}{handover.to_department.name}",
        "sender": _sender(handover.from_department),
        **_person(lead),
        "lead_title": f"{lead.shown_charge}一案的监督线索" if lead.charge else "监督线索",
        "lead_summary": _summary(lead, handover.decision.reason),
        "evidence": _evidence(finding),
        "basis": _basis(lead, finding),
        "consent": DUTY,
        "reply_due_on": handover.due,
        **_contact(user),
    }


def answer_fields(handover: LeadHandover, user: User) -> Fields:
    """The fields of ``catalogue/documents/feedback.yaml``: the department that took the lead answers."""
    letter = (
        Document.objects.about(handover)
        .filter(template=TRANSFER, state=DocumentState.ISSUED)
        .order_by("-issued_at")
        .first()
    )
    returned = handover.state == HandoverState.RETURNED
    return {
        "agency_name": f"{handover.organisation.name}{handover.from_department or ''}",
        "sender": _sender(handover.to_department),
        "received_title": "线索移送函",
        "received_number": letter.number if letter else "",
        "received_on": timezone.localdate(handover.at),
        "person_name": handover.lead.person.name,
        "result": "退回" if returned else handover.get_result_display(),
        "details": handover.answer,
        **_contact(user),
    }


def agency_fields(lead: Lead, user: User) -> Fields:
    """The same letter to the agency that sent the lead (高检发〔2019〕3号: both sides tell each other)."""
    decision = lead.decisions.filter(ended_at__isnull=True).first()
    outcome = OUTCOMES[Outcome(decision.outcome)] if decision else ""
    return {
        "agency_name": lead.agency.name if lead.agency else "",
        "sender": "本院",
        "received_title": "国家司法救助线索",
        "received_on": lead.first_seen,
        "person_name": lead.person.name,
        "result": outcome,
        "details": (decision.reason if decision else "") or outcome,
        **_contact(user),
    }


def _sender(department: Organisation | None) -> str:
    return f"本院{department.name}" if department else "本院"


def _person(lead: Lead) -> Fields:
    person = lead.person
    return {
        "person_name": person.name,
        "person_sex": CODE_LISTS["sex"].label(person.sex) if person.sex else "",
        "person_birth_date": person.birth_date,
        "person_id_number": person.id_number,
        "person_address": person.address,
        "person_phone": person.phone,
    }


def _summary(lead: Lead, reason: str) -> str:
    stages = CODE_LISTS["stage"]
    told = {
        "案号": lead.case_no,
        "罪名或者案由": lead.shown_charge,
        "诉讼阶段": stages.label(lead.stage) if lead.stage in stages.codes else lead.stage,
    }
    known = "；".join(f"{name}：{text}" for name, text in told.items() if text)
    return "\n".join(part for part in (known, f"移送理由：{reason}") if part)


def _evidence(finding: ShownFinding) -> list[dict[str, Any]]:
    """Rows behind what is true, each once with all that it shows."""
    rows: dict[tuple[str, str, str], dict[str, None]] = {}
    for condition in finding.conditions["true"]:
        for row in condition.rows:
            values = "，".join(f"{name}：{text}" for name, text in row.values)
            source = "·".join(part for part in (row.agency, row.title) if part)
            rows.setdefault((source, values, row.date), {})[condition.says] = None
    return [
        {"source": source, "content": "；".join(says) + (f"（{values}）" if values else ""), "date": day}
        for (source, values, day), says in rows.items()
    ]


def _basis(lead: Lead, finding: ShownFinding) -> str:
    """What the models of supervision rest on; those of relief are no ground for supervision."""
    cited = [basis for reason in finding.reasons for basis in reason.basis]
    told = cited if lead.kind == Kind.SUPERVISION else []
    return "；".join(dict.fromkeys([*told, TRANSFER_RULE]))


def _contact(user: User) -> Fields:
    return {"contact_name": user.display_name, "contact_phone": user.phone or SERVICE_LINE}


def may_send(handover: LeadHandover, user: User) -> None:
    """The letter goes with what is handed over; who handed it over writes it.

    Raises:
        LeadError: ``LEA-001``, ``LEA-019``.
    """
    check_acts(handover.lead, user)
    if not handover.open:
        raise _not_now(handover.get_state_display())


def may_answer(handover: LeadHandover, user: User) -> None:
    """The department that answered writes the answer as a letter.

    Raises:
        LeadError: ``LEA-017``, ``LEA-019``.
    """
    check_receives(handover, user)
    if handover.state not in {HandoverState.REPORTED, HandoverState.RETURNED}:
        raise _not_now(handover.get_state_display())


def may_tell_agency(lead: Lead, user: User) -> None:
    """An agency is told what became of the lead it sent, once that is decided.

    Raises:
        LeadError: ``LEA-001``, ``LEA-019``.
    """
    check_acts(lead, user)
    if lead.origin != Origin.AGENCY or lead.state != State.DECIDED:
        raise refuse(
            "LEA-019",
            _("this letter answers an agency that sent the lead, once the lead is decided"),
            _("decide the lead first"),
        )


def _not_now(state: str) -> Exception:
    return refuse(
        "LEA-019",
        _("this letter cannot be made now: {state}").format(state=state),
        _("the letter of handing over is made before the answer, the answering letter after it"),
    )


def register_all() -> None:
    """Say which letters are made of leads."""
    register(TRANSFER, "", transfer_fields, model=LeadHandover, may_produce=may_send, may_issue=may_send)
    register(FEEDBACK, "", answer_fields, model=LeadHandover, may_produce=may_answer, may_issue=may_answer)
    register(FEEDBACK, "", agency_fields, model=Lead, may_produce=may_tell_agency, may_issue=may_tell_agency)
