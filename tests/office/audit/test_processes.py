"""Several processes record at once, and one is killed: the chain has no gap, and the command says so."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from tests.office.processes import environment as office_environment
from yingjiu.office.audit.chain import ORIGIN, digest_of

PROCESSES, EACH = 4, 40
SCRIPT = [sys.executable, "-m", "tests.office.audit.office_process"]
YINGJIU = [sys.executable, "-c", "from yingjiu.cli import main; main()"]


def environment(folder: Path) -> dict[str, str]:
    return office_environment(
        folder, "", DJANGO_SETTINGS_MODULE="tests.office.vault.lower_apps", YINGJIU_LANGUAGE="en"
    )


def start(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*SCRIPT, *arguments],
        env=environment(folder),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def yingjiu(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*YINGJIU, "audit", *arguments], env=environment(folder), capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the events of four processes, and of a fifth that was killed."""
    folder = tmp_path_factory.mktemp("processes")
    made = start(folder, "make")
    _out, said = made.communicate(timeout=60)
    assert made.returncode == 0, said
    running = [start(folder, "append", str(EACH), f"p{number}") for number in range(PROCESSES)]
    killed = start(folder, "forever")
    for process in running:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in running:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    assert killed.stdout is not None
    for _ in range(5):
        killed.stdout.readline()
    killed.send_signal(signal.SIGKILL)
    killed.communicate(timeout=10)
    for process in running:
        _out, said = process.communicate(timeout=60)
        assert process.returncode == 0, said
    return folder


def test_four_processes_leave_one_chain_without_a_gap(folder: Path) -> None:
    with sqlite3.connect(folder / "database.sqlite3") as database:
        rows = database.execute(
            "SELECT sequence, purpose, previous, digest FROM audit_event ORDER BY 1"
        ).fetchall()
    database.close()
    assert [row[0] for row in rows] == list(range(1, len(rows) + 1))
    assert [row[2] for row in rows] == [ORIGIN, *(row[3] for row in rows[:-1])]
    purposes = [row[1] for row in rows if row[1]]
    assert sorted(purposes) == sorted(f"p{p} {n}" for p in range(PROCESSES) for n in range(EACH))
    writers = [purpose.split()[0] for purpose in purposes]
    turns = sum(one != other for one, other in pairwise(writers))
    assert turns > 2 * PROCESSES, "they recorded one after the other"


def test_the_command_finds_it_whole(folder: Path) -> None:
    done = yingjiu(folder, "verify")
    assert done.returncode == 0, done.stderr
    assert "none changed, removed, moved or cut off" in done.stdout


def test_events_are_exported_so_that_others_can_check_them(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "events.jsonl"
    done = yingjiu(folder, "export", str(file), "--purpose", "年度归档")
    assert done.returncode == 0, done.stderr
    events = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert len(events) >= PROCESSES * EACH
    assert all(digest_of(event) == event["digest"] for event in events)


def test_the_command_names_the_event_that_was_changed(folder: Path) -> None:
    with sqlite3.connect(folder / "database.sqlite3") as database:
        with pytest.raises(sqlite3.IntegrityError, match="audit: "):
            database.execute("UPDATE audit_event SET purpose = 'anders' WHERE sequence = 11")
        database.execute("DROP TRIGGER audit_event_keep")
        database.execute("UPDATE audit_event SET purpose = 'anders' WHERE sequence = 11")
    database.close()
    done = yingjiu(folder, "verify")
    assert done.returncode == 1
    assert "[AUD-010] event 11: this event was changed" in done.stderr
