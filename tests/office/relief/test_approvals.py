"""Who approves what: by amount, never one's own work, never twice, deputies, joint relief."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.office.house import House, user
from tests.office.relief.way import OnTheWay, start
from yingjiu.declarations import DeclarationError
from yingjiu.office.accounts.models import Organisation, RoleGrant, User
from yingjiu.office.accounts.roles import Role
from yingjiu.office.frame.errors import Conflict
from yingjiu.office.relief import catalogue, selectors, services
from yingjiu.office.relief.errors import CaseDataError, NotAllowedError
from yingjiu.office.relief.joint import joint_partners
from yingjiu.office.relief.models import ReliefCase
from yingjiu.office.relief.states import ApprovalState, State
from yingjiu.office.relief.turns import Turn, turns_of

ClientOf = Callable[[User], Client]

ROWS = yaml.safe_load((Path(__file__).parent / "approvals.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['kind']} {row['amount']}")
def test_the_chain_follows_kind_and_amount(row: dict[str, Any]) -> None:
    found = catalogue.approvals_for("320999", timezone.localdate())
    assert found is not None
    amount = None if row["amount"] is None else Decimal(str(row["amount"]))
    chain = found.chain(row["kind"], amount)
    assert chain is not None
    assert [step.role + (" at above" if step.at == "above" else "") for step in chain.steps] == row["steps"]


def test_an_office_s_own_chain_replaces_the_example(house: House) -> None:
    own = settings.YINGJIU_FOLDER / "approvals"
    own.mkdir(exist_ok=True)
    path = own / "county.yaml"
    text = (
        "approvals: county\ntitle: 本县\nregions: ['320999']\nvalid_from: 2020-01-01\n"
        "chains:\n  - {kind: grant, steps: [{role: head, title: 审核}]}\n"
    )
    path.write_text(text, encoding="utf-8")
    catalogue.forget()
    try:
        found = catalogue.approvals_for("320999", timezone.localdate())
        assert found is not None
        assert found.title == "本县"
        other = catalogue.approvals_for("320921", timezone.localdate())
        assert other is not None
        assert other.example
        path.write_text(text.replace("kind: grant,", "kind: grant, up_to: 5000,"), encoding="utf-8")
        catalogue.forget()
        with pytest.raises(DeclarationError):  # an amount above 5,000 would have no chain
            catalogue.approvals_for("320999", timezone.localdate())
    finally:
        path.unlink()
        catalogue.forget()


def submitted(house: House, amount: int = 67200, **more: Any) -> OnTheWay:
    return (
        start(house).informed().applied().accepted().reviewed().proposed(Decimal(amount), **more).submitted()
    )


def test_nobody_approves_their_own_case(house: House) -> None:
    way = submitted(house)
    step = way.case.approvals.get(state="waiting")
    RoleGrant.objects.create(user=house.handler, role=Role.HEAD)
    del house.handler.__dict__["roles"]
    with pytest.raises(NotAllowedError) as caught:
        way.part(services.approve, approval=step, user=house.handler)
    assert caught.value.code == "REL-006"


def test_a_head_of_another_county_does_not_approve(house: House) -> None:
    way = submitted(house)
    step = way.case.approvals.get(state="waiting")
    assert services.why_not(step, house.other_head)
    assert services.why_not(step, house.deputy)  # not yet the deputy's turn
    assert not services.why_not(step, house.head)
    assert list(selectors.waiting_approvals(house.head)) == [step]
    assert not selectors.waiting_approvals(house.other_head)


def test_the_same_person_never_acts_twice(house: House) -> None:
    RoleGrant.objects.create(user=house.head, role=Role.DEPUTY_CHIEF)
    way = submitted(house)
    way.part(services.approve, approval=way.case.approvals.get(state="waiting"), user=house.head)
    with pytest.raises(NotAllowedError) as caught:
        way.part(services.approve, approval=way.case.approvals.get(state="waiting"), user=house.head)
    assert len(caught.value.faults) == 2  # twice in the round, and a forbidden pair of roles


def test_a_return_ends_the_round_and_the_next_begins_anew(house: House) -> None:
    way = submitted(house)
    way.part(services.approve, approval=way.case.approvals.get(state="waiting"), user=house.head)
    way.part(
        services.send_back,
        approval=way.case.approvals.get(state="waiting"),
        user=house.deputy,
        reason="请补充被扶养人情况",
    )
    assert way.case.state == State.REVIEWING
    assert set(way.case.approvals.values_list("state", flat=True)) == {"approved", "returned", "void"}
    way.proposed().submitted()
    assert way.case.approvals.filter(round=2).count() == 3
    way.approved()
    assert way.case.state == State.GRANTED


def test_two_approvers_at_once(house: House) -> None:
    way = submitted(house)
    second = user("head-two", house.complaints, Role.HEAD, clearance=2)
    step, version = way.case.approvals.get(state="waiting"), way.case.version
    services.approve(approval=step, user=house.head, version=version)
    late = ReliefCase.objects.get(pk=way.case.pk).approvals.get(pk=step.pk)
    with pytest.raises(Conflict):
        services.approve(approval=late, user=second, version=version)
    assert way.case.approvals.filter(state="approved").count() == 1


def test_a_deputy_stands_in_for_some_days(house: House) -> None:
    second = user("head-two", house.complaints, Role.HEAD, clearance=2)
    way = submitted(house, 40000, band_reason="家庭已有其他帮扶收入")
    way.part(services.approve, approval=way.case.approvals.get(state="waiting"), user=house.head)
    step = way.case.approvals.get(state="waiting")
    assert services.why_not(step, second)
    today = timezone.localdate()
    given = services.delegate(
        principal=house.deputy,
        role=Role.DEPUTY_CHIEF,
        deputy=second,
        first_day=today,
        last_day=today + timedelta(days=3),
        reason="外出学习",
        user=house.deputy,
    )
    assert list(selectors.waiting_approvals(second)) == [step]
    way.part(services.approve, approval=step, user=second, reason="同意")
    step.refresh_from_db()
    assert step.acting_for == house.deputy
    assert way.case.state == State.GRANTED
    services.end_delegation(delegation=given, user=house.deputy)
    with pytest.raises(CaseDataError):  # a handler may not stand in for a deputy chief procurator
        services.delegate(
            principal=house.deputy,
            role=Role.DEPUTY_CHIEF,
            deputy=house.second_handler,
            first_day=today,
            last_day=today,
            reason="外出学习",
            user=house.deputy,
        )


def test_joint_relief_waits_for_the_other_level(house: House) -> None:
    city_deputy = user("city-deputy", house.city, Role.DEPUTY_CHIEF, clearance=3)
    province_deputy = user("province-deputy", house.province, Role.DEPUTY_CHIEF, clearance=3)
    way = submitted(house, 60000, shares={house.province: Decimal(20000)})
    waiting = {each.kind: each for each in way.case.approvals.filter(state="waiting")}
    assert set(waiting) == {"grant", "joint"}
    assert list(selectors.waiting_approvals(province_deputy)) == [waiting["joint"]]
    way.approved("grant")
    assert way.case.state == State.IN_APPROVAL
    assert way.case.approvals.get(organisation=house.city).acted_by == city_deputy
    way.part(services.approve, approval=waiting["joint"], user=province_deputy)
    assert way.case.state == State.GRANTED
    way.served().planned(40000)
    payments = {each.payer: each.amount for each in way.case.payments.all()}
    assert payments == {house.county: Decimal(40000), house.province: Decimal(20000)}
    way.paid()
    assert way.case.state == State.PAID


def test_joint_relief_is_with_those_above_and_below(house: House) -> None:
    def partners(office: Organisation) -> list[Organisation]:
        case = ReliefCase(organisation=office)
        return list(joint_partners(case))

    assert partners(house.county) == [house.city, house.province]
    assert partners(house.city) == [house.province, house.county, house.other_county]
    assert partners(house.province) == [house.city, house.county, house.other_county]
    with pytest.raises(CaseDataError, match="REL-026"):
        submitted(house, 60000, shares={house.other_county: Decimal(20000)})


def test_an_amount_outside_the_band_needs_a_reason_and_no_reason_lifts_a_cap(house: House) -> None:
    way = start(house).informed().applied().accepted().reviewed()
    with pytest.raises(NotAllowedError, match="幅度"):
        way.proposed(Decimal(20000))
    with pytest.raises(NotAllowedError) as caught:
        way.proposed(Decimal(130000), band_reason="损失特别重大")
    assert "上限" in str(caught.value)
    way.proposed(Decimal(20000), band_reason="已有其他帮扶")
    assert way.case.state == State.PROPOSED


def test_a_recorded_approval_lifts_the_cap_of_thirty_six_months(house: House) -> None:
    grave = {
        "harm": "death",
        "injury_grade": None,
        "injury_disability_grade": None,
        "awarded": "none",
        "hardships": ["tekun", "disabled"],
        "minor_dependants": 4,
        "other_dependants": 2,
        "applicant_minor": True,
        "levels": 3,
    }
    way = start(house, facts=grave).informed().applied().accepted()
    way.complete()
    way.reviewed()
    assert way.case.computation is not None
    assert way.case.computation.high == Decimal(372300)
    with pytest.raises(NotAllowedError):
        way.proposed(Decimal(400000), band_reason="损失特别重大、生活特别困难")
    way.act(services.ask_cap, reason="损失特别重大、生活特别困难")
    way.approved("cap")
    way.act(services.compute_award)
    assert way.case.computation.high == Decimal(502600)
    way.proposed(Decimal(502600))
    assert way.case.state == State.PROPOSED


def test_the_catalogue_s_states_are_known() -> None:
    assert {each.value for each in ApprovalState} == {"later", "waiting", "approved", "returned", "void"}


def turn_of(way: OnTheWay, who: User) -> Turn:
    (turn,) = turns_of(way.case, who)
    return turn


def test_the_page_says_whose_turn_it_is_and_since_when(house: House, client_of: ClientOf) -> None:
    way = submitted(house)
    asked = way.case.events.filter(act="submit").latest("at").at
    assert turn_of(way, house.head) == Turn(
        title="部门负责人审核",
        office=house.county.name,
        role="部门负责人",
        who=(house.head.display_name,),
        since=asked,
        url=reverse("relief:approval", args=[way.case.approvals.get(state="waiting").pk]),
        mine=True,
    )
    seen = client_of(house.handler).get(way.case.get_absolute_url()).content.decode()
    assert f"等待 {house.head.display_name}（部门负责人，{house.county.name}）办理" in seen
    assert 'href="#approvals"' in seen
    assert "已 0\xa0分钟" in seen
    asked_to_act = client_of(house.head).get(way.case.get_absolute_url()).content.decode()
    assert turn_of(way, house.head).url in asked_to_act

    first = way.case.approvals.get(state="waiting")
    way.part(services.approve, approval=first, user=house.head)
    second = turn_of(way, house.head)
    assert (second.role, second.since, second.mine) == (
        "副检察长",
        way.case.approvals.get(pk=first.pk).acted_at,
        False,
    )
    RoleGrant.objects.filter(role=Role.DEPUTY_CHIEF, user__organisation=house.county).delete()
    assert turn_of(way, house.head).who == ()
    assert "请安全管理员授予角色" in client_of(house.head).get(way.case.get_absolute_url()).content.decode()


def test_finance_is_named_while_money_waits(house: House) -> None:
    way = submitted(house).approved().served()
    assert not list(turns_of(way.case, house.handler))
    way.planned()
    turn = turn_of(way, house.handler)
    assert (turn.role, turn.who, turn.url) == ("财务人员", (house.finance.display_name,), "#payments")
    assert turn.since == way.case.events.filter(act="begin_payment").latest("at").at
    # who handled or approved the case does not pay it, and nobody waits for them
    for who in (house.handler, house.head):
        RoleGrant.objects.create(user=who, role=Role.FINANCE)
    assert turn_of(way, house.analyst).who == (house.finance.display_name,)


def test_each_chain_waits_since_it_was_asked_for_itself(house: House) -> None:
    way = start(house, facts={"urgent_treatment": True}).informed().applied()
    way.act(services.change_facts, changes=way.facts, source="诊断证明", reason="急需手术治疗")
    way.act(services.compute_award)
    way.act(services.ask_urgent, amount=Decimal(31000), reason="急需手术，费用无着")
    way.accepted().reviewed().act(services.ask_cap, reason="损失特别重大，生活特别困难")
    asked = [way.case.events.get(act=act).at for act in ("ask_urgent", "ask_cap")]
    assert [each.since for each in turns_of(way.case, house.head)] == asked
    way.approved().proposed()
    ordered = way.case.approvals.filter(kind="urgent").latest("acted_at").acted_at
    way.submitted()
    approval, payment = turns_of(way.case, house.head)
    assert approval.since == way.case.events.get(act="submit").at
    assert payment.since == ordered
    way.part(services.approve, approval=way.case.approvals.get(state="waiting"), user=house.head)
    approval, payment = turns_of(ReliefCase.objects.get(pk=way.case.pk), house.head)
    assert approval.since == way.case.approvals.get(kind="grant", state="approved").acted_at
    assert payment.since == ordered
