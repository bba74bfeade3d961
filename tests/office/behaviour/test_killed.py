"""The server dies by SIGKILL in the middle of a decision: all of it is there or nothing; it can be resent."""

from __future__ import annotations

import signal
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.office.behaviour import world
from tests.office.behaviour.conftest import Opened
from tests.office.behaviour.moments import die
from tests.office.behaviour.running import Office
from tests.office.behaviour.sending import Form

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Decision:
    """A decision on one page: where, by whom, what is filled in, and what is then so."""

    account: str
    path: str
    act: str
    fields: dict[str, str]
    now: Callable[[], dict[str, Any]]
    done: dict[str, Any]

    def send(self, page: Page) -> None:
        """Fill the form as a person does, and send it."""
        form = page.locator(f"form[action$='/{self.act}']")
        for name, value in self.fields.items():
            field = form.locator(f"[name={name}]")
            if field.first.get_attribute("type") == "radio":
                form.locator(f"[name={name}][value={value}]").check()
            else:
                field.fill(value)
        asks = form.get_attribute("data-confirm")
        form.locator("button:not([type=button])").last.click()
        if asks:
            page.locator("#confirm-dialog [data-confirm=yes]").click()


def decision_of(office: Office, what: str) -> Decision:
    """A fresh one."""
    if what == "a lead is dismissed":
        lead = office.do(world.new_lead)
        return Decision(
            "handler",
            f"/leads/{lead}/",
            "decide",
            {"outcome": "dismissed", "reason": "家庭生活并无困难"},
            lambda: dict(office.do(world.lead_now, lead=lead)),
            {"state": "decided", "outcomes": ["dismissed"], "events": 1},
        )
    if what == "relief is granted":
        made = office.do(world.new_case, stage="last_step")
        return Decision(
            made["approver"],
            f"/relief/approvals/{made['approval']}/",
            "approve",
            {"reason": "同意"},
            lambda: dict(office.do(world.case_now, case=made["case"])),
            {"state": "granted", "sealed": 1, "waiting": 0},
        )
    made = office.do(world.new_case, stage="checked")
    return Decision(
        "finance",
        f"/relief/payments/{made['payment']}/",
        "pay",
        {"voucher": f"付字{made['payment']}号"},
        lambda: dict(office.do(world.case_now, case=made["case"])),
        {"state": "paid", "payments": 1, "paid_acts": 1},
    )


def all_of_it(decision: Decision) -> bool:
    now = decision.now()
    return {name: now[name] for name in decision.done} == decision.done


WHAT = ["a lead is dismissed", "relief is granted", "money is paid"]


@pytest.mark.parametrize("what", WHAT[:2])
def test_killed_before_the_commit_nothing_is_there_and_the_page_is_sent_again(
    office: Office, opened: Opened, what: str
) -> None:
    decision = decision_of(office, what)
    before = decision.now()
    page = opened(decision.account, decision.path)
    die(office.folder, "before")
    decision.send(page)
    assert office.wait_for_death() == -signal.SIGKILL
    assert decision.now() == before
    office.serve()
    page.goto(office.address + decision.path)
    decision.send(page)
    expect(page.locator(f"form[action$='/{decision.act}']")).to_have_count(0)
    assert all_of_it(decision)


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("what", WHAT)
def test_the_same_form_sent_again_after_the_death_decides_once(
    office: Office, what: str, moment: str
) -> None:
    """As a browser does that loads the page again which did not come."""
    decision = decision_of(office, what)
    before = decision.now()
    form = Form(office, decision.account, decision.path, decision.act)
    die(office.folder, moment)
    with pytest.raises(OSError, match=r"."):  # the line is cut
        form.send(**decision.fields)
    assert office.wait_for_death() == -signal.SIGKILL
    there = decision.now()
    assert all_of_it(decision) if moment == "after" else there == before
    office.serve()
    assert form.send(**decision.fields)[0] == 200
    assert all_of_it(decision)
    if moment == "after":
        assert decision.now() == there
