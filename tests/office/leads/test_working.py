"""Claim, assign, check, decide: who may, once, and what happens when two do it at once."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest

from tests.office.house import House
from tests.office.leads.makers import one, take, told
from yingjiu.office.audit.models import Event
from yingjiu.office.files.services import open_file, store
from yingjiu.office.frame.errors import Conflict
from yingjiu.office.leads import selectors, services
from yingjiu.office.leads.errors import LeadError
from yingjiu.office.leads.models import Lead, LeadCheck, LeadDecision
from yingjiu.office.leads.shown import shown_finding
from yingjiu.office.people.services import take_person

REASON = "经核实已获足额赔偿"
PHOTO = b"\x89PNG\r\n\x1a\n" + bytes.fromhex(
    "0000000d49484452000000010000000108060000001f15c4890000000d4944415478da63fcffff3f0300050001ff89993d1d"
    "0000000049454e44ae426082"
)


@pytest.fixture
def lead(house: House) -> Lead:
    return one(house.county)


@pytest.fixture
def mine(house: House, lead: Lead) -> Lead:
    return services.claim(lead=lead, user=house.handler, version=1)


def code(error: Any) -> str:
    return str(error.value.code)


def test_a_handler_claims_an_unclaimed_lead(house: House, mine: Lead) -> None:
    assert (mine.handler, mine.state, mine.version) == (house.handler, "assigned", 2)
    assert Event.objects.filter(action="decision", subject_type="leads.Lead").exists()


def test_of_two_who_claim_at_once_the_second_is_told(house: House, lead: Lead) -> None:
    same = Lead.objects.get()
    services.claim(lead=lead, user=house.handler, version=1)
    with pytest.raises(Conflict):
        services.claim(lead=same, user=house.second_handler, version=1)
    assert Lead.objects.get().handler == house.handler


def test_another_handlers_lead_cannot_be_claimed(house: House, mine: Lead) -> None:
    with pytest.raises(LeadError) as error:
        services.claim(lead=mine, user=house.second_handler, version=2)
    assert code(error) == "LEA-011"


@pytest.mark.parametrize(
    "name", ["prosecutor", "other_handler", "head", "analyst", "liaison", "system_admin"]
)
def test_who_is_no_handler_of_the_department_cannot_claim(house: House, lead: Lead, name: str) -> None:
    with pytest.raises(LeadError) as error:
        services.claim(lead=lead, user=house.users[name], version=1)
    assert code(error) == "LEA-005"
    lead.refresh_from_db()
    assert (lead.handler, lead.version) == (None, 1), "nothing was written"


def test_the_head_assigns_and_reassigns(house: House, lead: Lead) -> None:
    services.assign(lead=lead, handler=house.handler, user=house.head, version=1)
    services.assign(lead=lead, handler=house.second_handler, user=house.head, version=2)
    assert Lead.objects.get().handler == house.second_handler


@pytest.mark.parametrize("name", ["handler", "deputy", "analyst", "other_head", "city_head"])
def test_nobody_else_assigns(house: House, lead: Lead, name: str) -> None:
    with pytest.raises(LeadError) as error:
        services.assign(lead=lead, handler=house.handler, user=house.users[name], version=1)
    assert code(error) == "LEA-001"


@pytest.mark.parametrize("name", ["prosecutor", "other_handler", "analyst", "head", "liaison"])
def test_a_lead_is_assigned_to_handlers_of_its_department_only(house: House, lead: Lead, name: str) -> None:
    with pytest.raises(LeadError) as error:
        services.assign(lead=lead, handler=house.users[name], user=house.head, version=1)
    assert code(error) == "LEA-005"


def test_bulk_assignment_is_all_or_nothing(house: House) -> None:
    take(house.county, told("k1", number=1), told("k2", number=2))
    first, second = Lead.objects.order_by("pk")
    services.claim(lead=second, user=house.second_handler, version=1)
    second.version = 1
    with pytest.raises(Conflict):
        services.assign_many(leads=[first, second], handler=house.handler, user=house.head)
    assert Lead.objects.get(pk=first.pk).handler is None
    with pytest.raises(LeadError) as error:
        services.assign_many(leads=[], handler=house.handler, user=house.head)
    assert code(error) == "LEA-012"


@pytest.mark.parametrize("outcome", ["relief_case", "refer", "supervision", "dismissed"])
def test_a_decision_keeps_the_facts_it_rests_on(house: House, mine: Lead, outcome: str) -> None:
    decision = services.decide(
        lead=mine,
        outcome=outcome,
        reason=REASON,
        user=house.handler,
        version=2,
        to_department=house.prosecution if outcome == "supervision" else None,
    )
    lead = Lead.objects.get()
    assert (lead.state, lead.outcome_decided) == ("decided", outcome)
    decision.refresh_from_db()
    assert decision.facts_digest == lead.facts_digest
    assert decision.facts["conditions"]["dibao|本人或者家庭享受低保"][0] == "true"


def test_of_two_who_decide_at_once_the_second_is_told_and_nothing_is_lost(house: House, mine: Lead) -> None:
    same = Lead.objects.get()
    services.decide(lead=mine, outcome="refer", reason=REASON, user=house.handler, version=2)
    with pytest.raises(Conflict):
        services.decide(lead=same, outcome="dismissed", reason=REASON, user=house.head, version=2)
    assert LeadDecision.objects.get().outcome == "refer"


def test_a_decided_lead_is_not_decided_again(house: House, mine: Lead) -> None:
    services.decide(lead=mine, outcome="refer", reason=REASON, user=house.handler, version=2)
    with pytest.raises(LeadError) as error:
        services.decide(lead=mine, outcome="dismissed", reason=REASON, user=house.handler, version=3)
    assert code(error) == "LEA-002"


@pytest.mark.parametrize("reason", ["", "   ", "。"])
def test_a_dismissal_needs_a_reason(house: House, mine: Lead, reason: str) -> None:
    with pytest.raises(LeadError) as error:
        services.decide(lead=mine, outcome="dismissed", reason=reason, user=house.handler, version=2)
    assert code(error) == "LEA-003"


@pytest.mark.parametrize("place", ["other_complaints", "civil_affairs", "county", "nowhere"])
def test_a_supervision_lead_goes_to_a_department_of_the_own_procuratorate(
    house: House, mine: Lead, place: str
) -> None:
    with pytest.raises(LeadError) as error:
        services.decide(
            lead=mine,
            outcome="supervision",
            reason=REASON,
            user=house.handler,
            version=2,
            to_department=getattr(house, place, None),
        )
    assert code(error) == "LEA-004"


@pytest.mark.parametrize(
    "name", ["second_handler", "deputy", "analyst", "city_head", "other_head", "security_admin"]
)
def test_nobody_else_decides(house: House, mine: Lead, name: str) -> None:
    with pytest.raises(LeadError) as error:
        services.decide(lead=mine, outcome="dismissed", reason=REASON, user=house.users[name], version=2)
    assert code(error) == "LEA-001"


def test_the_other_department_sees_a_supervision_lead_and_only_that(house: House, mine: Lead) -> None:
    assert not Lead.objects.visible_to(house.prosecutor).exists()
    services.decide(
        lead=mine,
        outcome="supervision",
        reason=REASON,
        user=house.handler,
        version=2,
        to_department=house.prosecution,
    )
    assert Lead.objects.visible_to(house.prosecutor).count() == 1
    assert not Lead.objects.visible_to(house.other_handler).exists()


def test_a_decision_is_taken_back_with_a_reason(house: House, mine: Lead) -> None:
    services.decide(lead=mine, outcome="dismissed", reason=REASON, user=house.handler, version=2)
    services.reopen(lead=mine, reason="漏看了伤情鉴定", user=house.head, version=3)
    lead = Lead.objects.get()
    assert (lead.state, lead.outcome_decided) == ("assigned", "")
    services.decide(lead=lead, outcome="relief_case", reason="", user=house.handler, version=4)
    with pytest.raises(LeadError) as error:
        services.reopen(lead=lead, reason="再看一次", user=house.head, version=5)
    assert code(error) == "LEA-010"
    assert LeadDecision.objects.filter(ended_at=None).count() == 1


def test_a_lead_is_given_back(house: House, mine: Lead) -> None:
    services.release(lead=mine, user=house.handler, version=2)
    assert Lead.objects.visible_to(house.second_handler).filter(state="new").exists()


def test_a_call_is_recorded_beside_the_data(house: House, mine: Lead) -> None:
    services.record_check(
        lead=mine, kind="phone", user=house.handler, note="未收到赔偿", answers={"little_received": "true"}
    )
    lead = Lead.objects.get()
    assert lead.state == "checking"
    finding = shown_finding(lead.finding, lead.checks.all())
    condition = next(each for each in finding.all if each.name == "little_received")
    assert (condition.truth, condition.given[0].answer) == ("unknown", "true"), "the data's answer stays"
    assert not condition.contradicted
    services.record_check(lead=lead, kind="document", user=house.handler, answers={"dibao": "false"})
    finding = shown_finding(lead.finding, lead.checks.all())
    assert next(each for each in finding.all if each.name == "dibao").contradicted


@pytest.mark.parametrize(
    ("answers", "note", "expected"),
    [
        ({"little_received": "maybe"}, "", "LEA-007"),
        ({"no_such": "true"}, "", "LEA-007"),
        ({}, "  ", "LEA-009"),
    ],
)
def test_a_check_is_checked(
    house: House, mine: Lead, answers: dict[str, str], note: str, expected: str
) -> None:
    with pytest.raises(LeadError) as error:
        services.record_check(lead=mine, kind="phone", user=house.handler, note=note, answers=answers)
    assert code(error) == expected
    assert not LeadCheck.objects.exists()


def test_a_grid_worker_visits_and_answers_with_a_photo(house: House, mine: Lead) -> None:
    check = services.ask_visit(
        lead=mine,
        worker=house.grid_worker,
        question="请了解家庭生活情况",
        conditions=["little_received"],
        user=house.handler,
    )
    assert check.due is not None
    assert list(selectors.open_visits(house.grid_worker)) == [check]
    assert not Lead.objects.visible_to(house.grid_worker).exists(), "the visit, not the lead"
    photo = store(BytesIO(PHOTO), "家.png", house.grid_worker)
    services.answer_check(
        check=check,
        user=house.grid_worker,
        version=1,
        note="家中仅靠老人务农",
        answers={"little_received": "true"},
        photos=[photo],
    )
    check = LeadCheck.objects.get()
    assert (check.open, check.note) == (False, "家中仅靠老人务农")
    kept = check.photos.get()
    assert kept.attached
    assert open_file(kept).read() == PHOTO
    with pytest.raises(LeadError) as error:
        services.answer_check(check=check, user=house.grid_worker, version=2, note="再答一次")
    assert code(error) == "LEA-006"


def test_an_agency_answers_what_it_is_asked(house: House, mine: Lead) -> None:
    check = services.ask_agency(
        lead=mine,
        agency=house.civil_affairs,
        question="是否领取临时救助",
        basis="casework",
        user=house.handler,
    )
    assert list(selectors.open_questions(house.liaison)) == [check]
    services.answer_check(check=check, user=house.liaison, version=1, note="未领取")
    assert not selectors.open_questions(house.liaison).exists()
    assert LeadCheck.objects.visible_to(house.handler).get().note == "未领取"


def test_partners_of_others_and_questions_without_a_basis_are_refused(house: House, mine: Lead) -> None:
    def ask(**more: Any) -> None:
        asked: dict[str, Any] = {
            "agency": house.civil_affairs,
            "question": "是否低保",
            "basis": "casework",
        } | more
        services.ask_agency(lead=mine, user=house.handler, **asked)

    for wrong, expected in (
        ({"basis": ""}, "LEA-009"),
        ({"question": " "}, "LEA-009"),
        ({"agency": house.prosecution}, "LEA-008"),
        ({"conditions": ["no_such"]}, "LEA-007"),
    ):
        with pytest.raises(LeadError) as error:
            ask(**wrong)
        assert code(error) == expected
    with pytest.raises(LeadError) as error:
        services.ask_visit(lead=mine, worker=house.liaison, question="看看", user=house.handler)
    assert code(error) == "LEA-008"


def test_what_is_called_off_is_not_answered(house: House, mine: Lead) -> None:
    check = services.ask_visit(lead=mine, worker=house.grid_worker, question="看看", user=house.handler)
    with pytest.raises(LeadError):
        services.call_off(check=check, user=house.second_handler, version=1)
    services.call_off(check=check, user=house.handler, version=1)
    with pytest.raises(Conflict):
        services.answer_check(check=check, user=house.grid_worker, version=1, note="去过了")
    assert not selectors.open_visits(house.grid_worker).exists()


def test_an_agency_sends_a_lead(house: House) -> None:
    person = take_person(house.county, person_id=32099919800101101, name="李四明")
    send: dict[str, Any] = {"person": person, "agency": house.civil_affairs, "user": house.liaison}
    lead = services.open_from_agency(house.county, reason="户主遇害，两个孩子无人抚养", **send)
    assert (lead.origin, lead.state, lead.department) == ("agency", "new", house.complaints)
    again = services.open_from_agency(house.county, reason="户主遇害，两个孩子无人抚养", **send)
    assert again.pk == lead.pk
    services.claim(lead=lead, user=house.handler, version=1)
    services.decide(lead=lead, outcome="dismissed", reason=REASON, user=house.handler, version=2)
    back = services.open_from_agency(house.county, reason="老人也住院了，急需帮助", **send)
    assert (back.pk, back.state) == (lead.pk, "reopened")
    assert take(house.county).gone == 0, "a run of the models does not know it"
    with pytest.raises(LeadError) as error:
        services.open_from_agency(house.other_county, reason="转来的线索", **send)
    assert code(error) == "LEA-008"


SEES = {
    "handler", "second_handler", "head", "deputy", "analyst", "city_head",
}  # fmt: skip


@pytest.mark.parametrize("secrecy", [1, 2, 3, 4])
def test_who_sees_an_unclaimed_lead(house: House, lead: Lead, secrecy: int) -> None:
    Lead.objects.update(secrecy=secrecy)
    seen = {name for name, user in house.users.items() if Lead.objects.visible_to(user).exists()}
    assert seen == {name for name in SEES if house.users[name].clearance >= secrecy and secrecy < 4}


def test_who_sees_a_lead_in_hand(house: House, mine: Lead) -> None:
    seen = {name for name, user in house.users.items() if Lead.objects.visible_to(user).exists()}
    assert seen == SEES - {"second_handler"}


def test_what_is_due_for_the_desk(house: House, mine: Lead) -> None:
    take(house.county, told("k1"), told("k2", number=2), told("k3", number=3, level="red"))
    services.decide(lead=mine, outcome="refer", reason=REASON, user=house.handler, version=2)
    assert [lead.level for lead in selectors.due_leads(house.head)] == ["red"]
    assert not selectors.due_leads(house.second_handler).exists()
