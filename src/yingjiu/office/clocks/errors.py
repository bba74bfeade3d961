"""What can be wrong with a clock.

::

    OfficeError
    └── ClockError
        CLK-001  no such limit
        CLK-002  a clock of this limit already runs for the same matter
        CLK-003  the clock is not in a state in which this can be done
        CLK-004  the day is earlier than what has already happened
        CLK-005  this limit cannot be extended, or not so far, or not so often
        CLK-006  this person may not approve the extension
        CLK-007  a reason is needed
"""

from __future__ import annotations

from yingjiu.errors import Fault
from yingjiu.office.frame.errors import OfficeError

__all__ = ["ClockError", "clock_error"]


class ClockError(OfficeError):
    """A clock cannot do what was asked; codes ``CLK-001`` to ``CLK-007``."""


def clock_error(code: str, message: str, hint: str, found: str | None = None) -> ClockError:
    """An error of one fault.

    Args:
        code: stable code.
        message: what is wrong.
        hint: what to do next.
        found: what stands there; never personal data.
    """
    return ClockError(Fault(code, message, found=found, hint=hint))
