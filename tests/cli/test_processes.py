"""Real processes and real terminals: pipes that close, Ctrl-C, progress, narrow windows."""

from __future__ import annotations

import os
import pty
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest

from yingjiu.cli import console
from yingjiu.pool import Pool

from .commands import COMMAND, environment, process
from .conftest import Demo


def on_terminal(*arguments: object, columns: int = 120) -> tuple[int, str]:
    """Run a command on a terminal of its own; its exit code and everything it drew."""
    ours, theirs = pty.openpty()
    running = subprocess.Popen(
        [*COMMAND, *map(str, arguments)],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=environment(TERM="xterm-256color", COLUMNS=str(columns), LINES="50"),
    )
    os.close(theirs)
    drawn = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:  # Linux says so when the last writer has gone
            break
        if not part:
            break
        drawn += part
    os.close(ours)
    return running.wait(timeout=120), drawn.decode("utf-8")


def plain(drawn: str) -> list[str]:
    """What was drawn without colours and cursor movements, line by line."""
    return re.split(r"[\r\n]+", re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", drawn))


def test_progress_is_drawn_on_a_terminal_and_ends_with_a_line(demo: Demo, tmp_path: Path) -> None:
    code, drawn = on_terminal("--workspace", tmp_path / "var", "source", "load", demo.at / "files")
    assert code == 0
    lines = plain(drawn)
    assert any("━" in line and re.search(r"载入.* \d+/32 ", line) for line in lines)
    assert any(re.fullmatch(r"载入  \d+\.\d s", line) for line in lines)
    assert any("│" in line for line in lines)


@pytest.mark.parametrize("columns", [40, 80, 140])
def test_tables_stay_readable_on_any_terminal(demo: Demo, columns: int) -> None:
    code, drawn = on_terminal("--workspace", demo.at, "model", "list", columns=columns)
    assert code == 0
    text = "".join(plain(drawn))
    lines = plain(drawn)
    assert ("│" in text) is (columns == 140)
    for name in ("guanyun-target-screening", "panan-injury"):
        assert any(name in line for line in lines) or columns == 140
    width = max(sum(2 if ord(sign) > 0x2E80 else 1 for sign in line) for line in lines)
    assert width <= columns


def test_a_long_step_tells_where_it_is_without_a_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with console.steps("载入") as step:
        step(1, 3, "甲")
    assert re.fullmatch(r"载入  0\.\d s\n", capsys.readouterr().out)
    monkeypatch.setattr(console, "QUIET_SECONDS", 0.0)
    with console.steps("载入") as step:
        step(1, 3, "[乙]")
    assert capsys.readouterr().out.splitlines()[0] == "  载入 1 / 3 [乙]"


def test_a_table_without_rows_is_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    console.table("名称", ["甲", "乙"], [], numbers=1)
    assert capsys.readouterr().out.splitlines() == ["名称", "  甲  乙"]


@pytest.mark.parametrize("arguments", [("model", "list"), ("source", "list"), ("--help",)], ids=" ".join)
def test_a_reader_that_leaves_early_causes_no_traceback(arguments: tuple[str, ...]) -> None:
    running = subprocess.Popen(
        [*COMMAND, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
        encoding="utf-8",
    )
    assert running.stdout is not None
    assert running.stderr is not None
    running.stdout.close()
    said = running.stderr.read()
    running.stderr.close()
    running.wait(timeout=60)
    assert said.strip() == ""


def test_head_shows_the_beginning(demo: Demo) -> None:
    ended = process("--workspace", demo.at, "source", "history")
    first = subprocess.run(
        ["/bin/sh", "-c", '"$@" | head -n 3', "sh", *COMMAND, "--workspace", demo.at, "source", "history"],
        capture_output=True,
        encoding="utf-8",
        env=environment(),
        check=False,
    )
    assert first.stdout.splitlines() == ended.out.splitlines()[:3]
    assert first.stderr == ""


@pytest.mark.parametrize("batches", [0, 1, 8], ids=["at once", "after one source", "in the middle"])
def test_ctrl_c_ends_shortly_and_leaves_a_sound_pool(demo: Demo, tmp_path: Path, batches: int) -> None:
    workspace = tmp_path / "var"
    running = subprocess.Popen(
        [*COMMAND, "--workspace", str(workspace), "source", "load", str(demo.at / "files")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
        encoding="utf-8",
    )
    deadline = time.monotonic() + 60
    while len(list((workspace / "pool").glob("*/*/*/*.parquet"))) < batches or not workspace.exists():
        assert time.monotonic() < deadline
        assert running.poll() is None
        time.sleep(0.005)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "Traceback" not in out + err
    assert len(err.strip().splitlines()) == 1
    assert "中断" in err
    pool = Pool.open(workspace / "pool", create=True)
    kept = pool.history()
    assert all(
        path.exists() for table in ("person", "party", "hardship") for path in pool.view().files(table)
    )
    again = process("--workspace", workspace, "source", "load", demo.at / "files")
    assert again.code == 0, again.err
    assert len(pool.history()) == 32
    assert pool.history()[: len(kept)] == kept
