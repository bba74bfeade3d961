"""The office as running processes: the web server, and the worker for long work beside it.

One command starts both, on one computer. The worker is a process of its own, so that a load does not slow the
pages; when it dies it is started again, and its jobs go on where their rows say.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

import django
from django.utils.translation import activate
from django.utils.translation import gettext as _

from yingjiu.errors import Fault, YingjiuError
from yingjiu.language import LANGUAGE
from yingjiu.office.databases import MOVED

__all__ = ["ServingError", "prepare", "serve", "set_up", "work"]

RESTARTS: Final = 5
"""How often a worker that dies at once is started again before the command gives up on it."""
LIVELY: Final = 30.0
"""Seconds after which a worker that dies counts as one that had worked."""


_WORK: Final = "from yingjiu.office.serving import work; work()"


class ServingError(YingjiuError):
    """The office cannot be started (``OFF-001`` to ``OFF-003``, ``OFF-007``, ``OFF-008``)."""


def set_up(folder: Path | None = None) -> None:
    """Set Django up, and nothing more.

    Args:
        folder: of the installation; what the environment or the default says unless given.

    Raises:
        ServingError: ``OFF-007`` the office has moved to PostgreSQL, and ``DATABASE_URL`` does not say where.
    """
    if folder is not None:
        os.environ["YINGJIU_OFFICE_FOLDER"] = str(folder.absolute())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yingjiu.office.settings")
    os.umask(0o077)  # whatever this process writes holds people's data: for its user only
    django.setup()
    activate("zh-hans" if LANGUAGE == "zh" else LANGUAGE)  # what a command says; pages choose their own
    from django.conf import settings  # noqa: PLC0415 - needs Django set up
    from django.db import connection  # noqa: PLC0415 - as above

    aside = Path(settings.YINGJIU_FOLDER) / MOVED
    if connection.vendor == "sqlite" and aside.exists():
        raise ServingError(
            Fault(
                "OFF-007",
                _("this office has moved to PostgreSQL"),
                str(aside),
                hint=_("set DATABASE_URL as when it was moved"),
            )
        )


def prepare(folder: Path | None = None) -> None:
    """Set Django up, and bring the database to the shape that this version needs.

    Args:
        folder: of the installation; what the environment or the default says unless given.

    Raises:
        ServingError: ``OFF-001`` the database cannot be reached, ``OFF-007`` as :func:`set_up`, ``OFF-008``
            it does not keep texts in UTF-8.
    """
    set_up(folder)
    from django.core.management import call_command  # noqa: PLC0415 - needs the settings
    from django.db import OperationalError  # noqa: PLC0415 - as above

    try:
        _check_encoding()
        call_command("migrate", interactive=False, verbosity=0)
    except OperationalError as error:
        raise ServingError(
            Fault(
                "OFF-001",
                _("the database of the office cannot be reached"),
                found=str(error).strip(),
                hint=_("check DATABASE_URL, and that the server runs; without it SQLite is used"),
            )
        ) from error


def _check_encoding() -> None:
    from django.db import connection  # noqa: PLC0415 - needs the settings

    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_encoding")
        (found,) = cursor.fetchone()
    if found != "UTF8":
        raise ServingError(
            Fault(
                "OFF-008",
                _("the database does not keep texts in UTF-8"),
                found=str(found),
                hint="CREATE DATABASE ... ENCODING 'UTF8' TEMPLATE template0",
            )
        )


def serve(host: str, port: int, *, threads: int, ready: Callable[[str], None]) -> None:
    """Serve pages, and keep a worker running, until the process is told to stop.

    Args:
        host: address to listen on.
        port: port; 0 takes a free one.
        threads: requests answered at once.
        ready: told the address when pages can be opened.

    Raises:
        ServingError: ``OFF-002`` the port is taken; ``OFF-003`` the worker does not stay alive.
    """
    from waitress.server import create_server  # noqa: PLC0415 - the command line starts without it

    from yingjiu.office.wsgi import application  # noqa: PLC0415 - needs the settings

    try:
        server = create_server(application, host=host, port=port, threads=threads, ident="yingjiu")
    except OSError as error:
        raise ServingError(
            Fault(
                "OFF-002",
                _("nothing can be served at {host}:{port}").format(host=host, port=port),
                found=str(error),
                hint=_("stop what uses this port, or choose another with --port"),
            )
        ) from error
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(0))
    worker = Worker(stop=server.close)
    worker.start()
    try:
        shown = host if ":" not in host else f"[{host}]"
        ready(f"http://{shown}:{getattr(server, 'effective_port', port)}/")
        with suppress(OSError):  # the loop ends so when the worker closes the socket under it
            server.run()
    finally:
        worker.end()
        server.close()
    if worker.failed:
        raise ServingError(
            Fault(
                "OFF-003",
                _("the worker for long work does not stay alive"),
                hint=_("its last words stand above; loads and model runs wait until it runs"),
            )
        )


def work() -> None:
    """Be the worker, until told to stop or until the server is gone, however it went."""
    set_up()
    from yingjiu.office.jobs.worker import main  # noqa: PLC0415 - needs Django set up

    threading.Thread(target=_end_with_parent, daemon=True).start()
    main()


def _end_with_parent() -> None:
    sys.stdin.buffer.read()  # ends when the server does, for it holds the other end
    os.kill(os.getpid(), signal.SIGTERM)


class Worker(threading.Thread):
    """Keeps one worker process alive.

    Args:
        stop: called when the worker cannot be kept alive.
    """

    def __init__(self, stop: Callable[[], object]) -> None:
        super().__init__(name="worker", daemon=True)
        self.failed = False
        self._stop_server = stop
        self._ending = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None

    def run(self) -> None:
        """Start the worker, and again when it dies."""
        failures = 0
        while not self._ending.is_set():
            began = time.monotonic()
            self._process = subprocess.Popen(  # noqa: S603 - our own words
                [sys.executable, "-c", _WORK], stdin=subprocess.PIPE
            )
            self._process.wait()
            failures = 0 if time.monotonic() - began > LIVELY else failures + 1
            if failures > RESTARTS:
                self.failed = True
                self._stop_server()
                return
            self._ending.wait(min(0.2 * 2**failures, 5.0))

    def end(self) -> None:
        """Ask the worker to finish, wait for it, and end it if it does not."""
        self._ending.set()
        process = self._process
        if process is not None and process.poll() is None:
            process.terminate()
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()
        self.join(timeout=5)
