"""Money: never above the decision, recorded once, urgent relief settled, recovery."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.office.house import House
from tests.office.relief.way import OnTheWay, start, stored_file
from yingjiu.office.relief import services
from yingjiu.office.relief.errors import MoneyError, NotAllowedError
from yingjiu.office.relief.models import Payment, ReliefCase
from yingjiu.office.relief.services.paying import PlannedPayment
from yingjiu.office.relief.states import State, Urgent, Way


def today() -> Any:
    return timezone.localdate()


@pytest.fixture
def granted(house: House) -> OnTheWay:
    return start(house).granted().served()


@given(parts=st.lists(st.integers(min_value=-100, max_value=70000), min_size=1, max_size=4))
@example(parts=[67200])
@example(parts=[67000, 200])
@example(parts=[67201])
@example(parts=[67300, -100])
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_plan_is_exactly_what_was_decided(granted: OnTheWay, parts: list[int]) -> None:
    payments = [PlannedPayment("instalment", Decimal(each), today()) for each in parts]
    before = transaction.savepoint()
    if sum(parts) == 67200 and min(parts) > 0:
        granted.act(services.plan_payments, payments=payments)
        assert granted.case.planned_total == 67200
    else:
        with pytest.raises(MoneyError):
            granted.act(services.plan_payments, payments=payments)
        assert ReliefCase.objects.get(pk=granted.case.pk).planned_total == 0
    transaction.savepoint_rollback(before)


def test_the_database_keeps_payments_below_the_decision(house: House) -> None:
    case = start(house).granted().case
    for fields in (
        {"planned_total": Decimal("67200.01")},
        {"paid_total": Decimal(1)},
        {"payable": Decimal(-1)},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            ReliefCase.objects.filter(pk=case.pk).update(**fields)


def test_a_payment_is_checked_before_it_is_paid_and_paid_once(house: House) -> None:
    way = start(house).granted().served().planned(60000, 7200, kind="instalment")
    first, second = way.case.payments.all()
    with pytest.raises(MoneyError):
        way.part(services.pay, payment=first, paid_on=today(), voucher="V1", user=house.finance)
    with pytest.raises(MoneyError, match="REL-032"):
        way.part(services.check_payment, payment=first, name_agrees=False, in_budget=True, user=house.finance)
    way.part(
        services.check_payment,
        payment=first,
        name_agrees=False,
        in_budget=True,
        note="户名与申请人不符",
        user=house.finance,
    )
    first.refresh_from_db()
    assert first.state == "stopped"
    for payment in (first, second):
        way.part(
            services.check_payment, payment=payment, name_agrees=True, in_budget=True, user=house.finance
        )
    way.part(services.pay, payment=first, paid_on=today(), voucher="V1", user=house.finance)
    with pytest.raises(MoneyError, match="REL-033"):
        way.part(services.pay, payment=first, paid_on=today(), voucher="V2", user=house.finance)
    with pytest.raises(MoneyError, match="REL-035"):
        way.part(services.pay, payment=second, paid_on=today(), voucher="V1", user=house.finance)
    assert ReliefCase.objects.get(pk=way.case.pk).paid_total == 60000


@pytest.mark.parametrize("who", ["handler", "head", "deputy", "analyst"])
def test_only_finance_pays(house: House, who: str) -> None:
    way = start(house).granted().served().planned()
    with pytest.raises(NotAllowedError):
        way.part(
            services.check_payment,
            payment=way.case.payments.get(),
            name_agrees=True,
            in_budget=True,
            user=getattr(house, who),
        )


def test_a_minor_s_money_goes_into_custody(house: House) -> None:
    way = start(house, facts={"applicant_minor": True}).informed().applied(Way.GUARDIAN).accepted()
    way.reviewed().proposed(Decimal(60000)).submitted().approved().served()
    with pytest.raises(NotAllowedError, match="监管"):
        way.planned()
    amounts = [Decimal(30000), Decimal(30000)]
    agreement = stored_file(house.handler, "三方监管协议.pdf")
    way.act(
        services.plan_payments,
        payments=[PlannedPayment("custody", each, today(), "学费", agreement) for each in amounts],
    )
    way.act(services.begin_payment)
    assert way.case.state == State.PAYING


def urgent(house: House, amount: int = 31000) -> OnTheWay:
    way = start(house, facts={"urgent_treatment": True}).informed().applied()
    way.act(services.change_facts, changes=way.facts, source="诊断证明", reason="急需手术治疗")
    way.act(services.compute_award)
    way.act(services.ask_urgent, amount=Decimal(amount), reason="急需手术，费用无着")
    return way


def test_urgent_relief_is_paid_first_and_topped_up(house: House) -> None:
    way = urgent(house).approved("urgent")
    assert way.case.urgent_state == Urgent.APPROVED
    way.paid()
    assert way.case.urgent_state == Urgent.PAID
    assert way.case.paid_total == 31000
    way.accepted().reviewed().proposed(Decimal(67200)).submitted().approved()
    assert way.case.urgent_state == Urgent.SETTLED
    way.served().planned()
    assert way.case.payments.last().amount == Decimal(36200)  # type: ignore[union-attr] # just planned
    way.paid()
    assert way.case.paid_total == Decimal(67200)


def test_urgent_relief_is_limited(house: House) -> None:
    with pytest.raises(NotAllowedError, match="先行救助"):
        urgent(house, 65000)  # six months of the wage are 62,055 yuan


def test_urgent_relief_of_a_refused_case_is_recovered(house: House) -> None:
    way = urgent(house).approved("urgent").paid()
    way.accepted().reviewed(false_statement={"answer": "yes", "evidence": "伪造的诊断证明"})
    way.proposed(None, "refuse").submitted().approved()
    assert way.case.state == State.REFUSED
    assert way.case.overpaid == Decimal(31000)
    way.served()
    with pytest.raises(NotAllowedError):
        way.act(services.archive, archive_number="1")
    with pytest.raises(MoneyError, match="REL-036"):
        way.act(services.demand, ground="fraud", amount=Decimal(31001), on=today(), reason="骗取救助金")
    recovery = way.act(
        services.demand, ground="fraud", amount=Decimal(31000), on=today(), reason="骗取救助金"
    )
    assert way.case.state == State.RECOVERING
    way.part(services.receive_back, recovery=recovery, amount=Decimal(20000), on=today(), voucher="R1")
    with pytest.raises(NotAllowedError):
        way.act(services.end_recovery)
    with pytest.raises(MoneyError):
        way.part(services.receive_back, recovery=recovery, amount=Decimal(11001), on=today(), voucher="R2")
    way.part(services.waive, recovery=recovery, reason="确无返还能力", user=house.head)
    way.act(services.end_recovery)
    assert way.case.state == State.REFUSED
    way.act(services.archive, archive_number="1")
    assert way.case.state == State.ARCHIVED


def test_a_withdrawn_case_with_urgent_money_is_refused(house: House) -> None:
    way = urgent(house).approved("urgent").paid()
    with pytest.raises(NotAllowedError, match="先行"):
        way.act(services.withdraw, reason="本人不再申请")


def test_no_wage_no_amount(house: House) -> None:
    way = start(house).informed().applied().accepted()
    way.act(services.change_facts, changes=way.facts, source="案卷", reason="阅卷核实后填写")
    county = settings_folder() / "standards"
    county.mkdir(exist_ok=True)
    path = county / "county-own.yaml"
    path.write_text(
        "standard: county-own\ntitle: 本县标准\nextends: national-example\n"
        "regions: ['320999']\nvalid_from: 2020-01-01\n"
        "parameters:\n  wage: {parameter: average_monthly_wage, series: on_post, region: city}\n"
        "  income: {parameter: urban_disposable_income, series: urban_income,"
        " region: national, optional: true}\n",
        encoding="utf-8",
    )
    try:
        way.act(services.compute_award)
    finally:
        path.unlink()
    computation = way.case.computation
    assert computation is not None
    assert computation.low is None
    assert computation.refused
    way.act(services.answer, answers={"eligible_injury": {"answer": "yes", "evidence": "鉴定"}})
    with pytest.raises(NotAllowedError):
        way.proposed(Decimal(1000), band_reason="没有工资数据")


def settings_folder() -> Any:
    from django.conf import settings as office  # noqa: PLC0415 - hypothesis has a name "settings" too

    return office.YINGJIU_FOLDER


def test_payments_of_a_case_are_numbered(house: House) -> None:
    way = start(house).granted().served().planned(30000, 30000, 7200, kind="instalment")
    assert list(Payment.objects.filter(case=way.case).values_list("number", flat=True)) == [1, 2, 3]
