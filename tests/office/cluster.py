"""A PostgreSQL server of the tests' own: in a temporary folder, on a port of this computer only.

::

    python -m tests.office.cluster COMMAND...      run a command with ``DATABASE_URL`` of a fresh server
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["binaries", "running_cluster"]

_SETTINGS = "-c fsync=off -c full_page_writes=off -c max_connections=60 -c listen_addresses=127.0.0.1"


def binaries() -> Path | None:
    """The folder that holds ``initdb`` and ``pg_ctl``; None if PostgreSQL is not installed."""
    folders = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name), reverse=True
    )
    on_path = shutil.which("pg_ctl")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    return next((each for each in folders if (each / "initdb").exists() and (each / "pg_ctl").exists()), None)


@contextmanager
def running_cluster(programs: Path) -> Iterator[str]:
    """Start a server in a temporary folder, and stop it at the end.

    Args:
        programs: as :func:`binaries` gives it.

    Yields:
        The ``DATABASE_URL`` of its database.
    """
    with tempfile.TemporaryDirectory(
        prefix="yingjiu-pg-"
    ) as made:  # pytest keeps its own folders to one user
        folder = Path(made)
        data, owner, port = folder / "data", _owner(folder), _free_port()
        _run(
            owner, programs / "initdb", "-D", data, "-U", "yingjiu", "-A", "trust", "-E", "UTF8", "--no-sync"
        )
        options = f"{_SETTINGS} -p {port} -k {folder}"
        _run(owner, programs / "pg_ctl", "-D", data, "-l", folder / "log", "-o", options, "-w", "start")
        try:
            yield f"postgres://yingjiu@127.0.0.1:{port}/postgres"
        finally:
            _run(owner, programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")


def _owner(folder: Path) -> str | None:
    """Whom the server runs as: initdb refuses root, so root gives the folder to somebody harmless."""
    if os.name != "posix" or os.geteuid() != 0:
        return None
    names = {each.pw_name for each in pwd.getpwall()}
    owner = "postgres" if "postgres" in names else "nobody"
    shutil.chown(folder, owner)
    return owner


def _run(owner: str | None, *command: object) -> None:
    """Run a program of PostgreSQL, as its owner."""
    words = [str(word) for word in command]
    if owner is not None:
        words = ["runuser", "-u", owner, "--", *words]
    # a server that goes on would hold pipes open for ever: what it says goes to its log
    done = subprocess.run(words, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")
    if done.returncode:
        raise RuntimeError(f"{command[0]}: {done.returncode}")


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


def main(*command: str) -> int:
    """Run a command on a server of its own; how it ended."""
    programs = binaries()
    if programs is None:
        sys.exit("PostgreSQL is not installed: no initdb and pg_ctl in /usr/lib/postgresql or PATH")
    with running_cluster(programs) as url:
        return subprocess.run(command, check=False, env={**os.environ, "DATABASE_URL": url}).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
