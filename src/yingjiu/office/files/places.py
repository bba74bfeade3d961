"""Whether a photo tells where it was taken: phones write their position into JPEG files (EXIF)."""

from __future__ import annotations

import struct
from typing import BinaryIO, Final

__all__ = ["tells_place"]

_GPS: Final = 0x8825
_EXIF: Final = b"Exif\0\0"


def tells_place(content: BinaryIO) -> bool:
    """Whether a JPEG image holds a position.

    Args:
        content: seekable.
    """
    try:
        exif = _exif(content)
        return bool(exif) and _has_position(exif)
    except (struct.error, IndexError, KeyError):
        return False  # damaged EXIF holds no position that anybody could read


def _exif(content: BinaryIO) -> bytes:
    """The TIFF structure in the APP1 segment, or nothing."""
    content.seek(0)
    if content.read(2) != b"\xff\xd8":
        return b""
    while True:
        mark = content.read(4)
        if len(mark) < 4 or mark[0] != 0xFF or mark[1] in {0xDA, 0xD9}:
            return b""
        body = content.read(int.from_bytes(mark[2:], "big") - 2)
        if mark[1] == 0xE1 and body.startswith(_EXIF):
            return body[len(_EXIF) :]


def _has_position(tiff: bytes) -> bool:
    order = {b"II": "<", b"MM": ">"}[tiff[:2]]
    (start,) = struct.unpack_from(f"{order}I", tiff, 4)
    for tag, _kind, _count, value in _entries(tiff, order, start):
        if tag == _GPS:
            # the latitude; a camera without reception writes the directory without it
            return any(inner[0] == 2 for inner in _entries(tiff, order, value))
    return False


def _entries(tiff: bytes, order: str, start: int) -> list[tuple[int, int, int, int]]:
    (count,) = struct.unpack_from(f"{order}H", tiff, start)
    return [struct.unpack_from(f"{order}HHII", tiff, start + 2 + 12 * place) for place in range(count)]
