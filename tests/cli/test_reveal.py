"""Personal data is masked in everything printed and written, until a purpose is stated and logged."""

from __future__ import annotations

import json
import re
import stat
import zipfile
from collections.abc import Iterable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from .commands import Ended
from .conftest import RUN_DATE, Demo

PURPOSE = "核实线索，办案需要"


@pytest.fixture(scope="module")
def personal(demo: Demo) -> frozenset[str]:
    """Every ID number, phone number and person key that the pool holds."""
    found: set[str] = set()
    for table, columns in (("person", ("id_raw", "phone", "person_id")), ("party", ("id_raw", "person_id"))):
        for path in (demo.at / "pool" / table).rglob("*.parquet"):
            rows = pq.ParquetFile(path).read(columns=list(columns))
            found |= {str(value) for column in rows.columns for value in column.to_pylist() if value}
    found = {value for value in found if re.fullmatch(r"-?[\dXx]{7,}", value)}
    assert len(found) > 4000
    return frozenset(found)


def shown(texts: Iterable[str], personal: frozenset[str]) -> set[str]:
    """Personal data in texts: any run of digits, of any length, that the pool holds."""
    return {run for text in texts for run in re.findall(r"\d{6,}-?\d*[Xx]?", text) if run in personal}


def in_files(folder: Path) -> Iterable[str]:
    """Everything that a run leaves, as text."""
    yield (folder / "report.html").read_text(encoding="utf-8")
    with zipfile.ZipFile(folder / "leads.xlsx") as book:
        yield from (book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))
    yield json.dumps(pq.read_table(folder / "leads.parquet").to_pylist(), default=str, ensure_ascii=False)


@pytest.fixture(scope="module")
def revealed(demo: Demo) -> tuple[Ended, Path]:
    """A run whose personal data is revealed for a purpose."""
    out = demo.at / "revealed"
    ended = demo("model", "run", "--date", RUN_DATE, "--out", out, "--reveal", "--purpose", PURPOSE)
    assert ended.code == 0
    return ended, out


def test_nothing_personal_is_written_unmasked(demo: Demo, personal: frozenset[str]) -> None:
    assert shown(in_files(demo.at), personal) == set()
    assert re.search(r"\d{4}\*{10}\d{3}[\dX]", next(iter(in_files(demo.at))))


def test_nothing_personal_is_printed_unmasked(demo: Demo, personal: frozenset[str]) -> None:
    case = pq.read_table(demo.at / "answers" / "truth.parquet").to_pylist()
    some = next(row["case_id"] for row in case if row["is_lead"] and row["case_id"])
    printed = [
        demo.ended.out,
        demo("model", "explain", "guanyun-target-screening", "--limit", 100, "--date", RUN_DATE).out,
        demo("model", "explain", "unsupported-child", "--limit", 100, "--date", RUN_DATE, "--excluded").out,
        demo("model", "screen", "--case", some, "--date", RUN_DATE).out,
        demo("source", "history").out,
        demo("pool", "status").out,
        demo("source", "check", demo.at / "files").out,
    ]
    assert all(len(text) > 200 for text in printed)
    assert shown(printed, personal) == set()


def test_a_masked_explanation_does_not_give_the_birthday_back(demo: Demo) -> None:
    out = demo("model", "explain", "guanyun-target-screening", "--limit", 100, "--date", RUN_DATE).out
    assert re.search(r"出生日期 \d{4}\b", out)
    assert not re.search(r"出生日期 \d{4}-\d\d-\d\d", out)


def test_what_is_revealed_says_for_what(revealed: tuple[Ended, Path], personal: frozenset[str]) -> None:
    _ended, out = revealed
    assert len(shown(in_files(out), personal)) > 10
    assert PURPOSE in (out / "report.html").read_text(encoding="utf-8")


def test_a_reveal_is_logged_for_its_owner_only(demo: Demo, revealed: tuple[Ended, Path]) -> None:
    log = demo.at / "reveal.log"
    first = json.loads(log.read_text(encoding="utf-8").splitlines()[0])
    assert first["purpose"] == PURPOSE
    assert first["what"] == "model run"
    assert first["by"]
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_a_revealed_run_does_not_pass_for_the_masked_one(demo: Demo, revealed: tuple[Ended, Path]) -> None:
    _ended, out = revealed
    assert not (out / "run.json").exists()
    assert demo("model", "run", "--date", RUN_DATE, "--out", out).code == 0
    assert PURPOSE not in (out / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "options", [["--reveal"], ["--reveal", "--purpose", "  "], ["--purpose", "x"]], ids=" ".join
)
@pytest.mark.parametrize(
    "arguments", [("run",), ("explain", "panan-injury"), ("screen", "--case", "x")], ids=lambda one: one[0]
)
def test_no_reveal_without_a_purpose(demo: Demo, arguments: tuple[str, ...], options: list[str]) -> None:
    log = demo.at / "reveal.log"
    before = log.read_bytes() if log.exists() else b""
    ended = demo("model", *arguments, *options)
    assert (ended.code, ended.out) == (2, "")
    assert "--purpose" in ended.err
    assert (log.read_bytes() if log.exists() else b"") == before
