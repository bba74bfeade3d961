"""Errors of the intake (``INT-001`` to ``INT-099``).

::

    IntakeError        files cannot be taken, loaded or taken back as asked (422)
    └── TooLateError   somebody else was first, or it is under way (409)
"""

from __future__ import annotations

from yingjiu.office.frame.errors import Conflict, OfficeError

__all__ = ["IntakeError", "TooLateError"]


class IntakeError(OfficeError):
    """It cannot be done as asked."""


class TooLateError(Conflict):
    """Somebody else was first, or it is under way."""
