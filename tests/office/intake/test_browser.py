"""Files and jobs in a real browser: chunks by the page's own script, live progress, accessible pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browsing import look, watched
from tests.office.house import House, build_house
from tests.office.intake.conftest import County
from yingjiu.office.accounts.models import User
from yingjiu.office.files.models import StoredFile
from yingjiu.office.intake.models import AgencyFile, FileState
from yingjiu.office.jobs import enqueue
from yingjiu.office.jobs.running import drain

SCREENS = Path(__file__).resolve().parents[3] / "var" / "screens" / "intake"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def analyst(
    chromium: Browser, live_server: LiveServer, client_of: Callable[[User], Client], empty_pool: Path
) -> Iterator[tuple[House, Page, str]]:
    house = build_house()
    SCREENS.mkdir(parents=True, exist_ok=True)
    with watched(chromium, live_server.url) as another:
        page = another(client_of(house.analyst).cookies["sessionid"].value).new_page()
        page.set_default_timeout(90_000)
        yield house, page, live_server.url
        page.goto("about:blank")  # a page that asks every two seconds may not outlive the test's database


def test_a_file_goes_from_the_page_into_the_pool(
    analyst: tuple[House, Page, str], county: County, tmp_path: Path
) -> None:
    house, page, address = analyst
    page.goto(address + reverse("intake:upload"))
    wrong = tmp_path / "民政局_低保家庭成员_20250531.xlsx"
    wrong.write_bytes(b"%PDF-1.7 not a workbook")
    page.locator("input[type=file]").set_input_files(wrong)
    expect(page.locator(".office-upload-says")).to_contain_text("PDF")
    assert not StoredFile.objects.exists()

    held_up: list[str] = []

    def once(route: Any) -> None:
        if route.request.method == "PUT" and not held_up:
            held_up.append(route.request.url)
            route.abort()  # the network is gone for a moment
        else:
            route.continue_()

    page.route("**/files/uploads/**", once)
    page.locator("input[type=file]").set_input_files(next(county.files.glob("民政局_婚姻登记*")))
    expect(page.locator("input[type=hidden][name=files]")).to_have_count(1)
    assert held_up
    look(page, SCREENS / "upload")
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/data/files/*/")
    expect(page.locator("progress")).to_be_visible()
    drain()
    expect(page.locator("main")).to_contain_text("SRC-")  # the page has loaded itself again
    look(page, SCREENS / "checked")
    page.goto(address + reverse("intake:sources"))
    look(page, SCREENS / "sources")
    page.goto(address + reverse("intake:source", args=["civil-affairs-marriages"]))
    look(page, SCREENS / "source")
    assert AgencyFile.objects.get().state == FileState.CHECKED
    assert AgencyFile.objects.get().uploaded_by == house.analyst


def test_the_other_pages_are_whole(analyst: tuple[House, Page, str]) -> None:
    house, page, address = analyst
    job = enqueue("intake.run_models", user=house.analyst, model_run=0)
    for name, url in (
        ("run", reverse("intake:run")),
        ("party", reverse("intake:party")),
        ("jobs", reverse("jobs:list")),
        ("job-waiting", job.get_absolute_url()),
    ):
        page.goto(address + url)
        look(page, SCREENS / name)
    drain()
    expect(page.get_by_role("alert")).to_be_visible()
    look(page, SCREENS / "job-failed")
