"""A whole office that runs as its user starts it, and browsers in which its people work."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browsing import watched
from tests.office.databases import SERVER, fresh_database
from tests.office.processes import ROOT, environment, served
from tests.office.walk.walker import Walk

SCREENS = ROOT / "var" / "screens"


@pytest.fixture(scope="package")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a demonstration office of 3,000 people is served, in Chinese, with its worker."""
    folder = tmp_path_factory.mktemp("walked")
    demo = ("demo", "--folder", str(folder), "--size", "3000", "--port", "0")
    with (
        fresh_database(SERVER) as url,
        served(*demo, told=environment(url=url, YINGJIU_LANGUAGE="zh")) as (_process, found),
    ):
        yield found


@pytest.fixture(scope="module")
def walk(chromium: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Walk]:
    """Browsers of the office's people."""
    folder = SCREENS / request.module.__name__.rpartition(".")[2].removeprefix("test_")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with watched(chromium, address, refused=r"status of (404|409|403|422)") as another:
        yield Walk(another, address, folder)
