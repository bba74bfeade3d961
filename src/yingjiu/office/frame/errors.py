"""Errors of the office, and what a person is told.

::

    OfficeError        it cannot be done as asked (422)
    ├── Conflict       somebody else was first (409)
    ├── Refused        this person may not do it (403)
    ├── TooLarge       more than the office takes (413)
    ├── TooMany        too often in too short a time (429)
    ├── NoSpace        the disk is full (507)
    └── ...            one class an app, in its own ``errors.py``

The middleware shows them: a page, or to htmx a toast, or to a script JSON. Codes ``FRM-001`` to ``FRM-099``.
"""

from __future__ import annotations

from typing import ClassVar

from yingjiu.office.errors import OfficeError

__all__ = ["Conflict", "NoSpace", "OfficeError", "Refused", "TooLarge", "TooMany"]


class Conflict(OfficeError):  # noqa: N818 - it reads as what a person is told
    """Somebody else changed the same thing first; nothing was written."""

    status: ClassVar[int] = 409


class Refused(OfficeError):  # noqa: N818 - it reads as what a person is told
    """This person may not do this, whoever else may."""

    status: ClassVar[int] = 403


class TooLarge(OfficeError):  # noqa: N818 - it reads as what a person is told
    """What was sent is larger than the office takes."""

    status: ClassVar[int] = 413


class TooMany(OfficeError):  # noqa: N818 - it reads as what a person is told
    """The same thing was asked too often in too short a time."""

    status: ClassVar[int] = 429


class NoSpace(OfficeError):  # noqa: N818 - it reads as what a person is told
    """The disk of the server is full; nothing was written."""

    status: ClassVar[int] = 507
