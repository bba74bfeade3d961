"""Where stored files lie, and what to say when the disk is full."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from yingjiu.errors import Fault
from yingjiu.office.frame.errors import NoSpace
from yingjiu.office.frame.fullness import FULL

__all__ = ["check_space", "create", "files_folder", "path_of", "put_in_place", "storing", "work_folder"]

RESERVE: Final = 64 * 1024 * 1024
"""Bytes that an upload leaves free: the database needs room to record it."""


def files_folder() -> Path:
    """The folder of all stored files, for this user only."""
    folder = Path(settings.YINGJIU_FOLDER) / "files"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def work_folder() -> Path:
    """Where a job unpacks what it must have as a plain file; emptied of what dead workers left."""
    folder = Path(settings.YINGJIU_FOLDER) / "work"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def path_of(token: UUID, *, partial: bool = False) -> Path:
    """Where a file lies; while it arrives it has another name."""
    return files_folder() / token.hex[:2] / (f"{token.hex}.part" if partial else token.hex)


def create(path: Path) -> BinaryIO:
    """Open a file for reading and writing that only this user may read; made if it is not there."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b")


def put_in_place(partial: Path, path: Path) -> None:
    """Give a whole file its name, down to the disk."""
    partial.replace(path)
    if os.name == "posix":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def check_space(size: int) -> None:
    """Refuse early what will not find room.

    Raises:
        NoSpace: ``FIL-010``.
    """
    if shutil.disk_usage(files_folder()).free < size + RESERVE:
        raise _no_space()


@contextmanager
def storing() -> Iterator[None]:
    """Say what to do when the disk is full.

    Raises:
        NoSpace: ``FIL-010``.
    """
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise _no_space() from None
        raise


def _no_space() -> NoSpace:
    return NoSpace(
        Fault(
            "FIL-010",
            _("there is no room on the disk of the server for this file; nothing of it was kept"),
            hint=_("tell the system administrator, who makes room; then choose the file again"),
        )
    )
