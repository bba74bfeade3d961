"""What people of the bench's office work on: cases with money, time limits, letters, documents, visits."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.contrib.contenttypes.models import ContentType

from bench.bulk import Bulk, next_key, without_indexes
from bench.measure import say
from bench.office_data import NOW, TODAY, World
from bench.office_rest import make_rest
from yingjiu.office.accounts.models import User
from yingjiu.office.clocks.models import Clock, ClockEvent
from yingjiu.office.documents.models import Document
from yingjiu.office.files.models import StoredFile
from yingjiu.office.jobs.models import Job
from yingjiu.office.leads.models import Lead, LeadCheck
from yingjiu.office.referrals.models import Referral, ReferralEvent, ReferralMeasure
from yingjiu.office.relief.models import Approval, CaseEvent, Payment, ReliefCase

__all__ = ["make_work"]

CASES = 20_000
STATES = (
    *("informing", "applied", "accepted", "reviewing", "in_approval", "paying", "following_up"),
    *("refused", "archived", "archived", "archived"),
)
ENDED = {"refused", "archived"}
PAID = {"following_up", "archived"}


def make_work(world: World, leads: int) -> None:
    """Make all of it, a fiftieth as many cases as leads."""
    count = CASES * leads // 1_000_000
    with without_indexes(ReliefCase, Clock, Referral, LeadCheck, Document, StoredFile, Job):
        cases = _cases(world, count)
        _money(world, cases)
        _clocks(world, cases)
        _referrals(world, cases)
        _documents(cases)
        _checks(world, count // 2)
    make_rest(world, count)
    say(f"cases: {count:,}, with time limits, letters, money, documents, visits, files, jobs, seals")


def _cases(world: World, count: int) -> list[dict[str, Any]]:
    """Cases from decided leads; returns what hangs on them needs to know."""
    rng, first = world.rng, next_key(ReliefCase)
    handler, office = world.places[0].handlers[0], world.places[0].office
    found = Lead.objects.filter(outcome_decided="relief_case", run="bench").order_by("pk")
    fields = ("pk", "organisation_id", "department_id", "handler_id", "person_id", "case_no")
    made = []
    for number, lead in enumerate(found.values(*fields)[:count], first):
        opened, state = TODAY - timedelta(days=rng.randrange(700)), rng.choice(STATES)
        granted = Decimal(rng.randrange(5, 80) * 1000) if state in {"paying", *PAID} else None
        made.append(
            {
                "id": number,
                "lead_id": lead.pop("pk"),
                **lead,
                "year": opened.year,
                "serial": number,
                "number": f"虚构检救助〔{opened.year}〕{number}号",
                "state": state,
                "opened_on": opened,
                "harm": rng.choice(("death", "serious_injury", "disability", "property")),
                "applied_on": opened + timedelta(days=2),
                "accepted_on": opened + timedelta(days=5),
                "decided_on": opened + timedelta(days=14) if granted else None,
                "decided_amount": granted,
                "payable": granted or 0,
                "planned_total": granted or 0,
                "paid_total": granted if state in PAID else 0,
                "paid_on": opened + timedelta(days=20) if state in PAID else None,
            }
        )
    template = ReliefCase(
        organisation=office,
        person_id=1,
        handler=handler,
        charge="故意伤害罪",
        opened_on=TODAY,
        year=1,
        serial=1,
        number="",
        way="written",
    )
    Bulk(template).write(made)
    event = CaseEvent(case_id=1, by=handler, act="open", after="informing", version=1)
    Bulk(event).write(
        {"id": key, "case_id": case["id"], "by_id": case["handler_id"]}
        for key, case in enumerate(made, next_key(CaseEvent))
    )
    return made


def _money(world: World, cases: list[dict[str, Any]]) -> None:
    """A payment of each case that was granted, and the approvals of each that was proposed."""
    office = world.places[0].office
    payment = Payment(
        case_id=1,
        number=1,
        kind="single",
        payer=office,
        checked_at=NOW,
        amount=1,
        due_on=TODAY,
        account_name="王*英",
        bank="虚构银行",
        account="6222000000000000",
    )
    granted = [case for case in cases if case["decided_amount"]]
    Bulk(payment).write(
        {
            "id": key,
            "case_id": case["id"],
            "payer_id": case["organisation_id"],
            "amount": case["decided_amount"],
            "due_on": case["opened_on"] + timedelta(days=18),
            "state": "paid" if case["paid_on"] else "planned",
            "paid_on": case["paid_on"],
            "voucher": f"凭{key}" if case["paid_on"] else "",
        }
        for key, case in enumerate(granted, next_key(Payment))
    )
    approval = Approval(
        case_id=1,
        kind="grant",
        round=1,
        order=1,
        chain="一般",
        title="部门负责人",
        role="head",
        organisation=office,
    )
    decided = [case for case in cases if case["state"] == "in_approval" or case["decided_amount"]]
    Bulk(approval).write(
        {
            "id": key,
            "case_id": case["id"],
            "organisation_id": case["organisation_id"],
            "state": "approved" if case["decided_amount"] else "waiting",
        }
        for key, case in enumerate(decided, next_key(Approval))
    )


def _clocks(world: World, cases: list[dict[str, Any]]) -> None:
    rng, first = world.rng, next_key(Clock)
    template = Clock(
        subject_type=ContentType.objects.get_for_model(ReliefCase),
        subject_id=1,
        limit="relief.decision",
        length=10,
        unit="working_days",
        organisation=world.places[0].office,
        started_on=TODAY,
    )

    def rows() -> Iterator[dict[str, Any]]:
        for key, case in enumerate(cases, first):
            ended = case["state"] in ENDED
            yield {
                **{name: case[name] for name in ("organisation_id", "department_id", "handler_id")},
                "id": key,
                "subject_id": case["id"],
                "started_on": case["opened_on"],
                "due_on": TODAY + timedelta(days=rng.randrange(-30, 60)),
                "finished_on": case["opened_on"] + timedelta(days=9) if ended else None,
                "state": "met" if ended else "running",
            }

    Bulk(template).write(rows())
    started = ClockEvent(clock_id=1, kind="started", on=TODAY)
    Bulk(started).write(
        {"id": key, "clock_id": first + place, "on": case["opened_on"]}
        for place, (key, case) in enumerate(enumerate(cases, next_key(ClockEvent)))
    )


def _referrals(world: World, cases: list[dict[str, Any]]) -> None:
    """A letter of each case, its measure and what happened to it."""
    rng, first = world.rng, next_key(Referral)
    agencies = {place.office.pk: place.agency.pk for place in world.places}
    template = Referral(
        organisation=world.places[0].office,
        agency=world.places[0].agency,
        person_id=1,
        ground="consent",
        ground_text="当面签署同意书",
        case_summary="交通肇事一案",
        hardship="家庭没有收入",
        reason="家庭主要劳动力因案死亡",
        contact_name="虚构承办人",
        contact_phone="0515-00000000",
    )

    def rows() -> Iterator[dict[str, Any]]:
        for key, case in enumerate(cases, first):
            sent = case["opened_on"] + timedelta(days=1)
            state = rng.choice(("draft", "sent", "accepted", "more_time", "done", "done", "done"))
            yield {
                **{name: case[name] for name in ("organisation_id", "department_id", "handler_id")},
                "id": key,
                "agency_id": agencies[case["organisation_id"]],
                "person_id": case["person_id"],
                "case_id": case["id"],
                "state": state,
                "consent_on": case["opened_on"],
                "sent_on": None if state == "draft" else sent,
                "due_on": None if state == "draft" else sent + timedelta(days=30),
                "answered_on": sent + timedelta(days=9) if state == "done" else None,
            }

    keys = range(first, first + len(cases))
    Bulk(template).write(rows())
    measure = ReferralMeasure(referral_id=1, key="temporary_relief", title="临时救助", reason="因案致贫")
    Bulk(measure).write(
        {"id": key, "referral_id": referral} for key, referral in enumerate(keys, next_key(ReferralMeasure))
    )
    Bulk(ReferralEvent(referral_id=1, kind="created")).write(
        {"id": key, "referral_id": referral} for key, referral in enumerate(keys, next_key(ReferralEvent))
    )


def _documents(cases: list[dict[str, Any]]) -> None:
    """Two documents of each case; those of the demonstration have their files on the disk."""
    first, file = next_key(Document), next_key(StoredFile)
    owner = User.objects.get(username="handler")
    stored = StoredFile(key="k", name="文书.docx", size=20_000, kind="docx", digest="0" * 64, attached=True)
    Bulk(stored).write(
        {"id": file + place, "token": uuid.UUID(int=place), "organisation_id": case["organisation_id"]}
        for place, case in enumerate(2 * cases)
    )
    template = Document(
        template="decision",
        template_digest="0" * 64,
        title="国家司法救助决定书",
        organisation_id=1,
        content_type=ContentType.objects.get_for_model(ReliefCase),
        object_id=1,
        file_id=1,
        digest="0" * 64,
        fields={},  # type: ignore[misc] # JSON, where the stubs see a text
        state="issued",
        made_by=owner,
        made_at=NOW,
        issued_by=owner,
        issued_at=NOW,
    )
    Bulk(template).write(
        {
            "id": first + place,
            "organisation_id": case["organisation_id"],
            "object_id": case["id"],
            "file_id": file + place,
            "number": f"虚构检〔{place}〕号",
        }
        for place, case in enumerate(2 * cases)
    )


def _checks(world: World, count: int) -> None:
    """Visits of grid workers and questions to agencies, a fifth of them still open."""
    rng, by_office = world.rng, {place.office.pk: place for place in world.places}
    template = LeadCheck(
        lead_id=1,
        kind="visit",
        question="请上门核实家庭情况",
        basis="casework",
        conditions=["dibao"],
        asked_by=world.places[0].handlers[0],
        asked_at=NOW,
        note="已走访",
    )

    def rows() -> Iterator[dict[str, Any]]:
        leads = Lead.objects.filter(run="bench", state="checking").order_by("pk")
        found = leads.values_list("pk", "organisation_id", "handler_id")[:count]
        for key, (lead, office, handler) in enumerate(found, next_key(LeadCheck)):
            place, visit, open_ = by_office[office], rng.random() < 0.5, rng.random() < 0.2
            yield {
                "id": key,
                "lead_id": lead,
                "kind": "visit" if visit else "question",
                "worker_id": place.grid_worker.pk if visit else None,
                "agency_id": None if visit else place.agency.pk,
                "asked_by_id": handler,
                "due": TODAY + timedelta(days=rng.randrange(-20, 20)),
                "done_at": None if open_ else NOW - timedelta(minutes=rng.randrange(100_000)),
                "done_by_id": None if open_ else (place.grid_worker.pk if visit else place.liaison.pk),
            }

    Bulk(template).write(rows())
