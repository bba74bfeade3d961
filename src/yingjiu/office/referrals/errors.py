"""What can be wrong with a referral.

::

    OfficeError
    └── ReferralError
        ├── NotAllowedError     REF-001 to REF-009  the machine or the person's role refuses a step
        ├── ReferralDataError   REF-010 to REF-029  what was entered does not hold together
        └── MeasureError        REF-030 to REF-039  the catalogue of measures or agencies does not answer
"""

from __future__ import annotations

from yingjiu.errors import Fault
from yingjiu.office.frame.errors import OfficeError

__all__ = ["MeasureError", "NotAllowedError", "ReferralDataError", "ReferralError", "fault"]


class ReferralError(OfficeError):
    """Base of the errors of this app."""


class NotAllowedError(ReferralError):
    """The machine, or the person's role, refuses a step; every unmet condition is a fault."""


class ReferralDataError(ReferralError):
    """What was entered does not hold together."""


class MeasureError(ReferralError):
    """The catalogue of measures, facts or agencies does not answer."""


def fault(code: str, message: str, hint: str | None = None, found: str | None = None) -> Fault:
    """A fault of this app.

    Args:
        code: stable code.
        message: what is wrong.
        hint: what to do next.
        found: what stands there; never personal data.
    """
    return Fault(code, str(message), hint=None if hint is None else str(hint), found=found)
