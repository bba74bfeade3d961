from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.awards.sound import awarded, standard
from yingjiu.awards import (
    NoAmountError,
    ParameterError,
    award_case,
    compute,
    read_parameters,
    read_wage_table,
    write_wage_files,
)
from yingjiu.declarations import DeclarationError

HEAD = "地区,年份,口径,年平均工资,来源\n"
ROW = "湖南,2024,城镇非私营单位就业人员,99000,湖南省统计局公报\n"
FILE = """parameter: average_monthly_wage
title: 试
unit: yuan/month
series: non_private
regions:
  - region: "{region}"
    last_value_still_valid_on: 2025-12-31
    values:
      - {{from: {since}, value: {value}, year: {year}, grade: own, citation: 文件}}
"""


def _file(folder: Path, name: str = "own.yaml", **told: object) -> Path:
    values = {"region": "430000", "since": "2025-01-01", "value": "8250.00", "year": 2024, **told}
    (folder / name).write_text(FILE.format(**values), encoding="utf-8")
    return folder


def test_every_shipped_value_has_a_grade_and_a_citation() -> None:
    for values, _valid, _told in read_parameters().series.values():
        assert all(value.grade in {"A", "B"} and value.citation for value in values)


def test_the_value_of_the_previous_year_counts() -> None:
    book = read_parameters()
    found = book.find("average_monthly_wage", "non_private", "000000", date(2025, 5, 31))
    assert found is not None
    assert (found.value, found.year, found.stale) == (Decimal("10342.50"), 2024, False)
    assert book.find("average_monthly_wage", "non_private", "430000", date(2025, 5, 31)) is None
    assert book.find("average_monthly_wage", "non_private", "000000", date(2012, 5, 31)) is None


def test_a_series_never_stands_in_for_another() -> None:
    book = read_parameters()
    on = date(2022, 5, 31)
    values = [
        book.find("average_monthly_wage", series, "000000", on) for series in ("non_private", "private")
    ]
    assert [found and found.value for found in values] == [Decimal("8903.08"), Decimal("5240.33")]


def test_a_stale_value_warns_in_the_award() -> None:
    award = awarded(decided_on=date(2027, 3, 1))
    assert any("2025" in warning for warning in award.warnings)
    assert any(found.stale for found in award.parameters.values())
    with pytest.raises(NoAmountError):
        awarded(decided_on=date(2028, 3, 1))


def test_the_same_value_twice_is_an_error(tmp_path: Path) -> None:
    _file(tmp_path, "a.yaml")
    _file(tmp_path, "b.yaml")
    with pytest.raises(ParameterError, match="AWD-101"):
        read_parameters(tmp_path)


def test_an_office_does_not_replace_a_shipped_value_unsaid(tmp_path: Path) -> None:
    folder = _file(tmp_path, region="000000", value="12000")
    with pytest.raises(ParameterError, match="AWD-101"):
        read_parameters(folder)
    path = folder / "own.yaml"
    path.write_text("replaces_shipped: true\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    found = read_parameters(folder).find("average_monthly_wage", "non_private", "000000", date(2025, 5, 31))
    assert found is not None
    assert (found.value, found.grade) == (Decimal(12000), "own")


def test_a_value_cannot_count_before_its_year_has_ended(tmp_path: Path) -> None:
    with pytest.raises(DeclarationError, match="AWD-102"):
        read_parameters(_file(tmp_path, year=2025))


def test_a_negative_wage_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DeclarationError, match="DCL-006"):
        read_parameters(_file(tmp_path, value="-1"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_an_office_brings_its_own_table(tmp_path: Path, encoding: str) -> None:
    table = tmp_path / "工资.csv"
    table.write_text(HEAD + ROW, encoding=encoding)
    write_wage_files(read_wage_table(table), tmp_path / "parameters")
    book = read_parameters(tmp_path / "parameters")
    case = award_case(
        {
            "region": "430200",
            "decided_on": "2025-05-31",
            "facts": {"harm": "death", "awarded": 30000, "received": 0},
        }
    )
    award = compute(case, standard("zhuzhou"), book)
    assert award.step("wage").value.low == Decimal(8250)
    assert "湖南省统计局公报" in (award.step("wage").inputs[0].source or "")


def test_a_workbook_is_read_too(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.append(["2025年度工资表"])
    book.active.append(["地区代码", "年度", "统计口径", "月平均工资（元）", "出处"])
    book.active.append(["430000", 2024, "全口径城镇单位就业人员", 7300.5, "湘人社函"])
    book.save(tmp_path / "工资.xlsx")
    rows = read_wage_table(tmp_path / "工资.xlsx")
    assert [(row.region, row.series, row.monthly) for row in rows] == [
        ("430000", "all_units", Decimal("7300.50"))
    ]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("姓名,年龄\n甲,3\n", ["AWD-103"]),
        (HEAD + "火星,2024,城镇非私营单位就业人员,99000,公报\n", ["AWD-104"]),
        (HEAD + "湖南,2099,城镇非私营单位就业人员,99000,公报\n", ["AWD-105"]),
        (HEAD + "湖南,2024,平均,99000,公报\n", ["AWD-106"]),
        (HEAD + "湖南,2024,城镇非私营单位就业人员,9.9,公报\n", ["AWD-107"]),
        (HEAD + "湖南,2024,城镇非私营单位就业人员,99000,\n", ["AWD-108"]),
        (HEAD + ROW + ROW, ["AWD-101"]),
        (HEAD + "火星,二〇二四,平均,多,\n", ["AWD-104", "AWD-105", "AWD-106", "AWD-107", "AWD-108"]),
    ],
    ids=["no headings", "region", "year", "series", "ten thousands", "no source", "twice", "all at once"],
)
def test_a_wrong_table_is_refused_row_by_row(tmp_path: Path, text: str, codes: list[str]) -> None:
    table = tmp_path / "工资.csv"
    table.write_text(text, encoding="utf-8")
    with pytest.raises(ParameterError) as caught:
        read_wage_table(table)
    assert [fault.code for fault in caught.value.faults] == codes
