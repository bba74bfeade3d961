"""A running office: a real server that a test may kill, and a process that looks inside.

The office lies in a folder of its own, on SQLite.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.office.processes import ROOT, environment

__all__ = ["Office"]


class Office:
    """A folder with a database, served by a process.

    Args:
        folder: of the installation; made.
        logs: where the processes write what they say; beside the folder unless given.
    """

    def __init__(self, folder: Path, *, logs: Path | None = None) -> None:
        self.folder, self._logs = folder, logs or folder.parent
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.environment = environment(folder, "")
        self.port = 0
        self._server: subprocess.Popen[str] | None = None
        self._inside = self._start("inside", stdin=subprocess.PIPE)

    @property
    def address(self) -> str:
        """Where it is served."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def serves(self) -> bool:
        """Whether its server lives."""
        return self._server is not None and self._server.poll() is None

    def do(self, act: Callable[..., Any], **given: Any) -> Any:
        """Call a function of the tests inside the installation; what it returns comes back as JSON."""
        asked = {"module": act.__module__, "name": act.__qualname__, "given": given}
        assert self._inside.stdin is not None
        assert self._inside.stdout is not None
        self._inside.stdin.write(json.dumps(asked) + "\n")
        self._inside.stdin.flush()
        answer = self._inside.stdout.readline()
        assert answer, self._log("inside")
        told = json.loads(answer)
        assert "failed" not in told, told["failed"]
        return told["answer"]

    def serve(self) -> None:
        """Start the server; after the first time at the same address."""
        self._server = self._start("serving", str(self.port))
        assert self._server.stdout is not None
        told = self._server.stdout.readline()
        assert told, self._log("serving")
        self.port = int(told)

    def kill(self) -> None:
        """Kill the server as ``kill -9`` does."""
        assert self._server is not None
        self._server.kill()
        self.wait_for_death()

    def wait_for_death(self) -> int:
        """The server has died, or dies now; how it ended."""
        assert self._server is not None
        code = self._server.wait(timeout=30)
        if self._server.stdout is not None:
            self._server.stdout.close()
        self._server = None
        return code

    @property
    def said(self) -> str:
        """What the server wrote to its log."""
        return self._log("serving")

    def end(self) -> None:
        """Leave no process behind."""
        if self._server is not None:
            self.kill()
        assert self._inside.stdin is not None
        assert self._inside.stdout is not None
        self._inside.stdin.close()
        self._inside.wait(timeout=30)
        self._inside.stdout.close()

    def _start(self, module: str, *words: str, stdin: int = subprocess.DEVNULL) -> subprocess.Popen[str]:
        with (self._logs / f"{module}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", f"tests.office.behaviour.{module}", *words],
                env=self.environment,
                cwd=ROOT,
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )

    def _log(self, module: str) -> str:
        return (self._logs / f"{module}.log").read_text(encoding="utf-8")
