"""A session ends in the middle of a long form of a relief case: nothing that was typed is lost."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browsing import violations
from tests.office.behaviour import world
from tests.office.behaviour.conftest import Opened
from tests.office.behaviour.running import Office
from tests.office.house import PASSWORD

pytestmark = pytest.mark.browser

_TYPED = """form => {
  const told = {};
  told.files = [...form.querySelectorAll(".office-upload-file")].map(
    line => [line.querySelector("input").name, line.querySelector("input").value, line.textContent]);
  for (const field of form.elements) {
    if (!field.name || ["hidden", "submit", "button"].includes(field.type)) continue;
    const held = ["radio", "checkbox"].includes(field.type) ? field.checked
      : field.multiple ? [...field.selectedOptions].map(option => option.value) : field.value;
    told[field.name + (["radio", "checkbox"].includes(field.type) ? "=" + field.value : "")] = held;
  }
  return told;
}"""

PHOTO = b"\x89PNG\r\n\x1a\n" + bytes(64)
FORMS = [
    ("informed", "/relief/{case}/application", "way"),
    ("applied", "/relief/{case}/materials", "state_"),
    ("accepted", "/relief/{case}/review", "answer_eligible_injury"),
    ("accepted", "/relief/{case}/facts", "fact_hardships"),
    ("visited", "/relief/visits/{visit}/", "life"),
]


def typed(page: Page) -> dict[str, Any]:
    """Everything that stands in the long form."""
    told: dict[str, Any] = page.locator("form[data-draft]").evaluate(_TYPED)
    return told


_NOT_TYPED = ["hidden", "file", "submit", "button", "fieldset"]
_FIELDS = """form => [...form.elements].map((field, at) => ({
  at, kind: field.type, visible: field.offsetParent !== null && !field.disabled, checked: field.checked,
  day: "date" in field.dataset, options: [...(field.options ?? [])].map(option => option.value),
})).filter(field => field.visible)"""


def type_everything(page: Page) -> None:
    """Fill each field of the long form with something that was not there."""
    form = page.locator("form[data-draft]")
    elements = form.locator("input, select, textarea, button, fieldset")
    for told in form.evaluate(_FIELDS):
        field, number, kind = elements.nth(told["at"]), told["at"], told["kind"]
        if kind in _NOT_TYPED:
            continue
        if kind.startswith("select"):
            field.select_option(told["options"][-1 if number % 2 else 1])
        elif kind == "checkbox":
            field.set_checked(not told["checked"])
        elif kind == "radio":
            field.check()
        elif told["day"]:
            field.fill("2026-02-17")
        elif kind == "number":
            field.fill(str(number + 3))
        else:
            field.fill(f"第{number}项：“走访”<记录>")
    for box in form.locator("[data-upload]").all()[:1]:
        box.locator("input[type=file]").set_input_files(
            {"name": "入户 照片.png", "mimeType": "image/png", "buffer": PHOTO}
        )
        expect(box.locator(".office-upload-file")).to_have_count(1)
    page.locator("main h1").click()  # whatever a date field has opened is closed


def sign_in(page: Page) -> None:
    page.locator("input[name=username]").fill("handler")
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()


@pytest.mark.parametrize(
    ("stage", "path", "field"),
    FORMS,
    ids=[path.rpartition("/")[2] or "visit" for _stage, path, _field in FORMS],
)
def test_a_session_that_ends_in_the_middle_loses_nothing(
    office: Office, opened: Opened, stage: str, path: str, field: str
) -> None:
    made = office.do(world.new_case, stage=stage)
    address = path.format(**made)
    page = opened("handler", address)
    before = typed(page)
    type_everything(page)
    expect(page.locator(".office-draft-says")).to_contain_text("草稿已于")
    assert sum(value != before[name] for name, value in typed(page).items()) > len(before) // 2
    assert any(name.startswith(field) for name in before)

    office.do(world.end_sessions)
    last = page.locator("form[data-draft] :is(input[type=text], textarea):visible").last
    last.fill("登录失效之后才写的一句")
    everything = typed(page)
    again = page.get_by_role("button", name="重新登录")
    expect(again).to_be_visible()
    page.wait_for_timeout(400)  # the dialog has come to rest
    assert violations(page) == []
    with page.expect_popup() as opening:
        again.click()
    sign_in(opening.value)
    expect(page.locator("#session-dialog")).to_be_hidden()
    expect(page.locator(".office-draft-says")).to_contain_text("草稿已于")
    assert typed(page) == everything
    assert bool(everything["files"]) == (page.locator("[data-upload]").count() > 0)

    page.goto(office.address + "/frame/returned")  # who opened it by hand reads what to do
    expect(page.get_by_role("heading", level=1)).to_have_text("已重新登录")
    assert violations(page) == []
    page.close()  # and if the page itself is lost as well: another browser, another session
    other = opened("", address)
    sign_in(other)
    expect(other.locator(".office-draft")).to_be_visible()
    expect(other.locator(".office-upload-file")).to_have_count(len(everything["files"]))
    assert typed(other) == everything
