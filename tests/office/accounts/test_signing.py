"""Signing in and out: wrong passwords, the lock, the second factor, sessions, and where one goes after."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.office.accounts.conftest import SLOW
from tests.office.house import PASSWORD, House
from yingjiu.office import settings as office_settings
from yingjiu.office.accounts import second_factor
from yingjiu.office.accounts.models import LoginFailure, TotpDevice, User
from yingjiu.office.accounts.signing import LOCKED_FOR, MOST
from yingjiu.office.audit.models import Action, Event

ClientOf = Callable[[User], Client]
LOGIN = "/accounts/login"


def enter(client: Client, name: str, password: str, address: str = "10.0.0.1", **more: str) -> HttpResponse:
    sent = {"username": name, "password": password, **more}
    answer: HttpResponse = client.post(LOGIN, sent, REMOTE_ADDR=address)  # type: ignore[assignment] # the stub's own class
    return answer


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_the_right_password_opens_the_office(house: House) -> None:
    client = Client()
    answer = enter(client, "handler", PASSWORD)
    assert answer.status_code == 302
    assert answer["Location"] == "/"
    assert signed_in(client)
    assert Event.objects.filter(action=Action.LOGIN, user=house.handler).count() == 1


@pytest.mark.parametrize("kind", ["wrong password", "no such user", "disabled"])
def test_failures_are_not_told_apart(house: House, kind: str) -> None:
    User.objects.filter(pk=house.second_handler.pk).update(is_active=False)
    name = {"wrong password": "handler", "no such user": "nobody", "disabled": "handler2"}[kind]
    client = Client()
    answer = enter(client, name, "wrong" if kind == "wrong password" else PASSWORD)
    assert answer.status_code == 422
    assert "用户名或者密码错误" in answer.content.decode()
    assert not signed_in(client)
    assert Event.objects.filter(action=Action.LOGIN_FAILED).exists()


def test_an_unknown_name_takes_as_long_as_a_wrong_password(house: House, settings: Any) -> None:
    settings.PASSWORD_HASHERS = [SLOW]
    User.objects.filter(pk=house.handler.pk).update(password=make_password(PASSWORD))

    def seconds(name: str, number: int) -> float:
        begun = time.perf_counter()
        enter(Client(), name, "wrong", address=f"10.1.0.{number}")
        return time.perf_counter() - begun

    seconds("handler", 0)
    known = statistics.median(seconds("handler", number) for number in range(1, 4))
    unknown = statistics.median(seconds("nobody", number) for number in range(1, 4))
    assert 0.4 < known / unknown < 2.5


def test_what_was_typed_as_a_name_is_kept_nowhere(house: House) -> None:
    enter(Client(), "My-Secret-Passw0rd", "x")
    with connection.cursor() as cursor:
        for table in ("accounts_loginfailure", "audit_event"):
            cursor.execute(f"SELECT * FROM {table}")
            assert "My-Secret" not in repr(cursor.fetchall())


# -- the lock ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["handler", "nobody"])
def test_five_failures_lock_the_account_for_the_address(house: House, name: str) -> None:
    for _each in range(MOST - 1):
        assert "锁定至" not in enter(Client(), name, "wrong").content.decode()
    assert "锁定至" in enter(Client(), name, "wrong").content.decode()
    client = Client()
    assert "锁定至" in enter(client, name, PASSWORD).content.decode()
    assert not signed_in(client)
    if name == "handler":  # not from elsewhere, and not other accounts
        assert enter(Client(), name, PASSWORD, address="10.0.0.2").status_code == 302
        assert enter(Client(), "head", PASSWORD).status_code == 302


def test_the_lock_ends_after_a_quarter_of_an_hour(house: House) -> None:
    for _each in range(MOST):
        enter(Client(), "handler", "wrong")
    past = timezone.now() - timedelta(seconds=1)
    LoginFailure.objects.update(locked_until=past, last_at=past - LOCKED_FOR)
    assert enter(Client(), "handler", "wrong").status_code == 422
    assert LoginFailure.objects.get().failures == 1  # counted anew
    assert enter(Client(), "handler", PASSWORD).status_code == 302
    assert not LoginFailure.objects.exists()


def test_old_failures_are_forgotten(house: House) -> None:
    for _each in range(MOST - 1):
        enter(Client(), "handler", "wrong")
    LoginFailure.objects.update(last_at=timezone.now() - LOCKED_FOR - timedelta(seconds=1))
    assert "锁定至" not in enter(Client(), "handler", "wrong").content.decode()


# -- where to ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "goes"),
    [
        ("/leads/?state=new", "/leads/?state=new"),
        ("https://example.org/", "/"),
        ("//example.org/", "/"),
        ("///example.org", "/"),
        ("/\\example.org", "/"),
        ("javascript:alert(1)", "/"),
        ("leads/", "/"),
        ("", "/"),
    ],
)
def test_one_is_sent_to_pages_of_ours_only(house: House, asked: str, goes: str) -> None:
    assert enter(Client(), "handler", PASSWORD, next=asked)["Location"] == goes


def test_who_is_signed_in_needs_no_login_page(house: House, client_of: ClientOf) -> None:
    assert client_of(house.handler).get(LOGIN)["Location"] == "/"


def test_signing_out_needs_a_post_and_ends_the_session(house: House, client_of: ClientOf) -> None:
    client = client_of(house.handler)
    out = reverse("accounts:logout")
    assert client.get(out).status_code == 405
    assert client.post(out)["Location"] == reverse("accounts:login")
    assert not signed_in(client)


# -- sessions ----------------------------------------------------------------------------------------------


def test_the_session_key_is_new_after_signing_in(house: House) -> None:
    client = Client()
    client.get(LOGIN)
    session = client.session
    session["planted"] = "x"
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key or ""
    before = session.session_key
    enter(client, "handler", PASSWORD)
    assert client.session.session_key != before
    assert not client.session.exists(before or "")


def test_a_session_ends_after_half_an_hour_without_a_click(house: House, client_of: ClientOf) -> None:
    client = client_of(house.handler)
    client.get(reverse("accounts:profile"))
    assert client.session.get_expiry_age() == 30 * 60
    session = client.session
    session.set_expiry(-1)
    session.save()
    answer = client.get(reverse("accounts:profile"))
    assert answer["Location"].startswith(LOGIN)


def test_a_disabled_user_is_out_at_once(house: House, client_of: ClientOf) -> None:
    client = client_of(house.handler)
    assert client.get(reverse("accounts:profile")).status_code == 200
    User.objects.filter(pk=house.handler.pk).update(is_active=False)
    assert client.get(reverse("accounts:profile"))["Location"].startswith(LOGIN)


def test_a_forged_login_is_refused(house: House) -> None:
    client = Client(enforce_csrf_checks=True)
    assert enter(client, "handler", PASSWORD).status_code == 403


def test_the_language_of_the_account_is_spoken(house: House) -> None:
    User.objects.filter(pk=house.handler.pk).update(language="en")
    client = Client()
    enter(client, "handler", PASSWORD)
    assert "My account" in client.get(reverse("accounts:profile")).content.decode()


# -- the second factor -------------------------------------------------------------------------------------


def with_factor(user: User) -> tuple[pyotp.TOTP, list[str]]:
    """A user with a second factor whose last code is past."""
    device = second_factor.begin(user)
    totp = pyotp.TOTP(device.secret)
    codes = second_factor.confirm(user, totp.now())
    TotpDevice.objects.update(last_step=0)
    return totp, codes


def code_of(client: Client, code: str) -> HttpResponse:
    answer: HttpResponse = client.post(  # type: ignore[assignment] # the stub's own class
        reverse("accounts:second_step"), {"code": code}, REMOTE_ADDR="10.0.0.1"
    )
    return answer


def test_the_second_step_asks_for_a_code_and_takes_it_once(house: House) -> None:
    totp, _codes = with_factor(house.handler)
    client = Client()
    answer = enter(client, "handler", PASSWORD, next="/leads/")
    assert answer["Location"] == f"{reverse('accounts:second_step')}?next=%2Fleads%2F"
    assert not signed_in(client)
    assert client.get(reverse("accounts:profile")).status_code == 302
    assert code_of(client, "000000").status_code == 422
    code = totp.now()
    assert code_of(client, f"{code[:3]} {code[3:]}").status_code == 302
    assert signed_in(client)
    again = Client()
    enter(again, "handler", PASSWORD)
    assert code_of(again, code).status_code == 422


def test_a_backup_code_stands_in_once(house: House) -> None:
    _totp, codes = with_factor(house.handler)
    assert len(set(codes)) == 10
    for place, status in ((0, 302), (0, 422), (1, 302)):
        client = Client()
        enter(client, "handler", PASSWORD)
        assert code_of(client, codes[place].upper()).status_code == status


def test_wrong_codes_lock_like_wrong_passwords(house: House) -> None:
    totp, _codes = with_factor(house.handler)
    client = Client()
    enter(client, "handler", PASSWORD)
    for _each in range(MOST):
        code_of(client, "000000")
    assert "锁定至" in code_of(client, totp.now()).content.decode()
    assert not signed_in(client)


def test_the_second_step_must_follow_soon(house: House) -> None:
    totp, _codes = with_factor(house.handler)
    client = Client()
    enter(client, "handler", PASSWORD)
    session = client.session
    session["second_step"] = {**session["second_step"], "at": 0}
    session.save()
    assert code_of(client, totp.now())["Location"] == LOGIN
    assert not signed_in(client)


def test_the_second_step_alone_opens_nothing(house: House) -> None:
    assert Client().get(reverse("accounts:second_step"))["Location"] == LOGIN
    assert code_of(Client(), "123456")["Location"] == LOGIN


def test_the_secret_is_encrypted_at_rest(house: House) -> None:
    device = second_factor.begin(house.handler)
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM accounts_totpdevice")
        assert device.secret not in cursor.fetchone()[0]


def test_setting_the_second_factor_up_in_the_browser(house: House, client_of: ClientOf) -> None:
    client = client_of(house.handler)
    page = reverse("accounts:second_factor")
    secret = client.get(page)
    device = TotpDevice.objects.get()
    assert device.secret[:4] in secret.content.decode()
    picture = client.get(reverse("accounts:second_factor_picture"))
    assert picture["Content-Type"] == "image/svg+xml"
    assert b"<svg" in picture.content
    assert "no-store" in picture["Cache-Control"]
    assert client.post(page, {"code": "000000"}).status_code == 422
    there = client.post(page, {"code": pyotp.TOTP(device.secret).now()})
    codes = client.get(there["Location"])
    assert codes.content.decode().count("<code") == 10
    assert client.get(there["Location"])["Location"] == reverse("accounts:profile")  # shown once
    assert client.get(reverse("accounts:second_factor_picture")).status_code == 404
    assert client.get(reverse("accounts:profile")).status_code == 200
    remove = reverse("accounts:second_factor_remove")
    client.post(remove, {"password": "wrong"})
    assert second_factor.confirmed(house.handler)
    client.post(remove, {"password": PASSWORD})
    assert not second_factor.confirmed(house.handler)


def test_a_role_may_require_the_second_factor(house: House, client_of: ClientOf, settings: Any) -> None:
    settings.YINGJIU_TOTP_ROLES = ["head"]
    client = client_of(house.head)
    page = reverse("accounts:profile")
    assert client.get(page)["Location"] == reverse("accounts:second_factor")
    assert client.get(page, headers={"HX-Request": "true"})["HX-Redirect"] == reverse(
        "accounts:second_factor"
    )
    assert client_of(house.handler).get(page).status_code == 200
    with_factor(house.head)
    assert client.get(page).status_code == 200
    client.post(reverse("accounts:second_factor_remove"), {"password": PASSWORD})
    assert second_factor.confirmed(house.head)


def test_passwords_are_hashed_slowly() -> None:
    assert office_settings.PASSWORD_HASHERS == [SLOW]
