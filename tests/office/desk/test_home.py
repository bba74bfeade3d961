"""Each role's first page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.test import Client
from pytest_django import DjangoAssertNumQueries

import yingjiu.office
from tests.office.desk.world import TODAY, World
from tests.office.house import House
from yingjiu.office.accounts.models import User
from yingjiu.office.clocks.matters import with_matters
from yingjiu.office.clocks.services import due_for, start
from yingjiu.office.desk import cards
from yingjiu.office.desk.cards import Card, cards_of
from yingjiu.office.leads.models import Lead, LeadHandover
from yingjiu.office.leads.services import decide
from yingjiu.office.referrals.models import Offer, Referral
from yingjiu.office.relief.models import ReliefCase
from yingjiu.office.vault.fields import EncryptedField

DESKS: dict[str, dict[str, int | None]] = yaml.safe_load(
    (Path(__file__).parent / "desks.yaml").read_text(encoding="utf-8")
)
FONT = Path(yingjiu.office.__path__[0]) / "frame/static/vendor/tabler-icons.min.css"
MOST_QUERIES = 32
"""Of the fullest desk, frame and session included."""


@pytest.mark.parametrize(("who", "desk"), DESKS.items())
def test_each_role_finds_its_cards(world: World, house: House, who: str, desk: dict[str, int | None]) -> None:
    shown = cards_of(getattr(house, who))
    assert [str(card.title) for card in shown] == list(desk)
    counted = {str(card.title): card.count for card in shown}
    assert {title: counted[title] for title, count in desk.items() if count is not None} == {
        title: count for title, count in desk.items() if count is not None
    }


@pytest.mark.parametrize("who", DESKS)
def test_the_page_opens_and_names_nobody(
    world: World, house: House, client_of: Callable[[User], Client], who: str
) -> None:
    answer = client_of(getattr(house, who)).get("/")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert all(title in text for title in DESKS[who])
    assert not any(lead.person.name in text for lead in world.leads)
    assert "320999198" not in text


@pytest.mark.parametrize("who", ["system_admin", "security_admin", "audit_admin"])
def test_no_administrator_sees_case_data(
    world: World, house: House, client_of: Callable[[User], Client], who: str
) -> None:
    text = client_of(getattr(house, who)).get("/").content.decode()
    assert "苏0999刑初" not in text
    assert "虚县检控申救" not in text
    assert "虚*" not in text


@pytest.mark.parametrize("who", ["handler", "head"])
def test_a_desk_costs_few_queries(
    world: World,
    house: House,
    client_of: Callable[[User], Client],
    who: str,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    client = client_of(getattr(house, who))
    client.get("/")
    with django_assert_max_num_queries(MOST_QUERIES):
        client.get("/")


def test_every_icon_of_a_card_is_in_the_font(world: World, house: House) -> None:
    font = FONT.read_text(encoding="utf-8")
    for user in house.users.values():
        for card in cards_of(user):
            assert f".ti-{card.icon}:before" in font


def test_a_desk_that_refreshes_itself_keeps_no_session_alive(
    house: House, client_of: Callable[[User], Client]
) -> None:
    client = client_of(house.handler)
    assert "sessionid" in client.get("/").cookies
    assert "sessionid" not in client.get("/", headers={"HX-Request": "true"}).cookies


def test_who_is_not_signed_in_is_sent_to_the_login(db: None) -> None:
    answer = Client().get("/")
    assert answer.status_code == 302
    assert "login" in answer["Location"]


def test_a_card_two_roles_have_stands_once(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cards, "_registered", [])
    cards.register(("handler", "head"), lambda user: Card("甲", "x", []), order=2)  # type: ignore[arg-type]  # names of roles
    cards.register(("handler",), lambda user: None, order=1)  # type: ignore[arg-type]  # as above
    assert [card.title for card in cards_of(house.handler)] == ["甲"]
    assert cards_of(house.finance) == []


def test_lists_of_time_limits_read_only_the_names_of_what_they_run_for(
    world: World, house: House, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    lead = next(each for each in world.leads if each.state == "assigned")
    other = next(each for each in world.leads if each.state == "assigned" and each.pk != lead.pk)
    decide(
        lead=other,
        outcome="supervision",
        reason="判决确有错误，应予监督",
        user=house.handler,
        version=other.version,
        to_department=house.prosecution,
    )
    offer = Offer.objects.create(
        organisation=house.county,
        department=house.complaints,
        handler=house.handler,
        agency=house.civil_affairs,
        made_by=house.liaison,
        name="虚甲",
        id_number="320999198001011234",
        reason="家庭困难",
        sent_on=TODAY,
    )
    for subject, limit in (
        (lead, "leads.first_check"),
        (Referral.objects.earliest("pk"), "referral.answer"),
        (offer, "referral.incoming"),
    ):
        start(subject, limit, on=TODAY, organisation=house.county, handler=house.handler)
    clocks = list(with_matters(due_for(house.head)))
    subjects: list[Any] = [clock.subject for clock in clocks]
    assert {type(each) for each in subjects} >= {Lead, LeadHandover, Offer, Referral, ReliefCase}
    with django_assert_num_queries(0):
        assert all(str(each) and each.get_absolute_url() for each in subjects)
    for each in subjects:
        row = each.lead if isinstance(each, LeadHandover) else each
        costly = {field.attname for field in row._meta.concrete_fields if isinstance(field, EncryptedField)}
        assert costly
        assert costly <= row.get_deferred_fields(), type(row)
