"""What a person does in a browser, and what is checked on every screen they meet."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect

from tests.browsing import PHONE, AnotherBrowser, look
from yingjiu.office.demonstration import PASSWORD

__all__ = ["Walk", "fill"]


class Walk:
    """The office's people, each in a browser of their own.

    Args:
        another: opens a browser.
        address: of the office.
        folder: where the pictures go.
    """

    def __init__(self, another: AnotherBrowser, address: str, folder: Path) -> None:
        self.address = address
        self._another = another
        self._folder = folder
        self._contexts: dict[tuple[str, bool], BrowserContext] = {}
        self._seen = 0

    def signed_in(self, account: str, *, phone: bool = False) -> Page:
        """A page of one user, who signs in the first time."""
        known = (account, phone) in self._contexts
        if not known:
            self._contexts[account, phone] = self._another(**PHONE) if phone else self._another()
        page = self._contexts[account, phone].new_page()
        page.goto(self.address)
        if not known:
            page.locator("input[name=username]").fill(account)
            page.locator("input[name=password]").fill(PASSWORD)
            page.get_by_role("button", name="登录").click()
            expect(page.locator("input[name=password]")).to_have_count(0)
        return page

    def look(self, page: Page, name: str) -> None:
        """Check a screen, and keep pictures of it.

        Args:
            page: what is looked at.
            name: of the pictures.
        """
        expect(page.locator("h1")).to_have_count(1)
        self._seen += 1
        look(page, self._folder / f"{self._seen:02}-{name}", axe_on_phone=False)


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
