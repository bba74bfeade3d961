"""Loading: every row is accepted, quarantined or a copy; the pool changes as a whole or not at all."""

from __future__ import annotations

import re
import stat
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yingjiu.pool import Pool
from yingjiu.sources import (
    RULES,
    LoadReport,
    Progress,
    Source,
    TooManyRejectedError,
    check_source,
    load_folder,
    read_source,
)

from .agency import HEADERS, LEDGER, RUN_DATE, Office, csv_bytes, ledger_row, number


def assert_adds_up(report: LoadReport) -> None:
    assert report.read == report.accepted + report.quarantined + report.duplicates


def test_good_rows_become_canonical_rows(office: Office) -> None:
    office.put_rows(ledger_row(1), ledger_row(2))
    report = office.load()
    assert (report.outcome, report.read, report.accepted) == ("loaded", 2, 2)
    assert report.rows == {"hardship": 2, "household_member": 2, "person": 2}
    assert report.batch is not None
    first = office.rows("hardship")[0]
    assert first["person_id"] == int(number(1)[:17])
    assert first["amount"] == Decimal("620.50")
    assert first["valid_from"] == date(2020, 3, 1)
    assert (first["file"], first["sheet"], first["row"]) == ("低保.csv", None, 2)
    assert (first["source"], first["batch"]) == ("civil-affairs-dibao", report.batch.id)
    assert first["data_date"] == date(2024, 5, 31)


def test_the_loader_fills_what_the_id_number_says(office: Office) -> None:
    office.put_rows(ledger_row(1), ledger_row(2))
    office.load()
    man, woman = office.rows("person")
    assert (man["sex"], woman["sex"]) == ("male", "female")
    assert man["birth_date"] == date(1980, 5, 1)
    assert man["region"] == "320999"
    assert (man["id_status"], man["id_raw"]) == ("valid", number(1))
    assert office.rows("household_member")[0]["household_id"] == "civil-affairs-dibao:H0"


@pytest.mark.parametrize(
    ("header", "cell", "rule"),
    [
        ("身份证号", "", "SRC-101"),
        ("身份证号", number(1)[:-1] + ("1" if number(1)[-1] != "1" else "2"), "SRC-107"),
        ("身份证号", "3.20981E+17", "SRC-104"),
        ("姓名", "", "SRC-110"),
        ("姓名", "王" * 51, "SRC-112"),
        ("与户主关系", "邻居", "SRC-120"),
        ("批准日期", "2023-02-30", "SRC-131"),
        ("批准日期", "20230230", "SRC-131"),
        ("批准日期", "去年", "SRC-130"),
        ("批准日期", "2030-01-01", "SRC-132"),
        ("月保障金额(元)", "-620.50", "SRC-141"),
        ("月保障金额(元)", "六百", "SRC-140"),
        ("月保障金额(元)", "200000", "SRC-142"),
        ("家庭人口", "三四个", "SRC-150"),
        ("家庭人口", "0", "SRC-151"),
    ],
)
def test_a_bad_cell_quarantines_its_row_and_no_other(
    office: Office, header: str, cell: str, rule: str
) -> None:
    office.put_rows(ledger_row(1, **{header: cell}), ledger_row(2))
    report = office.load()
    assert_adds_up(report)
    assert (report.accepted, report.quarantined) == (1, 1)
    assert report.rejected_by_rule == {rule: 1}
    (line,) = office.quarantined()
    assert (line["outcome"], line["row"], line["rule"]) == ("rejected", 2, rule)
    assert (line["header"], line["found"] or "") == (header, cell)
    assert line["to_do"]
    assert [row["row"] for row in office.rows("person")] == [3]


def test_every_fault_of_a_row_is_told(office: Office) -> None:
    office.put_rows(ledger_row(1, 姓名="", 家庭人口="x", 批准日期="?"))
    report = office.load()
    assert (report.quarantined, report.rejected_by_rule) == (1, {"SRC-110": 1, "SRC-130": 1, "SRC-150": 1})
    assert len(office.quarantined()) == 3


def test_two_people_under_one_id_are_all_quarantined(office: Office) -> None:
    office.put_rows(
        ledger_row(1),
        ledger_row(2),
        ledger_row(1, 姓名="李四", 户号="H9"),
        ledger_row(1, 户号="H8", 家庭人口="99"),
    )
    report = office.load()
    assert_adds_up(report)
    assert report.quarantined == 3
    assert report.rejected_by_rule == {"SRC-151": 1, "SRC-171": 3}
    lines = [line for line in office.quarantined() if line["rule"] == "SRC-171"]
    assert [line["row"] for line in lines] == [2, 4, 5]
    assert "4" in lines[0]["expected"]
    assert len(office.rows("person")) == 1


def test_one_name_written_with_a_gap_is_one_name(office: Office) -> None:
    office.put_rows(ledger_row(1, 姓名="王　明"), ledger_row(1, 姓名="王明", 户号="H9"))
    report = office.load(LEDGER.replace(", unique: [[id_no]]", ""))
    assert report.quarantined == 0
    assert {row["name"] for row in office.rows("person")} == {"王明"}


def test_dots_in_names_of_other_peoples_may_differ(office: Office) -> None:
    office.put_rows(ledger_row(1, 姓名="阿里木·买买提"), ledger_row(1, 姓名="阿里木•买买提", 户号="H9"))
    assert office.load(LEDGER.replace(", unique: [[id_no]]", "")).accepted == 2


def test_two_names_can_be_allowed(office: Office) -> None:
    office.put_rows(ledger_row(1), ledger_row(1, 姓名="李四"))
    report = office.load(LEDGER.replace("unique: [[id_no]]", "same_id_one_name: false"))
    assert report.accepted == 2


def test_one_person_under_two_ids_is_taken_and_reported_masked(office: Office) -> None:
    text = LEDGER.replace("into:", "  phone: {header: 电话, type: text}\ninto:").replace(
        "name: name}", "name: name, phone: phone}"
    )
    rows = [
        [*ledger_row(1, 姓名="王小明"), "13800000001"],
        [*ledger_row(3, 姓名="王小明"), "13800000001"],
        [*ledger_row(5, 姓名="王小明"), "13800000002"],
    ]
    office.put("低保.csv", csv_bytes(rows, [*HEADERS, "电话"]))
    report = office.load(text)
    assert (report.accepted, report.quarantined) == (3, 0)
    (warning,) = report.warnings
    assert warning.code == "SRC-173"
    assert "王*明" in str(warning)
    for secret in ("王小明", number(1), number(3)):
        assert secret not in str(warning)
    assert [line["row"] for line in office.quarantined() if line["outcome"] == "warning"] == [2, 3]


def test_the_second_row_with_a_key_is_rejected_across_files(office: Office) -> None:
    office.put_rows(ledger_row(1), name="低保1.csv")
    office.put_rows(ledger_row(2), ledger_row(1, 户号="H7"), name="低保2.csv")
    report = office.load()
    assert_adds_up(report)
    assert report.rejected_by_rule == {"SRC-170": 1}
    (line,) = office.quarantined()
    assert (line["file"], line["row"]) == ("低保2.csv", 3)
    assert "低保1.csv" in line["expected"]


def test_a_copy_is_taken_once_and_reported(office: Office) -> None:
    office.put_rows(ledger_row(1), ledger_row(1), name="低保1.csv")
    office.put_rows(ledger_row(1), ledger_row(2), name="低保2.csv")
    report = office.load()
    assert (report.read, report.accepted, report.quarantined, report.duplicates) == (4, 2, 0, 2)
    assert [line["outcome"] for line in office.quarantined()] == ["duplicate", "duplicate"]


def test_a_value_can_be_left_out_while_its_row_is_taken(office: Office) -> None:
    office.put_rows(ledger_row(1, 批准日期="2023-02-30"), ledger_row(2))
    report = office.load(LEDGER.replace("run_date]}", "run_date], on_invalid: blank}"))
    assert (report.accepted, report.quarantined) == (2, 0)
    assert report.blanked_by_rule == {"SRC-131": 1}
    assert office.rows("hardship")[0]["valid_from"] is None
    assert [line["outcome"] for line in office.quarantined()] == ["blanked"]


def test_a_person_without_a_valid_number_can_be_kept(office: Office) -> None:
    bad = number(1)[:-1] + ("1" if number(1)[-1] != "1" else "2")
    office.put_rows(ledger_row(1, 身份证号=""), ledger_row(2, 身份证号=bad), ledger_row(3))
    report = office.load(LEDGER.replace("type: id, required: true", "type: id, on_invalid: keep"))
    assert (report.accepted, report.quarantined) == (3, 0)
    assert report.blanked_by_rule == {"SRC-107": 1}
    people = office.rows("person")
    kept = [row for row in people if row["person_id"] < 0]
    assert len(kept) == 2
    assert {row["id_status"] for row in kept} == {"missing"}
    assert {row["id_raw"] for row in kept} == {None, bad}
    assert {row["sex"] for row in kept} == {None}
    members = {row["person_id"] for row in office.rows("household_member")}
    assert members == {row["person_id"] for row in people}


def test_too_many_rejected_rows_stop_the_load_and_leave_the_pool_alone(office: Office) -> None:
    office.put_rows(ledger_row(9), name="低保.csv")
    office.load()
    before = office.state()
    office.put_rows(ledger_row(1, 家庭人口="x"), ledger_row(2), ledger_row(3))
    with pytest.raises(TooManyRejectedError) as caught:
        office.load(LEDGER.replace("max_rejected_share: 1", "max_rejected_share: 0.3"))
    assert caught.value.code == "SRC-220"
    assert office.state() == before
    assert caught.value.report.outcome == "stopped"
    assert_adds_up(caught.value.report)
    assert all(path.is_file() for path in caught.value.report.quarantine)
    assert (
        len(office.load(LEDGER.replace("max_rejected_share: 1", "max_rejected_share: 0.34")).quarantine) == 2
    )


def test_the_same_content_changes_nothing(office: Office) -> None:
    office.put_rows(ledger_row(1), ledger_row(2, 家庭人口="x"))
    first = office.load()
    before = office.state()
    again = office.load()
    assert (again.outcome, again.batch) == ("unchanged", first.batch)
    assert (again.read, again.accepted, again.quarantined) == (2, 1, 1)
    (office.folder / "低保.csv").rename(office.folder / "低保-改名.csv")
    assert office.load().outcome == "unchanged"
    assert office.state() == before
    assert office.load(LEDGER.replace("20000", "30000")).outcome == "loaded"


def test_a_snapshot_replaces_and_an_append_adds(office: Office) -> None:
    office.put_rows(ledger_row(1), ledger_row(2))
    office.load()
    office.put_rows(ledger_row(3))
    office.load()
    assert len(office.rows("person")) == 1
    office.put_rows(ledger_row(4))
    office.load(LEDGER.replace("data_date", "mode: append\ndata_date"))
    assert len(office.rows("person")) == 2


def test_an_upsert_replaces_rows_by_its_key(office: Office) -> None:
    upsert = LEDGER.replace("data_date", "mode: upsert\nkey: [id_no]\ndata_date")
    office.put_rows(ledger_row(1), ledger_row(2))
    office.load(upsert)
    office.put_rows(ledger_row(2, **{"月保障金额(元)": "700"}), ledger_row(3))
    office.load(upsert)
    assert [row["amount"] for row in office.rows("hardship")] == [
        Decimal("620.50"), Decimal("700.00"), Decimal("620.50")
    ]  # fmt: skip


def test_a_batch_can_be_rolled_back(office: Office) -> None:
    office.put_rows(ledger_row(1))
    office.load()
    office.put_rows(ledger_row(2))
    second = office.load()
    assert second.batch is not None
    office.pool.rollback(second.batch.id, reason="wrong month")
    assert [row["person_id"] for row in office.rows("person")] == [int(number(1)[:17])]


def test_a_dry_run_says_the_same_and_touches_nothing(office: Office, ledger: Source) -> None:
    office.put_rows(ledger_row(1), ledger_row(2, 家庭人口="x"))
    before = office.state()
    report = check_source(ledger, office.folder, run_date=RUN_DATE)
    assert (report.outcome, report.read, report.accepted, report.quarantine) == ("checked", 2, 1, ())
    assert office.state() == before
    assert not office.quarantine.exists()
    strict = read_source("x", text=LEDGER.replace("max_rejected_share: 1", "max_rejected_share: 0.1"))
    report = check_source(strict, office.folder, run_date=RUN_DATE, quarantine_folder=office.quarantine)
    assert report.outcome == "stopped"
    assert len(list(office.quarantine.iterdir())) == 2


def test_the_workbook_for_the_agency_is_safe_and_complete(office: Office) -> None:
    formula = '=HYPERLINK("http://x","y")'
    office.put_rows(ledger_row(1, 姓名=formula, 家庭人口="x"), ledger_row(2), ledger_row(2))
    report = office.load()
    parquet, path = report.quarantine
    for file in (parquet, path):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    book = openpyxl.load_workbook(path)
    assert len(book.sheetnames) == 2
    head, line = list(book.worksheets[0].iter_rows())
    assert [cell.value for cell in head][-len(HEADERS) :] == list(HEADERS)
    cells = {cell.value: cell for cell in line}
    assert cells[formula].data_type == "s"
    assert cells["SRC-150"]
    assert cells[number(1)].data_type == "s"
    assert cells[2].data_type == "n"
    assert not list(office.quarantine.glob(".*"))


def test_nothing_to_say_means_no_quarantine(office: Office) -> None:
    office.put_rows(ledger_row(1))
    assert office.load().quarantine == ()
    assert not list(office.quarantine.glob("*"))


def test_sheets_of_a_workbook_are_loaded_with_their_rows(office: Office) -> None:
    with xlsxwriter.Workbook(office.folder / "低保.xlsx") as book:
        for n, name in enumerate(("城市", "农村")):
            sheet = book.add_worksheet(name)
            sheet.merge_range(0, 0, 0, 6, "最低生活保障家庭成员名册")
            sheet.write_row(1, 0, HEADERS)
            sheet.write_row(2, 0, ledger_row(n + 1))
            sheet.write_row(3, 0, ledger_row(n + 5, 批准日期="43891"))
    report = office.load()
    assert (report.read, report.accepted) == (4, 4)
    places = {(row["sheet"], row["row"], row["valid_from"]) for row in office.rows("hardship")}
    assert ("城市", 3, date(2020, 3, 1)) in places
    assert ("农村", 4, date(2020, 3, 1)) in places


def test_a_folder_is_loaded_to_its_end_though_one_source_fails(office: Office) -> None:
    other = read_source("x", text=LEDGER.replace("source: civil-affairs-dibao", "source: other-agency"))
    nowhere = read_source(
        "x", text=LEDGER.replace("source: civil-affairs-dibao", "source: nowhere").replace("低保*", "无")
    )
    bad = read_source(
        "x", text=LEDGER.replace("source: civil-affairs-dibao", "source: bad").replace("低保*", "坏*")
    )
    office.put_rows(ledger_row(1))
    office.put("坏.csv", b"")
    office.put("readme.txt", b"hello")
    report = load_folder(
        office.pool,
        [nowhere, bad, other],
        office.folder,
        quarantine_folder=office.quarantine,
        run_date=RUN_DATE,
    )
    assert [one.source for one in report.reports] == ["other-agency"]
    assert {name: [fault.code for fault in faults] for name, faults in report.failed.items()} == {
        "nowhere": ["SRC-201"],
        "bad": ["SRC-004"],
    }
    assert report.unclaimed == ("readme.txt",)


def test_progress_is_told_for_every_stage(office: Office) -> None:
    told: list[Progress] = []
    office.put_rows(ledger_row(1))
    office.load(progress=told.append)
    assert [one.stage for one in told] == ["read", "check", "write"]


GOOD = {header: [cell] for header, cell in zip(HEADERS, ledger_row(0), strict=True)}
DIRTY = {
    "身份证号": [number(n) for n in range(6)] + ["", "320999198005010020", "12", "3.2E+17"],
    "姓名": ["王一", "王二", "", "王" * 60],
    "户号": ["H1", "H2", ""],
    "与户主关系": ["户主", "10", "", "邻居"],
    "月保障金额(元)": ["1", "1.5万", "-1", "x", ""],
    "批准日期": ["2020-01-01", "20230230", "", "2050-01-01"],
    "家庭人口": ["1", "99", "x", ""],
}
dirty_rows = st.lists(
    st.tuples(*(st.sampled_from(DIRTY[header]) for header in HEADERS)), min_size=1, max_size=25
)


@given(first=dirty_rows, second=dirty_rows, same_id=st.booleans(), blank=st.booleans())
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_row_is_ever_lost(
    tmp_path_factory: pytest.TempPathFactory,
    first: list[tuple[str, ...]],
    second: list[tuple[str, ...]],
    same_id: bool,
    blank: bool,
) -> None:
    folder = tmp_path_factory.mktemp("office")
    (folder / "in").mkdir()
    office = Office(folder / "in", Pool.open(folder / "pool", create=True), folder / "quarantine")
    office.put_rows(*first, name="低保1.csv")
    office.put_rows(*second, name="低保2.csv")
    text = LEDGER.replace("unique:", f"same_id_one_name: {str(same_id).lower()}, unique:")
    report = office.load(text.replace("type: integer", "type: integer, on_invalid: blank") if blank else text)
    assert report.read == len(first) + len(second)
    assert_adds_up(report)
    assert len(office.rows("person")) == report.accepted
    outcome: dict[str, set[tuple[str, int]]] = {"rejected": set(), "duplicate": set()}
    for line in office.quarantined() if report.quarantine else []:
        outcome.setdefault(line["outcome"], set()).add((line["file"], line["row"]))
    assert len(outcome["rejected"]) == report.quarantined
    assert len(outcome["duplicate"]) == report.duplicates
    accepted = {(row["file"], row["row"]) for row in office.rows("person")}
    assert not accepted & (outcome["rejected"] | outcome["duplicate"])


def test_every_rule_has_a_stable_code_and_says_what_to_do() -> None:
    for number_, rule in RULES.items():
        assert rule.code == f"SRC-{number_}"
        assert rule.says
        assert rule.to_do
        assert re.fullmatch(r"SRC-1\d\d", rule.code)
