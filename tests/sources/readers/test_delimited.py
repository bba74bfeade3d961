from __future__ import annotations

import csv
import io
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yingjiu.sources.readers import FileFormat, ReaderError, digest_file
from yingjiu.sources.readers.delimited import read_delimited

from .reading import Read, read

CASES: list[dict[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("delimited_cases.yaml").read_text(encoding="utf-8")
)


@pytest.mark.parametrize(
    ("case", "encoding"),
    [
        pytest.param(case, encoding, id=f"{case['says']} ({encoding})")
        for case in CASES
        for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16")
        if encoding not in case.get("not_as", ())
    ],
)
def test_delimited_text_is_read_as_it_is_meant(case: dict[str, Any], encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(case["text"].encode(encoding))
    result = read(path)
    assert dict(zip(result.rows, map(list, result.table), strict=True)) == case["rows"]
    assert {row.row: row.code for row in result.broken} == case.get("broken", {})
    assert result.columns == case.get("columns", result.columns)
    assert {note.kind: list(note.rows) for note in result.notes if note.rows} == case.get("left_out", {})


@pytest.mark.parametrize(
    ("encoding", "label"),
    [("utf-8", "UTF-8"), ("gb18030", "GB18030"), ("utf-16-le", "UTF-16"), ("utf-16-be", "UTF-16")],
)
def test_the_encoding_is_found_by_content_and_noted(encoding: str, label: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    mark = "\ufeff" if encoding.startswith("utf-16") else ""
    path.write_bytes((mark + "姓名,住址\n㐂一,虚构县\n").encode(encoding))
    result = read(path)
    assert label in result.note("encoding").message
    assert result.table == [("㐂一", "虚构县")]


def test_chinese_that_comes_after_megabytes_of_plain_letters_is_still_decided_rightly(tmp_path: Path) -> None:
    path = tmp_path / "late.csv"
    path.write_bytes(b"name,town\n" + b"abcdefgh,ijklmnop\n" * 400_000 + "张一,虚构县\n".encode("gb18030"))
    assert read(path).table[-1] == ("张一", "虚构县")


def test_one_line_that_cannot_be_decoded_is_one_broken_row_with_its_byte(tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    lines = ["姓名,住址\n".encode(), *["张一,虚构县\n".encode()] * 200]
    lines[120] = "李二,虚".encode() + b"\xe5\x8e,\n"
    path.write_bytes(b"".join(lines))
    result = read(path)
    assert [(row.row, row.code, row.line) for row in result.broken] == [(121, "SRC-033", 121)]
    assert str(sum(map(len, lines[:120])) + len("李二,虚".encode())) in result.broken[0].found
    assert len(result.table) == 199


def test_a_wrongly_declared_encoding_is_an_error_that_says_where(tmp_path: Path) -> None:
    path = tmp_path / "gb.csv"
    path.write_bytes(("姓名,住址\n" + "张一,虚构县\n" * 100).encode("gb18030"))
    with pytest.raises(ReaderError) as caught:
        read(path, encoding="utf-8")
    assert caught.value.code == "SRC-015"
    assert "0x" in (caught.value.faults[0].path or "")


def test_an_encoding_that_does_not_exist_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("姓名\n张一\n", encoding="utf-8")
    with pytest.raises(ReaderError, match="utf-99"):
        read(path, encoding="utf-99")


def test_a_declared_delimiter_and_header_row_are_believed(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("甲|乙\n丙|丁\n戊|己\n", encoding="utf-8")
    result = read(path, delimiter="|", header_row=2)
    assert result.columns == ["丙", "丁"]
    assert result.table == [("戊", "己")]
    assert result.rows == [3]


def test_a_declared_header_row_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("甲,乙\n丙,丁\n", encoding="utf-8")
    with pytest.raises(ReaderError) as caught:
        read(path, header_row=9)
    assert caught.value.code == "SRC-016"


def test_expected_names_decide_where_the_header_is(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "填报,日期,镇,村\n甲,乙,丙,丁\n姓 名,证件号码（必填）,镇,村\n张一,x,y,z\n", encoding="utf-8"
    )
    result = read(path, expected={"姓名", "证件号码"})
    assert result.rows == [4]
    assert result.columns[0] == "姓 名"


def test_an_expected_header_over_two_columns_is_an_error_that_names_both(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("姓名,年龄,姓　名\n张一,3,李二\n", encoding="utf-8")
    with pytest.raises(ReaderError) as caught:
        read(path, expected={"姓名"})
    assert caught.value.code == "SRC-013"
    assert caught.value.faults[0].found == "A, C"


_PLAIN = st.text(alphabet='甲乙ab",;1 \t', max_size=6)
_LINES = st.text(alphabet='甲乙ab"\n1', max_size=12)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.tuples(_PLAIN, _LINES, _PLAIN), min_size=1, max_size=60),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    end=st.sampled_from(["\n", "\r\n"]),
    block=st.sampled_from([97, 1000, 1 << 20]),
)
def test_what_a_csv_writer_wrote_is_read_back(
    rows: list[tuple[str, str, str]], quoting: Any, end: str, block: int, tmp_path: Path
) -> None:
    text = io.StringIO()
    writer = csv.writer(text, quoting=quoting, lineterminator=end)
    writer.writerow(("姓名", "诉求", "住址"))
    writer.writerows(rows)
    path = tmp_path / "a.csv"
    path.write_text(text.getvalue(), encoding="utf-8", newline="")
    chunks = read_delimited(
        path, FileFormat(header_row=1, delimiter=",", totals=()), chunk_rows=7, block=block
    )
    wanted = {
        number: tuple(cell or None for cell in row)
        for number, row in enumerate(rows, 2)
        if any(cell.strip() for cell in row)
    }
    if not wanted:
        with pytest.raises(ReaderError, match="SRC-005"):
            list(chunks)
        return
    result = Read(tuple(chunks))
    assert not result.broken
    assert dict(zip(result.rows, result.table, strict=True)) == wanted


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    broken=st.lists(
        st.tuples(st.integers(0, 299), st.integers(0, 3)), min_size=1, max_size=6, unique_by=lambda t: t[0]
    ),
    block=st.sampled_from([512, 4096, 1 << 20]),
)
def test_broken_quotes_break_their_own_rows_and_no_other(
    broken: list[tuple[int, int]], block: int, tmp_path: Path
) -> None:
    rows = [[f"张{number}", "男", f"{number}", "虚构县"] for number in range(300)]
    for number, column in broken:
        rows[number][column] = '"' + rows[number][column]
    path = tmp_path / "a.csv"
    path.write_text("姓名,性别,年龄,住址\n" + "".join(",".join(row) + "\n" for row in rows), encoding="utf-8")
    result = Read(tuple(read_delimited(path, FileFormat(), chunk_rows=1000, block=block)))
    wrong = {number + 2 for number, _column in broken}
    assert {row.row for row in result.broken} == wrong
    assert {row.code for row in result.broken} == {"SRC-032"}
    assert result.rows == [number for number in range(2, 302) if number not in wrong]


_PEAK = """
import resource, sys
from pathlib import Path
from yingjiu.sources.readers import FileReport, read_file
report = FileReport.of(read_file(Path(sys.argv[1])))
print(report.rows, report.broken, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def test_a_large_file_with_one_broken_quote_is_read_in_flat_memory(tmp_path: Path) -> None:
    pytest.importorskip("resource")
    row = '张一,320999199001011234,"虚构县",2023-05-01,100.00\n'.encode()
    broken = '"张一,320999199001011234,虚构县,2023-05-01,100.00\n'.encode()
    peaks = []
    for many in (300_000, 1_200_000):
        path = tmp_path / f"{many}.csv"
        with path.open("wb") as stream:
            stream.write("姓名,证件号码,住址,日期,金额\n".encode())
            for part in range(10):
                stream.write(broken if part == 1 else b"")
                stream.write(row * (many // 10))
        done = subprocess.run(
            [sys.executable, "-c", _PEAK, str(path)], check=True, capture_output=True, text=True
        ).stdout.split()
        assert done[:2] == [str(many), "1"]
        peaks.append(int(done[2]))
    assert peaks[1] - peaks[0] < 60


def test_equal_content_has_an_equal_digest_whatever_its_name(tmp_path: Path) -> None:
    for name, content in (("a.csv", b"1"), ("b.txt", b"1"), ("c.csv", b"2")):
        (tmp_path / name).write_bytes(content)
    assert (
        digest_file(tmp_path / "a.csv") == digest_file(tmp_path / "b.txt") != digest_file(tmp_path / "c.csv")
    )
