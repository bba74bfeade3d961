"""Every official form of a case is filled, and none before its step; figures for the desk; other eyes."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import docx
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.office.house import House
from tests.office.referrals.makers import make_sent
from tests.office.relief.way import OnTheWay, person_of, start, stored_file
from yingjiu.office.accounts.models import User
from yingjiu.office.accounts.visibility import Secrecy
from yingjiu.office.documents.models import Document
from yingjiu.office.documents.services import produce
from yingjiu.office.files.services import open_file
from yingjiu.office.relief import money_papers, selectors, services
from yingjiu.office.relief.errors import CaseDataError, NotAllowedError
from yingjiu.office.relief.models import Payment, ReliefCase
from yingjiu.office.relief.one_time import earlier_relief
from yingjiu.office.relief.reasoning import without_proposal
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


def words_of(document: Document) -> str:
    """What the Word file says, paragraphs and tables."""
    word = docx.Document(open_file(document.file))
    lines = [each.text for each in word.paragraphs]
    lines += [" | ".join(cell.text for cell in row.cells) for table in word.tables for row in table.rows]
    return "\n".join(lines)


def no_blank(text: str) -> None:
    """No mark of a template, no doubled stop, no English word, nothing left unfilled."""
    assert not re.search(r"[{}]|None|。[；。，]|；[。；]|（未填）|\b(yes|no|grade|yuan)\b", text), text


def test_a_decision_reads_as_one(house: House) -> None:
    way = start(house).granted()
    text = words_of(produce("grant_decision", way.case, house.handler))
    assert "因虚构乙故意伤害一案" in text
    assert (
        "本院查明：虚构乙持械伤人。低保户，无力承担医疗费。以上事实有鉴定意见书、民政部门低保数据等证据证实。"
        in text
    )
    assert "建议" not in text  # what was proposed to the approvers is not what is decided
    assert "确定救助金额为67,200.00元。" in text
    assert "依照《人民检察院开展国家司法救助工作细则》第七条第一项的规定" in text
    no_blank(text)
    no_blank(words_of(produce("review_report", way.case, house.handler)))
    with pytest.raises(NotAllowedError, match="REL-009"):
        produce("refusal_decision", way.case, house.handler)


def test_a_decision_is_chinese_after_somebody_looked_in_english(
    house: House, client_of: Callable[[User], Client]
) -> None:
    way = start(house).granted()
    seen = client_of(house.handler).get(
        reverse("relief:case", args=[way.case.pk]), headers={"Accept-Language": "en"}
    )
    assert "average monthly wage" in seen.content.decode()
    for name in ("grant_decision", "review_report"):
        text = words_of(produce(name, way.case, house.handler))
        assert "职工月平均工资" in text
        assert "wage" not in text, text


@pytest.mark.parametrize(
    ("opinion", "kept"),
    [
        ("符合细则第七条第一项，建议予以救助。", ["符合细则第七条第一项"]),
        (
            "被害人经医生建议长期康复治疗，费用约八万元。综上所述，建议给予救助金六万元，分两期发放。",
            ["被害人经医生建议长期康复治疗，费用约八万元"],
        ),
        ("镇政府曾建议给予临时救助，未获批准。", ["镇政府曾建议给予临时救助，未获批准"]),
        ("建议不予救助；申请人互殴先动手。", ["申请人互殴先动手"]),
        ("因此，建议对申请人不给予救助\n其家庭有住房两套。", ["其家庭有住房两套"]),
        ("符合救助条件, 建议予以救助", ["符合救助条件"]),
        ("建议救助。", []),
        ("", []),
    ],
)
def test_only_the_proposal_is_left_out_of_the_reasons(opinion: str, kept: list[str]) -> None:
    assert without_proposal(opinion) == kept


def test_what_a_doctor_advised_stands_in_the_decision(house: House) -> None:
    way = start(house).informed().applied().accepted().reviewed()
    way.proposed(opinion="被害人经医生建议长期康复治疗，费用约八万元，建议救助六万七千二百元。")
    text = words_of(produce("grant_decision", way.submitted().approved().case, house.handler))
    assert "被害人经医生建议长期康复治疗，费用约八万元。" in text
    assert "建议救助" not in text


def test_a_refusal_says_why(house: House) -> None:
    way = start(house).informed().applied(Way.ORAL)
    record = words_of(produce("oral_record", way.case, house.handler))
    assert "09" in record
    no_blank(record)
    way.accepted()
    receipt = words_of(produce("materials_receipt", way.case, house.handler))
    assert "口头申请笔录" in receipt
    no_blank(receipt)
    way.reviewed(serious_fault={"answer": "yes", "evidence": "判决认定", "reason": "互殴先动手"})
    way.proposed(None, "refuse").submitted().approved()
    text = words_of(produce("refusal_decision", way.case, house.handler))
    assert "救助申请人有下列情形，不予救助：对案件发生有重大过错（互殴先动手）。" in text
    assert "细则》第八条第一项的规定" in text
    no_blank(text)


def test_the_papers_of_a_child_read_well(house: House) -> None:
    way = start(house, facts={"applicant_minor": True}).informed().applied(Way.GUARDIAN)
    way.act(services.ask_supplement, on=timezone.localdate())
    notice = words_of(produce("supplement_notice", way.case, house.handler))
    assert "监护关系证明" in notice
    assert "虚构甲（法定代理人虚构丙）：" in notice
    assert "你因虚构乙故意伤害一案于" in notice
    no_blank(notice)
    way.complete()
    way.act(services.supplemented, on=timezone.localdate())
    way.act(services.accept, on=timezone.localdate())
    way.reviewed().proposed(Decimal(60000), band_reason="").submitted().approved().served()
    agreement = stored_file(house.handler, "三方监管协议.pdf")
    way.act(
        services.plan_payments,
        payments=[PlannedPayment("custody", Decimal(60000), timezone.localdate(), "学费", agreement)],
    )
    with pytest.raises(NotAllowedError, match="REL-009"):
        produce("custody_agreement", way.case, house.handler)  # it cites the decision
    number = produce("grant_decision", way.case, house.handler).number
    text = words_of(produce("custody_agreement", way.case, house.handler))
    assert "60,000" in text
    assert "虚构丙" in text
    assert number in text
    no_blank(text)
    way.act(services.begin_payment)
    notice = words_of(produce("payment_notice", way.case, house.handler))
    assert "法定代理人的居民身份证和监护关系证明" in notice
    assert "三方监管协议" in notice
    no_blank(notice)
    way.paid()
    assert "一次付清" in words_of(produce("receipt", way.case, house.handler))


def part_of(house: House, way: OnTheWay) -> object:
    """Which instalment the receipt of the latest payment is for."""
    return money_papers.receipt(ReliefCase.objects.get(pk=way.case.pk), house.handler)["instalment"]


def test_only_instalments_of_one_payer_are_counted(house: House) -> None:
    way = start(house).informed().applied().accepted().reviewed()
    way.proposed(Decimal(60000), shares={house.province: Decimal(20000)}).submitted().approved()
    way.served().planned(40000).paid()
    assert way.case.payments.count() == 2
    assert part_of(house, way) == "一次付清"


def test_each_of_several_instalments_has_its_number(house: House) -> None:
    way = start(house).informed().applied().accepted().reviewed()
    way.proposed(Decimal(60000), shares={house.province: Decimal(20000)}).submitted().approved()
    way.served().planned(25000, 15000, kind="instalment")
    told = []
    for payment in way.case.payments.all():
        Payment.objects.filter(pk=payment.pk).update(
            state="paid", checked_at=timezone.now(), paid_on=timezone.localdate()
        )
        told.append(part_of(house, way))
    assert told == ["第1期，共2期", "第2期，共2期", "一次付清"]


def test_what_is_left_after_urgent_relief_is_no_instalment(house: House) -> None:
    way = start(house, facts={"urgent_treatment": True}).informed().applied()
    way.act(services.change_facts, changes=way.facts, source="诊断证明", reason="急需手术治疗")
    way.act(services.compute_award)
    way.act(services.ask_urgent, amount=Decimal(30000), reason="急需手术，费用无着")
    way.approved("urgent").paid()
    assert part_of(house, way) == "一次付清"
    way.accepted().reviewed().proposed(Decimal(60000)).submitted().approved().served().planned().paid()
    assert way.case.payments.count() == 2
    assert part_of(house, way) == "一次付清"


def test_who_no_longer_acts_for_the_applicant_is_not_named(house: House) -> None:
    way = start(house).informed().applied(Way.GUARDIAN).complete()
    names = ("relief_application", "materials_receipt")
    assert all("虚构丙" in words_of(produce(name, way.case, house.handler)) for name in names)
    way.act(
        services.write_application,
        way=Way.WRITTEN,
        applied_on=timezone.localdate(),
        form=way.case.application.form,  # the page hides who acted before, and sends it
        reason="因案致贫",
    )
    for name in names:
        assert "虚构丙" not in words_of(produce(name, way.case, house.handler))
    way.act(services.accept, on=timezone.localdate())
    way.reviewed().proposed().submitted().approved()
    text = words_of(produce("grant_decision", way.case, house.handler))
    assert "虚构丙" not in text
    assert "代理人" not in text


@pytest.mark.parametrize(
    ("born", "ends"),
    [
        (date(2012, 5, 31), date(2030, 5, 31)),
        (date(2012, 2, 29), date(2030, 3, 1)),
        (date(2006, 2, 28), date(2024, 2, 28)),
    ],
)
def test_custody_ends_on_the_eighteenth_birthday(house: House, born: date, ends: date) -> None:
    case = start(house).informed().applied(Way.GUARDIAN).case
    case.person.birth_date = born
    assert money_papers.custody_agreement(case, house.handler)["ends_on"] == ends


def test_a_report_says_what_else_is_done_for_the_family(house: House) -> None:
    fault = {"answer": "yes", "evidence": "判决认定", "reason": "互殴先动手"}
    way = start(house).informed().applied().accepted().reviewed(serious_fault=fault)
    way.proposed(None, "refuse")
    text = words_of(produce("review_report", way.case, house.handler))
    assert "不建议给予救助金。" in text
    assert "另行制作" not in text
    lead = way.case.lead
    assert lead is not None
    letter = make_sent(house, lead)
    text = words_of(produce("review_report", way.case, house.handler))
    today = timezone.localdate()
    assert f"{today.year}年{today.month}月{today.day}日已向{letter.agency.name}提出" in text
    assert "尚未答复。" in text
    no_blank(text)


def test_joint_relief_is_told_in_the_decision(house: House) -> None:
    way = start(house).informed().applied().accepted().reviewed()
    way.proposed(Decimal(60000), shares={house.province: Decimal(20000)}).submitted().approved()
    text = words_of(produce("grant_decision", way.case, house.handler))
    assert f"本次救助为联合救助，{house.county}承担40,000.00元，{house.province}承担20,000.00元。" in text


def test_the_figures_of_the_desk(house: House) -> None:
    start(house).granted().served().planned().paid()
    start(house, lead=False)
    (row,) = selectors.amounts_by(house.head, "harm")
    assert (row["code"], row["cases"], row["total"]) == ("bodily", 1, Decimal(67200))
    assert row["band_low"] == Decimal(47000)
    assert selectors.amounts_by(house.other_head, "region") == []


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
