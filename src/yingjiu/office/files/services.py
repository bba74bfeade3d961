"""Store a file, read it, say that something owns it."""

from __future__ import annotations

import io
import os
import shutil
import uuid
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, BinaryIO, cast

from cryptography.hazmat.primitives.hashes import SM3, Hash
from django.db import transaction

from yingjiu.office.files.disk import create, path_of, put_in_place, storing, work_folder
from yingjiu.office.files.kinds import KINDS, check_name, check_size, clean_name, kind_of
from yingjiu.office.files.models import StoredFile
from yingjiu.office.files.places import tells_place
from yingjiu.office.files.sealed import SEGMENT, Unsealed, new_key, write_segment
from yingjiu.office.files.undone import stored_now

if TYPE_CHECKING:
    from yingjiu.office.accounts.models import Organisation, User

__all__ = ["attach", "described", "open_file", "plain_copy", "release", "store"]


def store(
    stream: BinaryIO,
    name: str,
    user: User | None,
    expected: Collection[str] = (),
    *,
    organisation: Organisation | None = None,
    attached: bool = False,
) -> StoredFile:
    """Store a file: encrypted, whole or not at all.

    Args:
        stream: its content, read from where it stands.
        name: its name; the ending must agree with the content.
        user: whose it is; None for what the office makes itself.
        expected: kinds that are wanted, as ``("jpeg", "png", "pdf")``; all unless given.
        organisation: where it belongs; the user's procuratorate or agency unless given.
        attached: whether something owns it already; what nothing owns is collected a day later.

    Returns:
        Its row.

    Raises:
        FileError: it is not taken as it is: ``FIL-001`` to ``FIL-006``.
        TooLarge: ``FIL-003``.
        NoSpace: ``FIL-010`` the disk is full; nothing of it was kept.
    """
    name = clean_name(name)
    most = KINDS[check_name(name, expected)][1]
    token, key = uuid.uuid4(), new_key()
    partial = path_of(token, partial=True)
    try:
        with storing():
            size, digest = _write(stream, partial, key, token, most)
            check_size(check_name(name), size)
            stored = described(partial, name, expected, token=token, key=key, size=size, digest=digest)
            put_in_place(partial, path_of(token))
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
    stored.owner, stored.attached = user, attached
    stored.organisation = organisation or (user and (user.procuratorate or user.organisation)) or None
    with transaction.atomic():
        stored_now(token)
        stored.full_clean()
        stored.save()
    return stored


def open_file(stored: StoredFile) -> BinaryIO:
    """Open a stored file for reading; seekable, and never whole in memory.

    Args:
        stored: its row; that the user may see it is for the caller to know.

    Raises:
        DamagedFileError: ``FIL-020`` it is gone; ``FIL-021`` it was changed on the disk.
    """
    raw = Unsealed(path_of(stored.token), key=stored.key, token=stored.token, size=stored.size)
    return cast("BinaryIO", io.BufferedReader(raw, SEGMENT))


@contextmanager
def plain_copy(*files: StoredFile) -> Iterator[list[Path]]:
    """Plain copies of stored files for a library that needs paths; gone when the block ends.

    A worker that is killed leaves them behind; the next garbage collection removes them.

    Args:
        files: with names that differ.

    Yields:
        Paths with the files' own names.
    """
    with storing(), TemporaryDirectory(prefix="plain-", dir=work_folder()) as folder:
        paths = []
        for stored in files:
            path = Path(folder) / clean_name(stored.name)
            with open_file(stored) as content, path.open("xb") as target:
                shutil.copyfileobj(content, target, SEGMENT)
            paths.append(path)
        yield paths


def attach(stored: StoredFile) -> None:
    """Say that something owns a file, so that it is kept."""
    StoredFile.objects.filter(pk=stored.pk).update(attached=True)
    stored.attached = True


def release(stored: StoredFile) -> None:
    """Say that nothing owns a file any more; it is collected a day after it was stored."""
    StoredFile.objects.filter(pk=stored.pk).update(attached=False)
    stored.attached = False


def described(
    path: Path,
    name: str,
    expected: Collection[str],
    *,
    token: uuid.UUID,
    key: str,
    size: int,
    digest: str,
) -> StoredFile:
    """The row of a file that lies on the disk, not saved yet.

    Raises:
        FileError: it is not what its name says, or not what is expected.
    """
    with Unsealed(path, key=key, token=token, size=size) as raw:
        content = cast("BinaryIO", io.BufferedReader(raw, SEGMENT))
        kind = kind_of(content, name, expected)
        check_size(kind, size)
        has_place = kind == "jpeg" and tells_place(content)
    stored = StoredFile(token=token, name=name, size=size, kind=kind, digest=digest, has_place=has_place)
    stored.key = key
    return stored


def _write(stream: BinaryIO, path: Path, key: str, token: uuid.UUID, most: int) -> tuple[int, str]:
    """Encrypt a stream; its size and digest. It ends early when there is too much."""
    digest, size, number = Hash(SM3()), 0, 0
    content = _segment(stream)
    with create(path) as target:
        while content and size <= most:
            following = _segment(stream)
            last = not following
            write_segment(target, key=key, token=token, number=number, last=last, content=content)
            digest.update(content)
            size, number, content = size + len(content), number + 1, following
        target.flush()
        os.fsync(target.fileno())
    return size, digest.finalize().hex()


def _segment(stream: BinaryIO) -> bytes:
    """The next segment, full unless the stream ends; streams of requests give less than is asked for."""
    parts, missing = [], SEGMENT
    while missing and (part := stream.read(missing)):
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)
