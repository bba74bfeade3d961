"""Errors of the files (``FIL-001`` to ``FIL-099``).

::

    FileError          a file is not taken as it is (422)
    ├── WrongOffset    a chunk does not follow what is there (409); tells where to go on
    └── DamagedFileError    a stored file is gone or was changed on the disk (500)

A file that is too large raises ``TooLarge`` (413), a full disk ``NoSpace`` (507) of the frame.
"""

from __future__ import annotations

from typing import ClassVar

from yingjiu.errors import Fault
from yingjiu.office.frame.errors import Conflict, OfficeError

__all__ = ["DamagedFileError", "FileError", "WrongOffset"]


class FileError(OfficeError):
    """A file is not taken as it is."""


class DamagedFileError(FileError):
    """A stored file is gone or was changed on the disk."""

    status: ClassVar[int] = 500


class WrongOffset(Conflict):
    """A chunk does not follow what is there.

    Args:
        fault: what is told.
        offset: how many bytes are there: where to go on.
    """

    def __init__(self, fault: Fault, offset: int) -> None:
        self.offset = offset
        super().__init__(fault)
