"""PostgreSQL by ``DATABASE_URL`` and nothing else: tables are made, and what matters works there too.

The checks stand in ``postgres_checks.py`` and run in a process of their own, as settings are read once.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.office.cluster import binaries, running_cluster

ROOT = Path(__file__).resolve().parents[2]
MIGRATIONS = list((ROOT / "src" / "yingjiu" / "office").glob("*/migrations/0001_*.py"))


@pytest.fixture(scope="module")
def database_url() -> Iterator[str]:
    """The address of a fresh server."""
    programs = binaries()
    if programs is None:
        pytest.skip("PostgreSQL is not installed: no initdb and pg_ctl in /usr/lib/postgresql or PATH")
    with running_cluster(programs) as url:
        yield url


def _environment(database_url: str, folder: Path) -> dict[str, str]:
    return {
        **os.environ,
        "DATABASE_URL": database_url,
        "YINGJIU_OFFICE_FOLDER": str(folder),
        "PYTHONPATH": "src:.",
    }


def test_the_tables_are_made_and_the_checks_pass(database_url: str, tmp_path: Path) -> None:
    with_migrations = "--migrations" if MIGRATIONS else "--nomigrations"
    done = subprocess.run(
        [
            *(
                sys.executable,
                "-m",
                "pytest",
                "tests/office/postgres_checks.py",
                "tests/office/people/test_taking.py",
            ),
            *("-q", "-p", "no:cacheprovider", "-n", "0", with_migrations, "--create-db"),
            *("-o", "python_files=test_*.py postgres_checks.py"),
        ],
        cwd=ROOT,
        env=_environment(database_url, tmp_path),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert "skipped" not in done.stdout


@pytest.mark.skipif(not MIGRATIONS, reason="there are no migrations yet")
def test_the_migrations_leave_nothing_to_be_made(database_url: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "django", "makemigrations", "--check", "--dry-run"],
        cwd=ROOT,
        env={**_environment(database_url, tmp_path), "DJANGO_SETTINGS_MODULE": "yingjiu.office.settings"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
