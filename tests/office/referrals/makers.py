"""A lead with its handler, and referrals in every state."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone

from tests.office.house import House
from yingjiu.codes import make_number, parse_id
from yingjiu.office.leads import services as leads
from yingjiu.office.leads.models import Lead
from yingjiu.office.people.services import take_person
from yingjiu.office.referrals import services
from yingjiu.office.referrals.models import Referral
from yingjiu.office.referrals.services.answering import MeasureResult
from yingjiu.office.referrals.states import Ground, OnWhoseWord, Result, State
from yingjiu.office.relief.models import ReliefCase

NAME = "虚构甲"
TEXTS: dict[str, Any] = {
    "case_summary": "交通肇事致人死亡一案",
    "hardship": "两名未成年子女无人抚养，家庭没有收入",
    "relief_given": "尚未给予司法救助",
    "reason": "家庭主要劳动力因案死亡，生活陷入困境",
    "contact_name": "虚构承办人",
    "contact_phone": "0515-00000000",
}


def number(sequence: int = 1, born: datetime.date = datetime.date(1980, 5, 1)) -> str:
    return make_number("320999", born, sequence)


def make_lead(house: House, sequence: int = 1) -> Lead:
    known = parse_id(number(sequence))
    person = take_person(
        house.county,
        person_id=known.key,
        name=NAME,
        id_number=known.number,
        address="虚构县虚构镇一号",
        phone="13900000000",
    )
    lead = leads.open_from_agency(
        house.county, person=person, agency=house.civil_affairs, reason="因案致困", user=house.handler
    )
    return leads.claim(lead=lead, user=house.handler, version=lead.version)


def make_draft(
    house: House,
    lead: Lead | ReliefCase | None = None,
    measures: tuple[str, ...] = ("temporary_relief",),
    **more: Any,
) -> Referral:
    """A draft to civil affairs; ``more`` are other texts, or what was matched."""
    return services.create(
        subject=lead or make_lead(house),
        agency=house.civil_affairs,
        measures=measures,
        user=house.handler,
        **{"reasons": dict.fromkeys(measures, "因案致贫"), **TEXTS, **more},
    )


def with_ground(house: House, referral: Referral, text: str = "当面签署同意书") -> Referral:
    return services.record_ground(
        referral=referral,
        ground=Ground.CONSENT,
        text=text,
        consent_on=timezone.localdate(),
        user=house.handler,
        version=referral.version,
    )


def make_sent(
    house: House, lead: Lead | ReliefCase | None = None, measures: tuple[str, ...] = ("temporary_relief",)
) -> Referral:
    return send(house, with_ground(house, make_draft(house, lead, measures)))


def send(house: House, referral: Referral) -> Referral:
    return services.send(referral=referral, user=house.handler, version=referral.version)


def brought_to(house: House, state: str, lead: Lead | None = None) -> Referral:
    """A referral in a state, by the way that people take."""
    if state == State.DRAFT:
        return make_draft(house, lead)
    referral = make_sent(house, lead)
    liaison, handler = house.liaison, house.handler
    if state == State.WITHDRAWN:
        return services.withdraw(referral=referral, reason="另行联系", user=handler, version=referral.version)
    if state == State.MORE_TIME:
        until = timezone.localdate() + datetime.timedelta(days=60)
        return services.ask_more_time(
            referral=referral,
            user=liaison,
            version=referral.version,
            until=until,
            reason="正在核对家庭经济状况",
        )
    if state in {State.REJECTED, State.REOPENED}:
        referral = services.reject(
            referral=referral, user=liaison, version=referral.version, reason="收入超过标准"
        )
    if state == State.REOPENED:
        return services.reopen(
            referral=referral,
            on_whose_word=OnWhoseWord.PERSON,
            reason="当事人说没有收到救助",
            user=handler,
            version=referral.version,
        )
    if state in {State.ACCEPTED, State.DONE}:
        referral = services.accept(referral=referral, user=liaison, version=referral.version)
    if state == State.DONE:
        results = {each.key: MeasureResult(Result.GIVEN, "自本月起") for each in referral.measures.all()}
        return services.finish(
            referral=referral,
            user=liaison,
            version=referral.version,
            results=results,
            proof_text="虚民临救〔2026〕1号",
        )
    return referral
