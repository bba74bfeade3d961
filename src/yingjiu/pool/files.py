"""Files that are on the disk when we say so: fsync, rename, remove; and faults of storage told plainly."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa

from yingjiu.errors import Fault
from yingjiu.language import _
from yingjiu.pool.errors import StorageError

__all__ = ["move_folder", "remove_folder", "storage_faults", "sync_folder"]

_FULL: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FULL_WORDS: Final = (
    "no space left",
    "disk is full",
    "file too large",
    "quota exceeded",
    "max_temp_directory_size",
)


def sync_folder(folder: Path) -> None:
    """Put the files of a folder, and its list of names, on the disk."""
    for path in folder.iterdir():
        if path.is_file():
            _sync(path)
    _sync_names(folder)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync_names(folder: Path) -> None:
    if sys.platform == "win32":
        return  # folders cannot be synced there; NTFS journals its names
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def move_folder(source: Path, target: Path) -> None:
    """Rename a folder into place; the new name is on the disk when this returns."""
    missing = [folder for folder in (target.parent, *target.parent.parents) if not folder.exists()]
    target.parent.mkdir(parents=True, exist_ok=True)
    source.rename(target)
    for folder in (target.parent, *(made.parent for made in missing)):
        _sync_names(folder)


def remove_folder(folder: Path) -> None:
    """Remove a folder and all in it; harmless where there is none."""
    with suppress(FileNotFoundError):
        shutil.rmtree(folder)


@contextmanager
def storage_faults(folder: Path) -> Iterator[None]:
    """Tell a failure of storage as what it is.

    Args:
        folder: the pool, for the message.

    Raises:
        StorageError: ``POL-030`` no space left, ``POL-031`` anything else that storage refused.
    """
    try:
        yield
    except (
        OSError,
        sqlite3.Error,
        duckdb.IOException,
        duckdb.OutOfMemoryException,
        pa.ArrowException,
    ) as error:
        text = str(error).splitlines()[0] if str(error) else type(error).__name__
        full = getattr(error, "errno", None) in _FULL or any(
            word in str(error).lower() for word in _FULL_WORDS
        )
        if full:
            fault = Fault(
                "POL-030",
                _("there is no space left on the disk; the pool is as it was before"),
                str(folder),
                found=text,
                hint=_("free some space (yingjiu pool clean removes old batches), then load again"),
            )
        else:
            fault = Fault(
                "POL-031",
                _("the pool could not be written; it is as it was before"),
                str(folder),
                found=text,
                hint=_("check the disk and the permissions of the folder, then load again"),
            )
        raise StorageError(fault) from error
