"""A process that works on a pool and can be killed at a chosen moment; started by test_kill.py and others.

It reads orders from standard input, one JSON object a line, and answers each with a line. For each order it
forks: the child does the work and dies by SIGKILL before its ``at``-th act on the pool's folder (opening,
making, renaming, removing a file: Python's audit events), or is killed from here after ``seconds``.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from yingjiu.pool import Pool

PERSON = pa.schema(
    [("person_id", pa.int64()), ("name", pa.string()), ("file", pa.string()), ("row", pa.int32())]
)


def people(first: int, count: int, name: str) -> pa.Table:
    keys = range(first, first + count)
    return pa.table([list(keys), [name] * count, ["f.csv"] * count, list(range(count))], schema=PERSON)


def load(folder: Path, mode: str = "upsert", count: int = 50) -> None:
    """A load that adds, replaces and carries over."""
    with Pool.open(folder).load(
        source="civil", content_digest="new", mode=mode, data_date=date(2024, 6, 30)
    ) as writer:
        writer.write("person", people(30, count, "新"))
        hardship = people(30, count, "dibao").rename_columns(["person_id", "list", "file", "row"])
        writer.write("hardship", hardship)
        writer.commit()


def collect(folder: Path) -> None:
    Pool.open(folder).collect_garbage(keep_days=0)


def roll_back(folder: Path) -> None:
    pool = Pool.open(folder)
    pool.rollback(pool.history("civil")[-1].id, reason="test")


def reopen(folder: Path) -> None:
    Pool.open(folder)


def hold(folder: Path) -> None:
    """Begin a load, say so, and never end it."""
    with Pool.open(folder).load(
        source="civil", content_digest="held", mode="snapshot", data_date=date(2024, 6, 30)
    ) as writer:
        writer.write("person", people(1, 3, "半"))
        print(json.dumps({"holding": os.getpid()}), flush=True)
        time.sleep(600)


WORK = {"load": load, "collect": collect, "roll_back": roll_back, "reopen": reopen, "hold": hold}


def die_before(act: int, folder: str) -> None:
    """From now on count the acts on the folder, and die before the given one."""
    seen = 0

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal seen
        if event.startswith(("open", "os.", "shutil.", "sqlite3.")) and any(
            folder in str(argument) for argument in arguments
        ):
            seen += 1
            if seen == act:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)


def work(order: dict[str, Any]) -> None:
    if "at" in order:
        die_before(order["at"], order["folder"])
    WORK[order["do"]](Path(order["folder"]))


def main() -> None:
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            try:
                work(order)
            except BaseException as error:  # noqa: BLE001 - a child tells its parent, whatever it is
                print(json.dumps({"error": repr(error)}), flush=True)
                os._exit(1)
            os._exit(0)
        if "seconds" in order:
            time.sleep(order["seconds"])
            os.kill(child, signal.SIGKILL)
        _pid, status = os.waitpid(child, 0)
        print(json.dumps({"killed": os.WIFSIGNALED(status), "status": status}), flush=True)


if __name__ == "__main__":
    main()
