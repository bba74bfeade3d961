"""A whole office that runs as its user starts it, and browsers in which its people work."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browsing import watched
from tests.office.databases import SERVER, fresh_database, with_database
from tests.office.processes import office_command
from tests.office.walk.walker import Walk

ROOT = Path(__file__).resolve().parents[3]
SCREENS = ROOT / "var" / "screens"


@pytest.fixture(scope="package")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a demonstration office of 3,000 people is served, in Chinese, with its worker."""
    folder = tmp_path_factory.mktemp("walked")
    with (
        fresh_database(SERVER) as url,
        subprocess.Popen(
            [*office_command(), "demo", "--folder", str(folder), "--size", "3000", "--port", "0"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**with_database(os.environ, url), "YINGJIU_LANGUAGE": "zh"},
        ) as process,
    ):
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
            yield found[0]
        finally:
            process.send_signal(signal.SIGINT)
            rest = process.communicate(timeout=30)[0]
        assert "Traceback" not in rest, rest


@pytest.fixture(scope="module")
def walk(chromium: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Walk]:
    """Browsers of the office's people."""
    folder = SCREENS / request.module.__name__.rpartition(".")[2].removeprefix("test_")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with watched(chromium, address, refused=r"status of (404|409|403|422)") as another:
        yield Walk(another, address, folder)
