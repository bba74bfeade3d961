"""A rotation that is killed in the middle loses nothing, and goes on when it is started again."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.office.databases import ask
from tests.office.processes import environment as office_environment

COUNT = 400
MANAGE = [sys.executable, "-m", "django"]


def environment(folder: Path) -> dict[str, str]:
    return office_environment(folder, DJANGO_SETTINGS_MODULE="tests.office.vault.sample_settings")


def run(folder: Path, *commands: str) -> list[list[Any]]:
    """Whether each of some commands succeeded, and what it said."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.office.vault.sample.commands", *commands],
        env=environment(folder),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told: list[list[Any]] = json.loads(done.stdout)
    return told


def keys_in_use(folder: Path) -> Counter[str]:
    rows = ask(folder, "SELECT name, id_number, finding FROM sample_secret")
    return Counter(value.split(":")[0] for row in rows for value in row.values())


def ring(folder: Path) -> list[str]:
    told = json.loads((folder / "keys.json").read_text(encoding="utf-8"))
    return [key["id"] for key in told["encrypt"]]


@pytest.fixture
def folder(tmp_path: Path, either_database: None) -> Path:
    made = subprocess.run(
        [sys.executable, "-m", "tests.office.vault.sample.fill", str(COUNT)],
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    return tmp_path


def test_a_killed_rotation_is_resumed(folder: Path) -> None:
    (old,) = ring(folder)
    rotation = subprocess.Popen(
        [*MANAGE, "rotate_keys", "--batch", "10"],
        env=environment(folder),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    until = time.monotonic() + 60
    while time.monotonic() < until and rotation.poll() is None:
        if len(keys_in_use(folder)) == 2:
            rotation.send_signal(signal.SIGKILL)
            break
        time.sleep(0.01)
    assert rotation.wait(10) == -signal.SIGKILL, "it was done before it could be killed"

    _old, new = ring(folder)
    used = keys_in_use(folder)
    assert used[old] > 0, used
    assert used[new] > 0, used
    assert used.total() == 3 * COUNT
    checked, refused = run(folder, "check_vault", "rotate_keys --retire")
    assert checked[0], "everything opens, half under each key"
    assert not refused[0]
    assert "VLT-011" in refused[1]
    assert ring(folder) == [old, new]

    resumed, retired, checked = run(folder, "rotate_keys", "rotate_keys --retire", "check_vault")
    assert resumed[0], resumed
    assert retired[0], retired
    assert checked[0], checked
    assert f"{4 * COUNT + COUNT:,}" in checked[1]
    assert keys_in_use(folder) == {new: 3 * COUNT}
    assert ring(folder) == [new]

    (folder / "keys.json").unlink()
    lost = run(folder, "check")[0]
    assert not lost[0]
    assert "VLT-001" in lost[1]
    assert not (folder / "keys.json").exists()
