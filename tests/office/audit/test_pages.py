"""The audit administrator's pages: who may see them, what they find, what they never show."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from tests.office.house import House
from yingjiu.office.accounts.models import User
from yingjiu.office.audit import anchor, selectors
from yingjiu.office.audit.models import Action, Event
from yingjiu.office.audit.services import record
from yingjiu.office.audit.triggers import remove

ClientOf = Callable[[User], Client]

EVENTS = "/audit/"


@pytest.fixture
def auditor(house: House, client_of: ClientOf, tmp_path: Path, settings: Settings) -> Client:
    """A browser of the audit administrator, and some events."""
    settings.YINGJIU_FOLDER = tmp_path
    record(
        Action.READ,
        user=house.handler,
        subject=house.other_county,
        purpose="核对身份",
        detail={"secret": "虚构甲"},
    )
    record(Action.SEARCH, user=house.second_handler, purpose="=HYPERLINK(1)", detail={"rows": 3})
    record(
        Action.EXPORT,
        user=house.head,
        subject=house.other_county,
        purpose="季度报表",
        detail={"format": "xlsx"},
    )
    return client_of(house.audit_admin)


def numbers(client: Client, **filters: str) -> list[int]:
    response = client.get(EVENTS, filters)
    assert response.status_code == 200
    return [line.event.sequence for line in response.context["lines"]]


@pytest.mark.parametrize("page", ["events", "export", "verify"])
def test_nobody_else_sees_the_log(house: House, client_of: ClientOf, page: str) -> None:
    url = reverse(f"audit:{page}")
    for name, user in house.users.items():
        if name != "audit_admin":
            client = client_of(user)
            response = client.post(url) if page == "verify" else client.get(url)
            assert response.status_code == 403, name
    denied = Event.objects.filter(action=Action.DENIED)
    assert denied.count() == len(house.users) - 1
    assert denied[0].detail == {
        "permission": {"events": "audit.search"}.get(page, f"audit.{page}"),
        "view": f"audit:{page}",
    }


def test_who_is_not_signed_in_is_sent_to_the_login(client: Client, db: None) -> None:
    response = client.get(EVENTS)
    assert response.status_code == 302
    assert not Event.objects.exists()


def test_events_are_shown_latest_first_with_kind_and_number_only(auditor: Client, house: House) -> None:
    page = auditor.get(EVENTS).content.decode()
    assert page.index("季度报表") < page.index("核对身份")
    assert f" {house.other_county.pk}</td>" in page
    assert "虚构甲" not in page
    assert house.other_county.name not in page
    assert "行数：3" in page


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, [4, 3, 2, 1]),
        ({"user": "handler2"}, [2]),
        ({"user": "虚构h"}, [3, 2, 1]),
        ({"user": "nobody"}, []),
        ({"action": "export"}, [3]),
        ({"subject_type": "accounts.Organisation"}, [3, 1]),
        ({"subject_type": "accounts.Organisation", "subject_id": "0"}, []),
        ({"purpose": "报表"}, [3]),
        ({"since": "2000-01-01", "until": "2000-01-02"}, []),
        ({"since": "2000-01-01"}, [4, 3, 2, 1]),
        ({"before": "3"}, [2, 1]),
        ({"before": "x"}, [4, 3, 2, 1]),
    ],
)
def test_filters(auditor: Client, filters: dict[str, str], found: list[int]) -> None:
    assert numbers(auditor, **filters) == found


def test_days_in_the_wrong_order_are_told(auditor: Client) -> None:
    response = auditor.get(EVENTS, {"since": "2026-02-02", "until": "2026-02-01"})
    assert response.status_code == 422
    assert "until" in response.context["form"].errors


def test_searching_the_log_is_on_record_itself(auditor: Client, house: House) -> None:
    auditor.get(EVENTS, {"purpose": "320999199001011234"})
    event = Event.objects.latest("sequence")
    assert (event.action, event.user) == (Action.SEARCH, house.audit_admin)
    assert event.detail == {"name": "audit", "filters": {"purpose": "3209**********1234"}, "rows": 0}


def test_pages_go_by_number(auditor: Client, house: House) -> None:
    for _ in range(120):
        record(Action.READ, user=house.handler)
    first = auditor.get(EVENTS)
    assert len(first.context["lines"]) == 50
    older = auditor.get(EVENTS, {"before": str(first.context["older"])})
    shown = [line.event.sequence for page in (first, older) for line in page.context["lines"]]
    assert shown == list(range(shown[0], shown[0] - 100, -1))


def test_a_long_log_is_looked_through_for_a_purpose_piece_by_piece(
    auditor: Client, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selectors, "LOOKED_THROUGH", 10)
    for _ in range(25):
        record(Action.READ, user=house.handler, purpose="办案")
    last = Event.objects.latest("sequence").sequence
    response = auditor.get(EVENTS, {"purpose": "报表"})
    found = response.context["found"]
    assert (found.events, found.looked_from, found.looked_to) == ([], last, last - 9)
    assert f"{last - 9}" in response.content.decode()
    seen, asked = [], 1
    while found.older is not None:
        response = auditor.get(EVENTS, {"purpose": "报表", "before": str(found.older)})
        found, asked = response.context["found"], asked + 1
        seen += [event.sequence for event in found.events]
    assert (seen, asked) == ([3], 3)
    assert found.looked_to is None


def test_as_many_events_are_looked_through_when_only_few_of_the_log_fit(
    auditor: Client, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selectors, "LOOKED_THROUGH", 10)
    for _ in range(15):
        record(Action.READ, user=house.head, purpose="办案")
        for _ in range(5):
            record(Action.READ, user=house.handler, purpose="办案")
    mine = list(
        Event.objects.filter(user=house.head).order_by("-sequence").values_list("sequence", flat=True)
    )
    found = auditor.get(EVENTS, {"purpose": "zzz", "user": "head"}).context["found"]
    assert (found.looked_from, found.older) == (mine[0], mine[10] + 1)


def test_a_short_search_by_purpose_looks_at_all(
    auditor: Client, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selectors, "LOOKED_THROUGH", 10)
    for _ in range(25):
        record(Action.READ, user=house.handler, purpose="办案")
    assert numbers(auditor, purpose="报表", user="head") == [3]
    assert numbers(auditor, purpose="办案")[:2] == [29, 28]  # one is the auditor's own login


def test_a_page_of_events_costs_few_queries(
    auditor: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    auditor.get(EVENTS)
    with django_assert_max_num_queries(13):
        auditor.get(EVENTS, {"user": "handler"})


def test_an_export_needs_a_purpose_and_has_no_live_formulas(auditor: Client, house: House) -> None:
    url = reverse("audit:export")
    assert "csrf" in auditor.get(url).content.decode()
    assert b"csrfmiddlewaretoken" in auditor.post(url, {"purpose": " "}).content
    response = auditor.post(f"{url}?action=search", {"purpose": "年度检查"})
    text = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined] # it streams
    assert "年度检查" in text.splitlines()[0]
    assert "'=HYPERLINK(1)" in text
    assert "虚构甲" not in text
    event = Event.objects.latest("sequence")
    assert (event.action, event.purpose, event.user) == (Action.EXPORT, "年度检查", house.audit_admin)
    assert len(text.splitlines()) == 2 + event.detail["rows"]


def test_verifying_says_that_the_log_is_whole(auditor: Client, house: House) -> None:
    anchor._anchor(1)
    response = auditor.post(reverse("audit:verify"))
    assert response.status_code == 200
    assert response.context["found"].intact
    assert Event.objects.latest("sequence").detail["outcome"] == "intact"


def test_verifying_names_the_event_that_was_changed(auditor: Client) -> None:
    anchor._anchor(1)
    remove(connection)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE audit_event SET purpose = '<b>x' WHERE sequence = 2")
    page = auditor.post(reverse("audit:verify")).content.decode()
    assert "AUD-010" in page
    assert "<b>x" not in page
    assert Event.objects.latest("sequence").detail["outcome"] == "broken"


def test_a_name_with_html_is_text(auditor: Client, house: House) -> None:
    record(Action.READ, user=house.handler, purpose="<script>alert(1)</script>")
    page = auditor.get(EVENTS).content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
