"""The official forms of a relief case: what stands in each field (domain: application to visit record).

The forms themselves are declared in ``catalogue/documents``; a field that a case cannot fill is told there,
never left blank silently.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from yingjiu.awards import review_table
from yingjiu.awards.inputs import code_label
from yingjiu.codes import CODE_LISTS
from yingjiu.office.accounts.models import User
from yingjiu.office.clocks.models import Clock
from yingjiu.office.documents.models import Document
from yingjiu.office.documents.registry import register
from yingjiu.office.frame.masking import mask_account
from yingjiu.office.relief import catalogue, reasoning, timing
from yingjiu.office.relief.application_form import family_rows
from yingjiu.office.relief.errors import NotAllowedError, fault
from yingjiu.office.relief.models import Payment, ReliefCase, Visit
from yingjiu.office.relief.panel import award_of
from yingjiu.office.relief.reasoning import RULES
from yingjiu.office.relief.states import (
    ApprovalState,
    MaterialState,
    PaymentKind,
    PaymentState,
    State,
    Way,
)

__all__ = ["register_all"]

Fields = Mapping[str, object]


def _form(case: ReliefCase) -> dict[str, Any]:
    application = getattr(case, "application", None)
    return dict(application.form) if application is not None else {}


def _applicant(case: ReliefCase) -> dict[str, object]:
    person, form = case.person, _form(case)
    return {
        "applicant_name": person.name,
        "applicant_sex": person.get_sex_display() if person.sex else "",
        "applicant_birth_date": person.birth_date,
        "applicant_id_number": person.id_number,
        "applicant_address": form.get("applicant_address") or person.address,
        "applicant_phone": form.get("applicant_phone") or person.phone,
        "applicant_ethnicity": form.get("applicant_ethnicity"),
        "applicant_occupation": form.get("applicant_occupation"),
        "relation_to_victim": form.get("relation_to_victim"),
        "agent_name": form.get("agent_name"),
        "agent_relation": form.get("agent_relation"),
        "agent_phone": form.get("agent_phone"),
    }


def _matter(case: ReliefCase) -> dict[str, object]:
    form = _form(case)
    return {
        "relief_number": case.number,
        "case_title": form.get("case_title") or case.charge,
        "case_no": case.case_no,
        "case_stage": _stage(case),
        "case_facts": form.get("case_facts"),
        "victim_name": form.get("victim_name"),
        "suspect_name": form.get("suspect_name"),
        "harm": form.get("harm") or _harm(case),
        "loss_amount": _decimal(form.get("loss_amount")),
        "compensation": form.get("compensation"),
        "other_relief": form.get("other_relief"),
        "hardship": form.get("hardship"),
        "request": form.get("request"),
        "applied_on": case.applied_on,
    }


def _stage(case: ReliefCase) -> str:
    stages = CODE_LISTS["stage"]
    return stages.label(case.stage) if case.stage in stages.codes else case.stage


def _harm(case: ReliefCase) -> str:
    return code_label("harm", case.harm) if case.harm else ""


def _decimal(text: Any) -> Decimal | None:
    return Decimal(str(text)) if text not in {None, ""} else None


def _contact(user: User) -> dict[str, object]:
    office = user.procuratorate
    return {
        "contact_name": user.display_name,
        "contact_phone": user.phone or "12309",
        "contact_address": _("12309 service centre of {office}").format(office=office) if office else "",
    }


def _materials(case: ReliefCase, *states: str) -> list[dict[str, object]]:
    return [
        {
            "name": each.title,
            "copies": each.copies,
            "form": _("original") if each.original else _("copy"),
            "note": each.note or "—",
        }
        for each in case.materials.all()
        if each.state in states
    ]


def _decision_number(case: ReliefCase) -> str:
    found = Document.objects.about(case).filter(template="grant_decision").order_by("-pk").first()
    return found.number if found is not None and found.number else case.number


def _payment_way(case: ReliefCase) -> str:
    kinds = dict.fromkeys(
        each.kind_label for each in case.payments.all() if each.state != PaymentState.CANCELLED
    )
    return "、".join(kinds) or str(PaymentKind.SINGLE.label)


def _agent_or_none(case: ReliefCase) -> dict[str, object]:
    """The agent in a form whose lines for one are always there."""
    given = _applicant(case)
    return {name: given[name] or "无" for name in ("agent_name", "agent_relation", "agent_phone")}


def relief_application(case: ReliefCase, user: User) -> Fields:
    """国家司法救助申请书."""
    del user
    application = case.application
    return {
        **_applicant(case),
        **_matter(case),
        **_agent_or_none(case),
        "family_members": family_rows(str(application.form.get("family") or "")),
        "requested_amount": application.requested,
        "bank_name": application.bank,
        "bank_account": application.account,
        "materials": _materials(case, MaterialState.RECEIVED, MaterialState.PROVEN)
        or [{"name": _("see the list of materials"), "copies": "—"}],
        "applied_on": application.applied_on,
    }


def oral_record(case: ReliefCase, user: User) -> Fields:
    """口头申请国家司法救助笔录."""
    del user
    form = _form(case)
    names = ("recorded_from", "recorded_to", "place", "inquirer_name", "recorder_name", "further_statement")
    told = {name: form.get(name) for name in names}
    day = case.application.applied_on.isoformat()
    for name in ("recorded_from", "recorded_to"):
        told[name] = f"{day} {told[name]}" if told[name] else None
    told["further_statement"] = told["further_statement"] or "没有。"
    return {**_applicant(case), **_matter(case), **_agent_or_none(case), **told}


def materials_receipt(case: ReliefCase, user: User) -> Fields:
    """国家司法救助申请材料收讫单."""
    days = [each.received_on for each in case.materials.all() if each.received_on]
    form = _form(case)
    return {
        **_applicant(case),
        **_matter(case),
        "submitted_by": form.get("agent_name") or case.person.name,
        "submitted_on": max(days, default=None),
        "materials": _materials(case, MaterialState.RECEIVED),
        "receiver_name": user.display_name,
    }


def supplement_notice(case: ReliefCase, user: User) -> Fields:
    """补充国家司法救助申请材料告知书."""
    asked = case.supplements.last()
    known = {each.id: each for each in catalogue.material_items()}
    clock = Clock.objects.of(case).filter(limit="relief.supplement").last()
    rows = [
        {
            "name": each["title"],
            "requirement": known[each["item"]].requires if each["item"] in known else "—",
            "source": known[each["item"]].source if each["item"] in known else "—",
        }
        for each in (asked.items if asked is not None else [])
    ]
    fetched = [
        {"name": each.title, "source": "、".join(dict.fromkeys(row["agency"] or "" for row in each.evidence))}
        for each in case.materials.all()
        if each.state == MaterialState.PROVEN
    ]
    return {
        **_applicant(case),
        **_matter(case),
        "missing_materials": rows,
        "fetched_materials": fetched,
        "due_on": clock.due_on if clock is not None else None,
        **_contact(user),
    }


def _exclusions(case: ReliefCase) -> list[dict[str, object]]:
    given = {each.question: each for each in case.answers.all()}
    return [
        {
            "question": question.says,
            "answer": given[question.id].get_answer_display(),
            "note": given[question.id].reason or given[question.id].evidence or "—",
        }
        for question in catalogue.questions()
        if question.group in {"exclusion", "one_time"} and question.id in given
    ]


def _eligibility(case: ReliefCase) -> str:
    found = [
        f"{question.basis}：{question.says}（{given.evidence}）"
        for question, given in reasoning.met(case, "eligibility", "hardship")
    ]
    return "；".join(found) or _("no situation of article 7 was found")


def _checks(case: ReliefCase) -> list[dict[str, object]]:
    return [
        {
            "date": timing.local_day(each.answered_at),
            "way": _("review"),
            "by": str(each.answered_by),
            "finding": f"{question.says}：{each.get_answer_display()}（{each.evidence}）",
        }
        for question in catalogue.questions()
        for each in case.answers.all()
        if each.question == question.id and each.evidence
    ]


def _award_steps(case: ReliefCase) -> list[dict[str, object]]:
    award = award_of(case.computation) if case.computation is not None else None
    if award is None:
        return []
    return [
        {"step": row.says, "rule": row.basis or "—", "formula": row.formula, "value": row.value}
        for row in review_table(award)
    ]


def _deviation(case: ReliefCase) -> str:
    if case.band_reason or case.proposed_amount is None:
        return case.band_reason
    return "无，建议金额在裁量幅度以内。"


def review_report(case: ReliefCase, user: User) -> Fields:
    """国家司法救助案件审查报告."""
    source = str(Way(case.way).label) if case.way else ""
    return {
        **_applicant(case),
        **_matter(case),
        "source": f"{source}（{case.lead.title}）" if case.lead is not None else source,
        "accepted_on": case.accepted_on,
        "checks": _checks(case),
        "exclusions": _exclusions(case),
        "eligibility": _eligibility(case),
        "basis": f"{RULES}第七条、第八条",
        "award_steps": _award_steps(case),
        "proposed_amount": case.proposed_amount,
        "deviation_reason": _deviation(case) or "无",
        "assistance": "需要社会救助和其他帮扶的，另行制作社会救助建议函。",
        "opinion": case.opinion,
        "handler_name": str(case.handler or user),
    }


def approval_form(case: ReliefCase, user: User) -> Fields:
    """国家司法救助审批表."""
    rounds = [each.round for each in case.approvals.all() if each.kind == case.proposal]
    latest = max(rounds, default=0)
    rows = [
        {
            "step": each.title,
            "name": str(each.acted_by),
            "opinion": each.reason or each.state_label,
            "date": timing.local_day(each.acted_at) if each.acted_at else "",
        }
        for each in case.approvals.all()
        if each.round == latest and each.state == ApprovalState.APPROVED
    ]
    return {
        **_applicant(case),
        **_matter(case),
        "opinion": case.opinion,
        "proposed_amount": case.proposed_amount,
        "payment_way": _payment_way(case),
        "handler_name": str(case.handler or user),
        "approvals": rows or [{"step": _("being approved"), "name": "—", "opinion": "—", "date": "—"}],
    }


def grant_decision(case: ReliefCase, user: User) -> Fields:
    """国家司法救助决定书."""
    del user
    ex_officio = case.way == Way.EX_OFFICIO
    conditions = "；".join(
        f"{each.due_on.isoformat()}发放{each.amount:,.2f}元（{each.condition or each.kind_label}）"
        for each in case.payments.all()
        if each.kind in {PaymentKind.INSTALMENT, PaymentKind.CUSTODY} and each.state != PaymentState.CANCELLED
    )
    return {
        **_applicant(case),
        **_matter(case),
        "case_title": reasoning.matter_name(case),
        "started": "由本院依职权启动" if ex_officio else "提出申请",
        "findings": reasoning.findings(case),
        "reasons": reasoning.reasons_to_grant(case),
        "basis": reasoning.basis(case, "eligibility") or f"{RULES}第七条",
        "decided_amount": case.decided_amount,
        "payment_way": _payment_way(case),
        "conditions": f"分次发放安排：{conditions}。" if conditions else "",
        "decided_on": case.decided_on,
    }


def refusal_decision(case: ReliefCase, user: User) -> Fields:
    """不予国家司法救助决定书."""
    del user
    return {
        **_applicant(case),
        **_matter(case),
        "case_title": reasoning.matter_name(case),
        "findings": reasoning.findings(case),
        "reasons": reasoning.reasons_to_refuse(case),
        "basis": reasoning.basis(case, "exclusion", "one_time") or f"{RULES}第七条",
        "decided_on": case.decided_on,
    }


def _payment(case: ReliefCase) -> Payment | None:
    """The payment a notice or a receipt is about: the latest paid, else the next."""
    rows = [each for each in case.payments.all() if each.state != PaymentState.CANCELLED]
    paid = [each for each in rows if each.state == PaymentState.PAID]
    return paid[-1] if paid else (rows[0] if rows else None)


def payment_notice(case: ReliefCase, user: User) -> Fields:
    """国家司法救助金领取通知书."""
    payment = _payment(case)
    return {
        **_applicant(case),
        "decision_number": _decision_number(case),
        "decided_on": case.decided_on,
        "amount": payment.amount if payment else None,
        "payment_way": payment.kind_label if payment else "",
        "payee_name": payment.account_name if payment else "",
        "bank_name": payment.bank if payment else "",
        "bank_account": mask_account(payment.account) if payment else "",
        "bring": [{"name": "居民身份证"}, {"name": "收款银行卡"}, {"name": "救助决定书"}],
        **_contact(user),
    }


def receipt(case: ReliefCase, user: User) -> Fields:
    """国家司法救助金收据."""
    payment = _payment(case)
    form = _form(case)
    by_other = payment is not None and payment.account_name not in {"", case.person.name}
    return {
        **_applicant(case),
        "payee_name": payment.account_name if payment else "",
        "payee_id_number": form.get("agent_id_number") if by_other else case.person.id_number,
        "payee_relation": form.get("agent_relation") if by_other else _("the applicant personally"),
        "decision_number": _decision_number(case),
        "amount": payment.amount if payment else None,
        "payment_way": payment.kind_label if payment else "",
        "bank_name": payment.bank if payment else "",
        "bank_account": mask_account(payment.account) if payment else "",
        "instalment": str(payment.number) if payment and payment.kind != PaymentKind.SINGLE else "",
        "paid_on": payment.paid_on if payment else None,
        "handler_name": str(case.handler or user),
        "finance_name": str(payment.paid_by or "") if payment else "",
    }


def custody_agreement(case: ReliefCase, user: User) -> Fields:
    """国家司法救助金三方监管协议."""
    form, application = _form(case), case.application
    rows = [
        each
        for each in case.payments.all()
        if each.kind == PaymentKind.CUSTODY and each.state != PaymentState.CANCELLED
    ]
    person = case.person
    adult_on = (
        person.birth_date.replace(year=person.birth_date.year + 18, day=min(person.birth_date.day, 28))
        if person.birth_date
        else None
    )
    return {
        "beneficiary_name": person.name,
        "beneficiary_birth_date": person.birth_date,
        "beneficiary_id_number": person.id_number,
        "guardian_name": form.get("agent_name"),
        "guardian_relation": form.get("agent_relation"),
        "guardian_id_number": form.get("agent_id_number"),
        "guardian_phone": form.get("agent_phone"),
        "bank_name": application.bank,
        "bank_account": application.account,
        "decision_number": _decision_number(case),
        "decided_on": case.decided_on,
        "total_amount": sum((each.amount for each in rows), Decimal(0)) or case.decided_amount,
        "instalments": [
            {
                "number": each.number,
                "date": each.due_on,
                "amount": each.amount,
                "purpose": each.condition or "—",
            }
            for each in rows
        ],
        "purposes": "、".join(dict.fromkeys(each.condition for each in rows if each.condition))
        or "生活、教育、医疗、心理康复",
        "ends_on": adult_on,
        **_contact(user),
    }


def visit_record(case: ReliefCase, user: User) -> Fields:
    """国家司法救助回访记录."""
    done: list[Visit] = [each for each in case.visits.all() if each.done_on]
    visit = done[-1] if done else None
    return {
        **_applicant(case),
        "relief_number": case.number,
        "decision_number": _decision_number(case),
        "decided_amount": case.decided_amount,
        "visited_on": visit.done_on if visit else None,
        "way": visit.get_how_display() if visit else "",
        "visitors": str(visit.visited_by) if visit else "",
        "interviewee": case.person.name + "（" + _("the applicant personally") + "）",
        "money_use": visit.use_of_money if visit else "",
        "living": visit.life if visit else "",
        "assistance": (visit.needs if visit else "") or _("nothing further was asked for"),
        "difficulties": visit.needs if visit else "",
        "next_steps": _("passed on to the agencies concerned")
        if visit and visit.needs
        else _("follow-up ends"),
    }


def _only(*states: str, granted: bool | None = None) -> Callable[[ReliefCase, User], None]:
    """A check that a case stands in one of these states, and was or was not granted relief."""

    def check(case: ReliefCase, user: User) -> None:
        del user
        fits = granted is None or granted == (case.decided_amount is not None)
        if case.state not in states or not fits:
            raise NotAllowedError(
                fault(
                    "REL-009",
                    _("this document is not made while the case is “{state}”").format(state=case.state_label),
                    _("take the step first that it is about"),
                )
            )

    return check


_AFTER_GRANT = (
    State.GRANTED,
    State.PAYING,
    State.PAID,
    State.FOLLOWING_UP,
    State.RECOVERING,
    State.ARCHIVED,
)
_GRANTED = {"grant_decision": True, "refusal_decision": False}
_AFTER_APPLICATION = tuple(state for state in State if state != State.INFORMING)
_AFTER_OPINION = (State.PROPOSED, State.IN_APPROVAL, State.REFUSED, State.REFERRED, *_AFTER_GRANT)


def register_all() -> None:
    """Tell the documents app who fills which form."""
    forms: tuple[tuple[Callable[[ReliefCase, User], Fields], tuple[str, ...]], ...] = (
        (relief_application, _AFTER_APPLICATION),
        (oral_record, _AFTER_APPLICATION),
        (materials_receipt, _AFTER_APPLICATION),
        (supplement_notice, _AFTER_APPLICATION),
        (review_report, _AFTER_OPINION),
        (approval_form, _AFTER_OPINION),
        (grant_decision, _AFTER_GRANT),
        (refusal_decision, (State.REFUSED, State.REFERRED, State.RECOVERING, State.ARCHIVED)),
        (payment_notice, _AFTER_GRANT),
        (custody_agreement, _AFTER_GRANT),
        (receipt, _AFTER_GRANT),
        (visit_record, _AFTER_GRANT),
    )
    for provider, states in forms:
        granted = _GRANTED.get(provider.__name__)
        check = _only(*states, granted=granted)
        register(provider.__name__, "", provider, model=ReliefCase, may_produce=check)
