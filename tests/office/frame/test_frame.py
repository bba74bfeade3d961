"""The page around the pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

import yingjiu.office
from tests.office.house import House
from yingjiu.office.accounts.models import User
from yingjiu.office.accounts.roles import Role
from yingjiu.office.frame import navigation
from yingjiu.office.frame.navigation import Entry
from yingjiu.office.frame.templatetags.frame import as_json, figure, label, money, region

TEMPLATES = sorted(Path(yingjiu.office.__path__[0]).rglob("templates/**/*.html"))


@pytest.fixture
def entries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "_entries", {})
    navigation.register(Entry("甲", "frame:badges", "inbox", 20, {Role.HANDLER}, lambda user: 3))
    navigation.register(Entry("乙", "frame:watermark", "users", 10, {Role.HANDLER, Role.HEAD}))
    navigation.register(Entry("丙", "missing:page", "x", 0, {Role.HANDLER}, lambda user: 1))


def test_each_role_sees_its_own_entries_in_order(entries: None, house: House) -> None:
    assert [link.entry.label for link in navigation.links(house.handler, "/")] == ["乙", "甲"]
    assert [link.entry.label for link in navigation.links(house.head, "/")] == ["乙"]
    assert navigation.links(house.audit_admin, "/") == []


def test_the_entry_of_the_page_is_marked(entries: None, house: House) -> None:
    current = [
        link.entry.label for link in navigation.links(house.handler, "/frame/badges/17") if link.current
    ]
    assert current == ["甲"]


def test_badges_come_with_the_page_and_every_half_minute(entries: None, browser: Client) -> None:
    assert 'hx-trigger="load, every 30s, leads-changed from:body"' in browser.get("/gallery").content.decode()
    assert browser.get("/gallery").content.decode().count('id="badge-') == 1
    text = browser.get("/frame/badges").content.decode()
    assert re.search(r'id="badge-frame-badges" hx-swap-oob="true"><span[^>]*>3<', text)


def test_what_a_page_asks_by_itself_keeps_no_session_alive(browser: Client) -> None:
    session = Session.objects.get()
    for url in ("/frame/badges", "/frame/watermark.css", "/frame/draft?key=x"):
        answer = browser.get(url)
        assert "sessionid" not in answer.cookies, url
        session.refresh_from_db()
    before = session.expire_date
    answer = browser.post("/frame/alive")
    session.refresh_from_db()
    assert answer.status_code == 204
    assert session.expire_date > before


def test_the_watermark_names_who_looks(browser: Client, house: House) -> None:
    User.objects.filter(pk=house.handler.pk).update(display_name='<甲>"')
    style = browser.get("/frame/watermark.css").content.decode()
    assert style.startswith("body::after")
    assert "<" not in style
    assert style.count('"') == 2
    assert Client().get("/frame/watermark.css").content == b""


def test_the_language_is_changed_and_remembered(browser: Client, house: House) -> None:
    assert 'lang="zh-CN"' in browser.get("/gallery").content.decode()
    browser.post("/frame/language", {"language": "en", "next": "/gallery"})
    assert (
        "Sign out" in browser.get("/gallery").content.decode()
        or 'lang="en"' in browser.get("/gallery").content.decode()
    )
    house.handler.refresh_from_db()
    assert house.handler.language == "en"


@pytest.mark.parametrize("next_url", ["https://example.org/", "//example.org"])
def test_the_language_leads_to_no_other_site(browser: Client, next_url: str) -> None:
    answer = browser.post("/frame/language", {"language": "en", "next": next_url})
    assert "example.org" not in answer["Location"]


def test_no_role_sees_another_roles_page_around_it(house: House, client_of: Callable[[User], Client]) -> None:
    for user in house.users.values():
        text = client_of(user).get("/gallery").content.decode()
        assert str(user) in text
        assert str(user.organisation) in text


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_template_has_nothing_inline(path: Path) -> None:
    """The policy would stop it in the browser, silently for who uses the page."""
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle\s*=", text), "style attribute"
    assert not re.search(r"\son[a-z]+\s*=", re.sub(r"{%.*?%}", "", text)), "event attribute"
    assert "hx-on" not in text
    assert "javascript:" not in text
    assert "<style" not in text
    for script in re.findall(r"<script\b([^>]*)>", text):
        assert "src=" in script or 'type="application/json"' in script
    assert not re.search(r"https?://(?!www\.w3\.org)", text), "an address of another site"


@pytest.mark.parametrize(
    ("amount", "shown"),
    [(12000, "12,000 元"), ("12000.50", "12,000.50 元"), (0, "0 元"), (None, "—"), ("", "—"), ("x", "x")],
)
def test_money(amount: object, shown: str) -> None:
    assert money(amount) == shown


def test_labels_and_places() -> None:
    assert "虚构县" in region("320999")
    assert region("") == ""
    assert region("999999") == "999999"
    assert label("", "hardship_list") == ""
    assert label("x", "no_such_list") == "x"
    assert [figure(value) for value in (None, 1234, 12.34, "文")] == ["—", "1,234", "12.3", "文"]


def test_json_beside_a_chart_ends_no_script() -> None:
    assert "</script" not in as_json({"rows": [["</script><b>&", 1]]})


def test_every_icon_is_in_the_font() -> None:
    """A name that the font does not have is shown as nothing at all."""
    office = Path(yingjiu.office.__path__[0])
    font = (office / "frame/static/vendor/tabler-icons.min.css").read_text(encoding="utf-8")
    there = set(re.findall(r"\.ti-([\w-]+):before", font))
    entries = {link.icon for link in navigation._entries.values()}
    missing = {f"navigation: {icon}" for icon in entries - there}
    for path in TEMPLATES:
        text = path.read_text(encoding="utf-8")
        used = set(re.findall(r"\bti-([a-z0-9-]*[a-z0-9])(?![\w{-])", text)) | set(
            re.findall(r'icon="([a-z0-9-]+)"', text)
        )
        missing |= {f"{path.parent.name}/{path.name}: {icon}" for icon in used - there}
    assert missing == set()
