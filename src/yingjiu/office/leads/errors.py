"""Errors of leads.

::

    OfficeError
    └── LeadError    what was asked of a lead cannot be done (LEA-001 to LEA-099)
"""

from __future__ import annotations

from yingjiu.errors import Fault
from yingjiu.office.frame.errors import OfficeError

__all__ = ["LeadError", "refuse"]


class LeadError(OfficeError):
    """What was asked of a lead cannot be done.

    ``LEA-001`` not yours to act on; ``LEA-002`` decided already; ``LEA-003`` a reason is missing;
    ``LEA-004`` not a department that takes the lead over; ``LEA-005`` not a handler of this procuratorate;
    ``LEA-006`` the check is done or called off; ``LEA-007`` an answer that is none; ``LEA-008`` not a
    partner of this procuratorate; ``LEA-009`` nothing was recorded; ``LEA-010`` not decided;
    ``LEA-011`` another handler has it; ``LEA-012`` nothing chosen, or too much at once; ``LEA-013`` a
    form that is not complete; ``LEA-014`` a choice that was not offered; ``LEA-015`` a lead that is not
    in one's list any more; ``LEA-016`` too many photos; ``LEA-017`` not the department that received the
    lead; ``LEA-018`` what was handed over is answered, accepted or withdrawn; ``LEA-019`` no time for this
    letter.
    """


def refuse(code: str, message: str, hint: str) -> LeadError:
    """An error of one fault.

    Args:
        code: stable code.
        message: what is wrong.
        hint: what to do next.
    """
    return LeadError(Fault(code, message, hint=hint))
