"""The official forms of a relief case: what stands in each field (domain: application to decision).

The forms themselves are declared in ``catalogue/documents``; a field that a case cannot fill is told there,
never left blank silently.
"""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

from yingjiu.awards import review_table
from yingjiu.office.accounts.models import User
from yingjiu.office.clocks.models import Clock
from yingjiu.office.documents.registry import register
from yingjiu.office.documents.wording import chinese_date
from yingjiu.office.relief import assistance, catalogue, reasoning, timing
from yingjiu.office.relief.application_form import family_rows
from yingjiu.office.relief.errors import NotAllowedError, fault
from yingjiu.office.relief.models import ReliefCase
from yingjiu.office.relief.money_papers import custody_agreement, payment_notice, receipt, visit_record
from yingjiu.office.relief.panel import award_of
from yingjiu.office.relief.paper_parts import (
    Fields,
    addressee,
    agent,
    agent_or_none,
    applicant,
    contact,
    decision_number,
    form_of,
    matter,
    spoken,
)
from yingjiu.office.relief.reasoning import RULES
from yingjiu.office.relief.states import (
    ApprovalState,
    MaterialState,
    PaymentKind,
    PaymentState,
    Proposal,
    State,
    Way,
)

__all__ = ["register_all"]


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


def _payment_way(case: ReliefCase) -> str:
    kinds = dict.fromkeys(
        each.kind_label for each in case.payments.all() if each.state != PaymentState.CANCELLED
    )
    usual = PaymentKind.CUSTODY if _is_minor(case) else PaymentKind.SINGLE  # before the payments are planned
    return "、".join(kinds) or str(usual.label)


def _is_minor(case: ReliefCase) -> bool:
    return bool((case.facts.get("applicant_minor") or {}).get("value"))


def relief_application(case: ReliefCase, user: User) -> Fields:
    """国家司法救助申请书."""
    del user
    application = case.application
    return {
        **applicant(case),
        **matter(case),
        **agent_or_none(case),
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
    form = form_of(case)
    names = ("recorded_from", "recorded_to", "place", "inquirer_name", "recorder_name", "further_statement")
    told = {name: form.get(name) for name in names}
    day = chinese_date(case.application.applied_on)
    for name in ("recorded_from", "recorded_to"):
        told[name] = f"{day}{told[name]}" if told[name] else None
    told["further_statement"] = told["further_statement"] or "没有。"
    return {**applicant(case), **spoken(matter(case)), **agent_or_none(case), **told}


def materials_receipt(case: ReliefCase, user: User) -> Fields:
    """国家司法救助申请材料收讫单."""
    days = [each.received_on for each in case.materials.all() if each.received_on]
    return {
        **applicant(case),
        **matter(case),
        "case_title": reasoning.matter_name(case),
        "submitted_by": agent(case)["agent_name"] or case.person.name,
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
        **applicant(case),
        **matter(case),
        "applicant_name": addressee(case),
        "case_title": reasoning.matter_name(case),
        "missing_materials": rows,
        "fetched_materials": fetched,
        "due_on": clock.due_on if clock is not None else None,
        **contact(user),
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
    return f"{'；'.join(found)}。" if found else "经审查，没有应当予以救助的情形。"


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
        {
            "step": row.says,
            "rule": row.cited or "—",
            "formula": row.formula,
            "value": row.value,
        }
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
        **applicant(case),
        **spoken(matter(case)),
        "source": f"{source}，线索来源：{case.lead.title}" if case.lead is not None else source,
        "accepted_on": case.accepted_on,
        "checks": _checks(case),
        "exclusions": _exclusions(case),
        "eligibility": _eligibility(case),
        "basis": reasoning.basis(case, "eligibility", "hardship", "exclusion", "one_time")
        or f"{RULES}第七条、第八条",
        "award_steps": _award_steps(case),
        "proposed_amount": case.proposed_amount,
        "deviation_reason": _deviation(case) or "无",
        "assistance": assistance.referred(case, user) + assistance.proposed(case, user)
        or "核对现有数据，没有发现需要转介的社会救助事项；回访中发现新的困难的，再行转介。",
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
        **applicant(case),
        **matter(case),
        "opinion": case.opinion,
        "proposed_amount": case.proposed_amount,
        "payment_way": _payment_way(case) if case.proposal == Proposal.GRANT else "—",
        "handler_name": str(case.handler or user),
        "approvals": rows or [{"step": _("being approved"), "name": "—", "opinion": "—", "date": "—"}],
    }


def _joint(case: ReliefCase) -> str:
    """Who pays what in joint relief; empty if nobody else does."""
    shares = list(case.shares.all())
    if not shares or case.decided_amount is None:
        return ""
    own = case.decided_amount - sum(each.amount for each in shares)
    parts = [
        f"{case.organisation}承担{own:,.2f}元",
        *(f"{each.organisation}承担{each.amount:,.2f}元" for each in shares),
    ]
    return f"本次救助为联合救助，{'，'.join(parts)}。"


def grant_decision(case: ReliefCase, user: User) -> Fields:
    """国家司法救助决定书."""
    del user
    ex_officio = case.way == Way.EX_OFFICIO
    conditions = "；".join(
        f"{chinese_date(each.due_on)}发放{each.amount:,.2f}元（{each.condition or each.kind_label}）"
        for each in case.payments.all()
        if each.kind in {PaymentKind.INSTALMENT, PaymentKind.CUSTODY} and each.state != PaymentState.CANCELLED
    )
    return {
        **applicant(case),
        **matter(case),
        "case_title": reasoning.matter_name(case),
        "started": "由本院依职权启动国家司法救助程序" if ex_officio else "向本院申请国家司法救助",
        "findings": reasoning.findings(case),
        "reasons": reasoning.reasons_to_grant(case),
        "basis": reasoning.basis(case, "eligibility") or f"{RULES}第七条",
        "decided_amount": case.decided_amount,
        "payment_way": _payment_way(case),
        "conditions": _joint(case) + (f"分次发放安排：{conditions}。" if conditions else ""),
        "decided_on": case.decided_on,
    }


def refusal_decision(case: ReliefCase, user: User) -> Fields:
    """不予国家司法救助决定书."""
    del user
    return {
        **applicant(case),
        **matter(case),
        "case_title": reasoning.matter_name(case),
        "findings": reasoning.findings(case),
        "reasons": reasoning.reasons_to_refuse(case),
        "basis": reasoning.basis(case, "exclusion", "one_time") or f"{RULES}第七条",
        "decided_on": case.decided_on,
    }


def _only(
    *states: str, granted: bool | None = None, decided: bool = False
) -> Callable[[ReliefCase, User], None]:
    """A check that a case stands in one of these states, was or was not granted relief, has its decision."""

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

        if decided and not decision_number(case):
            raise NotAllowedError(
                fault(
                    "REL-009",
                    _("this document cites the decision, and the decision has not been made out yet"),
                    _("make the decision on relief first"),
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
_CITES_DECISION = frozenset({"payment_notice", "custody_agreement", "receipt", "visit_record"})
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
        check = _only(*states, granted=granted, decided=provider.__name__ in _CITES_DECISION)
        register(provider.__name__, "", provider, model=ReliefCase, may_produce=check)
