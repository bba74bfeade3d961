"""Files as they lie on the disk: SM4-GCM in segments of 1 MiB, each with its place authenticated.

::

    8 bytes   "YJFILE1" and a zero
    segment   12 bytes nonce, up to 1 MiB of ciphertext, 16 bytes tag
    ...

Each file has a random key of its own, kept encrypted in its row. A segment is bound to the file, to its
number and to whether it is the last: none can be changed, moved, taken from another file or cut off
unnoticed. Reading and writing hold one segment in memory, whatever the size of the file.
"""

from __future__ import annotations

import io
import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from django.utils.translation import gettext as _

from yingjiu.errors import Fault
from yingjiu.office.files.errors import DamagedFileError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

__all__ = ["SEGMENT", "Unsealed", "new_key", "sealed_size", "write_segment"]

MAGIC: Final = b"YJFILE1\0"
SEGMENT: Final = 1024 * 1024
_NONCE: Final = 12
_TAG: Final = 16
_SEALED: Final = _NONCE + SEGMENT + _TAG


def new_key() -> str:
    """A random key for one file, as it is kept."""
    return secrets.token_hex(16)


def sealed_size(size: int) -> int:
    """Bytes on the disk of the first ``size`` bytes of a file."""
    return len(MAGIC) + size + -(-size // SEGMENT) * (_NONCE + _TAG)


def write_segment(
    target: BinaryIO, *, key: str, token: UUID, number: int, last: bool, content: bytes
) -> None:
    """Encrypt one segment into its place; the first brings the beginning of the file with it.

    Args:
        target: open for writing, at any position.
        key: of the file.
        token: of the file.
        number: of the segment, from 0.
        last: whether the file ends with it.
        content: 1 MiB, or less if it is the last.
    """
    nonce = secrets.token_bytes(_NONCE)
    encryptor = Cipher(SM4(bytes.fromhex(key)), modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(_place(token, number, last))
    sealed = encryptor.update(content) + encryptor.finalize()
    if number == 0:
        target.seek(0)
        target.write(MAGIC)
    target.seek(len(MAGIC) + number * _SEALED)
    target.write(nonce + sealed + encryptor.tag)


def _place(token: UUID, number: int, last: bool) -> bytes:
    return token.bytes + number.to_bytes(8, "big") + bytes([last])


class Unsealed(io.RawIOBase):
    """The content of a file on the disk, readable and seekable; decrypted as it is read.

    Args:
        path: of the file.
        key: of the file.
        token: of the file.
        size: of its content, as its row says.

    Raises:
        DamagedFileError: ``FIL-020`` it is gone; ``FIL-021`` it is not what was written, when that is read.
    """

    def __init__(self, path: Path, *, key: str, token: UUID, size: int) -> None:
        super().__init__()
        try:
            self._file = path.open("rb")
        except FileNotFoundError:
            raise DamagedFileError(
                Fault(
                    "FIL-020",
                    _("this file is no longer on the disk"),
                    hint=_("tell the system administrator, who restores it from the backup"),
                ),
                token,
            ) from None
        self._key, self._token, self._size = bytes.fromhex(key), token, size
        self._position = 0
        self._number, self._segment = -1, b""
        if os.fstat(self._file.fileno()).st_size != sealed_size(size) or self._file.read(8) != MAGIC:
            self._file.close()
            raise _damaged(token)

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes."""
        return True

    def tell(self) -> int:
        """Where it stands."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go somewhere."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        self._position = max(0, start + offset)
        return self._position

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Read up to the end of a segment."""
        view = memoryview(buffer).cast("B")
        if self._position >= self._size or not len(view):
            return 0
        number, within = divmod(self._position, SEGMENT)
        if number != self._number:
            self._segment, self._number = self._opened(number), number
        part = self._segment[within : within + len(view)]
        view[: len(part)] = part
        self._position += len(part)
        return len(part)

    def close(self) -> None:
        """Let go of the file."""
        if hasattr(self, "_file"):
            self._file.close()
        super().close()

    def _opened(self, number: int) -> bytes:
        self._file.seek(len(MAGIC) + number * _SEALED)
        sealed = self._file.read(_SEALED)
        last = (number + 1) * SEGMENT >= self._size
        nonce, content, tag = sealed[:_NONCE], sealed[_NONCE:-_TAG], sealed[-_TAG:]
        try:
            decryptor = Cipher(SM4(self._key), modes.GCM(nonce, tag)).decryptor()
            decryptor.authenticate_additional_data(_place(self._token, number, last))
            return decryptor.update(content) + decryptor.finalize()
        except (InvalidTag, ValueError):
            raise _damaged(self._token) from None


def _damaged(token: UUID) -> DamagedFileError:
    return DamagedFileError(
        Fault(
            "FIL-021",
            _("this file was changed or cut off on the disk, and cannot be read"),
            hint=_("tell the system administrator, who restores it from the backup"),
        ),
        token,
    )
