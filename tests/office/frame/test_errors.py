"""An error says what to do next, and nothing is lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.utils.translation import override

from tests.office.frame.gallery import failing
from tests.office.house import House
from yingjiu.errors import Fault
from yingjiu.office.accounts.models import User
from yingjiu.office.errors import said
from yingjiu.office.frame.middleware import mistake

KINDS = {"conflict": 409, "jam": 409, "refused": 403, "large": 413, "many": 429, "office": 422, "full": 507}
HTMX = {"HX-Request": "true"}
JSON = {"Accept": "application/json"}


@pytest.mark.parametrize(("what", "status"), KINDS.items())
def test_an_error_is_a_page_that_says_what_to_do(browser: Client, what: str, status: int) -> None:
    answer = browser.post(f"/gallery/{what}")
    text = answer.content.decode()
    assert answer.status_code == status
    assert text.count("<h1") == 1
    assert "<b>先被" not in text
    if what not in {"full", "jam"}:
        assert all(
            words in text for words in ("先被他人修改", "请重新打开", "TST-002", "第二个问题", "TST-003")
        )


@pytest.mark.parametrize(("what", "status"), KINDS.items())
def test_to_htmx_an_error_is_a_toast_and_the_page_stays(browser: Client, what: str, status: int) -> None:
    answer = browser.post(f"/gallery/{what}", headers=HTMX)
    assert answer.status_code == status
    assert answer["HX-Reswap"] == "none"
    toast = json.loads(answer["HX-Trigger"])["toast"]
    assert toast["tone"] == "danger"
    assert toast["title"]
    assert answer["HX-Trigger"].isascii()


@pytest.mark.parametrize(("what", "status"), KINDS.items())
def test_to_a_script_an_error_is_json(browser: Client, what: str, status: int) -> None:
    answer = browser.post(f"/gallery/{what}", headers=JSON)
    assert answer.status_code == status
    assert all(set(fault) == {"code", "message", "hint", "text"} for fault in answer.json()["faults"])


def test_a_fault_is_said_in_one_line_as_the_language_does_it() -> None:
    fault = Fault("TST-001", "no", hint="do it otherwise")
    assert said(fault) == "no。do it otherwise"
    with override("en"):
        assert said(fault) == "no; do it otherwise"
        assert said(Fault("TST-001", "no")) == "no"


def test_who_stores_a_file_without_room_is_told_of_the_file(browser: Client) -> None:
    answer = browser.post("/gallery/full-files")
    assert answer.status_code == 507
    assert "FIL-010" in answer.content.decode()


@pytest.mark.parametrize("headers", [{}, HTMX, JSON], ids=["page", "htmx", "script"])
def test_a_full_disk_that_a_middleware_met_is_said_so(browser: Client, headers: dict[str, str]) -> None:
    request: Any = RequestFactory().post("/", headers=headers)
    request.htmx = headers == HTMX
    try:
        failing(request, "full")
    except OSError:
        answer: Any = mistake(request)
    assert answer.status_code == 507
    assert headers != HTMX or "toast" in json.loads(answer["HX-Trigger"])
    assert headers != JSON or json.loads(answer.content)["faults"][0]["code"] == "FRM-008"


@pytest.mark.parametrize("headers", [{}, HTMX, JSON], ids=["page", "htmx", "script"])
def test_an_accident_says_nothing_of_the_code(browser: Client, headers: dict[str, str]) -> None:
    browser.raise_request_exception = False
    answer = browser.post("/gallery/broken", headers=headers)
    assert answer.status_code == 500
    assert "Traceback" not in answer.content.decode()
    if headers == HTMX:
        assert "toast" in json.loads(answer["HX-Trigger"])


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_character_that_no_keyboard_writes_is_refused(browser: Client, method: str) -> None:
    answer = getattr(browser, method)("/gallery/form", {"who": "a\0b", "how": "phone"})
    assert answer.status_code == 400
    assert "无法读取该请求" in answer.content.decode()


def test_a_page_that_is_not_there(browser: Client) -> None:
    answer = browser.get("/nothing/here")
    assert answer.status_code == 404
    assert "工作台" in answer.content.decode()


def test_who_is_not_signed_in_gets_the_bare_page(db: None) -> None:
    text = Client().get("/nothing/here").content.decode()
    assert "office-bare" in text
    assert "navigation" not in text


@pytest.mark.parametrize("headers", [HTMX, JSON], ids=["htmx", "script"])
def test_a_session_that_ended_is_told_and_the_page_is_not_replaced(db: None, headers: dict[str, str]) -> None:
    answer = Client().get("/frame/badges", headers=headers)
    assert answer.status_code == 401
    if headers == HTMX:
        assert "session-ended" in answer["HX-Trigger"]
        assert answer.content == b""


def test_a_message_reaches_htmx_as_a_toast_once(browser: Client) -> None:
    answer = browser.post("/gallery/fine", headers=HTMX)
    assert json.loads(answer["HX-Trigger"])["toast"]["text"] == "已完成"
    assert "已完成" not in browser.get("/gallery").content.decode()


def test_a_form_from_before_the_last_sign_in_is_told_so(
    house: House, client_of: Callable[..., Client]
) -> None:
    strict = client_of(house.handler, enforce_csrf_checks=True)
    answer = strict.post("/gallery/form", {"who": "本人"})
    assert answer.status_code == 403
    assert "页面已过期" in answer.content.decode()


def test_an_answer_to_a_signed_in_user_is_kept_by_no_browser(
    house: House, browser: Client, client_of: Callable[[User], Client]
) -> None:
    for url in ("/gallery", "/frame/badges", "/frame/watermark.css", "/nothing"):
        assert "no-store" in browser.get(url)["Cache-Control"], url


def test_the_policy_allows_only_what_we_serve(browser: Client) -> None:
    answer = browser.get("/gallery")
    policy = answer["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "nonce" not in policy
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "camera=()" in answer["Permissions-Policy"]
