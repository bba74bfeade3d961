"""Files that are not as declared: a clear error that lists every fault, and nothing loaded."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from yingjiu.sources import ReaderError, SourceError, StructureError, load_source, read_source

from .agency import HEADERS, LEDGER, RUN_DATE, Office, csv_bytes, ledger_row


def codes_of(office: Office, source: str = LEDGER) -> list[str]:
    """Load what must not be loaded; the codes of all faults. The pool is as it was."""
    before = office.state()
    with pytest.raises((StructureError, ReaderError)) as caught:
        office.load(source)
    assert office.state() == before
    assert not list(office.quarantine.glob("**/*"))
    assert all(fault.hint for fault in caught.value.faults)
    return [fault.code for fault in caught.value.faults]


def test_an_empty_file(office: Office) -> None:
    office.put("低保.csv", b"")
    assert codes_of(office) == ["SRC-004"]


def test_a_header_and_no_rows(office: Office) -> None:
    office.put_rows()
    assert codes_of(office) == ["SRC-005"]


def test_a_header_and_no_rows_where_that_is_right(office: Office) -> None:
    office.put_rows(ledger_row(1))
    office.load()
    office.put_rows()
    report = office.load(LEDGER.replace("{max_rejected_share", "{may_be_empty: true, max_rejected_share"))
    assert (report.read, report.rows["person"]) == (0, 0)
    assert office.pool.view().loaded("person")
    assert office.rows("person") == []


def test_no_file_at_all(office: Office) -> None:
    office.put("残联.csv", b"x")
    assert codes_of(office) == ["SRC-201"]


def test_another_encoding_than_declared(office: Office) -> None:
    office.put("低保.csv", csv_bytes([ledger_row(n) for n in range(20)], encoding="gb18030"))
    assert codes_of(office, LEDGER.replace("data_date", "format: {encoding: utf-8}\ndata_date")) == [
        "SRC-015"
    ]


def test_a_column_that_is_missing(office: Office) -> None:
    office.put("低保.csv", csv_bytes([ledger_row(1)[:-1]], HEADERS[:-1]))
    assert codes_of(office) == ["SRC-202"]


def test_a_column_that_was_renamed_is_named_in_the_hint(office: Office) -> None:
    headers = ["身份证件号码" if header == "身份证号" else header for header in HEADERS]
    office.put("低保.csv", csv_bytes([ledger_row(1)], headers))
    with pytest.raises(StructureError) as caught:
        office.load()
    (fault,) = caught.value.faults
    assert fault.code == "SRC-202"
    assert "身份证件号码" in (fault.hint or "")
    text = LEDGER.replace("synonyms: [", "synonyms: [身份证件号码, ")
    assert office.load(text).accepted == 1


def test_a_unit_in_the_header_is_not_overlooked(office: Office) -> None:
    headers = [header.replace("(元)", "(万元)") for header in HEADERS]
    office.put("低保.csv", csv_bytes([ledger_row(1)], headers))
    assert codes_of(office) == ["SRC-202"]


@pytest.mark.parametrize("again", ["身份证号", "身份证号 ", "＊身份证号"])
def test_a_column_that_is_doubled(office: Office, again: str) -> None:
    office.put("低保.csv", csv_bytes([[*ledger_row(1), "x"]], [*HEADERS, again]))
    assert set(codes_of(office)) <= {"SRC-013", "SRC-203"}


def test_every_fault_of_every_file_is_told_at_once(office: Office) -> None:
    office.put("低保1.csv", csv_bytes([ledger_row(1)[2:]], HEADERS[2:]))
    office.put("低保2.csv", b"")
    office.put("低保3.csv", csv_bytes([ledger_row(1)[:-1]], HEADERS[:-1]))
    office.put_rows(ledger_row(4), name="低保4.csv")
    assert codes_of(office) == ["SRC-202", "SRC-202", "SRC-004", "SRC-202"]


def test_a_column_that_may_be_absent(office: Office) -> None:
    office.put("低保.csv", csv_bytes([ledger_row(1)[:-1]], HEADERS[:-1]))
    assert office.load(LEDGER.replace("range: [1, 30]", "may_be_absent: true")).accepted == 1
    assert office.rows("household_member")[0]["household_size"] is None


def test_headers_are_recognised_however_they_are_set(office: Office) -> None:
    headers = ["*公民身份号码", "姓 名", "户号", "与户主\n关系", "月保障金额（元）", "批准日期", "家庭人口："]
    office.put("低保.csv", csv_bytes([ledger_row(1)], headers))
    assert office.load().accepted == 1


def test_a_row_that_is_no_row_is_quarantined(office: Office) -> None:
    office.put("低保.csv", csv_bytes([ledger_row(1), [*ledger_row(2), "extra", "more"], ledger_row(3)]))
    report = office.load()
    assert (report.read, report.accepted, report.quarantined) == (3, 2, 1)
    assert report.rejected_by_rule == {"SRC-030": 1}
    assert [(line["rule"], line["row"]) for line in office.quarantined()] == [("SRC-030", 3)]


def test_the_date_of_the_data_must_be_known(office: Office) -> None:
    office.put_rows(ledger_row(1))
    text = LEDGER.replace("data_date: 2024-05-31\n", "")
    assert codes_of(office, text) == ["SRC-208"]
    named = LEDGER.replace("2024-05-31", '{from_file_name: "(\\\\d{8})"}')
    assert codes_of(office, named) == ["SRC-208"]
    office.put_rows(ledger_row(2), name="低保20240430.csv")
    assert codes_of(office, named) == ["SRC-208"]
    (office.folder / "低保.csv").unlink()
    assert str(office.load(named).data_date) == "2024-04-30"
    office.put_rows(ledger_row(3), name="低保20240531.csv")
    with pytest.raises(StructureError, match="SRC-209"):
        office.load(named)


def test_a_date_in_a_file_name_that_is_no_day(office: Office) -> None:
    office.put_rows(ledger_row(2), name="低保20240231.csv")
    assert codes_of(office, LEDGER.replace("2024-05-31", '{from_file_name: "(\\\\d{8})"}')) == ["SRC-208"]


def test_a_file_that_changes_while_it_is_read(office: Office) -> None:
    office.put_rows(ledger_row(1))

    def touch(_progress: object) -> None:
        with (office.folder / "低保.csv").open("ab") as file:
            file.write(b"\n")

    with pytest.raises(SourceError, match="SRC-222"):
        office.load(progress=touch)
    assert office.rows("person") == []


DATABASE = LEDGER.replace('files: "低保*"', "database: {url_env: LEDGER_URL, query: SELECT * FROM ledger}")


def make_database(path: Path) -> None:
    """A SQLite database with three rows of the ledger."""
    with sqlite3.connect(path) as connection:
        columns = ", ".join(f'"{header}" TEXT' for header in HEADERS)
        connection.execute(f"CREATE TABLE ledger ({columns})")
        for n in range(3):
            connection.execute(f"INSERT INTO ledger VALUES ({', '.join('?' * len(HEADERS))})", ledger_row(n))
    connection.close()


def test_a_database_that_is_a_file_of_the_folder(office: Office) -> None:
    text = DATABASE.replace("url_env: LEDGER_URL", '"url": "sqlite:///{folder}/低保20240531.db"')
    text = text.replace("2024-05-31", '{from_file_name: "(\\\\d{8})"}')
    assert codes_of(office, text) == ["SRC-201"]
    assert not list(office.folder.iterdir())
    make_database(office.folder / "低保20240531.db")
    report = office.load(text)
    assert (report.accepted, str(report.data_date), report.files) == (3, "2024-05-31", ("低保20240531.db",))
    assert {row["file"] for row in office.rows("person")} == {"低保20240531.db"}
    assert office.load(text).outcome == "unchanged"


def test_a_database_is_loaded_and_the_same_rows_change_nothing(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "agency.sqlite"
    make_database(path)
    source = read_source("ledger.yaml", text=DATABASE)
    with pytest.raises(StructureError, match="SRC-210"):
        load_source(office.pool, source, quarantine_folder=office.quarantine, run_date=RUN_DATE)
    monkeypatch.setenv("LEDGER_URL", f"sqlite:///{path}")
    reports = [
        load_source(office.pool, source, quarantine_folder=office.quarantine, run_date=RUN_DATE)
        for _twice in range(2)
    ]
    assert [report.outcome for report in reports] == ["loaded", "unchanged"]
    assert len(office.rows("person")) == 3
