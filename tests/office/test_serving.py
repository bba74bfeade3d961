"""The office as its user starts it: one command, two processes, and what happens when one of them dies."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
from contextlib import closing
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.office.processes import children_of, environment, office_command, served, until
from yingjiu.office.run_date import RUN_DATE_NAME, keep_run_date, run_date

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="looks for processes below /proc"),
    pytest.mark.usefixtures("own_database"),
]


def answer(address: str, path: str) -> http.client.HTTPResponse:
    with closing(http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)) as connection:
        connection.request("GET", path)
        response = connection.getresponse()
        response.read()
        return response


def test_one_command_serves_pages_and_keeps_a_worker_alive(tmp_path: Path) -> None:
    with served("serve", "--folder", str(tmp_path), "--port", "0", told=environment()) as (process, at):
        login = answer(at, "/accounts/login")
        assert login.status == 200
        policy = login.getheader("Content-Security-Policy") or ""
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert answer(at, "/leads/").status == 302, "who is not signed in is sent to sign in"
        assert all(file.stat().st_mode & 0o077 == 0 for file in tmp_path.iterdir()), "for this user only"

        until(lambda: bool(children_of(process.pid)))
        (worker,) = children_of(process.pid)
        os.kill(worker, signal.SIGKILL)
        until(lambda: bool(set(children_of(process.pid)) - {worker}))
        assert answer(at, "/accounts/login").status == 200, "pages did not wait for the worker"

        (worker,) = children_of(process.pid)
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)
        until(lambda: not Path(f"/proc/{worker}").exists())


def test_a_taken_port_is_said_so(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(
            [*office_command(), "serve", "--folder", str(tmp_path), "--port", str(port)],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            env={**os.environ, "YINGJIU_LANGUAGE": "en"},
        )
    assert done.returncode == 1
    assert "OFF-002" in done.stderr
    assert "--port" in done.stderr


def test_the_day_of_the_environment_goes_before_that_of_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(RUN_DATE_NAME, raising=False)
    assert run_date(tmp_path) is None
    keep_run_date(tmp_path, date(2025, 5, 31))
    assert run_date(tmp_path) == date(2025, 5, 31)
    monkeypatch.setenv(RUN_DATE_NAME, "2024-01-31")
    assert run_date(tmp_path) == date(2024, 1, 31)


def test_a_day_that_is_none_is_said_so(tmp_path: Path) -> None:
    done = subprocess.run(
        [*office_command(), "serve", "--folder", str(tmp_path / "office")],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**os.environ, "YINGJIU_LANGUAGE": "en", RUN_DATE_NAME: "2025/5/31"},
    )
    assert done.returncode == 1
    assert "CLI-042" in done.stderr
    assert "2025-05-31" in done.stderr


def test_a_real_office_begins_with_three_administrators_and_only_once(tmp_path: Path) -> None:
    command = [
        *office_command(),
        "begin",
        "--folder",
        str(tmp_path),
        "--name",
        "虚构县人民检察院",
        "--short-name",
        "虚县检",
        "--region",
        "320999",
    ]
    first = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert first.returncode == 0, first.stderr
    assert all(account in first.stdout for account in ("system", "security", "audit"))
    again = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert again.returncode == 1
    assert "OFF-004" in again.stderr
