"""Starting the office's own command as users start it, and finding what it started."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.office.databases import with_database

__all__ = ["ROOT", "children_of", "environment", "office_command", "served", "until"]

ROOT = Path(__file__).resolve().parents[2]


def office_command() -> list[str]:
    """``yingjiu office`` with this interpreter."""
    return [sys.executable, "-c", "from yingjiu.cli import main; main()", "office"]


def environment(folder: Path | None = None, url: str | None = None, **more: str) -> dict[str, str]:
    """What a process of an office is told, and where it finds the same modules as this one.

    Args:
        folder: of the office; none for commands that are given it.
        url: ``DATABASE_URL``; empty for SQLite, none for what this environment says.
        more: other variables.
    """
    told = {
        **(os.environ if url is None else with_database(os.environ, url)),
        "DJANGO_SETTINGS_MODULE": "yingjiu.office.settings",
        "PYTHONPATH": os.pathsep.join(dict.fromkeys([str(ROOT / "src"), str(ROOT), *filter(None, sys.path)])),
    }
    return {**told, **({"YINGJIU_OFFICE_FOLDER": str(folder)} if folder else {}), **more}


@contextmanager
def served(*words: str, told: Mapping[str, str]) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A running office, which ends as by Ctrl-C and has met no fault.

    Args:
        words: of ``yingjiu office`` that say what is served.
        told: the environment.

    Yields:
        The process, and the address without a slash at its end.
    """
    with subprocess.Popen(
        [*office_command(), *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=told
    ) as process:
        try:
            assert process.stdout is not None
            said = []
            for line in process.stdout:
                said.append(line)
                found = re.search(r"http://127\.0\.0\.1:\d+", line)
                if found:
                    break
            else:
                pytest.fail("".join(said))
            yield process, found[0]
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
            rest = process.communicate(timeout=30)[0]
        assert "Traceback" not in rest, rest


def until(true: Callable[[], Any], *, seconds: float = 20) -> Any:
    """Wait until something is so; what it was."""
    end = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)
    return found


def children_of(pid: int) -> list[int]:
    """Processes that a process has started and that live."""
    text = Path(f"/proc/{pid}/task/{pid}/children")
    found = set()
    for task in text.parent.parent.iterdir():
        found |= {int(child) for child in (task / "children").read_text().split()}
    return sorted(child for child in found if not _dead(child))


def _dead(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except FileNotFoundError:
        return True
