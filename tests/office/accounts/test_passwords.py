"""The password policy, and changing one's own password."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.office.house import PASSWORD, House
from yingjiu.office.accounts.models import User
from yingjiu.office.accounts.passwords import must_change, set_password, temporary_password

ClientOf = Callable[[User], Client]
PAGE = "/accounts/me/password"
NEW = "Qiuzhu+2031"


@pytest.fixture
def zhang(house: House) -> User:
    house.handler.display_name, house.handler.phone = "张小凡", "0515-8888123"
    house.handler.save()
    return house.handler


@pytest.mark.parametrize(
    ("password", "faults"),
    [
        (NEW, set()),
        ("Ab1+", {"password_short"}),
        ("abcdefghijkl", {"password_kinds"}),
        ("abcdefghij12", {"password_kinds"}),
        ("ABCdefghij12", set()),
        ("1234567890", {"password_kinds", "password_too_common"}),
        ("Handler-2031", {"password_name"}),
        ("ZhangXiaofan-1", {"password_name"}),
        ("Aa-8888123-xy", {"password_name"}),
        (PASSWORD, {"password_used"}),
        ("q#", {"password_short", "password_kinds"}),
    ],
)
def test_the_policy(zhang: User, password: str, faults: set[str]) -> None:
    found: set[str | None] = set()
    try:
        validate_password(password, zhang)
    except ValidationError as error:
        found = {each.code for each in error.error_list}
    assert found == faults


def test_the_last_five_passwords_are_not_taken_again(zhang: User) -> None:
    for number in range(5):
        set_password(zhang, f"Qiuzhu+203{number}")
    for number in range(5):
        with pytest.raises(ValidationError):
            set_password(zhang, f"Qiuzhu+203{number}")
    set_password(zhang, PASSWORD)  # the sixth last


def test_temporary_passwords_pass_the_policy(zhang: User) -> None:
    made = {temporary_password() for _each in range(50)}
    assert len(made) == 50
    for password in made:
        validate_password(password)


@pytest.mark.parametrize(
    ("days", "age", "due"), [(90, 89, False), (90, 91, True), (0, 9999, False), (30, 31, True)]
)
def test_a_password_has_an_age(zhang: User, settings: Any, days: int, age: int, due: bool) -> None:
    settings.YINGJIU_PASSWORD_DAYS = days
    zhang.password_changed_at = timezone.now() - timedelta(days=age)
    assert must_change(zhang) is due


def test_a_temporary_password_must_be_changed_before_anything_else(house: House, client_of: ClientOf) -> None:
    User.objects.filter(pk=house.handler.pk).update(must_change_password=True)
    client = client_of(house.handler)
    for page in (reverse("accounts:profile"), "/"):
        assert client.get(page)["Location"] == PAGE
    assert client.get(PAGE).status_code == 200
    sent = {"old": PASSWORD, "new": NEW, "again": NEW}
    assert client.post(PAGE, sent)["Location"] == "/"
    assert client.get(reverse("accounts:profile")).status_code == 200


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"old": "wrong", "new": NEW, "again": NEW}, "当前密码不正确"),
        ({"old": PASSWORD, "new": NEW, "again": "other"}, "两次输入不一致"),
        ({"old": PASSWORD, "new": PASSWORD, "again": PASSWORD}, "不与最近 5 次密码相同"),
        ({"old": PASSWORD, "new": "short", "again": "short"}, "至少 10 个字符"),
    ],
)
def test_a_wrong_change_says_why(house: House, client_of: ClientOf, sent: dict[str, str], said: str) -> None:
    answer = client_of(house.handler).post(PAGE, sent)
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_a_change_ends_the_other_sessions(house: House, client_of: ClientOf) -> None:
    here, elsewhere = client_of(house.handler), client_of(house.handler)
    here.post(PAGE, {"old": PASSWORD, "new": NEW, "again": NEW})
    page = reverse("accounts:profile")
    assert here.get(page).status_code == 200
    assert elsewhere.get(page).status_code == 302


def test_one_changes_ones_telephone_and_language_and_nothing_else(house: House, client_of: ClientOf) -> None:
    client = client_of(house.handler)
    sent = {"phone": "0515-1", "language": "en", "clearance": "4", "display_name": "别名", "roles": "head"}
    client.post(reverse("accounts:profile"), sent)
    user = User.objects.get(pk=house.handler.pk)
    assert (user.phone, user.language, user.clearance) == ("0515-1", "en", 1)
    assert user.display_name == "虚构handler"
    assert user.roles == {"handler"}
