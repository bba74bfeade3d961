"""What the office of these tests holds, made by its services, and what the tests ask of it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from tests.office.house import House, build_house, user
from tests.office.referrals.makers import TEXTS, make_draft, send, with_ground
from tests.office.relief.way import FACTS, FORM, OnTheWay, lead_of, person_of
from yingjiu.office.accounts.models import Organisation, User
from yingjiu.office.accounts.roles import Role
from yingjiu.office.audit.models import Action, Event
from yingjiu.office.documents.models import Document
from yingjiu.office.documents.services import produce
from yingjiu.office.leads import services as leads
from yingjiu.office.leads.models import Lead, LeadDecision
from yingjiu.office.people.services import take_person
from yingjiu.office.referrals import services as referrals
from yingjiu.office.relief import services
from yingjiu.office.relief.models import Approval, CaseEvent, Payment, ReliefCase, SealedRecord, Visit

__all__ = ["STAGES", "case_now", "end_sessions", "lead_now", "new_case", "new_lead", "signed_in"]


def _house() -> House:
    """The house, with a second finance officer; there from the first call on."""
    if not Organisation.objects.exists():
        house = build_house()
        user("finance2", house.finance_department, Role.FINANCE)
    users = {each.username: each for each in User.objects.all()}
    fields: dict[str, Any] = {}
    by_name = {
        "second_handler": "handler2",
        "grid_worker": "grid",
        "system_admin": "sysadmin",
        "security_admin": "secadmin",
        "audit_admin": "auditadmin",
        "other_handler": "other-handler",
        "other_head": "other-head",
        "city_head": "city-head",
    }
    for name, kind in House.__annotations__.items():
        if kind in {"User", User}:
            fields[name] = users[by_name.get(name, name)]
    handler = fields["handler"]
    county = handler.procuratorate
    assert county is not None
    return House(
        **fields,
        county=county,
        complaints=handler.organisation,
        city=county.parent,
        province=county.parent.parent,
        other_county=fields["other_handler"].procuratorate,
        prosecution=fields["prosecutor"].organisation,
        finance_department=fields["finance"].organisation,
        other_complaints=fields["other_handler"].organisation,
        civil_affairs=fields["liaison"].organisation,
    )


def signed_in(name: str) -> str:
    """A session of a user, by the account."""
    _house()
    who = User.objects.get(username=name)
    session = SessionStore()
    session[SESSION_KEY] = str(who.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = who.get_session_auth_hash()
    session.save()
    return str(session.session_key)


def end_sessions() -> int:
    """Every session ends, as by its time."""
    return Session.objects.all().delete()[0]


def _lead(house: House, **more: Any) -> Lead:
    serial = Lead.objects.count() + 1
    return lead_of(house, person_of(house, serial=serial), case_no=f"（2026）虚0999刑初{serial}号", **more)


def _way(house: House) -> OnTheWay:
    lead = _lead(house)
    case = services.open_case(lead=lead, user=house.handler, version=lead.version)
    return OnTheWay(house, case, dict(FACTS))


def _accepted(way: OnTheWay) -> OnTheWay:
    return way.informed().applied().accepted()


def _submitted(way: OnTheWay) -> OnTheWay:
    return _accepted(way).reviewed().proposed().submitted()


def _last_step(way: OnTheWay) -> OnTheWay:
    """All but the last have approved; the last approval decides the case."""
    submitted = _submitted(way)
    while submitted.case.approvals.filter(state__in=["waiting", "later"]).count() > 1:
        step = submitted.case.approvals.get(state="waiting")
        approver = submitted.approver(step.role, step.organisation)
        submitted.part(services.approve, approval=step, user=approver, reason="同意")
    return submitted


def _checked(way: OnTheWay) -> OnTheWay:
    planned = _submitted(way).approved().served().planned()
    payment = planned.case.payments.get()
    planned.part(
        services.check_payment, payment=payment, name_agrees=True, in_budget=True, user=way.house.finance
    )
    return planned


def _visited(way: OnTheWay) -> OnTheWay:
    paid = _submitted(way).approved().served().planned().paid()
    paid.act(services.plan_visit, on=timezone.localdate())
    return paid


STAGES: dict[str, Callable[[OnTheWay], OnTheWay]] = {
    "informed": OnTheWay.informed,
    "applied": lambda way: way.informed().applied(),
    "accepted": _accepted,
    "last_step": _last_step,
    "checked": _checked,
    "visited": _visited,
}


def new_lead(**more: Any) -> int:
    """A lead of the handler."""
    return _lead(_house(), **more).pk


def new_case(stage: str) -> dict[str, Any]:
    """A case at a stage, with the keys of what a test needs of it."""
    way = STAGES[stage](_way(_house()))
    found: dict[str, Any] = {"case": way.case.pk}
    step = Approval.objects.filter(case=way.case, state="waiting").first()
    if step is not None:
        found["approver"] = way.approver(step.role, step.organisation).username
    payment = Payment.objects.filter(case=way.case).first()
    visit = Visit.objects.filter(case=way.case).first()
    return found | {
        name: row.pk for name, row in (("approval", step), ("payment", payment), ("visit", visit)) if row
    }


def lead_now(lead: int) -> dict[str, Any]:
    """A lead with its decisions."""
    row = Lead.objects.get(pk=lead)
    decisions = LeadDecision.objects.filter(lead=row)
    return {
        "state": row.state,
        "outcomes": [each.outcome for each in decisions],
        "reasons": [each.reason for each in decisions],
        "events": _events(row),
    }


def case_now(case: int) -> dict[str, Any]:
    """What a decision writes of a case: all of it must be there, or nothing."""
    row = ReliefCase.objects.get(pk=case)
    return {
        "state": row.state,
        "version": row.version,
        "amount": row.decided_amount,
        "sealed": SealedRecord.objects.filter(case=row).count(),
        "approved": Approval.objects.filter(case=row, state="approved").count(),
        "waiting": Approval.objects.filter(case=row, state="waiting").count(),
        "history": CaseEvent.objects.filter(case=row).count(),
        "paid": row.paid_total,
        "payments": Payment.objects.filter(case=row, state="paid").count(),
        "paid_acts": CaseEvent.objects.filter(case=row, act="pay").count(),
        "events": _events(row),
    }


def _events(row: Any) -> int:
    return Event.objects.filter(
        action=Action.DECISION, subject_type=row._meta.label, subject_id=str(row.pk)
    ).count()


def documents_now(case: int) -> list[str]:
    """Numbers of the documents of a case."""
    return [each.number for each in Document.objects.about(ReliefCase.objects.get(pk=case))]


MARKUP = '"></script><img class=evil src=x onerror=alert(1)>{{7*7}}'
"""What nobody is called."""


def _lead_with_markup(house: House) -> Lead:
    lead = _lead(house, title=MARKUP, charge=MARKUP, town=MARKUP)
    take_person(
        house.county,
        person_id=int(lead.person.key),
        name=MARKUP,
        id_number=lead.person.id_number,
        phone=lead.person.phone,
        region="320999",
        address=MARKUP,
    )
    return lead


def new_lead_with_markup() -> int:
    """A lead of the handler on which every name is markup."""
    return _lead_with_markup(_house()).pk


def new_case_with_markup() -> dict[str, Any]:
    """A case, a document and a referral in which every name and text is markup."""
    house = _house()
    User.objects.filter(pk=house.head.pk).update(display_name=MARKUP)
    Organisation.objects.filter(pk=house.civil_affairs.pk).update(name=MARKUP)
    house.civil_affairs.refresh_from_db()
    lead = _lead_with_markup(house)
    leads.record_check(lead=lead, kind="phone", user=house.handler, note=MARKUP)
    lead.refresh_from_db()
    case = services.open_case(lead=lead, user=house.handler, version=lead.version)
    way = OnTheWay(house, case, dict(FACTS)).informed()
    way.act(
        services.write_application,
        way="written",
        applied_on=timezone.localdate(),
        form=dict.fromkeys(FORM, MARKUP) | {"applicant_phone": "13900000000"},
        reason=MARKUP,
        bank=MARKUP[:40],
        account_name=MARKUP[:40],
        account="6222000000000000001",
    )
    way.act(services.apply)
    way.accepted().reviewed()
    way.act(services.propose, proposal="grant", amount=Decimal(67200), opinion=MARKUP)
    way.submitted()
    waiting = way.case.approvals.get(state="waiting")
    way.approved().served().planned()
    document = produce("grant_decision", way.case, house.handler)
    lead.refresh_from_db()
    draft = make_draft(
        house,
        lead,
        matched=referrals.propose(lead),
        reasons={"temporary_relief": MARKUP},
        **dict.fromkeys(TEXTS, MARKUP) | {"contact_phone": TEXTS["contact_phone"]},
    )
    referral = send(house, with_ground(house, draft, MARKUP))
    return {
        "lead": lead.pk,
        "person": lead.person_id,
        "case": way.case.pk,
        "approval": waiting.pk,
        "payment": Payment.objects.get(case=way.case).pk,
        "document": document.pk,
        "referral": referral.pk,
    }
