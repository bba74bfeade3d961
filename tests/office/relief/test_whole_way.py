"""A case from its lead to the archive, through the services alone."""

from __future__ import annotations

from decimal import Decimal

from django.utils import timezone

from tests.office.house import House
from tests.office.relief.way import start
from yingjiu.office.clocks.models import Clock
from yingjiu.office.leads.models import Lead
from yingjiu.office.relief import services
from yingjiu.office.relief.models import Payment
from yingjiu.office.relief.replay import replay
from yingjiu.office.relief.states import MaterialState, State


def test_from_a_lead_to_the_archive(house: House) -> None:
    way = start(house)
    assert way.case.state == State.INFORMING
    assert Lead.objects.get().outcome_decided == "relief_case"
    assert way.case.facts["injury_grade"]["value"] == "serious_2"
    assert "parties.xlsx" in way.case.facts["injury_grade"]["from"]
    assert way.case.facts["hardships"]["value"] == ["dibao"]

    way.informed().applied()
    materials = {each.item: each for each in way.case.materials.all()}
    assert materials["hardship"].state == MaterialState.PROVEN  # no paper is asked for what data prove
    assert materials["hardship"].evidence[0]["source"] == "civil-affairs-dibao"
    assert materials["compensation"].state == MaterialState.NEEDED
    assert "oral_record" not in materials

    way.accepted().reviewed()
    assert way.case.computation is not None
    assert way.case.computation.low == way.case.computation.high == Decimal(67200)

    way.proposed(Decimal(67200)).submitted()
    assert way.case.state == State.IN_APPROVAL
    assert [each.title for each in way.case.approvals.all()] == [
        "部门负责人审核",
        "分管副检察长审批",
        "上一级人民检察院分管副检察长审批",
    ]
    way.approved()
    assert way.case.state == State.GRANTED
    assert way.case.decided_amount == way.case.payable == Decimal(67200)

    record = way.case.sealed.get()
    found = replay(record)
    assert found.same
    assert found.amount == Decimal(67200)
    assert found.recommended == (Decimal(67200), Decimal(67200))

    way.served().planned(40000, 27200, kind="instalment")
    first = Payment.objects.filter(case=way.case).first()
    assert first is not None
    way.part(services.note_funds, payment=first, on=timezone.localdate(), user=house.finance)
    way.act(services.notice_payment, on=timezone.localdate())
    way.paid()
    assert way.case.state == State.PAID
    assert way.case.paid_total == Decimal(67200)

    visit = way.act(services.plan_visit, on=timezone.localdate())
    way.act(services.begin_follow_up)
    way.part(
        services.record_visit,
        visit=visit,
        done_on=timezone.localdate(),
        how="in_person",
        life="病情稳定，孩子已复学",
        use_of_money="医疗费",
    )
    for payment in Payment.objects.filter(case=way.case):
        way.part(services.receipt, payment=payment, on=timezone.localdate())
    way.act(services.archive, archive_number="虚检救2026-1")
    assert way.case.state == State.ARCHIVED
    limits = dict(Clock.objects.of(way.case).values_list("limit", "state"))
    assert limits == {
        "relief.supplement_notice": "met",
        "relief.decision": "met",
        "relief.notify_payment": "met",
        "relief.refer_after_close": "running",
    }
    acts = list(way.case.events.values_list("act", flat=True))
    assert acts[0] == "open"
    assert acts[-1] == "archive"
    assert way.case.version == len(acts)  # one line of history for each change
