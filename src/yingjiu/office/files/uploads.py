"""Uploads in chunks: each is on the disk before it is acknowledged, and goes on where it broke off.

A chunk is written into the file's place and synced; only then does the row say that it is there. Whatever is
killed in between, the row is right: bytes beyond it are overwritten by the next chunk.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from cryptography.hazmat.primitives.hashes import SM3, Hash
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from yingjiu.errors import Fault
from yingjiu.office.files.disk import check_space, create, path_of, put_in_place, storing
from yingjiu.office.files.errors import FileError, WrongOffset
from yingjiu.office.files.kinds import check_name, check_size, clean_name
from yingjiu.office.files.models import StoredFile, Upload, UploadState
from yingjiu.office.files.sealed import SEGMENT, Unsealed, new_key, sealed_size, write_segment
from yingjiu.office.files.services import described
from yingjiu.office.frame.errors import Conflict, TooMany
from yingjiu.pool.errors import PoolBusyError
from yingjiu.pool.lock import load_lock

if TYPE_CHECKING:
    from yingjiu.office.accounts.models import User

__all__ = ["CHUNK", "abandon", "finish", "start", "take_chunk"]

CHUNK: Final = 8 * 1024 * 1024
"""Bytes of a chunk; each but the last is a whole number of segments of 1 MiB."""
MOST_OPEN: Final = 40
"""Uploads that one user may have on their way."""


def start(*, user: User, name: str, size: int, expected: Collection[str] = (), modified: str = "") -> Upload:
    """Announce a file, or go on with one that broke off.

    Args:
        user: who uploads.
        name: of the file.
        size: in bytes.
        expected: kinds that are wanted where it is used.
        modified: when the file was last changed, as the browser says it: by name, size and this the same
            file is known again.

    Returns:
        The upload; ``received`` says where to go on.

    Raises:
        FileError: ``FIL-001`` not a kind that is taken; ``FIL-002`` it is empty.
        TooLarge: ``FIL-003``.
        TooMany: ``FIL-007`` too many uploads that were never finished.
        NoSpace: ``FIL-010``.
    """
    name = clean_name(name)
    check_size(check_name(name, expected), size)
    told = "\n".join((str(user.pk), name, str(size), modified, *sorted(expected)))
    resume = hashlib.sha256(told.encode()).hexdigest() if modified else ""
    mine = Upload.objects.filter(owner=user, state=UploadState.OPEN)
    there = mine.filter(resume=resume).first() if resume else None
    if there is not None:
        return there
    if mine.count() >= MOST_OPEN:
        raise TooMany(
            Fault(
                "FIL-007",
                _("too many of your uploads were begun and not finished"),
                found=str(MOST_OPEN),
                hint=_("finish them; those that nobody goes on with are thrown away after a day"),
            )
        )
    check_space(size)
    upload = Upload(owner=user, name=name, size=size, expected=list(expected), resume=resume)
    upload.key = new_key()
    upload.full_clean()
    upload.save()
    return upload


def take_chunk(*, upload: Upload, offset: int, length: int, body: BinaryIO, digest: str = "") -> int:
    """Take a chunk.

    Args:
        upload: which upload.
        offset: where the chunk begins in the file.
        length: how many bytes it announces.
        body: its content.
        digest: its SHA-256, if the sender knows it.

    Returns:
        How many bytes are there now.

    Raises:
        WrongOffset: ``FIL-008`` it does not follow what is there.
        FileError: ``FIL-009`` its length is not right; ``FIL-011`` it was changed on its way.
        Conflict: ``FIL-012`` another chunk of the same file is being taken.
        NoSpace: ``FIL-010``.
    """
    try:
        with storing(), load_lock(_lock(upload), "upload"):
            upload.refresh_from_db()
            _check_chunk(upload, offset, length)
            found = _write_chunk(upload, length, body, digest)
            upload.received += length
            upload.digests = [*upload.digests, found]
            upload.touched_at = timezone.now()
            upload.save(update_fields=["received", "digests", "touched_at"])
    except PoolBusyError:
        raise Conflict(
            Fault(
                "FIL-012",
                _("another part of this file is being received"),
                hint=_("close the other window in which it is being uploaded"),
            )
        ) from None
    return upload.received


def finish(*, upload: Upload, digest: str = "") -> StoredFile:
    """Make a stored file of an upload that is complete.

    Args:
        upload: which upload.
        digest: SHA-256 of the SHA-256 of all chunks, one after the other, if the sender knows it.

    Returns:
        The stored file; the same again when asked a second time.

    Raises:
        WrongOffset: ``FIL-008`` something is missing.
        FileError: ``FIL-011`` it was changed on its way, or it is not what its name says; the upload is
            thrown away.
        Conflict: ``FIL-012`` it is being finished.
    """
    try:
        with storing(), load_lock(_lock(upload), "finish"):
            upload.refresh_from_db()
            if upload.stored is not None:
                return upload.stored
            if upload.received != upload.size:
                raise _wrong_offset(upload)
            return _finish(upload, digest)
    except PoolBusyError:
        raise Conflict(
            Fault("FIL-012", _("this file is being received"), hint=_("wait a moment and try again"))
        ) from None
    finally:
        _lock(upload).unlink(missing_ok=True)


def abandon(upload: Upload) -> None:
    """Throw an upload away that nobody wants any more."""
    upload.delete()
    for path in (path_of(upload.token, partial=True), _lock(upload)):
        with suppress(OSError):
            path.unlink(missing_ok=True)


def _finish(upload: Upload, digest: str) -> StoredFile:
    whole = hashlib.sha256(b"".join(bytes.fromhex(each) for each in upload.digests)).hexdigest()
    partial, final = path_of(upload.token, partial=True), path_of(upload.token)
    # a server that was killed after the rename and before the commit left it under its final name
    path = partial if partial.is_file() else final
    try:
        _compare(digest, whole)
        content = _digest(upload, path)
        stored = described(
            path,
            upload.name,
            upload.expected,
            token=upload.token,
            key=upload.key,
            size=upload.size,
            digest=content,
        )
    except FileError:
        abandon(upload)
        with suppress(OSError):
            final.unlink(missing_ok=True)
        raise
    with transaction.atomic():
        stored.owner = upload.owner
        stored.organisation = upload.owner.procuratorate or upload.owner.organisation
        stored.full_clean()
        stored.save()
        upload.state, upload.stored = UploadState.FINISHED, stored
        upload.save(update_fields=["state", "stored"])
        if path is partial:
            put_in_place(partial, final)
    return stored


def _digest(upload: Upload, path: Path) -> str:
    """SM3 of the content, which also proves every segment."""
    digest = Hash(SM3())
    with Unsealed(path, key=upload.key, token=upload.token, size=upload.size) as content:
        while block := content.read(SEGMENT):
            digest.update(block)
    return digest.finalize().hex()


def _check_chunk(upload: Upload, offset: int, length: int) -> None:
    if upload.state != UploadState.OPEN or offset != upload.received:
        raise _wrong_offset(upload)
    rest = upload.size - upload.received
    if not 0 < length <= min(CHUNK, rest) or (length < rest and length % SEGMENT):
        raise FileError(
            Fault(
                "FIL-009",
                _("a part of the file has a length that does not fit"),
                found=f"{length:,}",
                hint=_("choose the file again"),
            )
        )


def _write_chunk(upload: Upload, length: int, body: BinaryIO, digest: str) -> str:
    """Write a chunk behind what is there; its SHA-256. What fails leaves the file as it was."""
    found, taken = hashlib.sha256(), 0
    with create(path_of(upload.token, partial=True)) as target:
        try:
            while taken < length:
                content = _read(body, min(SEGMENT, length - taken))
                found.update(content)
                begin = upload.received + taken
                taken += len(content)
                write_segment(
                    target,
                    key=upload.key,
                    token=upload.token,
                    number=begin // SEGMENT,
                    last=begin + len(content) == upload.size,
                    content=content,
                )
            _compare(digest, found.hexdigest())
            target.flush()
            os.fsync(target.fileno())
        except BaseException:
            with suppress(OSError):
                target.truncate(sealed_size(upload.received) if upload.received else 0)
            raise
    return found.hexdigest()


def _read(body: BinaryIO, length: int) -> bytes:
    parts, missing = [], length
    while missing:
        part = body.read(missing)
        if not part:
            raise FileError(
                Fault(
                    "FIL-009",
                    _("the connection broke off in the middle of a part of the file"),
                    hint=_("it goes on where it stopped; choose the same file again if it does not"),
                )
            )
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)


def _lock(upload: Upload) -> Path:
    path = path_of(upload.token, partial=True).with_suffix(".lock")
    path.parent.mkdir(mode=0o700, exist_ok=True)
    return path


def _wrong_offset(upload: Upload) -> WrongOffset:
    return WrongOffset(
        Fault(
            "FIL-008",
            _("{received} of {size} bytes of this file are there").format(
                received=f"{upload.received:,}", size=f"{upload.size:,}"
            ),
            hint=_("the upload goes on from there"),
        ),
        upload.received,
    )


def _compare(told: str, found: str) -> None:
    if told and told != found:
        raise FileError(
            Fault(
                "FIL-011",
                _("the file was changed while it was being sent"),
                hint=_("close it in other programs and choose it again"),
            )
        )
