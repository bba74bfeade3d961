"""Tables that leave the office, and data that is opened."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from yingjiu.office.accounts.models import Organisation
from yingjiu.office.audit.models import Action, Event
from yingjiu.office.frame import export, masking

PURPOSE = {"purpose": "statistics", "words": ""}


def body(answer: object) -> bytes:
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]  # a streaming response


@given(st.text(min_size=1, max_size=8))
def test_no_text_is_a_formula(text: str) -> None:
    shown = export.neutral(text)
    assert shown.removeprefix("'") == text or shown == text
    assert not shown.strip().startswith(("=", "+", "-", "@"))


def test_without_a_purpose_there_is_only_the_question(browser: Client) -> None:
    assert "请说明表格用途" in browser.get("/gallery/export").content.decode()
    answer = browser.post("/gallery/export", {"format": "csv"})
    assert "text/html" in answer["Content-Type"]
    assert not Event.objects.filter(action=Action.EXPORT).exists()


def test_another_purpose_wants_words(browser: Client) -> None:
    answer = browser.post("/gallery/export", {"format": "csv", "purpose": "other", "words": "x"})
    assert "请简要说明用途" in answer.content.decode()


def test_a_workbook_has_its_watermark_and_no_formula(browser: Client) -> None:
    Organisation.objects.create(name='=HYPERLINK("http://x")', kind="procuratorate", level=4)
    answer = browser.post("/gallery/export", {**PURPOSE, "format": "xlsx"})
    book = openpyxl.load_workbook(io.BytesIO(body(answer)))
    sheet = book.worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    assert "统计报表" in str(rows[0][0])
    assert "虚构handler" in str(rows[0][0])
    assert rows[1] == ("名称", "级别")
    assert len(rows) == Organisation.objects.count() + 2
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    assert "no-store" in answer["Cache-Control"]


def test_a_text_table_opens_in_a_spreadsheet(browser: Client) -> None:
    Organisation.objects.create(name="@SUM(A1)", kind="procuratorate", level=4)
    answer = browser.post("/gallery/export", {**PURPOSE, "format": "csv"})
    text = body(answer).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert ["'@SUM(A1)", "4"] in rows
    assert "filename*=utf-8''" in answer["Content-Disposition"]


def test_an_export_is_on_record_with_its_purpose(browser: Client) -> None:
    browser.post("/gallery/export", {**PURPOSE, "words": "季度报表", "format": "csv"})
    event = Event.objects.get(action=Action.EXPORT)
    assert event.purpose == "统计报表：季度报表"


def test_more_rows_than_one_export_takes(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "MOST", 3)
    assert browser.post("/gallery/export", {**PURPOSE, "format": "csv"}).status_code == 413
    assert not Event.objects.filter(action=Action.EXPORT).exists()


def test_masked_data_is_opened_for_a_purpose_and_that_is_on_record(browser: Client) -> None:
    url = "/gallery/reveal?slot=slot-abc"
    asked = browser.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "13800000000" not in asked
    refused = browser.post(url, {}, headers={"HX-Request": "true"}).content.decode()
    assert "13800000000" not in refused
    assert not Event.objects.filter(action=Action.REVEAL).exists()
    answer = browser.post(url, {"purpose": "check"}, headers={"HX-Request": "true"})
    assert "13800000000" in answer.content.decode()
    assert answer["HX-Retarget"] == "#slot-abc"
    assert "close-dialog" in answer["HX-Trigger"]
    event = Event.objects.get(action=Action.REVEAL)
    assert event.purpose == "核查线索"
    assert "13800000000" not in str(vars(event))


@pytest.mark.parametrize("slot", ["x,body", "<b>", "1a", "a" * 99, ""])
def test_a_forged_slot_reaches_no_other_element(browser: Client, slot: str) -> None:
    answer = browser.post("/gallery/reveal", {"purpose": "check"}, query_params={"slot": slot})
    assert answer["HX-Retarget"] == "#revealed"


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("name", "张小花", "张*花"),
        ("account", "6222 0000 1234 5678", "************5678"),
        ("account", "12345678", "****"),
        ("phone", "", ""),
        ("name", None, ""),
    ],
)
def test_a_value_before_it_is_opened(kind: masking.Kind, value: str | None, shown: str) -> None:
    assert masking.show(None, value, kind) == shown
