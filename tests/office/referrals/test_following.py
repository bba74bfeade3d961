"""Letters go along with their case or lead: to another handler, and behind another secrecy."""

from __future__ import annotations

from tests.office.house import House
from tests.office.referrals.makers import make_lead, make_sent
from tests.office.relief.way import start
from yingjiu.office.accounts.models import User
from yingjiu.office.accounts.visibility import Secrecy
from yingjiu.office.clocks.models import Clock
from yingjiu.office.leads import services as leads
from yingjiu.office.leads.models import Lead
from yingjiu.office.referrals.models import Referral
from yingjiu.office.relief import services as relief


def seen_by(user: User) -> tuple[int, int]:
    """How many letters, and how many of their running time limits."""
    letters = Referral.objects.visible_to(user)
    clocks = Clock.objects.visible_to(user).open().filter(limit="referral.answer")
    return letters.count(), clocks.count()


def test_a_new_handler_of_the_case_has_its_letters(house: House) -> None:
    case = start(house).case
    make_sent(house, case)
    case.refresh_from_db()
    assert (seen_by(house.handler), seen_by(house.second_handler)) == ((1, 1), (0, 0))
    relief.assign(
        case=case,
        handler=house.second_handler,
        reason="原承办人休假，案件改由他人承办",
        user=house.head,
        version=case.version,
    )
    assert (seen_by(house.handler), seen_by(house.second_handler)) == ((0, 0), (1, 1))


def test_a_letter_becomes_as_secret_as_its_case(house: House) -> None:
    case = start(house).case
    make_sent(house, case)
    assert seen_by(house.head) == (1, 1)
    house.head.clearance = Secrecy.SECRET
    house.head.save()
    case.refresh_from_db()
    relief.set_secrecy(
        case=case,
        secrecy=Secrecy.SECRET,
        reason="案件涉及未成年人，按规定保密",
        user=house.head,
        version=case.version,
    )
    assert seen_by(house.analyst) == (0, 0)
    assert Referral.objects.get().secrecy == Secrecy.SECRET


def test_a_lead_takes_its_letters_along_and_none_of_a_case(house: House) -> None:
    lead = Lead.objects.get(pk=make_lead(house).pk)
    make_sent(house, lead)
    lead.refresh_from_db()
    leads.assign(lead=lead, handler=house.second_handler, user=house.head, version=lead.version)
    assert (seen_by(house.handler), seen_by(house.second_handler)) == ((0, 0), (1, 1))
