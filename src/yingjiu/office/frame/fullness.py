"""A disk that is full: how it is known by whatever was raised, and what a person is told."""

from __future__ import annotations

import errno
import shutil
from typing import Final

from django.conf import settings
from django.db import DatabaseError
from django.utils.translation import gettext as _

from yingjiu.errors import Fault
from yingjiu.office.frame.errors import NoSpace

__all__ = ["FULL", "is_full_disk", "no_space"]

FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""What the system says of a disk, of a user's share of it, and of a file that may not grow."""

_SAYS: Final = ("disk is full", "No space left")
"""SQLite: "database or disk is full"; PostgreSQL: "could not extend file ...: No space left on device"."""
_MAY_SAY: Final = ("disk I/O error", "unable to open database file")
"""SQLite, when it finds no room for the files beside the database; so it says of other troubles as well."""
_LEAST: Final = 1024 * 1024


def is_full_disk(error: BaseException | None) -> bool:
    """Whether an error, or what it was raised from, is a disk that is full."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        if _is_full(error):
            return True
        seen.add(id(error))
        error = error.__cause__ or error.__context__
    return False


def _is_full(error: BaseException) -> bool:
    if isinstance(error, OSError):
        return error.errno in FULL
    words = str(error)
    if not isinstance(error, DatabaseError):
        return False
    if any(each in words for each in _SAYS):
        return True
    no_room = shutil.disk_usage(settings.YINGJIU_FOLDER).free < _LEAST
    return no_room and any(each in words for each in _MAY_SAY)


def no_space() -> NoSpace:
    """What a person is told (``FRM-008``)."""
    return NoSpace(
        Fault(
            "FRM-008",
            _("the disk of the server is full; nothing was written"),
            hint=_("tell the system administrator, who makes room; then send the form again"),
        )
    )
