"""Errors of the audit.

::

    AuditError    an event would be changed or removed (AUD-001), the chain cannot be continued (AUD-002),
                  an export without a purpose (AUD-003), the database would be emptied (AUD-004)
"""

from __future__ import annotations

from yingjiu.office.errors import OfficeError

__all__ = ["AuditError"]


class AuditError(OfficeError):
    """The log of events refuses."""
