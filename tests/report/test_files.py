"""The workbook and the Parquet file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest

from yingjiu.report import (
    LEAD_SCHEMA,
    Condition,
    Evidence,
    Person,
    ReportData,
    ReportError,
    Reveal,
    shown,
    write_leads,
    write_workbook,
)

SECRETS = ("王小明", "32099919850607001X", "13812345678", "幸福村")


def _cells(path: Path) -> list[str]:
    book = openpyxl.load_workbook(path)
    return [
        str(cell.value)
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    ]


def test_workbook_has_leads_reasons_quality_and_notes(small: ReportData, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(write_workbook(small, tmp_path / "leads.xlsx"))
    assert len(book.sheetnames) == 4
    leads, reasons, quality, _notes = book.worksheets
    assert leads.max_row == 1 + len(small.leads)
    # five conditions each, one of them with two rows of evidence
    assert reasons.max_row == 1 + len(small.leads) * 6
    assert quality.max_row == 1 + len(small.sources)
    for sheet in book.worksheets:
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref


@pytest.mark.parametrize(
    "evil", ["=1+1", "+1", "-1", "@SUM(A1)", "{=1}", "http://example.org", '=HYPERLINK("x")']
)
def test_workbook_keeps_texts_texts(small: ReportData, tmp_path: Path, evil: str) -> None:
    lead = replace(small.leads[0], charge=evil, town=evil)
    book = openpyxl.load_workbook(write_workbook(replace(small, leads=(lead,)), tmp_path / "leads.xlsx"))
    cells = [cell for cell in book.worksheets[0][2] if cell.value == evil]
    assert len(cells) == 2
    assert {cell.data_type for cell in cells} == {"s"}
    assert not any(cell.hyperlink for cell in cells)


def test_both_files_are_masked(small: ReportData, tmp_path: Path) -> None:
    workbook = " ".join(_cells(write_workbook(small, tmp_path / "leads.xlsx")))
    parquet = str(pq.read_table(write_leads(small, tmp_path / "leads.parquet")).to_pylist())
    for secret in (*SECRETS, "1985-06-07", "datetime.date(1985"):
        assert secret not in workbook
        assert secret not in parquet


def test_both_files_reveal_with_the_purpose(small: ReportData, tmp_path: Path) -> None:
    data = replace(small, reveal=Reveal("核实", datetime(2024, 7, 2, tzinfo=UTC)))
    workbook = " ".join(_cells(write_workbook(data, tmp_path / "leads.xlsx")))
    table = pq.read_table(write_leads(data, tmp_path / "leads.parquet"))
    for secret in SECRETS:
        assert secret in workbook
        assert secret in str(table.to_pylist())
    assert "核实" in workbook
    assert table.schema.metadata[b"purpose"].decode() == "核实"
    assert table.schema.metadata[b"masked"] == b"false"


def test_parquet_holds_everything_that_explains_a_lead(small: ReportData, tmp_path: Path) -> None:
    table = pq.read_table(write_leads(small, tmp_path / "leads.parquet"))
    assert table.schema.equals(LEAD_SCHEMA)
    assert table.num_rows == len(small.leads)
    first = table.to_pylist()[0]
    truths = {item["id"]: item["truth"] for item in first["reasons"][0]["conditions"]}
    assert truths == {
        "victim": True,
        "serious_harm": True,
        "low_income": True,
        "uncompensated": None,
        "killed": False,
    }
    row = first["reasons"][0]["conditions"][2]["evidence"][0]
    assert (row["file"], row["sheet"], row["row"]) == ("民政局_低保_202405.xlsx", "5月", 1287)


def test_parquet_of_no_leads_has_the_same_columns(small: ReportData, tmp_path: Path) -> None:
    table = pq.read_table(write_leads(replace(small, leads=()), tmp_path / "leads.parquet"))
    assert table.schema.equals(LEAD_SCHEMA)
    assert table.num_rows == 0


def test_the_same_leads_give_the_same_bytes(large: Callable[[int], ReportData], tmp_path: Path) -> None:
    data = large(20)
    backwards = replace(data, leads=tuple(reversed(data.leads)))
    for name, write in (("leads.xlsx", write_workbook), ("leads.parquet", write_leads)):
        assert (
            write(data, tmp_path / name).read_bytes() == write(backwards, tmp_path / f"2-{name}").read_bytes()
        )


def test_a_file_that_cannot_be_written_is_an_error_with_a_code(small: ReportData, tmp_path: Path) -> None:
    (tmp_path / "folder").write_text("not a folder", encoding="utf-8")
    for write in (write_workbook, write_leads):
        with pytest.raises(ReportError) as caught:
            write(small, tmp_path / "folder" / "leads")
        assert caught.value.code == "RPT-002"


@pytest.mark.parametrize(
    ("table", "column", "value", "seen"),
    [
        ("person", "name", "王小明", "王*明"),
        ("party", "id_raw", "32099919850607001X", "3209**********001X"),
        ("person", "address", "江苏省盐城市虚构县伊山镇1号", "江苏省盐城市虚构县****"),
        ("party", "birth_date", "1985-06-07", "1985"),
        ("kinship", "kin_id", "-4611686018427387904", "-461************7904"),
        ("medical_expense", "diagnosis", "抑郁症", "＊＊＊"),
        ("hardship", "amount", "680.00", "680.00"),
        ("hardship", "unheard_of", "王小明", "＊＊＊"),
        ("unheard_of", "name", "王小明", "王*明"),
    ],
)
def test_evidence_is_masked_by_what_the_column_holds(
    small: ReportData, table: str, column: str, value: str, seen: str
) -> None:
    row = Evidence(table, "s", "s", "a", "f.csv", 1, small.run_date, values=((column, value),))
    reason = replace(
        small.leads[0].reasons[0], conditions=(Condition("c", "c", truth=True, evidence=(row,)),)
    )
    lead = replace(small.leads[0], person=Person(), reasons=(reason,))
    masked = shown(replace(small, leads=(lead,)))
    assert masked.leads[0].reasons[0].conditions[0].evidence[0].values == ((column, seen),)


def test_a_key_is_shown_as_the_number_it_stands_for(small: ReportData) -> None:
    row = Evidence(
        "kinship", "s", "s", "a", "f.csv", 1, small.run_date, values=(("kin_id", "32099919850607001"),)
    )
    reason = replace(
        small.leads[0].reasons[0], conditions=(Condition("c", "c", truth=True, evidence=(row,)),)
    )
    data = replace(small, leads=(replace(small.leads[0], reasons=(reason,)),))
    revealed = replace(data, reveal=Reveal("核实", datetime(2024, 7, 2, tzinfo=UTC)))
    texts = [
        shown(item).leads[0].reasons[0].conditions[0].evidence[0].values[0][1] for item in (data, revealed)
    ]
    assert texts[0].startswith("3209**")
    assert texts[1].startswith("32099919850607001")
    assert len(texts[1]) == 18
