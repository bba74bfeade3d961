"""Errors of sealing.

::

    SealingError    sealing and lifting (SEL-001 to SEL-005), applications (SEL-010 to SEL-014),
                    opening (SEL-020 to SEL-022)
"""

from __future__ import annotations

from yingjiu.office.frame.errors import OfficeError

__all__ = ["SealingError"]


class SealingError(OfficeError):
    """A seal is not set, lifted or opened."""
