"""The whole way in a real browser: from a lead that arrives to a case in the archive."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from docx import Document
from playwright.sync_api import Locator, Page, expect

from tests.office.relief.way import ANSWERS, FORM
from tests.office.walk.walker import Walk, fill

pytestmark = pytest.mark.browser

FACTS = {
    "fact_harm": "bodily",
    "fact_injury_grade": "serious_2",
    "fact_injury_disability_grade": "none",
    "fact_urgent_treatment": "false",
    "fact_working_capacity_lost": "false",
    "fact_loss": "0",
    "fact_medical_cost": "40000",
    "fact_awarded": "120000",
    "fact_received": "0",
    "fact_fault": "none",
    "fact_minor_dependants": "1",
    "fact_other_dependants": "0",
    "fact_applicant_minor": "false",
    "fact_victim_age": "42",
}
PHOTO = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360f8cfc0f01f0005000201a7f6b9e50000000049454e44ae426082"
)


@contextmanager
def next_page(page: Page) -> Iterator[None]:
    """Wait for the page that a click leads to: on a busy computer the old one stands for a while."""
    page.evaluate("() => { window.old = true; }")
    yield
    page.wait_for_function("() => !window.old")
    page.wait_for_load_state("networkidle")


def press(page: Page, name: str) -> None:
    """Press a button or follow a link by its name; a question whether one is sure is answered with yes."""
    main = page.locator("main")
    found = main.get_by_role("button", name=name).or_(main.get_by_role("link", name=name)).first
    asks = found.locator("xpath=ancestor::form[@data-confirm]").count()
    with next_page(page):
        found.click()
        if asks:
            page.locator("#confirm-dialog [data-confirm=yes]").click()


def follow(page: Page, to: Locator) -> None:
    """Follow a link, or send a form by its button."""
    with next_page(page):
        to.click()


def submit(page: Page) -> None:
    """Send the form of a page."""
    follow(page, page.locator("main form button.btn-primary").last)


def says(page: Page, text: str) -> None:
    """The page says so."""
    expect(page.locator("main")).to_contain_text(text)


def see_why(walk: Walk) -> str:
    """A lead arrives, and its handler sees why."""
    page = walk.signed_in("handler")
    walk.look(page, "desk")
    page.goto(walk.address + "/leads/?kind=judicial_relief&level=red")
    walk.look(page, "inbox")
    lead = page.locator("main table tbody a[href^='/leads/']").first.get_attribute("href")
    page.goto(f"{walk.address}{lead}")
    walk.look(page, "lead")
    says(page, "线索理由")
    return str(lead)


def find_out(walk: Walk, lead: str) -> None:
    """The handler takes it and asks a grid worker to visit."""
    page = walk.signed_in("handler")
    page.goto(f"{walk.address}{lead}")
    press(page, "认领")
    page.get_by_text("请网格员走访").click()
    visit = page.locator("form[action$='/visit']")
    visit.locator("select[name$=worker]").select_option(index=1)
    visit.locator("textarea[name$=question]").fill("家中现在由谁照料，收入和医疗支出如何？")
    follow(page, visit.locator("button.btn-primary"))
    walk.look(page, "lead-visit-asked")

    grid = walk.signed_in("grid", phone=True)
    grid.goto(walk.address + "/leads/visits/")
    walk.look(grid, "visits")
    follow(grid, grid.locator("main a[href^='/leads/visits/']").first)
    walk.look(grid, "visit")
    grid.locator("textarea[name=note]").fill("本人卧床，妻子务农，两名子女上学，生活困难。")
    grid.locator("input[name=photos]").set_input_files(
        {"name": "入户.png", "mimeType": "image/png", "buffer": PHOTO}
    )
    press(grid, "提交")
    page.reload()
    says(page, "本人卧床")
    walk.look(page, "lead-visited")


def take_the_application(walk: Walk, lead: str) -> str:
    """A relief case: informing, application, materials."""
    page = walk.signed_in("handler")
    page.goto(f"{walk.address}{lead}")
    press(page, "启动救助案件")
    walk.look(page, "case-opened")
    case = re.sub(r"[?#].*", "", page.url)
    page.goto(case + "inform")
    walk.look(page, "inform")
    fill(page, how="phone", told_by="承办检察官")
    submit(page)
    page.goto(case + "application")
    own = {"bank": "虚构银行城关支行", "account": "6222000000000000001", "account_name": "虚构甲"}
    fill(page, **FORM, **own, way="written", reason="因案致贫")
    walk.look(page, "application")
    submit(page)
    press(page, "登记申请")
    walk.look(page, "case-applied")
    page.goto(case + "materials")
    walk.look(page, "materials")
    for state in page.locator("main select[name^=state_]").all():
        state.select_option("received")
    submit(page)
    press(page, "受理")
    walk.look(page, "case-accepted")
    return case


def review_and_compute(walk: Walk, case: str) -> None:
    """Review and award."""
    page = walk.signed_in("handler")
    page.goto(case + "review")
    fill(page, **{f"{name}_{key}": value for key, given in ANSWERS.items() for name, value in given.items()})
    walk.look(page, "review")
    submit(page)
    page.goto(case + "facts")
    fill(page, **FACTS, source="判决书和鉴定意见书", reason="阅卷核实后填写")
    walk.look(page, "facts")
    submit(page)
    press(page, "测算金额")
    walk.look(page, "case-award")
    page.goto(case + "propose")
    fill(
        page,
        proposal="grant",
        amount="48000",
        opinion="符合条件，建议予以救助。",
        band_reason="参照当地同类案件",
    )
    walk.look(page, "opinion")
    submit(page)
    press(page, "提请审批")
    walk.look(page, "case-submitted")


def approve(walk: Walk, case: str) -> None:
    """The head and the deputy chief approve."""
    page = walk.signed_in("handler")
    page.goto(case)
    number = page.locator("h1").inner_text().strip()
    for account in ("head", "deputy"):
        approver = walk.signed_in(account)
        approver.goto(walk.address + "/relief/approvals/")
        walk.look(approver, f"approvals-{account}")
        follow(approver, approver.get_by_role("row", name=number).get_by_role("link").first)
        walk.look(approver, f"approval-{account}")
        fill(approver, reason="同意")
        follow(approver, approver.locator("main form[action$='/approve'] button"))


def make_the_decision_document(walk: Walk, case: str, folder: Path) -> None:
    """The decision document is made, read in the page, downloaded and opened."""
    page = walk.signed_in("handler")
    page.goto(case)
    walk.look(page, "case-granted")
    page.locator("#documents select[name=template]").select_option("grant_decision")
    page.locator("#documents form button.btn-primary").click()
    says(page, "国家司法救助决定书")
    walk.look(page, "decision")
    with page.expect_download() as loading:
        page.get_by_role("link", name="下载").first.click()
    loading.value.save_as(folder / "decision.docx")
    text = "\n".join(each.text for each in Document(str(folder / "decision.docx")).paragraphs)
    assert "国家司法救助决定书" in text
    assert "48,000" in text or "48000" in text
    assert "{{" not in text


def pay(walk: Walk, case: str) -> None:
    """Served, planned, checked and paid by finance."""
    page = walk.signed_in("handler")
    page.goto(case)
    number = page.locator("h1").inner_text().strip()
    page.goto(case + "serve")
    fill(page, how="in_person")
    submit(page)
    page.goto(case + "plan")
    fill(page, kind="single", amount_1="48000")
    walk.look(page, "plan")
    submit(page)
    press(page, "转财务发放")
    finance = walk.signed_in("finance")
    finance.goto(walk.address + "/relief/payments/")
    walk.look(finance, "payments")
    follow(finance, finance.get_by_role("row", name=number).get_by_role("link").first)
    finance.locator("[name=name_agrees]").check()
    finance.locator("[name=in_budget]").check()
    walk.look(finance, "payment-check")
    follow(finance, finance.locator("form[action$='/check'] button.btn-primary"))
    follow(finance, finance.locator("form[action$='/funds'] button"))
    page.goto(case + "notice")
    submit(page)
    finance.reload()
    fill(finance, voucher="付字2026-0001")
    walk.look(finance, "payment")
    finance.locator("form[action$='/pay'] button.btn-success").click()
    finance.locator("#confirm-dialog [data-confirm=yes]").click()
    says(finance, "付字2026-0001")
    page.goto(case)
    says(page, "已发放")
    walk.look(page, "case-paid")


def refer(walk: Walk, case: str) -> None:
    """Civil affairs is asked for help: consent, letter, answer."""
    page = walk.signed_in("handler")
    page.goto(f"{walk.address}/referrals/propose?case={case.rstrip('/').rpartition('/')[2]}")
    walk.look(page, "propose")
    civil_affairs = page.locator("main form", has=page.locator("option", has_text="虚构县民政局")).first
    civil_affairs.locator("[name=measures]").first.check()
    follow(page, civil_affairs.locator("button.btn-primary"))
    fill(page, contact_name="承办检察官", contact_phone="0515-0000000")
    walk.look(page, "draft")
    submit(page)
    referral = re.sub(r"[?#].*", "", page.url)
    ground = page.locator("main form[action$='/ground']")
    ground.locator("[name$=ground]").first.select_option("consent")
    ground.locator("[name$=ground_text]").fill("本人书面同意向民政部门提供姓名、住址和家庭情况")
    ground.locator("[name$=consent_on]").fill(date.today().isoformat())  # noqa: DTZ011 - the office's own day
    follow(page, ground.locator("button.btn-primary"))
    walk.look(page, "referral")
    press(page, "发出")
    says(page, "已发出")

    civil = walk.signed_in("civil")
    civil.goto(walk.address + "/referrals/inbox/")
    walk.look(civil, "agency-inbox")
    civil.goto(referral)
    walk.look(civil, "agency-referral")
    follow(civil, civil.locator("main form[action$='/accept'] button"))
    finish = civil.locator("main form[action$='/finish']")
    finish.locator("select").first.select_option(index=1)
    finish.locator("textarea[name$=proof_text]").fill("已批准，自下月起发放，文号虚民助〔2026〕1号")
    walk.look(civil, "agency-finish")
    follow(civil, finish.locator("button.btn-primary"))
    page.goto(referral)
    says(page, "虚民助〔2026〕1号")
    walk.look(page, "referral-done")


def follow_up_and_archive(walk: Walk, case: str) -> None:
    """Follow-up and archive."""
    page = walk.signed_in("handler")
    page.goto(case + "visit")
    submit(page)
    press(page, "进入回访")
    follow(page, page.locator("main a[href*='/relief/visits/']").first)
    fill(page, how="in_person", life="病情稳定，子女已复学", use_of_money="医疗费和生活费")
    walk.look(page, "follow-up")
    submit(page)
    follow(page, page.locator("main a[href$='/receipt']").first)
    submit(page)
    page.goto(case + "archive")
    fill(page, archive_number="虚检救2026-9")
    walk.look(page, "archive")
    submit(page)
    says(page, "已归档")
    walk.look(page, "case-archived")


def test_from_a_lead_to_the_archive(walk: Walk, tmp_path: Path) -> None:
    lead = see_why(walk)
    find_out(walk, lead)
    case = take_the_application(walk, lead)
    review_and_compute(walk, case)
    approve(walk, case)
    make_the_decision_document(walk, case, tmp_path)
    pay(walk, case)
    refer(walk, case)
    follow_up_and_archive(walk, case)
