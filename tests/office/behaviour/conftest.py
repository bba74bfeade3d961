"""One office for all these tests, served by a real process, and a browser for its people."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.office.behaviour import world
from tests.office.behaviour.running import Office

expect.set_options(timeout=20_000)  # the tests' other processes may keep the computer busy

Opened = Callable[[str, str], Page]
"""Opens an address as a user, by the account, in a browser of their own."""


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
    """Opens pages; at the end no script has failed and none was stopped by the policy."""
    contexts: list[BrowserContext] = []
    said: list[str] = []

    def open_page(account: str, path: str) -> Page:
        context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
        contexts.append(context)
        session = office.do(world.signed_in, name=account)
        context.add_cookies([{"name": "sessionid", "value": session, "url": office.address}])
        context.on("console", lambda entry: said.append(entry.text) if entry.type == "error" else None)
        context.on("weberror", lambda error: said.append(f"Error: {error.error}"))
        page = context.new_page()
        page.goto(office.address + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [words for words in said if "Content Security Policy" in words or "Error:" in words] == []
