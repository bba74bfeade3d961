"""A form is carried out once, however often it is sent."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.utils import timezone

from tests.office.house import House
from yingjiu.office.accounts.models import Organisation
from yingjiu.office.frame import once
from yingjiu.office.frame.models import Submission

GOOD = {"who": "本人", "how": "visit"}


def token_of(browser: Client) -> str:
    found = re.search(r'name="form_token" value="([^"]+)"', browser.get("/gallery/form").content.decode())
    assert found
    return found[1]


def written() -> int:
    return Organisation.objects.filter(name__startswith="写入").count()


def test_a_double_click_writes_once_and_goes_where_the_first_went(browser: Client) -> None:
    sent = {**GOOD, "form_token": token_of(browser)}
    answers = [browser.post("/gallery/form", sent) for _ in range(3)]
    assert {(answer.status_code, answer["Location"]) for answer in answers} == {(302, "/gallery?say=1")}
    assert written() == 1


def test_a_page_opened_anew_may_be_sent_again(browser: Client) -> None:
    for _ in range(2):
        browser.post("/gallery/form", {**GOOD, "form_token": token_of(browser)})
    assert written() == 2


@pytest.mark.parametrize("who", ["", "无人"], ids=["a field is missing", "the service refuses"])
def test_a_form_that_is_shown_again_gives_its_token_back(browser: Client, who: str) -> None:
    token = token_of(browser)
    refused = browser.post("/gallery/form", {**GOOD, "who": who, "form_token": token})
    assert refused.status_code == 422
    assert written() == 0
    assert browser.post("/gallery/form", {**GOOD, "form_token": token}).status_code == 302
    assert written() == 1


def test_what_the_service_refuses_stands_on_the_form_and_nothing_typed_is_lost(browser: Client) -> None:
    text = browser.post(
        "/gallery/form", {"who": "无人", "how": "visit", "note": "敲门无人应"}
    ).content.decode()
    assert "没有见到人。请改约时间" in text
    assert "敲门无人应" in text


def test_an_accident_gives_the_token_back(browser: Client) -> None:
    token = token_of(browser)
    browser.raise_request_exception = False
    assert browser.post("/gallery/form", {**GOOD, "who": "坏", "form_token": token}).status_code == 500
    assert browser.post("/gallery/form", {**GOOD, "form_token": token}).status_code == 302


def test_the_second_of_two_waits_and_is_told_when_the_first_takes_too_long(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(once, "_PATIENCE", 0.15)
    token = token_of(browser)
    browser.post("/gallery/form", {**GOOD, "form_token": token})
    Submission.objects.update(url="", claim="the first, still at work")
    answer = browser.post("/gallery/form", {**GOOD, "form_token": token})
    assert answer.status_code == 409
    assert "FRM-003" in answer.content.decode()
    assert written() == 1


def test_the_claim_of_a_server_that_was_killed_is_given_up(browser: Client) -> None:
    token = token_of(browser)
    browser.post("/gallery/form", {**GOOD, "form_token": token})
    Submission.objects.update(url="", at=timezone.now() - timedelta(minutes=5))
    assert browser.post("/gallery/form", {**GOOD, "form_token": token}).status_code == 302
    assert written() == 2


def test_the_first_of_two_that_comes_to_its_end_late_leaves_the_claim_of_the_second(house: House) -> None:
    def asked(token: str = once.form_token(house.handler.pk)) -> HttpRequest:
        request = RequestFactory().post("/gallery/form", {"form_token": token})
        request.user = house.handler
        return request

    first, second = asked(), asked()
    assert once.once(first) is None
    Submission.objects.update(at=timezone.now() - timedelta(minutes=5))
    assert once.once(second) is None
    once.release(first)
    once.done(first, "/of/the/first")
    assert Submission.objects.get().url == ""
    once.done(second, "/of/the/second")
    assert once.once(asked()) == "/of/the/second"


@pytest.mark.parametrize("token", ["forged", "WzEsImFiIl0:1abc:xyz"])
def test_a_forged_token_is_refused(browser: Client, token: str) -> None:
    answer = browser.post("/gallery/form", {**GOOD, "form_token": token})
    assert answer.status_code == 422
    assert "FRM-002" in answer.content.decode()
    assert written() == 0


def test_the_token_of_another_user_is_refused(browser: Client, house: House) -> None:
    answer = browser.post("/gallery/form", {**GOOD, "form_token": once.form_token(house.head.pk)})
    assert answer.status_code == 422


def test_to_htmx_the_way_on_is_a_header(browser: Client) -> None:
    sent = {**GOOD, "form_token": token_of(browser)}
    answer = browser.post("/gallery/form", sent, headers={"HX-Request": "true"})
    assert answer.status_code == 204
    assert answer["HX-Redirect"] == "/gallery?say=1"
