"""The pages of relief in a browser's place: every page at every state, and the way by clicks alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.office.house import House
from tests.office.relief.way import ANSWERS, FORM, OnTheWay, lead_of, person_of, start
from yingjiu.office.accounts.models import User
from yingjiu.office.relief.models import Payment, ReliefCase
from yingjiu.office.relief.states import State

Browser = Callable[[User], Client]


def page(client: Client, name: str, *args: Any) -> str:
    response = client.get(reverse(name, args=args))
    assert response.status_code == 200, (name, response.status_code)
    return response.content.decode()


def send(client: Client, name: str, *args: Any, **fields: Any) -> Any:
    response = client.post(reverse(name, args=args), fields)
    assert response.status_code == 302, (
        name,
        re.findall(r"invalid-feedback[^>]*>(.*?)</", response.content.decode())[:8],
        re.findall(r"alert-danger.*?</div>\s*<ul.*?</ul>", response.content.decode(), re.S)[:2],
    )
    return response


def version(case: ReliefCase) -> int:
    return ReliefCase.objects.get(pk=case.pk).version


def test_a_lead_becomes_a_case_and_is_decided_by_clicks(  # noqa: PLR0915 - one way from end to end
    house: House, client_of: Browser
) -> None:
    lead = lead_of(house, person_of(house))
    handler, head, deputy = client_of(house.handler), client_of(house.head), client_of(house.deputy)
    send(handler, "relief:open", lead.pk, version=lead.version)
    case = ReliefCase.objects.get()
    assert "虚县检救案" in page(handler, "relief:cases")
    page(handler, "relief:case", case.pk)
    page(handler, "relief:inform", case.pk)
    send(
        handler,
        "relief:inform",
        case.pk,
        version=version(case),
        told_on="2026-01-05",
        how="phone",
        told_by="某人",
    )
    text = page(handler, "relief:application", case.pk)
    assert "13900000000" in text  # known already, and not typed again
    fields = {
        **FORM,
        "way": "ex_officio",
        "applied_on": case.opened_on,
        "bank": "虚构银行",
        "account": "6222 0000 0000 0001",
        "account_name": "虚构甲",
    }
    send(handler, "relief:application", case.pk, version=version(case), **fields)
    send(handler, "relief:step", case.pk, "apply", version=version(case))
    text = page(handler, "relief:materials", case.pk)
    assert "依职权启动说明" in text
    received = {
        f"state_{each.item}": "received" for each in case.materials.filter(state="needed", required=True)
    }
    send(handler, "relief:materials", case.pk, version=version(case), on=case.opened_on, **received)
    send(handler, "relief:step", case.pk, "accept", version=version(case))
    page(handler, "relief:review", case.pk)
    answers = {f"{name}_{key}": value for key, given in ANSWERS.items() for name, value in given.items()}
    send(handler, "relief:review", case.pk, version=version(case), **answers)
    page(handler, "relief:facts", case.pk)
    facts = {
        "fact_harm": "bodily",
        "fact_injury_grade": "serious_2",
        "fact_injury_disability_grade": "none",
        "fact_urgent_treatment": "false",
        "fact_working_capacity_lost": "false",
        "fact_loss": "0",
        "fact_medical_cost": "40000",
        "fact_awarded": "120,000",
        "fact_received": "0",
        "fact_fault": "none",
        "fact_hardships": ["dibao"],
        "fact_minor_dependants": "0",
        "fact_other_dependants": "0",
        "fact_applicant_minor": "false",
        "fact_victim_age": "42",
        "fact_long_treatment": "",
        "fact_levels": "",
    }
    send(handler, "relief:facts", case.pk, version=version(case), source="判决书", reason="阅卷核实", **facts)
    case.refresh_from_db()
    assert case.facts["injury_grade"]["by"] == "data"  # unchanged facts keep their source
    assert case.facts["received"]["from"] == "判决书"
    send(handler, "relief:compute", case.pk, version=version(case))
    text = page(handler, "relief:case", case.pk)
    assert "67,200" in text
    assert "47,000" in text
    page(handler, "relief:propose", case.pk)
    send(
        handler,
        "relief:propose",
        case.pk,
        version=version(case),
        proposal="grant",
        amount="50000",
        opinion="建议救助",
    )
    send(handler, "relief:step", case.pk, "submit", version=version(case))
    for client in (head, deputy):
        assert case.number in page(client, "relief:approvals")
        step = case.approvals.get(state="waiting")
        assert "67,200" in page(client, "relief:approval", step.pk)
        send(client, "relief:approve", step.pk, version=version(case), reason="同意")
    case.refresh_from_db()
    assert case.state == State.GRANTED
    send(handler, "relief:serve", case.pk, version=version(case), on=case.decided_on, how="in_person")
    assert "50,000" in page(handler, "relief:plan", case.pk)
    send(
        handler,
        "relief:plan",
        case.pk,
        version=version(case),
        kind="instalment",
        amount_1="30000",
        amount_2="20000",
    )
    send(handler, "relief:step", case.pk, "begin_payment", version=version(case))
    finance = client_of(house.finance)
    assert case.number in page(finance, "relief:payments")
    for payment in Payment.objects.filter(case=case):
        text = page(finance, "relief:payment", payment.pk)
        assert "6222000000000001" not in text
        send(finance, "relief:check", payment.pk, version=version(case), name_agrees="on", in_budget="on")
        page(finance, "relief:payment", payment.pk)
        send(
            finance,
            "relief:pay",
            payment.pk,
            version=version(case),
            paid_on=case.decided_on,
            voucher=f"V{payment.pk}",
        )
    send(handler, "relief:notice", case.pk, version=version(case), on=case.decided_on)
    send(handler, "relief:plan_visit", case.pk, version=version(case), on=case.decided_on)
    send(handler, "relief:step", case.pk, "begin_follow_up", version=version(case))
    visit = case.visits.get()
    page(handler, "relief:visit", visit.pk)
    send(
        handler,
        "relief:visit",
        visit.pk,
        version=version(case),
        done_on=case.decided_on,
        how="in_person",
        life="生活稳定",
        use_of_money="医疗",
    )
    for payment in Payment.objects.filter(case=case):
        page(handler, "relief:receipt", payment.pk)
        send(handler, "relief:receipt", payment.pk, version=version(case), on=case.decided_on)
    page(handler, "relief:archive", case.pk)
    send(handler, "relief:archive", case.pk, version=version(case), archive_number="2026-1")
    case.refresh_from_db()
    assert case.state == State.ARCHIVED
    text = page(handler, "relief:case", case.pk)
    sealed = case.sealed.get()
    assert sealed.digest in text
    assert "alert-success" in page(handler, "relief:replay", case.pk, sealed.pk)


@pytest.mark.parametrize(
    "who",
    [
        "analyst",
        "finance",
        "liaison",
        "grid_worker",
        "system_admin",
        "security_admin",
        "audit_admin",
        "other_handler",
        "other_head",
    ],
)
def test_a_case_is_not_found_by_who_may_not_see_it(house: House, client_of: Browser, who: str) -> None:
    case = start(house).case
    client = client_of(getattr(house, who))
    for name in ("case", "application", "inform", "propose"):
        code = client.get(reverse(f"relief:{name}", args=[case.pk])).status_code
        assert code in {403, 404} or (who == "analyst" and name == "case")
    assert client.post(reverse("relief:step", args=[case.pk, "apply"]), {"version": 1}).status_code in {
        403,
        404,
    }
    assert client.get(reverse("relief:case", args=[case.pk + 1000])).status_code in {403, 404}


def test_two_people_at_once_and_the_back_button(house: House, client_of: Browser) -> None:
    way = start(house)
    client = client_of(house.handler)
    fields = {"version": way.case.version, "told_on": "2026-01-05", "how": "phone", "told_by": "某人"}
    send(client, "relief:inform", way.case.pk, **fields)
    again = client.post(reverse("relief:inform", args=[way.case.pk]), fields)
    assert again.status_code == 409
    assert way.case.informings.count() == 1


def test_a_double_click_on_pay_records_once(house: House, client_of: Browser) -> None:
    way = start(house).granted().served().planned()
    payment = way.case.payments.get()
    client = client_of(house.finance)
    send(client, "relief:check", payment.pk, version=version(way.case), name_agrees="on", in_budget="on")
    text = page(client, "relief:payment", payment.pk)
    form = text[text.index(reverse("relief:pay", args=[payment.pk])) :]
    token = re.search(r'name="form_token" value="([^"]+)"', form)
    assert token is not None
    fields = {
        "version": version(way.case),
        "paid_on": way.case.decided_on,
        "voucher": "V1",
        "form_token": token[1],
    }
    send(client, "relief:pay", payment.pk, **fields)
    send(client, "relief:pay", payment.pk, **fields)  # the second click goes where the first went
    way.case.refresh_from_db()
    assert way.case.paid_total == way.case.decided_amount


def test_forged_fields_are_refused(house: House, client_of: Browser) -> None:
    way = start(house)
    client = client_of(house.handler)
    assert client.post(reverse("relief:step", args=[way.case.pk, "grant"]), {"version": 1}).status_code == 404
    assert client.post(reverse("relief:step", args=[way.case.pk, "apply"]), {}).status_code == 409
    response = client.post(
        reverse("relief:step", args=[way.case.pk, "apply"]), {"version": way.case.version, "state": "granted"}
    )
    assert response.status_code == 422  # the machine says what is missing
    way.case.refresh_from_db()
    assert way.case.state == State.INFORMING


def test_html_in_a_name_stays_text(house: House, client_of: Browser) -> None:
    way: OnTheWay = start(house, charge="<script>alert(1)</script>")
    text = page(client_of(house.handler), "relief:case", way.case.pk)
    assert "<script>alert" not in text
    assert "&lt;script&gt;" in text


def test_export_and_reveal_ask_for_a_purpose(house: House, client_of: Browser) -> None:
    way = start(house).informed().applied()
    client = client_of(house.handler)
    assert "purpose" in page(client, "relief:export")
    response = client.post(reverse("relief:export"), {"purpose": "statistics", "format": "csv"})
    text = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined] # a stream
    assert way.case.number in text
    assert "虚构甲" not in text
    url = reverse("relief:reveal", args=[way.case.pk, "account"])
    assert "6222000000000000001" not in client.get(url).content.decode()
    assert "6222000000000000001" in client.post(url, {"purpose": "case"}).content.decode()
    assert client.get(reverse("relief:reveal", args=[way.case.pk, "opinion"])).status_code == 404
    assert client_of(house.other_handler).post(url, {"purpose": "case"}).status_code == 404


def test_finance_sees_only_cases_in_payment(house: House, client_of: Browser) -> None:
    way = start(house).granted().served()
    client = client_of(house.finance)
    assert way.case.number not in page(client, "relief:payments")
    way.planned()
    assert way.case.number in page(client, "relief:payments")
    payment = way.case.payments.get()
    page(client, "relief:payment", payment.pk)
    assert client.get(reverse("relief:case", args=[way.case.pk])).status_code == 403
    assert client_of(house.head).get(reverse("relief:payment", args=[payment.pk])).status_code == 403


def test_who_stands_in_is_recorded_on_a_page(house: House, client_of: Browser) -> None:
    client = client_of(house.head)
    page(client, "relief:deputies")
    fields = {
        "principal": house.head.pk,
        "role": "head",
        "deputy": house.deputy.pk,
        "first_day": "2030-01-01",
        "last_day": "2030-01-05",
        "reason": "外出学习",
    }
    send(client, "relief:deputies", **fields)
    assert "虚构deputy" in page(client, "relief:deputies")


def test_the_head_changes_the_secrecy_with_a_reason(house: House, client_of: Browser) -> None:
    case = start(house).case
    head = client_of(house.head)
    assert 'name="secrecy"' in page(head, "relief:secrecy", case.pk)
    assert reverse("relief:secrecy", args=[case.pk]) in page(head, "relief:case", case.pk)
    response = head.post(
        reverse("relief:secrecy", args=[case.pk]),
        {"version": version(case), "secrecy": "2", "reason": ""},
    )
    assert response.status_code != 302  # a reason is needed
    fields = {"secrecy": "2", "reason": "涉及个人隐私"}
    send(head, "relief:secrecy", case.pk, version=version(case), **fields)
    assert ReliefCase.objects.get(pk=case.pk).secrecy == 2
    assert client_of(house.handler).get(reverse("relief:secrecy", args=[case.pk])).status_code == 403


def test_the_page_offers_social_assistance_and_folds_what_is_done(house: House, client_of: Browser) -> None:
    case = start(house).granted().case
    text = page(client_of(house.handler), "relief:case", case.pk)
    assert f"{reverse('referrals:propose')}?case={case.pk}" in text
    opened = re.findall(r'<details class="card relief-part" open>.*?<div id="(\w+)"', text, re.S)
    assert opened == ["decision", "payments"]
    assert text.count("<h1") == 1
