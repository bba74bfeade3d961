"""Everything that is sent under the name of a table and is none, or not the one its name says."""

from __future__ import annotations

import io
import os
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import msoffcrypto
import pytest

from yingjiu.sources.readers import ReaderError

from .reading import read, write_xlsx

HTML = "<html><head><meta charset=gb2312></head><table><tr><td>姓名</td></tr></table></html>"
SPREADSHEET_2003 = '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook></Workbook>'


def _workbook(folder: Path) -> bytes:
    rows: list[list[object]] = [["姓名", "号"], *([f"张{n}", n] for n in range(300))]
    return write_xlsx(folder / "whole.xlsx", {"一": rows}).read_bytes()


def _protected(folder: Path) -> bytes:
    out = io.BytesIO()
    office = msoffcrypto.OfficeFile(io.BytesIO(_workbook(folder)))
    office.encrypt("secret", out)
    return out.getvalue()


def _zip(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


WRONG: dict[str, tuple[str, str, Callable[[Path], bytes]]] = {
    "an empty file": ("a.csv", "SRC-004", lambda _f: b""),
    "only a mark and blank lines": ("a.csv", "SRC-004", lambda _f: b"\xef\xbb\xbf\r\n\r\n"),
    "a header only": ("a.csv", "SRC-005", lambda _f: "姓名,号\n".encode()),
    "a header and blank lines": ("a.csv", "SRC-005", lambda _f: "姓名,号\n\n,\n".encode()),
    "a header only, in a workbook": (
        "a.xlsx", "SRC-005", lambda f: write_xlsx(f / "h.xlsx", {"一": [["姓名", "号"]]}).read_bytes(),
    ),
    "an empty workbook": ("a.xlsx", "SRC-004", lambda f: write_xlsx(f / "e.xlsx", {"一": []}).read_bytes()),
    "a web page named xlsx": ("a.xlsx", "SRC-006", lambda _f: HTML.encode("gb18030")),
    "a web page named xls": ("a.xls", "SRC-006", lambda _f: b"\xef\xbb\xbf\r\n" + HTML.encode()),
    "a table of a web page in UTF-16": ("a.xls", "SRC-006", lambda _f: "<TABLE></TABLE>".encode("utf-16")),
    "an XML spreadsheet of 2003": ("a.xls", "SRC-006", lambda _f: SPREADSHEET_2003.encode()),
    "a protected workbook": ("a.xlsx", "SRC-007", _protected),
    "a zip that is no workbook": ("a.xlsx", "SRC-008", lambda _f: _zip("名册.csv")),
    "a Word document": ("a.xlsx", "SRC-011", lambda _f: _zip("word/document.xml")),
    "a workbook cut off": ("a.xlsx", "SRC-009", lambda f: _workbook(f)[:-800]),
    "a workbook with only its first bytes": ("a.xlsx", "SRC-009", lambda f: _workbook(f)[:100]),
    "a zip with the names of a workbook": ("a.xlsx", "SRC-009", lambda _f: _zip("xl/workbook.xml")),
    "binary garbage": ("a.xlsx", "SRC-010", lambda _f: random.Random(1).randbytes(5000)),
    "binary garbage named csv": ("a.csv", "SRC-010", lambda _f: random.Random(2).randbytes(5000)),
    "a PDF": ("a.xlsx", "SRC-011", lambda _f: b"%PDF-1.7\n..."),
    "a RAR archive": ("a.xlsx", "SRC-011", lambda _f: b"Rar!\x1a\x07\x01\x00"),
    "a broken Parquet file": ("a.parquet", "SRC-009", lambda _f: b"PAR1" + b"\x00" * 100 + b"PAR1"),
    "an old Office file without a workbook": (
        "a.xls", "SRC-009", lambda _f: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 2000,
    ),
    "one JSON array": ("a.json", "SRC-011", lambda _f: b'[{"a": 1}, {"a": 2}]'),
    "text without line ends": ("a.csv", "SRC-010", lambda _f: b"abcdefg," * (9 << 20)),
    "only values, no header": ("a.csv", "SRC-012", lambda _f: b"1,2,3\n4,5,6\n"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "code", "content"), WRONG.values(), ids=WRONG)
def test_a_wrong_file_is_told_clearly(
    name: str, code: str, content: Callable[[Path], bytes], tmp_path: Path
) -> None:
    path = tmp_path / "in" / name
    path.parent.mkdir()
    path.write_bytes(content(tmp_path))
    with pytest.raises(ReaderError) as caught:
        read(path)
    (fault,) = caught.value.faults
    assert fault.code == code
    assert fault.file == name
    assert fault.hint


def test_a_workbook_named_csv_is_read_and_noted(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(_workbook(tmp_path))
    result = read(path)
    assert len(result.table) == 300
    assert "xlsx" in result.note("format").message


def test_text_named_xls_and_declared_xls_is_read_and_noted(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes("姓名\t号\n张一\t1\n".encode("gb18030"))
    result = read(path, type="xls")
    assert result.table == [("张一", "1")]
    assert [note.kind for note in result.notes].count("format") == 2


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ReaderError) as caught:
        read(tmp_path / "none.csv")
    assert caught.value.code == "SRC-001"


def test_a_folder(tmp_path: Path) -> None:
    with pytest.raises(ReaderError) as caught:
        read(tmp_path)
    assert caught.value.code == "SRC-002"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read every file")
def test_a_file_without_permission_by_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("姓名\n张一\n", encoding="utf-8")
    path.chmod(0)
    with pytest.raises(ReaderError) as caught:
        read(path)
    assert caught.value.code == "SRC-003"


def test_a_file_without_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.csv"
    path.write_text("姓名\n张一\n", encoding="utf-8")

    def refuse(*_args: object, **_more: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)  # the suite may run as root, who may read everything
    with pytest.raises(ReaderError) as caught:
        read(path)
    assert caught.value.code == "SRC-003"
