"""The official forms after a grant: notice, receipt, agreement on custody, follow-up visit."""

from __future__ import annotations

from calendar import isleap
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from yingjiu.office.accounts.models import User
from yingjiu.office.frame.masking import mask_account
from yingjiu.office.relief import assistance
from yingjiu.office.relief.models import Payment, ReliefCase, Visit
from yingjiu.office.relief.paper_parts import (
    Fields,
    addressee,
    applicant,
    contact,
    decision_number,
    form_of,
)
from yingjiu.office.relief.states import How, PaymentKind, PaymentState, Way

__all__ = ["custody_agreement", "payment_notice", "receipt", "visit_record"]


def _payment(case: ReliefCase) -> Payment | None:
    """The payment a notice or a receipt is about: the latest paid, else the next."""
    rows = [each for each in case.payments.all() if each.state != PaymentState.CANCELLED]
    paid = [each for each in rows if each.state == PaymentState.PAID]
    return paid[-1] if paid else (rows[0] if rows else None)


def _to_bring(case: ReliefCase, payment: Payment | None) -> tuple[str, ...]:
    who = "法定代理人的居民身份证和监护关系证明" if case.way == Way.GUARDIAN else "居民身份证"
    if payment is not None and payment.kind == PaymentKind.CUSTODY:
        return who, "三方监管协议", "救助决定书"
    return who, "收款银行卡", "救助决定书"


def payment_notice(case: ReliefCase, user: User) -> Fields:
    """国家司法救助金领取通知书."""
    payment = _payment(case)
    return {
        **applicant(case),
        "applicant_name": addressee(case),
        "decision_number": decision_number(case),
        "decided_on": case.decided_on,
        "amount": payment.amount if payment else None,
        "payment_way": payment.kind_label if payment else "",
        "payee_name": payment.account_name if payment else "",
        "bank_name": payment.bank if payment else "",
        "bank_account": mask_account(payment.account) if payment else "",
        "bring": [{"name": name} for name in _to_bring(case, payment)],
        **contact(user),
    }


def _instalment(case: ReliefCase, payment: Payment | None) -> str:
    """Which of the same payer's instalments this is; urgent relief and single payments are none."""
    rows = [
        each
        for each in case.payments.all()
        if payment is not None
        and each.payer_id == payment.payer_id
        and each.kind in {PaymentKind.INSTALMENT, PaymentKind.CUSTODY}
        and each.state != PaymentState.CANCELLED
    ]
    if payment not in rows or len(rows) == 1:
        return "一次付清"
    return f"第{rows.index(payment) + 1}期，共{len(rows)}期"


def receipt(case: ReliefCase, user: User) -> Fields:
    """国家司法救助金收据."""
    payment = _payment(case)
    form = form_of(case)
    by_other = payment is not None and payment.account_name not in {"", case.person.name}
    return {
        **applicant(case),
        "payee_name": payment.account_name if payment else "",
        "payee_id_number": form.get("agent_id_number") if by_other else case.person.id_number,
        "payee_relation": form.get("agent_relation") if by_other else _("the applicant personally"),
        "decision_number": decision_number(case),
        "amount": payment.amount if payment else None,
        "payment_way": payment.kind_label if payment else "",
        "bank_name": payment.bank if payment else "",
        "bank_account": mask_account(payment.account) if payment else "",
        "instalment": _instalment(case, payment),
        "paid_on": payment.paid_on if payment else None,
        "handler_name": str(case.handler or user),
        "finance_name": str(payment.paid_by or "") if payment else "",
    }


def _adult_on(born: date | None) -> date | None:
    """The eighteenth birthday (民法典第十七条); who was born on 29 February has it on 1 March."""
    if born is None:
        return None
    year = born.year + 18
    return (
        date(year, 3, 1)
        if (born.month, born.day) == (2, 29) and not isleap(year)
        else born.replace(year=year)
    )


def custody_agreement(case: ReliefCase, user: User) -> Fields:
    """国家司法救助金三方监管协议."""
    form, application = form_of(case), case.application
    rows = [
        each
        for each in case.payments.all()
        if each.kind == PaymentKind.CUSTODY and each.state != PaymentState.CANCELLED
    ]
    person = case.person
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
        "decision_number": decision_number(case),
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
        "ends_on": _adult_on(person.birth_date),
        **contact(user),
    }


def visit_record(case: ReliefCase, user: User) -> Fields:
    """国家司法救助回访记录."""
    done: list[Visit] = [each for each in case.visits.all() if each.done_on]
    visit = done[-1] if done else None
    return {
        **applicant(case),
        "relief_number": case.number,
        "decision_number": decision_number(case),
        "decided_amount": case.decided_amount,
        "visited_on": visit.done_on if visit else None,
        "way": visit.get_how_display() if visit else "",
        "visitors": str(visit.visited_by) if visit else "",
        "interviewee": case.person.name + "（" + _("the applicant personally") + "）",
        "money_use": visit.use_of_money if visit else "",
        "living": visit.life if visit else "",
        "place": "电话回访" if visit and visit.how == How.PHONE else "",
        "assistance": assistance.referred(case, user) or "未见转介其他单位帮扶的记录。",
        "difficulties": (visit.needs if visit else "") or "没有反映其他困难。",
        "wishes": (visit.needs if visit else "") or "没有提出其他要求。",
        "next_steps": _("passed on to the agencies concerned")
        if visit and visit.needs
        else _("follow-up ends"),
    }
