"""The frame in a real browser: drawn under the strict policy, accessible, and losing nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browsing import violations, watched
from tests.office.house import House, build_house
from yingjiu.office.accounts.models import Organisation, User
from yingjiu.office.frame.models import Draft

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def opened(
    chromium: Browser,
    live_server: LiveServer,
    client_of: Callable[[User], Client],
) -> Iterator[Callable[..., Page]]:
    """Opens a page as a handler."""
    house: House = build_house()
    pages: list[Page] = []
    with watched(chromium, live_server.url) as another:

        def open_page(path: str, width: int = 1440) -> Page:
            session = client_of(house.handler).cookies["sessionid"].value
            page = another(session, width=width).new_page()
            pages.append(page)
            page.goto(live_server.url + path)
            return page

        yield open_page
        for page in pages:
            page.wait_for_load_state("networkidle")  # a request may not outlive the test's database


@pytest.mark.parametrize("width", [1440, 390])
def test_every_part_is_drawn_and_accessible(opened: Callable[..., Page], width: int) -> None:
    page = opened("/gallery?say=1", width)
    expect(page.locator(".office-chart-canvas:has(canvas)")).to_have_count(6)
    page.wait_for_timeout(200)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert "url(" in page.evaluate("getComputedStyle(document.body, '::after').backgroundImage")


def test_a_double_click_sends_a_form_once(opened: Callable[..., Page]) -> None:
    page = opened("/gallery/form")
    page.get_by_label("见到谁").fill("本人")
    page.get_by_role("button", name="提交").dblclick()
    expect(page.get_by_role("heading", level=1)).to_have_text("部件")
    assert Organisation.objects.filter(name__startswith="写入").count() == 1


def test_the_back_button_after_sending_writes_nothing_twice(opened: Callable[..., Page]) -> None:
    page = opened("/gallery/form")
    page.get_by_label("见到谁").fill("本人")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("部件")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("核查记录")
    expect(page.get_by_label("见到谁")).to_have_value("")
    assert Organisation.objects.filter(name__startswith="写入").count() == 1


def test_what_is_typed_outlives_the_page_and_is_gone_when_sent(opened: Callable[..., Page]) -> None:
    page = opened("/gallery/form")
    page.get_by_label("记录").fill("门口有拐杖")
    page.get_by_label("独居").check()
    expect(page.locator(".office-draft-says")).to_contain_text("草稿已于")
    page.goto("about:blank")
    page = opened("/gallery/form")
    expect(page.get_by_label("记录")).to_have_value("门口有拐杖")
    expect(page.get_by_label("独居")).to_be_checked()
    assert violations(page) == []
    page.get_by_label("见到谁").fill("本人")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("部件")
    assert not Draft.objects.exists()


def test_a_session_that_ended_is_told_and_the_form_stays(opened: Callable[..., Page]) -> None:
    page = opened("/gallery/form")
    page.context.clear_cookies(name="sessionid")
    page.get_by_label("记录").fill("很长的记录")
    expect(page.get_by_role("button", name="重新登录")).to_be_visible()
    expect(page.get_by_label("记录")).to_have_value("很长的记录")


def test_an_error_is_a_toast_and_a_purpose_opens_what_is_masked(opened: Callable[..., Page]) -> None:
    page = opened("/gallery")
    page.get_by_role("button", name="冲突").click()
    expect(page.locator(".toast")).to_contain_text("先被他人修改")
    assert violations(page) == []
    page.get_by_role("button", name="查看：电话").first.click()
    dialog = page.locator("#dialog")
    expect(dialog.get_by_role("heading")).to_have_text("查看：电话")
    page.wait_for_timeout(400)
    assert violations(page) == []
    dialog.get_by_label("用途").select_option("check")
    dialog.get_by_role("button", name="查看").click()
    expect(page.locator(".revealed")).to_have_text("13800000000")
    expect(dialog).to_be_hidden()


def test_a_question_is_asked_before_a_grave_step(opened: Callable[..., Page]) -> None:
    page = opened("/gallery")
    page.get_by_role("button", name="付款").click()
    dialog = page.locator("#confirm-dialog")
    expect(dialog).to_contain_text("确定付款？")
    dialog.get_by_role("button", name="取消").click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_have_text("部件")
    page.get_by_role("button", name="付款").click()
    dialog.get_by_role("button", name="确定").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("核查记录")
