"""The digest by which two files are known to have the same content."""

from __future__ import annotations

import hashlib
from pathlib import Path

__all__ = ["digest_file"]


def digest_file(path: Path) -> str:
    """Digest the bytes of a file, whatever its name, in constant memory.

    Args:
        path: an existing file.

    Returns:
        BLAKE2b with 32 bytes, as 64 hexadecimal digits.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, lambda: hashlib.blake2b(digest_size=32)).hexdigest()
