"""Deciding twice: the back button, the double click, two at once. In a real browser, on real decisions."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browsing import violations
from tests.office.behaviour import world
from tests.office.behaviour.conftest import Opened
from tests.office.behaviour.running import Office
from tests.office.behaviour.sending import Form, at_once

pytestmark = pytest.mark.browser

REASON = "家庭生活并无困难，已电话核实"


def decide(page: Page, outcome: str, reason: str) -> None:
    """Fill the form of a lead's decision and send it."""
    form = page.locator("form[action$='/decide']")
    form.locator(f"[name=outcome][value={outcome}]").check()
    form.locator("[name=reason]").fill(reason)
    form.get_by_role("button", name="作出决定").click()


def test_back_after_a_lead_was_decided_decides_nothing_again(office: Office, opened: Opened) -> None:
    lead = office.do(world.new_lead)
    page = opened("handler", f"/leads/{lead}/")
    decide(page, "dismissed", REASON)
    expect(page.locator("form[action$='/reopen']")).to_be_visible()
    page.go_back()
    expect(page.locator("form[action$='/decide']")).to_have_count(0)
    now = office.do(world.lead_now, lead=lead)
    assert (now["state"], now["outcomes"]) == ("decided", ["dismissed"])


def test_a_form_that_is_still_there_after_the_decision_is_sent_in_vain(
    office: Office, opened: Opened
) -> None:
    """As another tab has it, or a browser that keeps pages against our word."""
    lead = office.do(world.new_lead)
    page = opened("handler", f"/leads/{lead}/")
    other = page.context.new_page()
    other.goto(page.url)
    decide(page, "dismissed", REASON)
    expect(page.locator("form[action$='/reopen']")).to_be_visible()
    decide(other, "refer", "转民政部门核查")
    expect(other.get_by_role("alert")).to_contain_text("虚构handler")
    assert office.do(world.lead_now, lead=lead)["outcomes"] == ["dismissed"]


def test_back_after_a_grant_grants_nothing_again(office: Office, opened: Opened) -> None:
    made = office.do(world.new_case, stage="last_step")
    page = opened(made["approver"], f"/relief/approvals/{made['approval']}/")
    page.locator("form[action$='/approve'] [name=reason]").fill("同意救助")
    page.locator("form[action$='/approve'] button").click()
    page.wait_for_url("**/relief/approvals/")
    granted = office.do(world.case_now, case=made["case"])
    assert (granted["state"], granted["sealed"], granted["waiting"]) == ("granted", 1, 0)
    page.go_back()
    expect(page.locator("form[action$='/approve']")).to_have_count(0)
    assert office.do(world.case_now, case=made["case"]) == granted


def test_a_double_click_on_pay_pays_once(office: Office, opened: Opened) -> None:
    made = office.do(world.new_case, stage="checked")
    page = opened("finance", f"/relief/payments/{made['payment']}/")
    page.locator("form[action$='/pay'] [name=voucher]").fill(f"付字{made['payment']}号")
    page.locator("form[action$='/pay'] button.btn-success").dblclick()
    page.locator("#confirm-dialog [data-confirm=yes]").dblclick()
    expect(page.locator("main")).to_contain_text(f"付字{made['payment']}号")
    now = office.do(world.case_now, case=made["case"])
    assert (now["state"], now["payments"], now["paid_acts"]) == ("paid", 1, 1)
    assert now["paid"] == now["amount"]


def test_back_after_paying_pays_nothing_again(office: Office, opened: Opened) -> None:
    made = office.do(world.new_case, stage="checked")
    page = opened("finance", f"/relief/payments/{made['payment']}/")
    page.locator("form[action$='/pay'] [name=voucher]").fill(f"付字{made['payment']}号")
    page.locator("form[action$='/pay'] button.btn-success").click()
    page.locator("#confirm-dialog [data-confirm=yes]").click()
    expect(page.locator("main")).to_contain_text(f"付字{made['payment']}号")
    paid = office.do(world.case_now, case=made["case"])
    page.go_back()
    expect(page.locator("form[action$='/pay']")).to_have_count(0)
    assert office.do(world.case_now, case=made["case"]) == paid


@pytest.mark.parametrize("same", [True, False], ids=["one form sent twice", "two officers"])
def test_two_payments_at_once_pay_once(office: Office, same: bool) -> None:
    made = office.do(world.new_case, stage="checked")
    path, voucher = f"/relief/payments/{made['payment']}/", f"付字{made['payment']}号"
    first = Form(office, "finance", path, "pay")
    second = first if same else Form(office, "finance2", path, "pay")
    answers = at_once((first, {"voucher": voucher}), (second, {"voucher": f"{voucher}之二"}))
    now = office.do(world.case_now, case=made["case"])
    assert (now["state"], now["payments"], now["paid_acts"]) == ("paid", 1, 1)
    assert now["paid"] == now["amount"]
    codes = sorted(code for code, _text in answers)
    assert codes == ([200, 200] if same else [200, 409])
    if not same:
        told = next(text for code, text in answers if code == 409)
        assert "虚构finance" in told, "who was first"


def test_of_two_who_decide_a_lead_the_second_is_told_and_keeps_what_he_typed(
    office: Office, opened: Opened
) -> None:
    lead = office.do(world.new_lead)
    first, second = opened("handler", f"/leads/{lead}/"), opened("head", f"/leads/{lead}/")
    typed = "本人有赔付能力，建议移送民政部门，附第二次走访情况"
    decide(first, "dismissed", REASON)
    expect(first.locator("form[action$='/reopen']")).to_be_visible()
    decide(second, "refer", typed)
    expect(second.get_by_role("alert")).to_contain_text("虚构handler")
    expect(second.locator("main")).to_contain_text(typed)
    expect(second.locator("main")).to_contain_text(REASON)  # and what was decided
    assert violations(second) == []
    now = office.do(world.lead_now, lead=lead)
    assert (now["outcomes"], now["events"]) == (["dismissed"], 1)
