"""PostgreSQL by ``DATABASE_URL`` and nothing else: tables are made, and what matters works there too.

The checks stand in ``postgres_checks.py`` and run in a process of their own, as settings are read once.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.office.processes import ROOT, environment, office_command
from yingjiu.county.dates import RUN_DATE
from yingjiu.office.run_date import run_date


def test_the_tables_are_made_and_the_checks_pass(own_postgresql: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [
            *(
                sys.executable,
                "-m",
                "pytest",
                "tests/office/postgres_checks.py",
                "tests/office/people/test_taking.py",
            ),
            *("-q", "-p", "no:cacheprovider", "-n", "0", "--migrations", "--create-db"),
            *("-o", "python_files=test_*.py postgres_checks.py"),
        ],
        cwd=ROOT,
        env=environment(tmp_path, own_postgresql),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert "skipped" not in done.stdout


def test_the_demonstration_is_made_once_and_found_again(own_postgresql: str, tmp_path: Path) -> None:
    command = [*office_command(), "demo", "--folder", str(tmp_path), "--size", "2000", "--no-serve"]
    told = environment(tmp_path, own_postgresql, YINGJIU_LANGUAGE="en")
    for again in (False, True):
        done = subprocess.run(
            command, cwd=ROOT, env=told, capture_output=True, text=True, timeout=300, check=False
        )
        assert done.returncode == 0, done.stderr
        assert "leads wait in the inbox" in done.stdout
        assert ("Nothing changed" in done.stdout) == again
    assert not (tmp_path / "database.sqlite3").exists()
    assert run_date(tmp_path) == RUN_DATE, "whoever serves it later asks for the day of its files"
