"""Files whose rows were undone: a transaction that found no room, or was refused, leaves none on the disk.

What a killed server leaves is removed by the garbage collection.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from uuid import UUID

from django.db import DatabaseError, connection, transaction

from yingjiu.office.files.disk import path_of
from yingjiu.office.files.models import StoredFile
from yingjiu.office.sealing.querysets import everything

__all__ = ["remove_undone", "stored_now"]


class _Here(threading.local):
    """Of one thread: it answers one request, or does one job, at a time."""

    def __init__(self) -> None:
        self.waiting: set[UUID] = set()


_here = _Here()


def stored_now(token: UUID) -> None:
    """A file stands in its place, and its row is about to be written in the transaction of the caller."""
    waiting = _here.waiting
    waiting.add(token)
    transaction.on_commit(lambda: waiting.discard(token))


def remove_undone(**_signal: object) -> None:
    """At the end of a request or a job: remove the files whose transaction was undone."""
    waiting = set(_here.waiting)
    if not waiting or connection.in_atomic_block:
        return
    _here.waiting.clear()
    with suppress(DatabaseError, OSError):  # then it is left to the garbage collection
        known = set(everything(StoredFile).filter(token__in=waiting).values_list("token", flat=True))
        for token in waiting - known:
            path_of(token).unlink(missing_ok=True)
