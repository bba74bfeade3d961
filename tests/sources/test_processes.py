"""Real processes: killed in the middle, two at once, a disk that is full."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from yingjiu.pool import Pool, PoolBusyError

from .agency import LEDGER, Office, csv_bytes, ledger_row, number

CHILD = """
import json, os, signal, sys, time
from datetime import date
from pathlib import Path
from yingjiu.errors import YingjiuError
from yingjiu.pool import Pool
from yingjiu.sources import load_source, read_source

told = json.loads(sys.argv[1])
seen = 0

def progress(now):
    global seen
    seen += 1
    if told.get("kill") == [now.stage, seen]:
        os.kill(os.getpid(), signal.SIGKILL)
    if told.get("wait") == now.stage:
        Path(told["here"]).touch()
        while not Path(told["go"]).exists():
            time.sleep(0.01)

try:
    report = load_source(
        Pool.open(Path(told["pool"])),
        read_source("ledger.yaml", text=told["source"]),
        Path(told["folder"]),
        quarantine_folder=Path(told["quarantine"]),
        run_date=date(2024, 6, 30),
        progress=progress,
    )
    print(report.outcome)
except YingjiuError as error:
    print(error.code)
"""


def start(
    office: Office, source: str = LEDGER, *, limit: int | None = None, **told: object
) -> subprocess.Popen[str]:
    """Start a load in a process of its own."""
    orders = {
        "pool": str(office.pool.folder),
        "folder": str(office.folder),
        "quarantine": str(office.quarantine),
        "source": source,
    } | told

    def limited() -> None:
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    return subprocess.Popen(
        [sys.executable, "-c", CHILD, json.dumps(orders)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        preexec_fn=limited,  # noqa: PLW1509 - the child starts no threads before it
    )


def outcome(process: subprocess.Popen[str]) -> str:
    """What a load said at its end."""
    said, _errors = process.communicate(timeout=60)
    return said.strip()


def three_files(office: Office) -> None:
    for n in range(3):
        office.put_rows(*(ledger_row(3 * n + m) for m in range(3)), name=f"低保{n}.csv")


@pytest.mark.parametrize(
    "point",
    [("read", 1), ("read", 3), ("check", 4), ("write", 5), ("write", 7)],
    ids=[
        "while the first file is read",
        "after the last file",
        "before judging",
        "between two parts",
        "before the commit",
    ],
)
def test_a_killed_load_leaves_the_pool_as_it_was(office: Office, point: tuple[str, int]) -> None:
    office.put_rows(ledger_row(30), name="低保.csv")
    office.load()
    (office.folder / "低保.csv").unlink()
    before = office.state()["identity"]
    three_files(office)
    process = start(office, kill=point)
    assert process.wait(timeout=60) == -signal.SIGKILL
    process.communicate()
    assert office.pool.view().identity() == before
    assert [row["person_id"] for row in office.rows("person")] == [int(number(30)[:17])]
    Pool.open(office.pool.folder)
    # the next load finds nothing in its way, and clears away what was left
    assert office.load().accepted == 9
    assert len(office.rows("person")) == 9
    assert not list(office.quarantine.glob("**/*.parquet"))
    assert not list((office.pool.folder / "staging").glob("*"))


def test_a_load_killed_at_any_moment_leaves_the_old_or_the_new(office: Office) -> None:
    office.put_rows(ledger_row(30), name="低保.csv")
    office.load()
    (office.folder / "低保.csv").unlink()
    three_files(office)
    for delay in (0.9, 1.1, 1.3):
        process = start(office)
        time.sleep(delay)
        process.kill()
        process.communicate()
        assert len(office.rows("person")) in {1, 9}
    assert office.load().accepted == 9


def test_two_loads_at_once(office: Office, tmp_path: Path) -> None:
    three_files(office)
    here, go = tmp_path / "here", tmp_path / "go"
    process = start(office, wait="write", here=str(here), go=str(go))
    while not here.exists():
        assert process.poll() is None
        time.sleep(0.01)
    with pytest.raises(PoolBusyError) as caught:
        office.load()
    assert caught.value.code == "POL-010"
    assert office.rows("person") == []
    go.touch()
    assert outcome(process) == "loaded"
    assert len(office.rows("person")) == 9


def test_the_same_file_twice_at_once_is_taken_once(office: Office) -> None:
    three_files(office)
    append = LEDGER.replace("data_date", "mode: append\ndata_date")
    said = [outcome(process) for process in [start(office, append) for _twice in range(2)]]
    assert said.count("loaded") == 1
    assert set(said) <= {"loaded", "unchanged", "POL-010"}
    assert len(office.rows("person")) == 9


@pytest.mark.parametrize("limit", [200_000, 1_000_000], ids=["at the first chunk", "further on"])
def test_a_disk_that_fills_up_during_the_load(office: Office, limit: int) -> None:
    office.put_rows(ledger_row(30))
    office.load()
    before = office.state()
    born = [[f"{320999_1980_05_01_000 + n}", *ledger_row(1)[1:]] for n in range(20_000)]
    office.put("低保.csv", csv_bytes(born))
    said = outcome(start(office, LEDGER, limit=limit))
    assert said in {"SRC-221", "POL-030", "POL-031"}
    assert office.state() == before
    assert not list(office.quarantine.glob("**/*.parquet"))
