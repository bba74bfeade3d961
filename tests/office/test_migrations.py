"""A new office and an older one get the same database: the migrations say all that the models say."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

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
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "yingjiu.office.settings",
        "YINGJIU_OFFICE_FOLDER": str(tmp_path),
    }
    environment.pop("DATABASE_URL", None)
    done = subprocess.run(
        [sys.executable, "-c", MIGRATE], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
