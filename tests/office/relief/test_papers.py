"""Every official form of a case is filled, and none before its step; figures for the desk; other eyes."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.office.house import House
from tests.office.relief.way import person_of, start, stored_file
from yingjiu.office.accounts.models import User
from yingjiu.office.accounts.visibility import Secrecy
from yingjiu.office.documents.services import produce
from yingjiu.office.relief import selectors, services
from yingjiu.office.relief.errors import CaseDataError, NotAllowedError
from yingjiu.office.relief.models import ReliefCase
from yingjiu.office.relief.one_time import earlier_relief
from yingjiu.office.relief.services.paying import PlannedPayment
from yingjiu.office.relief.states import Way


def test_the_forms_of_a_granted_case_are_filled(house: House) -> None:
    way = start(house, facts={"applicant_minor": True}).informed()
    with pytest.raises(NotAllowedError, match="REL-009"):
        produce("relief_application", way.case, house.handler)
    way.applied(Way.GUARDIAN)
    supplement = way.act(services.ask_supplement, on=timezone.localdate())
    assert produce("supplement_notice", way.case, house.handler).number
    assert supplement.items
    way.complete()
    way.act(services.supplemented, on=timezone.localdate())
    way.act(services.accept, on=timezone.localdate())
    for name in ("relief_application", "materials_receipt"):
        produce(name, way.case, house.handler)
    with pytest.raises(NotAllowedError, match="REL-009"):
        produce("grant_decision", way.case, house.handler)
    way.reviewed().proposed(Decimal(60000), band_reason="").submitted()
    produce("review_report", way.case, house.handler)
    produce("approval_form", way.case, house.handler)
    way.approved()
    decision = produce("grant_decision", way.case, house.handler)
    assert decision.fields["decided_amount"] == "60000.00"
    way.served()
    agreement = stored_file(house.handler, "三方监管协议.pdf")
    way.act(
        services.plan_payments,
        payments=[PlannedPayment("custody", Decimal(60000), timezone.localdate(), "学费", agreement)],
    )
    produce("custody_agreement", way.case, house.handler)
    way.act(services.begin_payment)
    produce("payment_notice", way.case, house.handler)
    way.paid()
    produce("receipt", way.case, house.handler)
    way.act(services.notice_payment, on=timezone.localdate())
    visit = way.act(services.plan_visit, on=timezone.localdate())
    way.part(
        services.record_visit,
        visit=visit,
        done_on=timezone.localdate(),
        how="in_person",
        life="生活稳定",
        use_of_money="学费",
    )
    produce("visit_record", way.case, house.handler)


def test_the_forms_of_an_oral_and_a_refused_case_are_filled(house: House) -> None:
    way = start(house).informed().applied(Way.ORAL)
    produce("oral_record", way.case, house.handler)
    way.accepted().reviewed(serious_fault={"answer": "yes", "evidence": "判决认定", "reason": "互殴先动手"})
    way.proposed(None, "refuse").submitted().approved()
    assert produce("refusal_decision", way.case, house.handler).number


def test_the_figures_of_the_desk(house: House) -> None:
    start(house).granted().served().planned().paid()
    start(house, lead=False)
    assert selectors.funnel(house.head) == {
        "opened": 2,
        "applied": 1,
        "accepted": 1,
        "decided": 1,
        "granted": 1,
        "paid": 1,
        "archived": 0,
    }
    (row,) = selectors.amounts_by(house.head, "harm")
    assert (row["code"], row["cases"], row["total"]) == ("bodily", 1, Decimal(67200))
    assert row["band_low"] == Decimal(47000)
    assert selectors.amounts_by(house.other_head, "region") == []
    days = selectors.days_between_steps(house.head)
    assert days["opened_on", "paid_on"] == [0]
    today = timezone.localdate()
    assert selectors.paid_in(house.head, since=today, until=today) == Decimal(67200)
    assert selectors.funnel(house.liaison)["opened"] == 0


def test_one_person_one_case(house: House) -> None:
    first = start(house).case
    with pytest.raises(CaseDataError, match="REL-014"):
        services.open_case(person=person_of(house), user=house.handler, case_no=first.case_no)
    other = services.open_case(person=person_of(house), user=house.handler, case_no="（2025）虚0999民初9号")
    (known,) = earlier_relief(other)
    assert not known.same
    assert known.granted


@pytest.mark.parametrize(("charge", "born"), [("强奸罪", "19840305"), ("故意伤害罪", "20150305")])
def test_a_sexual_offence_or_a_minor_is_restricted_from_the_beginning(
    house: House, charge: str, born: str
) -> None:
    person = person_of(house, serial=7, born=born)
    case = services.open_case(
        person=person, user=house.handler, charge=charge, case_no="（2026）虚0999刑初7号"
    )
    assert case.secrecy == Secrecy.RESTRICTED
    seen = ReliefCase.objects.visible_to
    assert case in seen(house.handler)
    assert case in seen(house.head)
    assert case not in seen(house.analyst)
    assert case not in seen(house.city_head) or house.city_head.clearance >= Secrecy.RESTRICTED


def test_the_page_of_a_case_asks_the_database_a_fixed_number_of_times(
    house: House, client_of: Callable[[User], Client], django_assert_max_num_queries: Callable[..., object]
) -> None:
    way = start(house).granted().served().planned(30000, 30000, 7200, kind="instalment")
    client = client_of(house.handler)
    url = reverse("relief:case", args=[way.case.pk])
    client.get(url)
    with django_assert_max_num_queries(75):  # type: ignore[attr-defined] # pytest-django's context manager
        client.get(url)
    with django_assert_max_num_queries(20):  # type: ignore[attr-defined] # as above
        client.get(reverse("relief:cases"))
