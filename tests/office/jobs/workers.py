"""An installation of its own for a test that kills processes: folder, database, worker."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.office.databases import ask
from tests.office.processes import ROOT, environment

_PREAMBLE = """
import sys
import django
django.setup()
import tests.office.jobs.sample_tasks
"""

_TABLES = """
from django.conf import settings
from django.core.management import call_command
settings.MIGRATION_MODULES = {app.rsplit(".", 1)[-1]: None for app in settings.INSTALLED_APPS}
call_command("migrate", run_syncdb=True, interactive=False, verbosity=0)
"""
"""The tables as the models say; the migrations take five times as long, and have tests of their own."""


class Installation:
    """A folder with a database of its own, in which real processes work.

    Args:
        folder: of the office; PostgreSQL is used if ``DATABASE_URL`` names one.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = environment(folder, PYTHONWARNINGS="default")
        self.workers: list[subprocess.Popen[bytes]] = []
        self.do(_TABLES)

    def do(self, code: str, **values: Any) -> Any:
        """Run code in a process of the installation; what it binds to ``answer`` comes back."""
        script = f"{_PREAMBLE}import json\nanswer = None\nvalues = json.loads(sys.argv[1])\n{code}\n"
        script += "print('ANSWER' + json.dumps(answer, default=str))"
        found = subprocess.run(
            [sys.executable, "-c", script, json.dumps(values)],
            env=self.environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        if found.returncode:
            raise AssertionError(found.stderr)
        return json.loads(found.stdout.rsplit("ANSWER", 1)[1])

    def ask(self, query: str, *values: object) -> list[dict[str, Any]]:
        """Rows of the database as it is, read from outside."""
        return ask(self.folder, query, *values)

    def start_worker(self) -> subprocess.Popen[bytes]:
        """A worker that knows the tests' jobs."""
        code = f"{_PREAMBLE}from yingjiu.office.jobs.worker import main\nraise SystemExit(main())"
        log = (self.folder / "worker.log").open("ab")
        worker = subprocess.Popen([sys.executable, "-c", code], env=self.environment, cwd=ROOT, stderr=log)
        log.close()
        self.workers.append(worker)
        return worker

    def log(self) -> str:
        """What the workers said."""
        return (self.folder / "worker.log").read_text(encoding="utf-8")

    def end(self) -> None:
        """Leave no process behind."""
        for worker in self.workers:
            if worker.poll() is None:
                worker.kill()
            worker.wait(timeout=30)
