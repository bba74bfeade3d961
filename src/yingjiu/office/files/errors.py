"""Errors of the files (``FIL-001`` to ``FIL-099``).

::

    FileError          a file is not taken as it is (422)
    ├── WrongOffset    a chunk does not follow what is there (409); tells where to go on
    └── DamagedFileError    a stored file is gone or was changed on the disk (410); it is put on record

A file that is too large raises ``TooLarge`` (413), a full disk ``NoSpace`` (507) of the frame.
"""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from yingjiu.errors import Fault
from yingjiu.office.audit.services import Action, record
from yingjiu.office.frame.errors import Conflict, OfficeError

__all__ = ["DamagedFileError", "FileError", "WrongOffset"]


class FileError(OfficeError):
    """A file is not taken as it is."""


class DamagedFileError(FileError):
    """A stored file is gone or was changed on the disk.

    Args:
        fault: what is told.
        token: of the file.
    """

    status: ClassVar[int] = 410

    def __init__(self, fault: Fault, token: UUID) -> None:
        self.token = token
        super().__init__(fault)

    def put_on_record(self, user: Any, request: Any = None) -> None:
        """An auditor is told which file is damaged, and who found it so."""
        from yingjiu.office.files.models import StoredFile  # noqa: PLC0415 - its module needs this one
        from yingjiu.office.sealing.querysets import everything  # noqa: PLC0415 - as above

        stored = everything(StoredFile).filter(token=self.token).first()
        detail = {"fault": self.faults[0].code} | (
            {"size": stored.size, "kind": stored.kind} if stored else {}
        )
        record(Action.DAMAGED, user=user, subject=stored, detail=detail, request=request)


class WrongOffset(Conflict):
    """A chunk does not follow what is there.

    Args:
        fault: what is told.
        offset: how many bytes are there: where to go on.
    """

    def __init__(self, fault: Fault, offset: int) -> None:
        self.offset = offset
        super().__init__(fault)
