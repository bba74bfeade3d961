"""One command from agency files to explained leads; the second time nothing changes."""

from __future__ import annotations

import re

import pyarrow.parquet as pq
from openpyxl import load_workbook

from .commands import process
from .conftest import Demo


def test_the_demonstration_leaves_what_it_promises(demo: Demo) -> None:
    assert demo.ended.err == ""
    page = (demo.at / "report.html").read_text(encoding="utf-8")
    assert page.lower().startswith("<!doctype html>")
    assert "http-equiv" in page
    assert load_workbook(demo.at / "leads.xlsx", read_only=True).sheetnames
    assert pq.read_table(demo.at / "leads.parquet").num_rows > 10
    for name in ("report.html", "leads.xlsx", "leads.parquet"):
        assert str(demo.at / name) in demo.ended.out


def test_it_prints_leads_by_model_and_level_and_how_right_they_are(demo: Demo) -> None:
    lines = demo.ended.out.splitlines()
    assert any(re.search(r"司法救助对象筛选 .* 司法救助 +\d+ +\d+ +\d+", line) for line in lines)
    (score,) = (line.split() for line in lines if re.match(r"  司法救助 .*%.*%", line))
    precision, recall = (float(part.rstrip("%")) for part in score[-2:])
    assert precision > 70
    assert recall > 70


def test_without_a_terminal_the_lines_are_plain(demo: Demo) -> None:
    for line in demo.ended.out.splitlines():
        assert line == line.rstrip()
        assert not re.search(r"[\x00-\x1f━│┃]", line), line
    assert re.search(r"^载入  \d+\.\d s$", demo.ended.out, re.MULTILINE)


def test_the_second_demonstration_changes_nothing_and_says_so(demo: Demo) -> None:
    results = [demo.at / name for name in ("report.html", "leads.xlsx", "leads.parquet")]
    before = [(path.read_bytes(), path.stat().st_mtime_ns) for path in results]
    batches = demo("source", "history").out
    again = process("--workspace", demo.folder, "demo", "--size", 2000)
    assert again.code == 0
    assert "没有变化" in again.out
    assert "已载入" not in again.out.split("筛查")[0].replace("均已载入", "")
    assert [(path.read_bytes(), path.stat().st_mtime_ns) for path in results] == before
    assert demo("source", "history").out == batches


def test_the_same_run_by_hand_writes_nothing_new_either(demo: Demo) -> None:
    out = demo.at / "by-hand"
    first = demo("model", "run", "--date", "2025-05-31", "--out", out)
    assert first.code == 0
    leads = out / "leads.parquet"
    before = (leads.read_bytes(), leads.stat().st_mtime_ns)
    second = demo("model", "run", "--date", "2025-05-31", "--out", out)
    assert "没有变化" in second.out
    assert (leads.read_bytes(), leads.stat().st_mtime_ns) == before
    assert pq.read_table(leads).column("lead") == pq.read_table(demo.at / "leads.parquet").column("lead")
