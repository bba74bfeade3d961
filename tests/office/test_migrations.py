"""A new office and an older one get the same database: the migrations say all that the models say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.office.processes import environment

MIGRATE = """
import django
django.setup()
from django.core.management import call_command
call_command("makemigrations", check_changes=True, dry_run=True)
call_command("migrate", verbosity=0)
call_command("check")
"""


def test_the_migrations_make_what_the_models_say(tmp_path: Path) -> None:
    """If this fails: yingjiu office manage makemigrations."""
    told = environment(tmp_path, "")
    done = subprocess.run(
        [sys.executable, "-c", MIGRATE], env=told, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
