"""One browser for the tests of a module, and what is asked of every page in it."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect, sync_playwright

__all__ = ["PHONE", "AnotherBrowser", "chromium", "look", "violations", "watched"]

expect.set_options(timeout=20_000)  # the tests' other processes may keep the computer busy

AnotherBrowser = Callable[..., BrowserContext]
"""Opens a browser that knows nothing of the others: ``session``, ``width`` and ``height`` may be given."""
PHONE: ViewportSize = {"width": 390, "height": 844}
_AXE = Path(__file__).resolve().parent / "vendor" / "axe.min.js"
_RUN = "axe.run(document, {resultTypes: ['violations']}).then((found) => JSON.stringify(found.violations))"
_REFUSED = r"Failed to load resource|Response Status Error"
"""What the console says of an answer that is not 200; htmx says it a second time."""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Headless Chromium, for one module.

    Playwright keeps an event loop running in this thread, and Django refuses its database to such a thread;
    so the loop ends with the module, before the database of another test is asked for.
    """
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        pytest.skip("no Chromium here: nothing is tried in a browser")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(
            executable_path=found, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield browser
        browser.close()


@contextmanager
def watched(chromium: Browser, address: str, *, refused: str = _REFUSED) -> Iterator[AnotherBrowser]:
    """Opens browsers, and closes them: nothing may have gone wrong in any.

    A fault is a script that failed, what the console calls an error (such as what the page's policy
    stopped), and a request to anywhere but the office.

    Args:
        chromium: started.
        address: of the office.
        refused: what the console may say of answers; a regular expression.
    """
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def console(kind: str, text: str) -> None:
        if kind == "error" and not re.search(refused, text):
            faults.append(text)

    def request(url: str) -> None:
        if not url.startswith((address, "data:", "blob:", "about:")):
            faults.append(f"asked for {url}")

    def another(session: str = "", width: int = 1440, height: int = 900) -> BrowserContext:
        context = chromium.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
        contexts.append(context)
        if session:
            context.add_cookies([{"name": "sessionid", "value": session, "url": address}])
        context.on("console", lambda message: console(message.type, message.text))
        context.on("weberror", lambda error: faults.append(str(error.error)))
        context.on("request", lambda asked: request(asked.url))
        return context

    yield another
    for context in contexts:
        context.close()
    assert faults == []


def violations(page: Page) -> list[str]:
    """What axe finds; it is run past the page's policy, which would stop it as it stops any other script."""
    session = page.context.new_cdp_session(page)
    session.send("Runtime.evaluate", {"expression": _AXE.read_text(encoding="utf-8")})
    answer = session.send(
        "Runtime.evaluate", {"expression": _RUN, "awaitPromise": True, "returnByValue": True}
    )
    return [
        f"{each['id']}: {[node['html'][:200] for node in each['nodes'][:3]]}"
        for each in json.loads(answer["result"]["value"])
    ]


def look(page: Page, picture: Path, *, axe_on_phone: bool = True) -> None:
    """Nothing that axe objects to and nothing too wide, at the page's width and a phone's; a picture of each.

    Args:
        page: what is looked at; afterwards as wide as before.
        picture: where it goes, without an ending.
        axe_on_phone: whether axe looks at both widths; it is what takes long.
    """
    size = page.viewport_size or PHONE
    for each in (size, PHONE) if size["width"] > PHONE["width"] else (size,):
        page.set_viewport_size(each)
        page.screenshot(path=picture.with_name(f"{picture.name}-{each['width']}.png"), full_page=True)
        if axe_on_phone or each is size:
            assert violations(page) == [], f"{picture.name}, {each['width']} pixels"
        over = page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
        assert over <= 1, f"{picture.name} is {over} pixels wider than {each['width']}"
    page.set_viewport_size(size)
