"""What is typed is kept until it is sent."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from tests.office.house import House
from yingjiu.office.accounts.models import User
from yingjiu.office.frame import drafts
from yingjiu.office.frame.models import Draft

KEY = "gallery.check.1"
TYPED = {"who": "虚构老人", "alone": ["on"], "note": "门口有拐杖"}


def keep(browser: Client, content: Any = TYPED, key: str = KEY) -> Any:
    return browser.post(f"/frame/draft?key={key}", json.dumps(content), content_type="application/json")


def read(browser: Client, key: str = KEY) -> Any:
    answer = browser.get(f"/frame/draft?key={key}", headers={"Accept": "application/json"})
    return answer.json()["content"] if answer.status_code == 200 else None


def test_a_draft_outlives_the_session(
    house: House, browser: Client, client_of: Callable[[User], Client]
) -> None:
    assert keep(browser).status_code == 200
    browser.logout()
    assert read(browser) is None
    assert read(client_of(house.handler)) == TYPED


def test_nobody_else_reads_it(house: House, browser: Client, client_of: Callable[[User], Client]) -> None:
    keep(browser)
    assert read(client_of(house.head)) is None


def test_it_is_encrypted_at_rest(browser: Client) -> None:
    keep(browser)
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM frame_draft")
        stored = cursor.fetchone()[0]
    assert "拐杖" not in stored
    assert "\\u" not in stored


def test_it_is_thrown_away_when_the_form_was_carried_out(browser: Client) -> None:
    keep(browser)
    keep(browser, key="another")
    browser.post("/gallery/form", {"who": "本人", "how": "visit", "draft_key": KEY})
    assert read(browser) is None
    assert read(browser, "another") == TYPED


def test_it_stays_when_the_form_was_refused(browser: Client) -> None:
    keep(browser)
    browser.post("/gallery/form", {"who": "无人", "how": "visit", "draft_key": KEY})
    assert read(browser) == TYPED


def test_the_user_throws_it_away(browser: Client) -> None:
    keep(browser)
    assert browser.delete(f"/frame/draft?key={KEY}").status_code == 204
    assert read(browser) is None


@pytest.mark.parametrize(
    ("content", "key", "status", "code"),
    [
        (["no", "form"], KEY, 422, "FRM-004"),
        ({"who": {"deep": 1}}, KEY, 422, "FRM-004"),
        ({"who": 1}, KEY, 422, "FRM-004"),
        (TYPED, "", 422, "FRM-004"),
        (TYPED, "k" * 201, 422, "FRM-004"),
        ({"note": "长" * (drafts.LARGEST + 1)}, KEY, 413, "FRM-005"),
    ],
    ids=["a list", "deep", "a number", "no key", "a long key", "too long"],
)
def test_what_is_no_draft_is_refused(browser: Client, content: Any, key: str, status: int, code: str) -> None:
    answer = browser.post(
        f"/frame/draft?key={key}",
        json.dumps(content),
        content_type="application/json",
        headers={"Accept": "application/json"},
    )
    assert (answer.status_code, answer.json()["faults"][0]["code"]) == (status, code)


def test_the_oldest_of_many_makes_place(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafts, "_MOST", 3)
    for number in range(5):
        drafts.keep(house.handler, f"form.{number}", TYPED)
        Draft.objects.filter(key=f"form.{number}").update(
            saved_at=timezone.now() - timedelta(minutes=9 - number)
        )
    assert set(Draft.objects.values_list("key", flat=True)) == {"form.2", "form.3", "form.4"}


def test_old_drafts_are_forgotten(house: House) -> None:
    drafts.keep(house.handler, "old", TYPED)
    Draft.objects.update(saved_at=timezone.now() - timedelta(days=31))
    drafts.keep(house.handler, "new", TYPED)
    assert drafts.forget_old() == 1
    assert drafts.kept(house.handler, "new") is not None
