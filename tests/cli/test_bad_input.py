"""Bad input as a person meets it: real files, the real command, a clear message, and nothing lost.

docs/explanation/bad-input.md lists every kind with its code and its test.
"""

from __future__ import annotations

import csv
import io
import os
import re
import resource
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msoffcrypto
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from yingjiu.codes import make_number
from yingjiu.pool import LoadMode, Pool

from .commands import COMMAND, Ended, command, environment, process

SOURCE = """\
source: temporary-relief
title: 临时救助台账
agency: 县民政局
legal_basis: [{rule: 社会救助暂行办法, article: "58"}]
files: "临时救助*"
data_date: 2024-05-31
fields:
  id_no: {header: 身份证号, type: id, required: true}
  name: {header: 姓名, type: text, required: true}
  sex: {header: 性别, type: code, list: sex, codes: {男: male, 女: female}}
  amount: {header: 救助金额, type: money, range: [0, 200000]}
  paid_on: {header: 审批日期, type: date, range: [2014-10-01, run_date]}
into:
  benefit: {person_id: id_no, measure: {value: temporary_relief}, amount: amount, paid_on: paid_on}
  person: {person_id: id_no, name: name, sex: sex}
contract: {max_rejected_share: 0.5}
"""
HEADERS = ("身份证号", "姓名", "性别", "救助金额", "审批日期")


def number(n: int) -> str:
    """The n-th valid number of the synthetic county."""
    return make_number("320999", date(1950, 1, 1) + timedelta(days=n // 900), n % 900 + 1)


def good(n: int) -> list[str]:
    """A good row."""
    return [
        number(n),
        f"王{chr(0x4E00 + n % 8000)}",
        "女" if (n % 900 + 1) % 2 == 0 else "男",
        "600.00",
        "2024-03-01",
    ]


def as_csv(rows: Iterable[Sequence[str]], headers: Sequence[str] = HEADERS, encoding: str = "utf-8") -> bytes:
    """A CSV file."""
    stream = io.StringIO()
    csv.writer(stream).writerows([headers, *rows])
    return stream.getvalue().encode(encoding)


def as_xlsx(rows: Iterable[Sequence[str]]) -> bytes:
    """A workbook."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet()
        for index, row in enumerate([HEADERS, *rows]):
            sheet.write_row(index, 0, row)
    return stream.getvalue()


def protected(content: bytes) -> bytes:
    """A workbook behind a password."""
    stream = io.BytesIO()
    msoffcrypto.OfficeFile(io.BytesIO(content)).encrypt("secret", stream)
    return stream.getvalue()


@dataclass(frozen=True)
class Desk:
    """A person with a folder of files, at the command line."""

    folder: Path

    @property
    def options(self) -> list[str]:
        """The settings of every call."""
        return ["--workspace", str(self.folder / "var"), "--sources", str(self.folder / "sources")]

    @property
    def pool(self) -> Pool:
        """The pool."""
        return Pool.open(self.folder / "var" / "pool")

    def put(self, content: bytes, name: str = "临时救助.csv") -> None:
        """Put a file into the folder in place of what was there."""
        for old in (self.folder / "in").iterdir():
            old.unlink()
        (self.folder / "in" / name).write_bytes(content)

    def load(self) -> Ended:
        """Load the folder."""
        return command(*self.options, "source", "load", self.folder / "in")

    def state(self) -> dict[str, Any]:
        """What the pool holds, to the last file."""
        files = {str(path): path.stat().st_mtime_ns for path in self.pool.folder.rglob("*.parquet")}
        return {
            "identity": self.pool.view().identity(),
            "files": files,
            "rows": self.pool.view().rows("benefit"),
        }

    def quarantined(self) -> list[tuple[str, int]]:
        """Rule and row of every line in the quarantine."""
        files = (self.folder / "var" / "quarantine").rglob("*.parquet")
        rows = [row for file in files for row in pq.ParquetFile(file).read().to_pylist()]
        return sorted((row["rule"], row["row"]) for row in rows)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A pool that holds three good rows."""
    for name in ("in", "sources"):
        (tmp_path / name).mkdir()
    (tmp_path / "sources" / "relief.yaml").write_text(SOURCE, encoding="utf-8")
    desk = Desk(tmp_path)
    desk.put(as_csv(map(good, range(3))))
    assert desk.load().code == 0
    return desk


REFUSED: dict[str, tuple[str, str, bytes]] = {
    "an empty file": ("临时救助.csv", "SRC-004", b""),
    "a header only": ("临时救助.csv", "SRC-005", as_csv([])),
    "a column missing": ("临时救助.csv", "SRC-202", as_csv([good(1)[:4]], HEADERS[:4])),
    "a column renamed": ("临时救助.csv", "SRC-202", as_csv([good(1)], (*HEADERS[:4], "批准时间"))),
    "a column doubled": ("临时救助.csv", "SRC-013", as_csv([[*good(1), "x"]], (*HEADERS, "姓名"))),
    "an XLSX that is an HTML page": (
        "临时救助.xlsx",
        "SRC-006",
        "<html><table><tr><td>姓名".encode("gb18030"),
    ),
    "a password-protected XLSX": ("临时救助.xlsx", "SRC-007", protected(as_xlsx([good(1)]))),
    "bytes that are no text": ("临时救助.csv", "SRC-010", bytes(range(256)) * 40),
}


@pytest.mark.parametrize(("name", "code", "content"), REFUSED.values(), ids=REFUSED)
def test_a_file_that_cannot_be_taken_is_told_and_the_pool_stays(
    desk: Desk, name: str, code: str, content: bytes
) -> None:
    before = desk.state()
    desk.put(content, name)
    ended = desk.load()
    assert ended.code == 1
    assert re.search(rf"^\[{code}\] .*临时救助", ended.err, re.MULTILINE), ended.err
    assert "    → " in ended.err
    assert desk.state() == before
    checked = command(*desk.options, "source", "check", desk.folder / "in")
    assert checked.code == 1
    assert f"[{code}]" in checked.err


def test_another_encoding_is_recognised_and_a_wrongly_declared_one_refused(desk: Desk) -> None:
    desk.put(as_csv(map(good, range(40)), encoding="gb18030"))
    declared = SOURCE.replace("data_date:", "format: {encoding: utf-8}\ndata_date:")
    (desk.folder / "sources" / "relief.yaml").write_text(declared, encoding="utf-8")
    before = desk.state()
    ended = desk.load()
    assert (ended.code, desk.state()) == (1, before)
    assert "[SRC-015]" in ended.err
    (desk.folder / "sources" / "relief.yaml").write_text(SOURCE, encoding="utf-8")
    assert desk.load().code == 0
    assert desk.state()["rows"] == 40


def changed(n: int, **cells: str) -> list[str]:
    """A good row with some cells changed."""
    names = dict(zip(("id", "name", "sex", "amount", "paid_on"), good(n), strict=True))
    return list((names | cells).values())


ROWS: dict[str, tuple[list[list[str]], list[tuple[str, int]]]] = {
    "the date 2023-02-30": ([changed(8, paid_on="2023-02-30")], [("SRC-131", 12)]),
    "the date 20230230": ([changed(8, paid_on="20230230")], [("SRC-131", 12)]),
    "a wrong check character": (
        [changed(8, id=number(8)[:-1] + ("0" if number(8)[-1] != "0" else "1"))], [("SRC-107", 12)],
    ),
    "two people under one ID": ([changed(8), changed(8, name="赵钱孙")], [("SRC-171", 12), ("SRC-171", 13)]),
    "a code that is not in the list": ([changed(8, sex="不男不女")], [("SRC-120", 12)]),
    "negative money": ([changed(8, amount="-600.00")], [("SRC-141", 12)]),
}  # fmt: skip


@pytest.mark.parametrize(("rows", "lines"), ROWS.values(), ids=ROWS)
def test_a_bad_row_goes_to_the_quarantine_and_no_other(
    desk: Desk, rows: list[list[str]], lines: list[tuple[str, int]]
) -> None:
    desk.put(as_csv([*map(good, range(10, 20)), *rows]))
    ended = desk.load()
    assert (ended.code, ended.err) == (0, "")
    assert desk.quarantined() == lines
    assert desk.state()["rows"] == 10
    for code in {code for code, _row in lines}:
        assert re.search(rf"^  {code}  .+ → .+$", ended.out, re.MULTILINE)
    workbooks = re.findall(r"^退回的行：(.+\.xlsx)$", ended.out, re.MULTILINE)
    assert workbooks
    assert Path(workbooks[0]).exists()


def test_one_person_under_two_ids_is_taken_and_reported(desk: Desk) -> None:
    twin = changed(8, id=make_number("320999", date(1950, 1, 1), 11), name="欧阳明月", sex="男")
    same = changed(8, name="欧阳明月", sex="男")
    desk.put(as_csv([*map(good, range(20, 30)), same, twin]))
    ended = desk.load()
    assert ended.code == 0
    assert desk.state()["rows"] == 12
    assert "SRC-173" in ended.out + str(desk.quarantined())
    assert number(8) not in ended.out
    assert "欧阳明月" not in ended.out


def test_too_many_bad_rows_stop_the_load(desk: Desk) -> None:
    before = desk.state()
    desk.put(as_csv([good(1), *(changed(n, paid_on="2023-02-30") for n in range(2, 6))]))
    ended = desk.load()
    assert ended.code == 1
    assert "[SRC-220]" in ended.err
    assert desk.state() == before
    assert len(desk.quarantined()) == 4
    checked = command(*desk.options, "source", "check", desk.folder / "in")
    assert checked.code == 1
    assert "80.0%" in checked.err


def peak_of_load(desk: Desk) -> tuple[int, float]:
    """Exit code and peak memory, in MiB, of a load in a process of its own."""
    running = subprocess.Popen(
        [*COMMAND, *desk.options, "source", "load", str(desk.folder / "in")],
        stdout=subprocess.DEVNULL,
        env=environment(),
    )
    _pid, status, used = os.wait4(running.pid, 0)
    running.returncode = os.waitstatus_to_exitcode(status)
    return running.returncode, used.ru_maxrss / 1024


def test_one_broken_quote_in_a_large_file_costs_its_own_row_only(desk: Desk) -> None:
    code, little = peak_of_load(desk)
    assert code == 0
    count, broken = 600_000, 123_456
    lines = [",".join(good(n)) for n in range(count)]
    lines[broken] = lines[broken].replace(",王", ',"王')
    content = "\n".join([",".join(HEADERS), *lines]).encode()
    assert len(content) > 28e6
    desk.put(content)
    code, much = peak_of_load(desk)
    assert code == 0
    assert {rule for rule, _row in desk.quarantined()} <= {"SRC-030", "SRC-031", "SRC-032"}
    assert (broken + 2) in {row for _rule, row in desk.quarantined()}
    assert desk.state()["rows"] + len(desk.quarantined()) == count
    assert len(desk.quarantined()) == 1
    assert much < little + 600, (little, much)


MODEL = Path(__file__).parents[2] / "src" / "yingjiu" / "catalogue" / "models" / "missed-nursing-subsidy.yaml"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (r"^kind:", "kind: supervision\nkind:", "DCL-002"),
        (r'expr: "[^"]*"', "expr: \"no_such_column = 'x'\"", "SCR-011"),
        (r'expr: "[^"]*"', 'expr: "grade <= 2 OR TRUE"', "SCR-025"),
    ],
    ids=["duplicate YAML keys", "an unknown column", "an expression that is always true"],
)
def test_a_wrong_model_is_told_with_its_line(desk: Desk, old: str, new: str, code: str) -> None:
    models = desk.folder / "models"
    models.mkdir()
    (models / "shared").symlink_to(MODEL.parent / "shared")
    text = MODEL.read_text(encoding="utf-8")
    changed, times = re.subn(old, new, text, count=1, flags=re.MULTILINE)
    assert times == 1
    (models / MODEL.name).write_text(changed, encoding="utf-8")
    for arguments in (("check", models), ("test", models)):
        ended = command(*desk.options, "model", *arguments)
        assert (ended.code, ended.out) == (1, "")
        assert re.search(rf"^\[{code}\] \S+{MODEL.name}:\d+ ", ended.err, re.MULTILINE), ended.err
    ran = command("--models", models, *desk.options, "model", "run")
    assert ran.code == 1
    assert f"[{code}]" in ran.err
    assert not (desk.folder / "var" / "leads.parquet").exists()


def test_duplicate_keys_in_a_source_file_are_told_with_both_lines(desk: Desk) -> None:
    (desk.folder / "sources" / "relief.yaml").write_text(SOURCE + "title: 又一个\n", encoding="utf-8")
    before = desk.state()
    ended = desk.load()
    assert (ended.code, desk.state()) == (1, before)
    assert re.search(r"^\[DCL-002\] \S+relief\.yaml:\d+ \$\.title", ended.err, re.MULTILINE)
    assert re.search(r"→ .*\b2\b", ended.err)


@pytest.mark.parametrize("limit", [60_000, 400_000], ids=["early", "later"])
def test_a_disk_that_fills_up_leaves_the_pool_as_it_was(desk: Desk, limit: int) -> None:
    before = desk.state()
    desk.put(as_csv(map(good, range(30_000))))

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    done = subprocess.run(
        [*COMMAND, *desk.options, "source", "load", str(desk.folder / "in")],
        capture_output=True,
        encoding="utf-8",
        env=environment(),
        preexec_fn=limited,
        check=False,
    )
    assert done.returncode == 1
    assert re.search(r"^\[(SRC-221|POL-030|POL-031)\] ", done.stderr, re.MULTILINE), done.stderr
    assert "Traceback" not in done.stderr
    assert desk.state() == before
    assert desk.load().code == 0
    assert desk.state()["rows"] == 30_000


def test_a_second_load_at_once_is_turned_away_and_the_first_is_not_disturbed(desk: Desk) -> None:
    before = desk.state()
    desk.put(as_csv(map(good, range(7))))
    with desk.pool.load(
        source="other", content_digest="x", mode=LoadMode.SNAPSHOT, data_date=date(2024, 5, 31), notes={}
    ):
        ended = process(*desk.options, "source", "load", desk.folder / "in")
        assert ended.code == 1
        assert "[POL-010]" in ended.err
        assert desk.state() == before
        assert "other" in command(*desk.options, "pool", "status").out
    assert process(*desk.options, "source", "load", desk.folder / "in").code == 0
    assert desk.state()["rows"] == 7
