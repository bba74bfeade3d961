"""What can be wrong with a relief case.

::

    OfficeError
    └── ReliefError
        ├── NotAllowedError     REL-001 to REL-009  the machine or the person's role refuses a step
        ├── CaseDataError       REL-010 to REL-029  what was entered does not hold together
        ├── MoneyError          REL-030 to REL-039  a payment or a recovery that the decision does not cover
        ├── CatalogueError      REL-040 to REL-049  approvals, materials or questions of the catalogue
        └── SealError           REL-050 to REL-059  a sealed record that was changed or cannot be replayed
"""

from __future__ import annotations

from yingjiu.errors import Fault
from yingjiu.office.frame.errors import OfficeError

__all__ = ["CaseDataError", "CatalogueError", "MoneyError", "NotAllowedError", "ReliefError", "SealError"]


class ReliefError(OfficeError):
    """Base of the errors of this app."""


class NotAllowedError(ReliefError):
    """The machine, or the person's role, refuses a step; every unmet condition is a fault."""


class CaseDataError(ReliefError):
    """What was entered does not hold together."""


class MoneyError(ReliefError):
    """A payment or a recovery that the decision does not cover."""


class CatalogueError(ReliefError):
    """The catalogue of approvals, materials or questions does not answer."""


class SealError(ReliefError):
    """A sealed record was changed, or does not give the same amount."""


def fault(code: str, message: str, hint: str | None = None, found: str | None = None) -> Fault:
    """A fault of this app.

    Args:
        code: stable code.
        message: what is wrong.
        hint: what to do next.
        found: what stands there; never personal data.
    """
    return Fault(code, str(message), hint=None if hint is None else str(hint), found=found)
