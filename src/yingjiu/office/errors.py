"""The ground of the office's errors; ``frame.errors`` has those that several apps share."""

from __future__ import annotations

from typing import ClassVar

from yingjiu.errors import YingjiuError

__all__ = ["OfficeError"]


class OfficeError(YingjiuError):
    """Something that a person asked for cannot be done; its faults say why, and what to do."""

    status: ClassVar[int] = 422
