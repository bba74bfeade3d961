"""Moments at which the server dies by SIGKILL: right before or right after a decision is committed.

A test names the moment in the file ``die`` of the installation; the server that dies takes the file away, so
that the next one lives.
"""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models.signals import post_save

from yingjiu.office.audit.models import Action, Event

__all__ = ["die", "watch"]

_here = threading.local()


def die(folder: Path, moment: str) -> None:
    """Let the server die at the next decision: ``before`` or ``after`` it is committed."""
    (folder / "die").write_text(moment, encoding="utf-8")


def watch() -> None:
    """Watch the commits of this process."""
    backend: Any = type(connection._connections[connection._alias])  # type: ignore[attr-defined] # a proxy
    commit = backend._commit

    def watched(self: Any) -> None:
        decided, _here.decided = getattr(_here, "decided", False), False
        if decided:
            _at("before")
        commit(self)
        if decided:
            _at("after")

    backend._commit = watched
    post_save.connect(_note, sender=Event, weak=False)


def _note(instance: Event, **_more: Any) -> None:
    if instance.action == Action.DECISION:
        _here.decided = True


def _at(moment: str) -> None:
    told = Path(settings.YINGJIU_FOLDER) / "die"
    if told.exists() and told.read_text(encoding="utf-8") == moment:
        told.unlink()
        os.kill(os.getpid(), signal.SIGKILL)
