from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter
import xlwt

from yingjiu.sources.readers import CellKind, ReaderError

from .reading import read, write_xlsx


def test_titles_blank_rows_totals_and_repeated_headers_of_a_sheet(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["虚构县低保名册"],
        [],
        ["序号", "姓名", "金额"],
        [1, "张一", 100],
        [],
        [2, "李二", 200.5],
        ["序号", "姓名", "金额"],
        [3, "赵三", 300],
        [None, "合计", 600.5],
        ["制表人：某"],
    ]
    result = read(write_xlsx(tmp_path / "a.xlsx", {"名册": rows}))
    assert result.columns == ["序号", "姓名", "金额"]
    assert result.rows == [4, 6, 8]
    assert result.table == [("1", "张一", "100"), ("2", "李二", "200.5"), ("3", "赵三", "300")]
    assert result.note("totals").rows == (9,)
    assert result.note("repeated_header").rows == (7,)
    assert result.note("footer").rows == (10,)
    assert "虚构县低保名册" in result.note("titles").message
    assert result.chunks[0].sheet == "名册"


def test_numbers_dates_and_truth_arrive_as_text_and_are_known_for_what_they_were(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["值"],
        [320999199001011234],
        [110101900307123],
        [12.0],
        [0.1 + 0.2],
        [1e-7],
        [date(2023, 5, 1)],
        [datetime(2023, 5, 1, 8, 30)],  # noqa: DTZ001 - a workbook knows no time zone
        [True],
        ["20230501"],
    ]
    result = read(write_xlsx(tmp_path / "a.xlsx", {"a": rows}))
    assert [value for (value,) in result.table] == [
        "3.20999199001011E+17",
        "110101900307123",
        "12",
        "0.3",
        "0.0000001",
        "2023-05-01",
        "2023-05-01 08:30:00",
        "true",
        "20230501",
    ]
    number, day = CellKind.NUMBER, CellKind.DATE
    assert result.kinds("值") == [number] * 5 + [day, day, CellKind.BOOLEAN, CellKind.TEXT]


def test_a_formula_that_failed_is_not_taken_for_an_empty_cell(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("一")
        sheet.write_row(0, 0, ["姓名", "金额", "备注"])
        sheet.write_row(1, 0, ["张一", 5])
        sheet.write(2, 0, "李二")
        sheet.write_formula(2, 1, "=1/0", None, "#DIV/0!")
        sheet.write_formula(2, 2, "=1+1", None, 2)
    result = read(path)
    assert result.table == [("张一", "5", None), ("李二", "#DIV/0!", "2")]
    assert result.kinds("金额") == [CellKind.NUMBER, CellKind.ERROR]


def test_a_header_over_two_rows_is_joined_and_merged_rows_share_their_value(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("一")
        sheet.merge_range("A1:E1", "虚构县低收入家庭")
        sheet.merge_range("A2:A3", "户号")
        sheet.merge_range("B2:B3", "姓名")
        sheet.merge_range("C2:D2", "年收入(元)")
        sheet.write_row("C3", ["工资", "补贴"])
        sheet.merge_range("E2:E3", "备注")
        sheet.merge_range("A4:A5", "H1")
        sheet.write_row("B4", ["张一", 1, 2])
        sheet.write_row("B5", ["李二", 3, 4])
        sheet.write_row("A6", ["H2", "赵三", 5, 6, "好"])
    result = read(path, chunk_rows=1)
    assert result.columns == ["户号", "姓名", "年收入(元)/工资", "年收入(元)/补贴", "备注"]
    assert result.rows == [4, 5, 6]
    assert result.table == [
        ("H1", "张一", "1", "2", None),
        ("H1", "李二", "3", "4", None),
        ("H2", "赵三", "5", "6", "好"),
    ]
    assert read(path, expected={"工资", "补贴", "姓名"}).table == result.table


SHEETS: dict[str, list[list[object]]] = {
    "填表说明": [["请用黑色笔填写"], ["不得漏填"]],
    "城镇": [["姓名", "证件号码"], ["张一", "x"]],
    "农村": [["姓名", "证件号码"], ["李二", "y"]],
    "字典": [["姓名", "证件号码"], ["隐藏", "z"]],
    "空": [],
}


def test_visible_sheets_are_read_and_the_others_are_reported(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", SHEETS, hidden={"字典"})
    result = read(path, expected={"姓名", "证件号码"})
    assert [(chunk.sheet, chunk.columns.num_rows) for chunk in result.chunks] == [("城镇", 1), ("农村", 1)]
    assert result.note("hidden_sheet").sheet == "字典"
    assert result.note("empty_sheet").sheet == "空"
    assert result.note("other_sheet").sheet == "填表说明"


def test_sheets_without_any_expected_header_are_read_if_there_is_no_other(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", SHEETS, hidden={"字典"})
    result = read(path, expected={"未知列"})
    assert [chunk.sheet for chunk in result.chunks] == ["填表说明", "城镇", "农村"]
    assert result.table[1:] == [("张一", "x"), ("李二", "y")]


def test_a_hidden_sheet_is_read_when_it_is_named(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", SHEETS, hidden={"字典"})
    assert read(path, sheets=("字典",)).table == [("隐藏", "z")]


def test_a_named_sheet_that_does_not_exist_is_an_error_with_the_sheets_there_are(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", SHEETS)
    with pytest.raises(ReaderError, match="城镇, 农村") as caught:
        read(path, sheets=("乡镇",))
    assert caught.value.code == "SRC-014"


def test_a_sheet_is_read_in_chunks_with_its_own_row_numbers(tmp_path: Path) -> None:
    rows: list[list[object]] = [["标题"], ["姓名", "号"], *([f"张{n}", n] for n in range(500))]
    result = read(write_xlsx(tmp_path / "a.xlsx", {"a": rows}), chunk_rows=64)
    assert result.rows == list(range(3, 503))
    assert result.table[-1] == ("张499", "499")
    assert max(chunk.columns.num_rows for chunk in result.chunks) == 64


def test_xls_is_read_like_xlsx(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("一")
    sheet.write_merge(0, 0, 0, 2, "虚构县名册")
    for column, header in enumerate(("姓名", "日期", "号码")):
        sheet.write(1, column, header)
    sheet.write(2, 0, "张一")
    sheet.write(2, 1, date(2023, 5, 1), xlwt.easyxf(num_format_str="yyyy-mm-dd"))
    sheet.write(2, 2, 320999199001011234)
    book.add_sheet("藏").visibility = 1
    book.save(str(path))
    result = read(path)
    assert result.table == [("张一", "2023-05-01", "3.20999199001011E+17")]
    assert result.rows == [3]
    assert result.note("hidden_sheet").sheet == "藏"


def test_a_table_that_does_not_begin_in_the_first_column_keeps_its_rows(tmp_path: Path) -> None:
    rows: list[list[object]] = [[], [None, None, "姓名", "号"], [None, None, "张一", 1]]
    result = read(write_xlsx(tmp_path / "a.xlsx", {"a": rows}))
    assert (result.columns, result.rows, result.table) == (["姓名", "号"], [3], [("张一", "1")])


def test_an_expected_header_over_two_columns_of_a_sheet_is_an_error(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", {"一": [["姓名", "年龄", "姓名"], ["张一", 3, "李二"]]})
    with pytest.raises(ReaderError, match="A, C") as caught:
        read(path, expected={"姓名"})
    assert caught.value.code == "SRC-013"
    assert "一" in (caught.value.faults[0].path or "")
