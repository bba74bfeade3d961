"""The forms of a relief case are made of what the case knows, without a gap."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import timezone, translation

from tests.office.documents.conftest import words
from tests.office.house import House
from tests.office.relief.conftest import wage  # noqa: F401 - the fixture is used by its name
from tests.office.relief.way import OnTheWay, start
from yingjiu.office.documents import services
from yingjiu.office.documents.registry import offered
from yingjiu.office.files.services import open_file
from yingjiu.office.relief import services as relief
from yingjiu.office.relief.models import Payment, ReliefCase

pytestmark = pytest.mark.usefixtures("wage")


def made(way: OnTheWay, template: str) -> str:
    case = ReliefCase.objects.get(pk=way.case.pk)
    assert case.handler is not None
    document = services.produce(template, case, case.handler)
    with open_file(document.file) as stream:
        return words(stream.read())


def test_every_form_of_a_granted_case(house: House) -> None:
    way = start(house)
    way.informed().applied()
    texts = {"relief_application": made(way, "relief_application")}
    way.complete().accepted().reviewed().proposed(Decimal(67200))
    texts["review_report"] = made(way, "review_report")
    way.submitted().approved()
    texts["approval_form"] = made(way, "approval_form")
    with translation.override("en"):  # whatever the user reads
        texts["grant_decision"] = made(way, "grant_decision")
    way.served().planned(67200)
    payment = Payment.objects.get(case=way.case)
    way.part(relief.note_funds, payment=payment, on=timezone.localdate(), user=house.finance)
    way.act(relief.notice_payment, on=timezone.localdate())
    texts["payment_notice"] = made(way, "payment_notice")
    way.paid()
    texts["receipt"] = made(way, "receipt")
    visit = way.act(relief.plan_visit, on=timezone.localdate())
    way.act(relief.begin_follow_up)
    way.part(
        relief.record_visit,
        visit=visit,
        done_on=timezone.localdate(),
        how="in_person",
        life="病情稳定",
        use_of_money="医疗费",
    )
    texts["visit_record"] = made(way, "visit_record")
    assert "人民币陆万柒仟贰佰元整" in texts["grant_decision"]
    assert "一案，于" in texts["grant_decision"]
    assert "向本院申请国家司法救助，本院现已审查终结" in texts["grant_decision"]
    for template, text in texts.items():
        assert "None" not in text, template
        assert "{{" not in text, template
        assert "review" not in text, template


def test_a_case_is_offered_the_forms_of_its_procedure() -> None:
    assert {each.template for each in offered(ReliefCase)} >= {
        "relief_application",
        "oral_record",
        "materials_receipt",
        "supplement_notice",
        "review_report",
        "approval_form",
        "grant_decision",
        "refusal_decision",
        "payment_notice",
        "receipt",
        "custody_agreement",
        "visit_record",
    }
