"""Half a year in the tests' county: leads, cases with their money, referrals, time limits; all invented."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from tests.office.house import House
from tests.office.leads.makers import take, told
from yingjiu.office.accounts.models import Kind, Organisation
from yingjiu.office.clocks.services import start
from yingjiu.office.desk.models import Budget
from yingjiu.office.leads.models import Lead, LeadCheck
from yingjiu.office.leads.states import CheckKind
from yingjiu.office.referrals.models import Referral
from yingjiu.office.relief.models import Approval, Payment, ReliefCase

TODAY = date(2025, 6, 20)
TOWNS = ("东平镇", "西河乡", "南桥街道", "北山镇", "新丰镇", "临海镇", "安和乡")
HARMS = ("death", "bodily", "property")


@dataclass(frozen=True)
class World:
    """What was made."""

    leads: list[Lead]
    cases: list[ReliefCase]


def make_leads(house: House, count: int = 24) -> list[Lead]:
    """Leads of the first half of the year; every third is handled, every fourth decided."""
    makings = []
    for number in range(count):
        level = ("red", "orange", "yellow")[number % 3]
        each = told(
            f"k{number}", number=100 + number, name=f"虚{'甲乙丙丁'[number % 4]}{number}", level=level
        )
        makings.append(replace(each, columns={**each.columns, "town": TOWNS[number * number % len(TOWNS)]}))
    take(house.county, *makings, on=TODAY)
    leads = list(Lead.objects.filter(organisation=house.county).order_by("pk"))
    for number, lead in enumerate(leads):
        changes: dict[str, object] = {"first_seen": date(2025, 1 + number % 6, 10)}
        if number % 3 == 0:
            changes |= {"handler": house.handler, "department": house.complaints, "state": "assigned"}
        if number % 4 == 0:
            changes |= {"handler": house.handler, "state": "decided", "outcome_decided": "relief_case"}
        Lead.objects.filter(pk=lead.pk).update(**changes)
        if number % 2 == 0:
            LeadCheck.objects.create(
                lead=lead,
                kind=CheckKind.PHONE,
                asked_by=house.handler,
                asked_at=lead.arrived_at,
                done_at=lead.arrived_at,
            )
    return list(Lead.objects.filter(organisation=house.county).order_by("pk"))


def make_cases(house: House, leads: list[Lead]) -> list[ReliefCase]:
    """A case for each decided lead, from one in approval to one that is paid."""
    cases = []
    for number, lead in enumerate(lead for lead in leads if lead.state == "decided"):
        opened = lead.first_seen + timedelta(days=3 + number)
        decided = opened + timedelta(days=12 + number) if number != 0 else None
        paid = decided + timedelta(days=5) if decided and number % 2 else None
        amount = Decimal(10_000 * (number + 1)) if decided else None
        case = ReliefCase.objects.create(
            organisation=house.county,
            department=house.complaints,
            handler=house.handler,
            year=2025,
            serial=number + 1,
            number=f"虚县检控申救〔2025〕{number + 1}号",
            person=lead.person,
            lead=lead,
            case_no=lead.case_no,
            harm=HARMS[number % 3],
            region="320999",
            state="paid" if paid else "granted" if decided else "in_approval",
            proposed_amount=Decimal(60_000),
            decided_amount=amount,
            payable=amount or 0,
            planned_total=amount or 0,
            paid_total=amount if paid else 0,
            opened_on=opened,
            applied_on=opened,
            accepted_on=opened,
            decided_on=decided,
            paid_on=paid,
        )
        cases.append(case)
        if amount:
            Payment.objects.create(
                case=case,
                number=1,
                kind="whole",
                payer=house.county,
                amount=amount,
                due_on=TODAY,
                state="paid" if paid else "planned",
                paid_on=paid,
                checked_at=lead.arrived_at if paid else None,
                voucher=f"V{number}" if paid else "",
            )
    return cases


def make_waiting(house: House, leads: list[Lead], cases: list[ReliefCase]) -> None:
    """What waits for the head, for an agency, for a grid worker; and a budget."""
    Approval.objects.create(
        case=cases[0],
        kind="grant",
        round=1,
        order=1,
        chain="usual",
        title="部门负责人审核",
        role="head",
        organisation=house.county,
        amount=Decimal(60_000),
        state="waiting",
    )
    women = Organisation.objects.create(name="虚构县妇女联合会", kind=Kind.AGENCY, parent=house.county)
    for number, agency in enumerate((house.civil_affairs, house.civil_affairs, women)):
        lead = leads[number]
        Referral.objects.create(
            organisation=house.county,
            department=house.complaints,
            handler=house.handler,
            agency=agency,
            person=lead.person,
            lead=lead,
            state=("sent", "more_time", "done")[number],
            ground="consent",
            ground_text="本人书面同意",
            consent_on=TODAY,
            sent_on=TODAY - timedelta(days=10),
            due_on=TODAY - timedelta(days=3 * number),
        )
    for lead in leads[1:4]:
        LeadCheck.objects.create(
            lead=lead,
            kind=CheckKind.VISIT,
            worker=house.grid_worker,
            asked_by=house.handler,
            asked_at=lead.arrived_at,
            due=TODAY + timedelta(days=2),
        )
    start(
        cases[0],
        "relief.decision",
        on=TODAY - timedelta(days=20),
        organisation=house.county,
        handler=house.handler,
        department=house.complaints,
    )
    Budget.objects.create(
        organisation=house.county,
        year=2025,
        amount=Decimal(500_000),
        source="虚财〔2025〕1号",
        changed_by=house.finance,
    )


def make_world(house: House) -> World:
    """Everything."""
    leads = make_leads(house)
    cases = make_cases(house, leads)
    make_waiting(house, leads, cases)
    return World(leads, cases)
