"""A real server: a large upload that breaks off in the middle, goes on, and leaves its memory flat."""

from __future__ import annotations

import hashlib
import http.client
import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest

from tests.office.jobs.workers import Installation

MIB = 1024 * 1024
SIZE = 500 * MIB + 4321
SMALLER = 60 * MIB + 4321

_SERVE = """
import sys
from waitress.server import create_server
from yingjiu.office.wsgi import application
server = create_server(application, host="127.0.0.1", port=0, threads=2)
print(server.effective_port, flush=True)
server.run()
"""

_SIGN_IN = """
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from tests.office.house import build_house
house = build_house()
session = SessionStore()
session[SESSION_KEY] = str(house.analyst.pk)
session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
session[HASH_SESSION_KEY] = house.analyst.get_session_auth_hash()
session.save()
answer = session.session_key
"""


class Browser:
    """Speaks to the server as the script in the page does."""

    def __init__(self, port: int, session: str) -> None:
        self.port = port
        token = "t" * 32
        self.headers = {
            "Cookie": f"sessionid={session}; csrftoken={token}",
            "X-CSRFToken": token,
            "Accept": "application/json",
        }

    def ask(self, method: str, url: str, body: bytes = b"", **headers: str) -> tuple[int, dict[str, Any]]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, url, body, {**self.headers, **headers})
            response = connection.getresponse()
            text = response.read()
            return response.status, json.loads(text or b"{}")
        finally:
            connection.close()

    def break_off(self, url: str, offset: int, length: int, data: bytes) -> None:
        """Begin to send a chunk, and lose the connection in the middle of it."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as line:
            lines = [f"PUT {url} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {length}"]
            lines += [f"{name}: {value}" for name, value in self.headers.items()]
            lines += [f"Upload-Offset: {offset}", "", ""]
            line.sendall("\r\n".join(lines).encode() + data[: length // 2])


@pytest.fixture
def installation(tmp_path: Path, own_database: None) -> Iterator[Installation]:
    made = Installation(tmp_path / "office")
    yield made
    made.end()


def serve(at: Installation, preamble: str = "") -> tuple[subprocess.Popen[bytes], int]:
    server = subprocess.Popen(
        [sys.executable, "-c", preamble + _SERVE],
        env=at.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    at.workers.append(server)
    assert server.stdout is not None
    with server.stdout as told:
        return server, int(told.readline())


def peak(server: subprocess.Popen[bytes]) -> int:
    """Most memory that a process has used so far, in bytes."""
    for line in Path(f"/proc/{server.pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise AssertionError("no such line")


BLOCK = ("姓名,证件号码,户籍地址\n".encode() * 40_000)[: MIB - 32]


def content_at(offset: int, length: int) -> bytes:
    """Any part of a file that is never whole in memory; each MiB of it is another one."""
    found = bytearray()
    for number in range(offset // MIB, -(-(offset + length) // MIB)):
        found += b"%031d\n" % number + BLOCK
    return bytes(found[offset % MIB : offset % MIB + length])


def send(browser: Browser, told: dict[str, Any], stop: int) -> None:
    offset = told["offset"]
    while offset < stop:
        data = content_at(offset, min(told["chunk"], told["size"] - offset))
        digest = hashlib.sha256(data).hexdigest()
        status, answer = browser.ask(
            "PUT", told["url"], data, **{"Upload-Offset": str(offset), "Chunk-Digest": digest}
        )
        assert status == 200, answer
        offset = answer["offset"]


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
def test_500_mb_break_off_go_on_and_the_memory_stays_flat(installation: Installation) -> None:
    session = installation.do(_SIGN_IN)
    server, port = serve(installation)
    browser = Browser(port, session)
    begin = json.dumps({"name": "户籍人口.csv", "size": SIZE, "modified": "1"}).encode()
    status, told = browser.ask("POST", "/files/uploads/", begin, **{"Content-Type": "application/json"})
    assert (status, told["offset"]) == (201, 0), told
    send(browser, told, 8 * MIB)
    before = peak(server)
    send(browser, {**told, "offset": 8 * MIB}, 200 * MIB)
    browser.break_off(told["url"], 200 * MIB, 8 * MIB, content_at(200 * MIB, 8 * MIB))
    time.sleep(0.3)
    assert browser.ask("GET", told["url"])[1]["offset"] == 200 * MIB, "half a chunk is no chunk"
    send(browser, {**told, "offset": 200 * MIB}, 304 * MIB)
    assert peak(server) - before < 24 * MIB, "the memory grows with the file"

    cut = threading.Thread(target=lose, args=[browser, told["url"], 304 * MIB])
    cut.start()
    time.sleep(0.02)
    server.kill()  # the server dies as well, while it takes a chunk
    server.wait(timeout=30)
    cut.join()
    server, port = serve(installation)
    browser = Browser(port, session)
    status, again = browser.ask("POST", "/files/uploads/", begin, **{"Content-Type": "application/json"})
    assert again["url"] == told["url"]
    assert again["offset"] in {304 * MIB, 312 * MIB}, "the chunk is there, or it is not"
    send(browser, again, SIZE)
    status, stored = browser.ask("POST", again["finish"], b"{}", **{"Content-Type": "application/json"})
    assert (status, stored["size"]) == (201, SIZE)
    assert browser.ask("GET", told["url"])[1]["state"] == "finished"

    digest, expected = hashlib.sha256(), hashlib.sha256()
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        connection.request("GET", stored["url"], headers=browser.headers)
        response = connection.getresponse()
        while block := response.read(MIB):
            digest.update(block)
    for offset in range(0, SIZE, MIB):
        expected.update(content_at(offset, min(MIB, SIZE - offset)))
    assert digest.hexdigest() == expected.hexdigest()
    assert peak(server) - before < 24 * MIB


def lose(browser: Browser, url: str, offset: int) -> None:
    """Send a chunk whose answer nobody waits for."""
    with suppress(OSError, http.client.HTTPException):
        browser.ask("PUT", url, content_at(offset, 8 * MIB), **{"Upload-Offset": str(offset)})


_SMALL_DISK = """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (10_000_000, 10_000_000))
"""


def test_when_the_disk_fills_up_in_the_middle_it_is_told_and_what_is_there_stays(
    installation: Installation,
) -> None:
    session = installation.do(_SIGN_IN)
    server, port = serve(installation, _SMALL_DISK)
    browser = Browser(port, session)
    begin = json.dumps({"name": "户籍人口.csv", "size": SMALLER, "modified": "1"}).encode()
    _status, told = browser.ask("POST", "/files/uploads/", begin, **{"Content-Type": "application/json"})
    send(browser, told, 8 * MIB)
    data = content_at(8 * MIB, 8 * MIB)
    status, answer = browser.ask("PUT", told["url"], data, **{"Upload-Offset": str(8 * MIB)})
    assert (status, answer["faults"][0]["code"]) == (507, "FIL-010")
    assert browser.ask("GET", told["url"])[1]["offset"] == 8 * MIB
    (partial,) = (installation.folder / "files").glob("*/*.part")
    assert partial.stat().st_size == 8 + 8 * (MIB + 28), "nothing half-written"

    server.kill()
    server.wait(timeout=30)
    _server, port = serve(installation)  # room was made
    browser = Browser(port, session)
    send(browser, {**told, "offset": 8 * MIB}, SMALLER)
    assert browser.ask("POST", told["finish"], b"{}", **{"Content-Type": "application/json"})[0] == 201
