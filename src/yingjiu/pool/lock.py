"""One load at a time: a lock of the operating system on ``load.lock``.

The lock belongs to an open file of a process; when the process dies, however it dies, the lock is gone with
it, so there is no stale lock to clean up. The file itself stays, and tells who holds it. Only byte
``2**30`` is locked: on Windows a locked byte cannot be read, and the holder's name must be.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from yingjiu.errors import Fault
from yingjiu.language import _
from yingjiu.pool.batches import Holder
from yingjiu.pool.errors import PoolBusyError

__all__ = ["holder", "load_lock"]

_BYTE = 2**30

if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> bool:
        os.lseek(descriptor, _BYTE, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _unlock(descriptor: int) -> None:
        os.lseek(descriptor, _BYTE, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _try_lock(descriptor: int) -> bool:
        # flock, not lockf: it also stops a second load in the same process
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _unlock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)


def _told(path: Path) -> Holder:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        return Holder(int(told["pid"]), datetime.fromisoformat(told["since"]), str(told["source"]))
    except (OSError, ValueError, KeyError, TypeError):
        return Holder(0, None, "?")  # it has the lock and has not written its name yet


def holder(path: Path) -> Holder | None:
    """Who holds the lock now; None if nobody does."""
    try:
        descriptor = os.open(path, os.O_RDWR)
    except OSError:
        return None
    try:
        if _try_lock(descriptor):
            _unlock(descriptor)
            return None
        return _told(path)
    finally:
        os.close(descriptor)


@contextmanager
def load_lock(path: Path, source: str) -> Iterator[None]:
    """Hold the pool's load lock.

    Args:
        path: the lock file; created if need be.
        source: what is being done, told to whoever finds the lock taken.

    Raises:
        PoolBusyError: ``POL-010`` another process, or another load of this one, holds it.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        if not _take(descriptor, path):
            raise PoolBusyError(_busy(path, _told(path)))
        me = {"pid": os.getpid(), "since": datetime.now(UTC).isoformat(), "source": source}
        os.lseek(descriptor, 0, os.SEEK_SET)
        os.ftruncate(descriptor, 0)
        os.write(descriptor, json.dumps(me, ensure_ascii=False).encode())
        try:
            yield
        finally:
            os.ftruncate(descriptor, 0)
            _unlock(descriptor)
    finally:
        os.close(descriptor)


def _take(descriptor: int, path: Path) -> bool:
    """Try again while one without a name has it: that is :func:`holder` having a look, or a beginning."""
    for _attempt in range(50):
        if _try_lock(descriptor):
            return True
        if _told(path).pid:
            return False
        time.sleep(0.01)
    return False


def _busy(path: Path, by: Holder) -> Fault:
    since = by.since.astimezone().strftime("%Y-%m-%d %H:%M:%S") if by.since else "?"
    return Fault(
        "POL-010",
        _("another load is at work in this pool"),
        str(path),
        found=_("{source}, process {pid}, since {since}").format(source=by.source, pid=by.pid, since=since),
        hint=_("wait until it has ended, or end that process; the pool stays whole either way"),
    )
