"""One office for all these tests, served by a real process, and a browser for its people."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browsing import watched
from tests.office.behaviour import world
from tests.office.behaviour.running import Office

Opened = Callable[[str, str], Page]
"""Opens an address as a user, by the account (or as nobody), in a browser of its own."""


@pytest.fixture(scope="session")
def one_office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The office of all these tests."""
    made = Office(tmp_path_factory.mktemp("behaviour") / "office")
    try:
        yield made
    finally:
        made.end()


@pytest.fixture
def office(one_office: Office) -> Office:
    """The office, served; whatever became of its server in the test before."""
    if not one_office.serves:
        one_office.serve()
    return one_office


@pytest.fixture
def opened(chromium: Browser, office: Office) -> Iterator[Opened]:
    """Opens pages."""
    with watched(chromium, office.address) as another:

        def open_page(account: str, path: str) -> Page:
            page = another(office.do(world.signed_in, name=account) if account else "").new_page()
            page.goto(office.address + path)
            return page

        yield open_page
