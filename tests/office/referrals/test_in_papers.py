"""The papers of a case tell of its own letters, and only of those that who makes the paper sees."""

from __future__ import annotations

from tests.office.house import House
from tests.office.referrals.makers import make_lead, make_sent
from yingjiu.office.accounts.visibility import Secrecy
from yingjiu.office.leads.models import Lead
from yingjiu.office.relief.models import ReliefCase
from yingjiu.office.relief.money_papers import visit_record
from yingjiu.office.relief.services import open_case

NOTHING = "未见转介其他单位帮扶的记录。"


def opened(house: House, lead: Lead) -> ReliefCase:
    lead.refresh_from_db()
    return open_case(lead=lead, user=house.handler, version=lead.version)


def test_letters_of_the_lead_and_of_the_case_are_told(house: House) -> None:
    lead = make_lead(house)
    make_sent(house, lead)
    case = opened(house, lead)
    told = str(visit_record(case, house.handler)["assistance"])
    assert f"已向{house.civil_affairs.name}提出临时救助，尚未答复。" in told


def test_a_letter_that_the_maker_does_not_see_is_not_told(house: House) -> None:
    lead = make_lead(house)
    sent = make_sent(house, lead)
    case = opened(house, lead)
    sent.handler, sent.secrecy = house.second_handler, Secrecy.RESTRICTED
    sent.save()
    assert visit_record(case, house.handler)["assistance"] == NOTHING
    assert visit_record(case, house.second_handler)["assistance"] != NOTHING


def test_letters_of_another_matter_of_the_same_person_are_not_told(house: House) -> None:
    lead = make_lead(house)
    make_sent(house, lead)
    case = open_case(person=lead.person, user=house.handler, case_no="（2025）虚0999民初9号")
    assert visit_record(case, house.handler)["assistance"] == NOTHING
