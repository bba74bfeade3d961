"""The command line as a person meets it: its words, its errors, its exit code."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from yingjiu.cli import main

COMMAND = (sys.executable, "-c", "from yingjiu.cli import main; main()")


@dataclass(frozen=True)
class Ended:
    """How a command ended.

    Attributes:
        code: its exit code.
        out: what it printed.
        err: what it printed as errors.
    """

    code: int
    out: str
    err: str


def environment(**more: str) -> dict[str, str]:
    """The environment of a process that finds this code and has no settings of ours."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("YINGJIU_", "COLUMNS"))}
    path = os.pathsep.join(str(Path(entry).resolve()) for entry in sys.path if entry)
    return kept | {"PYTHONPATH": path, "PYTHONUTF8": "1", "PYTHONWARNINGS": "error"} | more


def process(*arguments: object, folder: Path | None = None, env: Mapping[str, str] | None = None) -> Ended:
    """Run a command in a process of its own, without a terminal."""
    done = subprocess.run(
        [*COMMAND, *map(str, arguments)],
        capture_output=True,
        encoding="utf-8",
        cwd=folder,
        env=environment(**(env or {})),
        timeout=300,
        check=False,
    )
    return Ended(done.returncode, done.stdout, done.stderr)


def command(*arguments: object) -> Ended:
    """Run a command inside this process: the same way in, without the seconds of a start."""
    out, err = io.StringIO(), io.StringIO()
    code: object = 0
    with (
        patch.object(sys, "argv", ["yingjiu", *map(str, arguments)]),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as ended:
            code = ended.code or 0
    assert isinstance(code, int)
    return Ended(code, out.getvalue(), err.getvalue())
