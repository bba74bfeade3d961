"""Whether the worker that took a job still lives.

A worker holds a lock of the operating system on a file of its own while it runs; however it dies, the lock
dies with it. Where the file cannot be seen, on another computer, only the heartbeat tells.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from yingjiu.pool.lock import holder, load_lock

__all__ = ["anybody", "living", "new_token", "remove_dead", "working"]

_worker = ""
"""The id of this process while it is a worker."""


def _folder() -> Path:
    return Path(settings.YINGJIU_FOLDER) / "workers"


@contextmanager
def working() -> Iterator[str]:
    """Be a worker: hold the lock until the end of the block, or of the process."""
    global _worker  # noqa: PLW0603 - one process is one worker
    _folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    name = secrets.token_hex(8)
    with load_lock(_folder() / f"{name}.lock", "worker"):
        _worker = name
        try:
            yield name
        finally:
            _worker = ""


def new_token() -> str:
    """A name for one attempt at one job, which tells the worker."""
    return f"{_worker or 'inline'}.{secrets.token_hex(8)}"


def living(token: str) -> bool | None:
    """Whether the worker of an attempt lives; None if that cannot be told from here."""
    path = _folder() / f"{token.split('.', maxsplit=1)[0]}.lock"
    return holder(path) is not None if path.is_file() else None


def anybody() -> bool:
    """Whether a worker of this folder runs on this computer."""
    return any(holder(path) is not None for path in _folder().glob("*.lock"))


def remove_dead(keep: set[str]) -> None:
    """Remove the files of workers that are gone.

    Args:
        keep: tokens of attempts that still count as running.
    """
    needed = {token.split(".")[0] for token in keep}
    for path in _folder().glob("*.lock"):
        if path.stem not in needed and holder(path) is None:
            path.unlink(missing_ok=True)
