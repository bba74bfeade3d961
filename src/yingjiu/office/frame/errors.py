"""Errors of the office, and what a person is told.

OfficeError
├── Conflict       somebody else was first (409)
└── one class an app, in its own ``errors.py`` (422)
"""

from __future__ import annotations

from typing import ClassVar

from yingjiu.errors import YingjiuError

__all__ = ["Conflict", "OfficeError"]


class OfficeError(YingjiuError):
    """Something that a person asked for cannot be done; its faults say why, and what to do."""

    status: ClassVar[int] = 422


class Conflict(OfficeError):
    """Somebody else changed the same thing first; nothing was written."""

    status: ClassVar[int] = 409
