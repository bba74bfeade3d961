"""The files: formats and dirt as agencies send them, the same again, every fault where it is said to be."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook

from yingjiu.county import County, CountyError, Written, generate_county, write_files


@pytest.fixture(scope="module")
def county() -> County:
    return generate_county(1, 4_000)


@pytest.fixture(scope="module")
def written(county: County, tmp_path_factory: pytest.TempPathFactory) -> Written:
    folder = tmp_path_factory.mktemp("files")
    return write_files(county, folder, answers=folder / "answers")


def test_at_least_sixteen_files_of_twelve_agencies_in_every_format(written: Written) -> None:
    assert len(written.files) >= 16
    assert len({path.name.split("_")[0] for path in written.files}) >= 12
    assert {path.suffix for path in written.files} == {".csv", ".xls", ".xlsx", ".jsonl", ".parquet", ".db"}


def test_writing_again_gives_the_same_bytes(county: County, written: Written, tmp_path: Path) -> None:
    again = write_files(county, tmp_path)
    for one, other in zip(written.files, again.files, strict=True):
        assert _digest(one) == _digest(other), one.name


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_bytes_of_text_files_are_the_same_on_every_machine(tmp_path: Path) -> None:
    written = write_files(generate_county(1, 2_000), tmp_path)
    total = hashlib.sha256()
    for path in written.files:
        if path.suffix in {".csv", ".jsonl"}:
            total.update(path.read_bytes())
    assert total.hexdigest().startswith(DIGEST)


def test_both_encodings_of_csv_occur(written: Written) -> None:
    heads = [path.read_bytes()[:3] for path in written.files if path.suffix == ".csv"]
    assert Counter(head == b"\xef\xbb\xbf" for head in heads).keys() == {True, False}
    household = next(path for path in written.files if path.name.startswith("公安局_户籍"))
    assert household.read_text("gb18030").startswith("户号,与户主关系,姓名,公民身份号码")


def test_workbooks_have_titles_bands_totals_and_hidden_sheets(written: Written) -> None:
    book = CalamineWorkbook.from_path(str(_file(written, "民政局_低保家庭成员")))
    hidden = [sheet.name for sheet in book.sheets_metadata if "hidden" in str(sheet.visible).lower()]
    assert hidden == ["字典"]
    rows = book.get_sheet_by_name("农村低保").to_python()
    assert rows[0][0] == "虚构县农村低保家庭成员名册"
    assert rows[2][5] == "身份证号"
    assert rows[-1][0] == "合计"
    monitored = CalamineWorkbook.from_path(str(_file(written, "农业农村局_防返贫监测对象")))
    assert monitored.get_sheet_by_index(0).merged_cell_ranges


def _file(written: Written, start: str) -> Path:
    return next(path for path in written.files if path.name.startswith(start))


def _cells(path: Path, sheet: str | None) -> list[list[Any]]:
    """All rows of a file as a user sees them, so that row 1 is the first."""
    match path.suffix:
        case ".csv":
            text = path.read_bytes().decode(
                "utf-8-sig" if path.read_bytes()[:3] == b"\xef\xbb\xbf" else "gb18030"
            )
            return [[cell.strip('"') for cell in line.split(",")] for line in text.splitlines()]
        case ".xlsx" | ".xls":
            return list(CalamineWorkbook.from_path(str(path)).get_sheet_by_name(sheet or "").to_python())
        case ".jsonl":
            return [*([*json.loads(line).values()] for line in path.read_text("utf-8").splitlines())]
        case ".parquet":
            return [*([*row.values()] for row in pq.read_table(path).to_pylist())]
        case _:
            with sqlite3.connect(path) as connection:
                rows = connection.execute("SELECT * FROM zx_case ORDER BY id").fetchall()
            connection.close()
            return [*(list(row) for row in rows)]


_SIGNS: dict[str, Callable[[str], bool]] = {
    "id_full_width": lambda cell: any(sign in cell for sign in "０１２３４５６７８９"),
    "id_spaces": lambda cell: cell.startswith(" "),
    "date_invalid": lambda cell: cell == "2023-02-30",
    "code_unknown": lambda cell: cell == "待核实",
    "id_15": lambda cell: len(cell) == 15,
}


@pytest.mark.parametrize("kind", _SIGNS)
def test_faults_stand_where_they_are_said_to_be(written: Written, kind: str) -> None:
    faults = [one for one in written.planted_faults.to_pylist() if one["kind"] == kind]
    assert faults
    for one in faults:
        rows = _cells(_file(written, one["file"]), one["sheet"])
        assert any(_SIGNS[kind](str(cell)) for cell in rows[one["row"] - 1]), one


def test_one_to_three_of_a_hundred_rows_are_faulty(county: County, tmp_path: Path) -> None:
    for degree, least, most in (
        ("none", 0.0, 0.0),
        ("light", 0.005, 0.015),
        ("middle", 0.01, 0.03),
        ("heavy", 0.02, 0.045),
    ):
        written = write_files(county, tmp_path / degree, dirt=degree)
        household = [one for one in written.planted_faults.to_pylist() if "户籍" in one["file"]]
        assert least <= len(household) / county.size <= most, degree


def test_an_unknown_degree_of_dirt_is_refused(county: County, tmp_path: Path) -> None:
    with pytest.raises(CountyError) as caught:
        write_files(county, tmp_path, dirt="filthy")
    assert caught.value.code == "CTY-004"


def test_a_folder_that_cannot_be_made_is_refused(county: County, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(CountyError) as caught:
        write_files(county, tmp_path / "file")
    assert caught.value.code == "CTY-002"


def test_the_answers_lie_beside_the_files(written: Written) -> None:
    answers = written.folder / "answers"
    assert pq.read_table(answers / "truth.parquet").num_rows > 100
    assert pq.read_table(answers / "planted_faults.parquet").equals(written.planted_faults)


DIGEST = "ed0737914a58c775"
