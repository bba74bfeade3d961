"""One browser for the tests of a module, and what is asked of every page in it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

__all__ = ["AXE", "chromium", "violations"]

AXE = Path(__file__).resolve().parent / "vendor" / "axe.min.js"
_RUN = "axe.run(document, {resultTypes: ['violations']}).then((found) => JSON.stringify(found.violations))"


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


def violations(page: Page) -> list[str]:
    """What axe finds; it is run past the page's policy, which would stop it as it stops any other script."""
    session = page.context.new_cdp_session(page)
    session.send("Runtime.evaluate", {"expression": AXE.read_text(encoding="utf-8")})
    answer = session.send(
        "Runtime.evaluate", {"expression": _RUN, "awaitPromise": True, "returnByValue": True}
    )
    return [
        f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in json.loads(answer["result"]["value"])
    ]
