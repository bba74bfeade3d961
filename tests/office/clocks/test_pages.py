"""The due list, and what it unfolds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.office.house import House
from yingjiu.office.accounts.models import User
from yingjiu.office.clocks import services, upkeep
from yingjiu.office.clocks.models import Clock

ClientOf = Callable[[User], Client]


def started(
    house: House, limit: str = "relief.decision", on: date | None = None, handler: str = "handler"
) -> Clock:
    who = getattr(house, handler)
    return services.start(
        who,
        limit,
        on=on or timezone.localdate(),
        organisation=house.county,
        handler=who,
        department=house.complaints,
    )


def test_the_list_shows_what_is_due_first_due_first(house: House, client_of: ClientOf) -> None:
    started(house)
    started(house, "relief.notify_payment")
    text = client_of(house.handler).get(reverse("clocks:mine")).content.decode()
    assert text.index("<strong>通知领取救助金</strong>") < text.index("<strong>审查并作出决定</strong>")
    assert "个工作日" in text


def test_a_colleague_sees_only_what_is_theirs(house: House, client_of: ClientOf) -> None:
    started(house)
    page = client_of(house.second_handler).get(reverse("clocks:mine"))
    assert "<strong>审查并作出决定</strong>" not in page.content.decode()
    clock = Clock.objects.get()
    other = client_of(house.other_handler)
    assert other.get(reverse("clocks:explain", args=[clock.pk])).status_code == 404


def test_the_filters_narrow_the_list(house: House, client_of: ClientOf) -> None:
    client = client_of(house.handler)
    started(house, on=timezone.localdate() - timedelta(days=60))
    started(house, "relief.notify_payment")
    page = client.get(reverse("clocks:mine"), {"state": "overdue"}).content.decode()
    assert "<strong>审查并作出决定</strong>" in page
    assert "<strong>通知领取救助金</strong>" not in page
    page = client.get(reverse("clocks:mine"), {"limit": "relief.notify_payment"}).content.decode()
    assert "<strong>审查并作出决定</strong>" not in page
    assert client.get(reverse("clocks:mine"), {"state": "paused"}).status_code == 200
    assert client.get(reverse("clocks:mine"), {"state": "soon", "whose": "mine"}).status_code == 200


def test_the_arithmetic_unfolds(house: House, client_of: ClientOf) -> None:
    clock = started(house, on=date(2024, 2, 6))
    text = client_of(house.handler).get(reverse("clocks:explain", args=[clock.pk])).content.decode()
    assert "2024-02-10" in text
    assert "春节" in text
    assert "2024-02-18" in text


def test_the_reason_for_being_overdue_is_recorded_once(house: House, client_of: ClientOf) -> None:
    clock = started(house, on=date(2024, 2, 6))
    client = client_of(house.handler)
    url = reverse("clocks:explain_breach", args=[clock.pk])
    assert client.get(url).status_code == 404
    upkeep.sweep()
    assert client.get(url).status_code == 200
    assert client.post(url, {"reason": "短"}).status_code == 422
    assert client.post(url, {"reason": "等待伤情鉴定意见"}).status_code == 302
    clock.refresh_from_db()
    assert clock.breach_reason == "等待伤情鉴定意见"
