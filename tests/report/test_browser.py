"""The page in a real browser: it draws, filters and opens, without a fault and without a network."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from yingjiu.report import Person, ReportData, write_page

pytestmark = pytest.mark.browser


@pytest.fixture
def opened(chromium: Browser, tmp_path: Path) -> Iterator[Callable[..., Page]]:
    """Opens a report; afterwards the page must have had no fault and asked for nothing but itself."""
    contexts = []
    faults: list[str] = []
    requests: list[str] = []

    def open_report(data: ReportData, width: int = 1440, fragment: str = "") -> Page:
        path = write_page(data, tmp_path / "report.html")
        context = chromium.new_context(viewport={"width": width, "height": 900})
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: faults.append(message.text))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("request", lambda request: requests.append(request.url))
        page.goto(path.as_uri() + fragment)
        return page

    yield open_report
    for context in contexts:
        context.close()
    assert faults == []
    assert {url.split("#")[0] for url in requests} == {(tmp_path / "report.html").as_uri()}


def test_draws_every_chart(opened: Callable[..., Page], small: ReportData) -> None:
    page = opened(small)
    charts = page.locator("[data-chart]")
    expect(charts).to_have_count(7)
    for chart in charts.all():
        expect(chart.locator("svg path").first).to_be_attached()
        name = chart.get_attribute("data-chart")
        expect(page.locator(f"#{name} table tbody tr").first).to_be_attached()


@pytest.mark.parametrize("width", [375, 768, 1440])
def test_fits_the_screen(opened: Callable[..., Page], large: Callable[[int], ReportData], width: int) -> None:
    page = opened(large(12), width=width)
    for card in page.locator("details.card").all():
        card.locator("summary").first.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_card_folds_out(opened: Callable[..., Page], small: ReportData) -> None:
    page = opened(small)
    card = page.locator("details.card").first
    expect(card.locator(".conditions").first).to_be_hidden()
    card.locator("summary").first.click()
    expect(card.locator(".conditions").first).to_be_visible()
    expect(card).to_contain_text("民政局_低保_202405.xlsx")


def test_filters_by_level_kind_and_text(opened: Callable[..., Page], small: ReportData) -> None:
    page = opened(small)
    cards = page.locator("details.card:visible")
    expect(cards).to_have_count(4)
    page.locator("select[name=level]").select_option("yellow")
    expect(cards).to_have_count(2)
    page.locator("select[name=kind]").select_option("supervision")
    expect(cards).to_have_count(1)
    expect(page.locator("#counter")).to_have_text("1")
    page.locator("input[name=text]").fill("没有这样的文字")
    expect(cards).to_have_count(0)
    expect(page.locator("#nothing")).to_be_visible()
    page.locator("button[type=reset]").click()
    expect(cards).to_have_count(4)
    page.locator("select[name=model]").select_option("killing")
    expect(cards).to_have_count(1)
    page.locator("button[type=reset]").click()
    page.locator("input[name=text]").fill("杨集镇")
    expect(cards).to_have_count(1)


def test_a_link_opens_its_card(opened: Callable[..., Page], small: ReportData) -> None:
    page = opened(small, fragment=f"#{small.leads[2].key}")
    expect(page.locator(f"details.card[id='{small.leads[2].key}']")).to_have_attribute("open", "")


def test_a_person_named_script_stays_a_text(opened: Callable[..., Page], small: ReportData) -> None:
    evil = "<img src=x onerror=alert(1)><script>alert(1)</script>"
    lead = replace(small.leads[0], person=Person(name=evil), town=evil)
    model = replace(small.models[0], title=evil)
    page = opened(replace(small, leads=(lead,), models=(model, *small.models[1:]), county=evil))
    expect(page.locator(".where")).to_have_text(evil)
    assert page.locator("main img").count() == 0
    page.locator("[data-chart=by-model]").hover()


def test_an_empty_report_opens(opened: Callable[..., Page], small: ReportData) -> None:
    page = opened(replace(small, leads=(), sources=(), scores=(), funnel=()))
    expect(page.locator("h1")).to_be_visible()
    assert page.locator("details.card").count() == 0
