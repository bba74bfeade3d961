"""What a person does in a browser, and what is checked on every screen they meet."""

from __future__ import annotations

import json
import re
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from tests.browsing import AXE
from yingjiu.office.demonstration import PASSWORD

__all__ = ["Walk", "fill"]

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}
WIDE: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}


class Walk:
    """The office's people, each in a browser of their own.

    Args:
        browser: started.
        address: of the office.
        folder: where the pictures go.
    """

    def __init__(self, browser: Browser, address: str, folder: Path) -> None:
        self.address = address
        self.faults: list[str] = []
        self._browser = browser
        self._folder = folder
        self._contexts: dict[tuple[str, bool], BrowserContext] = {}
        self._seen = 0

    def close(self) -> None:
        """Close all browsers; no page may have had a fault."""
        for context in self._contexts.values():
            context.close()
        assert self.faults == []

    def anyone(self, *, phone: bool = False) -> Page:
        """A browser in which nobody is signed in."""
        return self._context("", phone).new_page()

    def signed_in(self, account: str, *, phone: bool = False) -> Page:
        """A page of one user, who signs in the first time."""
        known = (account, phone) in self._contexts
        page = self._context(account, phone).new_page()
        page.goto(self.address)
        if not known:
            page.locator("input[name=username]").fill(account)
            page.locator("input[name=password]").fill(PASSWORD)
            page.get_by_role("button", name="登录").click()
            expect(page.locator("input[name=password]")).to_have_count(0)
        return page

    def _context(self, account: str, phone: bool) -> BrowserContext:
        if (account, phone) not in self._contexts:
            context = self._browser.new_context(
                viewport=PHONE if phone else WIDE,
                locale="zh-CN",
                accept_downloads=True,
            )
            context.add_init_script(path=AXE)  # the page's policy lets no script in any other way
            context.on("console", lambda message: self._console(message.type, message.text))
            context.on("weberror", lambda error: self.faults.append(str(error.error)))
            context.on("request", lambda request: self._request(request.url))
            self._contexts[account, phone] = context
        return self._contexts[account, phone]

    def _console(self, kind: str, text: str) -> None:
        if kind == "error" and not re.search(r"status of (404|409|403|422)", text):
            self.faults.append(text)

    def _request(self, url: str) -> None:
        if not url.startswith((self.address, "data:", "blob:")):
            self.faults.append(f"asked for {url}")

    def look(self, page: Page, name: str) -> None:
        """Check a screen for accessibility, keep a picture of it, wide and on a phone's width.

        Args:
            page: what is looked at.
            name: of the picture.
        """
        expect(page.locator("h1")).to_have_count(1)
        self._seen += 1
        size = page.viewport_size or WIDE
        page.screenshot(path=self._folder / f"{self._seen:02}-{name}.png", full_page=True)
        self._accessible(page, name)
        if size["width"] > PHONE["width"]:
            page.set_viewport_size(PHONE)
            wide = page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
            page.screenshot(path=self._folder / f"{self._seen:02}-{name}-phone.png", full_page=True)
            page.set_viewport_size(size)
            assert wide <= 1, f"{name} is {wide} pixels wider than a phone"

    def _accessible(self, page: Page, name: str) -> None:
        found = page.evaluate("rules => axe.run(document, rules)", RULES)
        told = [
            {"rule": each["id"], "where": [node["html"][:200] for node in each["nodes"][:3]]}
            for each in found["violations"]
        ]
        assert told == [], f"{name}: {json.dumps(told, ensure_ascii=False, indent=1)}"


def fill(page: Page, **values: str) -> None:
    """Fill fields by their names, whatever kind each is."""
    for name, value in values.items():
        field = page.locator(f"main [name='{name}']")
        kind = field.first.evaluate("each => each.type || each.tagName.toLowerCase()")
        if kind in {"radio", "checkbox"}:
            page.locator(f"main [name='{name}'][value='{value}']").check()
        elif kind.startswith("select"):
            field.first.select_option(value)
        else:
            field.first.fill(value)
