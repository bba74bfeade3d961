"""Throw away what nobody wants: files that nothing owns, uploads that broke off, leftovers on the disk."""

from __future__ import annotations

import shutil
import time
from contextlib import suppress
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db.models import ProtectedError
from django.utils import timezone

from yingjiu.office.files.disk import files_folder, path_of, work_folder
from yingjiu.office.files.models import StoredFile, Upload, UploadState
from yingjiu.office.files.uploads import abandon
from yingjiu.office.sealing.querysets import everything

__all__ = ["KEEP", "collect_garbage"]

KEEP: Final = timedelta(days=1)


def collect_garbage() -> dict[str, int]:
    """Remove what is older than a day and wanted by nobody.

    Returns:
        How many files, uploads and leftovers were removed.
    """
    then = timezone.now() - KEEP
    files = 0
    for stored in everything(StoredFile).filter(attached=False, created_at__lt=then):
        try:
            stored.delete()
        except ProtectedError:  # somebody forgot to say that it is owned: keep it
            everything(StoredFile).filter(pk=stored.pk).update(attached=True)
            continue
        path_of(stored.token).unlink(missing_ok=True)
        files += 1
    uploads = 0
    for upload in Upload.objects.filter(state=UploadState.OPEN, touched_at__lt=then):
        abandon(upload)
        uploads += 1
    Upload.objects.filter(state=UploadState.FINISHED, touched_at__lt=then).delete()
    return {"files": files, "uploads": uploads, "leftovers": _leftovers()}


def _leftovers() -> int:
    """Files without a row: a transaction that was undone, a worker that was killed."""
    before = time.time() - KEEP.total_seconds()
    removed = 0
    for path in files_folder().glob("*/*"):
        if path.stat().st_mtime >= before or _is_known(path.name):
            continue
        with suppress(OSError):
            path.unlink()
            removed += 1
    for folder in work_folder().iterdir():
        if folder.stat().st_mtime < before:
            shutil.rmtree(folder, ignore_errors=True)
            removed += 1
    return removed


def _is_known(name: str) -> bool:
    try:
        token = UUID(name.split(".", maxsplit=1)[0])
    except ValueError:
        return False
    return (
        everything(StoredFile).filter(token=token).exists()
        or Upload.objects.filter(token=token, state=UploadState.OPEN).exists()
    )
