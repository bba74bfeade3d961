"""The pages of sealed records, as those who use them see them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.office.house import House
from tests.office.sealing.test_sealing import apply_for
from yingjiu.office.accounts.models import User
from yingjiu.office.audit.models import Action, Event
from yingjiu.office.sealing.models import Seal, State, UnsealRequest
from yingjiu.office.sealing.querysets import is_sealed
from yingjiu.office.sealing.selectors import colleagues, sealable, waiting_count

ClientOf = Callable[[User], Client]


def application(sealed: Seal, house: House, **changes: Any) -> dict[str, Any]:
    return {
        "number": sealed.number,
        "applicant": "虚构县人民法院",
        "reference": "（2026）虚法函1号",
        "received_on": timezone.localdate().isoformat(),
        "ground": "judicial",
        "application": "因办理（2026）苏0999刑初12号案件需要，申请查询。",
        "opened_for": house.handler.pk,
    } | changes


def test_from_application_to_looking(sealed: Seal, house: House, client_of: ClientOf) -> None:
    handler, head = client_of(house.handler), client_of(house.head)
    applied = handler.post(reverse("sealing:apply"), application(sealed, house))
    made = UnsealRequest.objects.get()
    assert applied["Location"] == reverse("sealing:request", args=[made.pk])
    page = reverse("sealing:request", args=[made.pk])
    assert "decision" not in handler.get(page).content.decode().split("<main")[1]
    assert waiting_count(house.head) == 1
    assert waiting_count(house.handler) == 0

    decided = head.post(page, {"decision": "grant", "days": "3", "reason": ""})
    assert decided.status_code == 302
    made.refresh_from_db()
    assert (made.state, made.decided_by) == (State.GRANTED, house.head)

    shown = handler.post(reverse("sealing:open", args=[made.pk]))
    assert shown.status_code == 200
    assert "no-store" in shown["Cache-Control"]
    assert Event.objects.filter(action=Action.REVEAL, user=house.handler).exists()
    assert head.post(reverse("sealing:open", args=[made.pk])).status_code == 422


def test_a_refusal_needs_a_reason(sealed: Seal, house: House, client_of: ClientOf) -> None:
    made = apply_for(sealed, house)
    page = reverse("sealing:request", args=[made.pk])
    client = client_of(house.deputy)
    answer = client.post(page, {"decision": "refuse", "days": "7", "reason": " "})
    assert answer.status_code == 422
    assert "reason" in answer.context["form"].errors
    assert client.post(page, {"decision": "refuse", "days": "7", "reason": "无法律依据"}).status_code == 302
    made.refresh_from_db()
    assert made.state == State.REFUSED


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"number": "2026-9999"}, "number"),
        ({"number": "x"}, "number"),
        ({"ground": "curiosity"}, "ground"),
        ({"application": "请求"}, "application"),
        ({"received_on": "2999-01-01"}, None),
        ({"ground": "state_rules"}, None),
    ],
)
def test_a_wrong_application_is_told_and_nothing_is_lost(
    sealed: Seal, house: House, client_of: ClientOf, changes: dict[str, Any], field: str | None
) -> None:
    answer = client_of(house.handler).post(reverse("sealing:apply"), application(sealed, house, **changes))
    assert answer.status_code == 422
    errors = answer.context["form"].errors
    assert set(errors) == {field or "__all__"}
    assert "虚构县人民法院" in answer.content.decode()
    assert not UnsealRequest.objects.exists()


def test_a_forged_colleague_is_refused(sealed: Seal, house: House, client_of: ClientOf) -> None:
    for who in (house.other_handler, house.city_head, house.audit_admin, house.liaison):
        answer = client_of(house.handler).post(
            reverse("sealing:apply"), application(sealed, house, opened_for=who.pk)
        )
        assert "opened_for" in answer.context["form"].errors, who.username


def test_only_the_office_finds_its_applications(sealed: Seal, house: House, client_of: ClientOf) -> None:
    made = apply_for(sealed, house)
    page = reverse("sealing:request", args=[made.pk])
    answers = {name: client_of(user).get(page).status_code for name, user in house.users.items()}
    assert {name for name, status in answers.items() if status == 200} == {"handler", "head", "deputy"}
    assert answers["other_head"] == answers["second_handler"] == 404
    assert answers["audit_admin"] == answers["liaison"] == 403


def test_lists_say_nothing_of_the_persons(
    subjects: list[Any], sealed: Seal, house: House, client_of: ClientOf
) -> None:
    apply_for(sealed, house)
    client = client_of(house.head)
    for page in ("sealing:requests", "sealing:seals"):
        text = client.get(reverse(page)).content.decode()
        assert sealed.number in text
        assert "虚构0" not in text
        assert "虚**" not in text
    assert client_of(house.handler).get(reverse("sealing:seals")).status_code == 403


def test_lifting(sealed: Seal, house: House, client_of: ClientOf, subjects: list[Any]) -> None:
    url = reverse("sealing:lift", args=[sealed.pk])
    assert client_of(house.handler).get(url).status_code == 403
    assert client_of(house.other_head).get(url).status_code == 404
    client = client_of(house.deputy)
    assert client.get(url).status_code == 200
    assert client.post(url, {"ground": "retrial", "reason": "刑再1号"}).status_code == 302
    assert client.get(url).status_code == 404
    subjects[0].refresh_from_db()
    assert not is_sealed(subjects[0])


def test_only_what_a_user_sees_can_be_sealed(
    people: Any, subjects: list[Any], house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("yingjiu.office.sealing.selectors.apps", people._meta.apps)
    key = str(subjects[2].pk)
    assert sealable(house.handler, "sealing.Subject", key) == subjects[2]
    assert sealable(house.other_handler, "sealing.Subject", key) is None
    assert sealable(house.handler, "sealing.Subject", "0") is None
    assert sealable(house.handler, "sealing.Subject", "x") is None
    assert sealable(house.handler, "accounts.User", key) is None
    assert sealable(house.handler, "nonsense", key) is None


def test_colleagues_are_those_of_the_office_who_handle_cases(house: House) -> None:
    names = {user.username for user in colleagues(house.handler)}
    assert names == {"handler", "handler2", "prosecutor", "head", "deputy"}


def test_sealing_from_a_page(
    people: Any, subjects: list[Any], house: House, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("yingjiu.office.sealing.selectors.apps", people._meta.apps)
    client = client_of(house.handler)
    url = reverse("sealing:seal", args=["sealing.Subject", subjects[2].pk])
    assert client.get(url).status_code == 200
    assert client.post(url, {"ground": "conviction", "joint_case": "on"}).status_code == 302
    assert Seal.objects.get().joint_case
    assert client.get(url).status_code == 404, "it is sealed: nobody finds it any more"
