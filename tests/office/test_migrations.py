"""A new office and an older one get the same database: the migrations say all that the models say."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def django(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "yingjiu.office.settings",
        "YINGJIU_OFFICE_FOLDER": str(folder),
    }
    environment.pop("DATABASE_URL", None)
    return subprocess.run(
        [sys.executable, "-m", "django", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_migrations_make_what_the_models_say(tmp_path: Path) -> None:
    """If this fails: yingjiu office manage makemigrations."""
    missing = django(tmp_path, "makemigrations", "--check", "--dry-run")
    assert missing.returncode == 0, missing.stdout + missing.stderr
    made = django(tmp_path, "migrate", "--verbosity", "0")
    assert made.returncode == 0, made.stderr
    checked = django(tmp_path, "check")
    assert checked.returncode == 0, checked.stderr
