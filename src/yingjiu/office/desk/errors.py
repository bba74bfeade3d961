"""Errors of the desk.

::

    OfficeError
    └── DeskError      a budget or a map that cannot be taken. Codes ``DSK-001`` to ``DSK-099``.
"""

from __future__ import annotations

from yingjiu.office.frame.errors import OfficeError

__all__ = ["DeskError"]


class DeskError(OfficeError):
    """A budget or a map cannot be taken."""
