from __future__ import annotations

import pytest

from yingjiu.sources import readers
from yingjiu.sources.readers import BROKEN_ROW_CODES, normalise_header
from yingjiu.sources.readers import errors as reader_errors
from yingjiu.sources.readers.headers import column_letter, find_header


@pytest.mark.parametrize(
    ("header", "form"),
    [
        ("姓名", "姓名"),
        (" 姓　名 ", "姓名"),
        ("姓\n名", "姓名"),
        ("＊姓名：", "姓名"),
        ("1.姓名", "姓名"),
        ("（3）", "(3)"),
        ("月保障金额（元）", "月保障金额(元)"),
        ("月保障金额【元】", "月保障金额(元)"),
        ("ＩＤ号", "id号"),
        ("2023年收入", "2023年收入"),
        ("“户主”姓名", "户主姓名"),
        ("", ""),
    ],
)
def test_headers_are_compared_in_one_spelling(header: str, form: str) -> None:
    assert normalise_header(header) == form
    assert normalise_header(form) == form


def test_the_header_is_the_first_row_of_labels_as_wide_as_the_table() -> None:
    rows = [
        ["虚构县名册", "", "", ""],
        ["填报单位", "民政局", "", ""],
        ["姓名", "性别", "号", "住址"],
        ["张一", "男", "1", "x"],
    ]
    found = find_header([*rows, *[rows[-1]] * 5])
    assert found is not None
    assert found.index in {1, 2}
    by_name = find_header(rows, {"号", "住址"})
    assert by_name is not None
    assert (by_name.index, by_name.matched) == (2, 2)


def test_columns_have_letters_as_over_a_sheet() -> None:
    assert [column_letter(index) for index in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


def test_the_face_of_the_package_is_what_it_says() -> None:
    assert sorted(readers.__all__) == sorted(set(readers.__all__))
    assert all(hasattr(readers, name) for name in readers.__all__)


def test_every_code_of_a_broken_row_stands_in_the_table_of_codes() -> None:
    for code, message in BROKEN_ROW_CODES.items():
        assert f"{code}  {message}" in (reader_errors.__doc__ or "")
