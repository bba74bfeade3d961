"""HTML in names and texts, looked at in a real browser on the pages that show them: it stays text."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.office.behaviour import world
from tests.office.behaviour.conftest import Opened
from tests.office.behaviour.running import Office

pytestmark = pytest.mark.browser

PAGES = {
    "handler": [
        "/",
        "/leads/?tab=all",
        "/leads/?tab=decided",
        "/leads/{lead}/",
        "/people/{person}/",
        "/relief/",
        "/relief/{case}/",
        "/relief/{case}/facts",
        "/documents/{document}/",
        "/referrals/",
        "/referrals/{referral}/",
        "/referrals/propose?case={case}",
        "/clocks/",
    ],
    "head": ["/", "/relief/approvals/", "/relief/approvals/{approval}/", "/figures/", "/budgets/"],
    "finance": ["/", "/relief/payments/", "/relief/payments/{payment}/"],
    "liaison": ["/", "/referrals/inbox/", "/referrals/{referral}/"],
    "auditadmin": ["/", "/audit/"],
    "sysadmin": ["/", "/accounts/users/", "/accounts/organisations/"],
    "secadmin": ["/", "/accounts/rights/"],
}
SHOWN_WHOLE = ["/leads/{lead}/", "/documents/{document}/", "/relief/{case}/", "/referrals/{referral}/"]
"""Pages that show some of it unmasked."""


def harmless(page: Page, path: str) -> None:
    """Nothing of it has become an element, and no script has run."""
    assert page.locator(".evil, img[src='x']").count() == 0, path
    assert page.locator("[onerror]").count() == 0, path


def hover_charts(page: Page) -> None:
    """The tooltip of each chart has been shown."""
    expect(page.locator(".office-chart-canvas:has(canvas)")).not_to_have_count(0)
    for canvas in page.locator(".office-chart-canvas:has(canvas)").all():
        canvas.scroll_into_view_if_needed()
        box = canvas.bounding_box()
        assert box is not None
        for across, down in ((0.5, 0.5), (0.3, 0.2), (0.7, 0.8)):
            page.mouse.move(box["x"] + box["width"] * across, box["y"] + box["height"] * down)


def test_markup_in_names_and_texts_stays_text(office: Office, opened: Opened) -> None:
    made = office.do(world.new_case_with_markup)
    seen = set()
    for account, paths in PAGES.items():
        page = opened(account, paths[0])
        page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
        for pattern in paths:
            path = pattern.format(**made)
            answer = page.goto(office.address + path)
            assert answer is not None
            assert answer.status == 200, path
            harmless(page, path)
            if world.MARKUP in page.locator("main").inner_text():
                seen.add(pattern)
            if path == "/figures/":
                hover_charts(page)
                harmless(page, path)
    assert set(SHOWN_WHOLE) <= seen


def test_a_name_that_is_opened_for_a_purpose_stays_text(office: Office, opened: Opened) -> None:
    page = opened("handler", f"/leads/{office.do(world.new_lead_with_markup)}/")
    page.get_by_role("button", name="查看：姓名").first.click()
    dialog = page.locator("#dialog")
    dialog.get_by_label("用途").select_option("check")
    dialog.get_by_role("button", name="查看").click()
    expect(page.locator(".revealed").first).to_have_text(world.MARKUP)
    harmless(page, "the name")
