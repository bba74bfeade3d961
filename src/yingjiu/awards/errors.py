"""What can be wrong with an amount.

::

    YingjiuError
    └── AwardError
        ├── ParameterError    AWD-101 to AWD-119  values by date and region, and tables of wages
        ├── StandardError     AWD-201 to AWD-229  a declared standard, or none for a region or day
        ├── CaseError         AWD-301 to AWD-329  the facts of a case
        ├── NoAmountError     AWD-401             a value that the standard needs is not there: no amount
        └── DiscretionError   AWD-501 to AWD-503  a decided amount that leaves the band or a cap
"""

from __future__ import annotations

from yingjiu.errors import YingjiuError

__all__ = [
    "AwardError",
    "CaseError",
    "DiscretionError",
    "NoAmountError",
    "ParameterError",
    "StandardError",
]


class AwardError(YingjiuError):
    """Base of the errors of this room."""


class ParameterError(AwardError):
    """Parameters or a table of wages are wrong (``AWD-101`` and following)."""


class StandardError(AwardError):
    """A standard is wrong, or there is none for a region or a day (``AWD-201`` and following)."""


class CaseError(AwardError):
    """The facts of a case are wrong (``AWD-301`` and following)."""


class NoAmountError(AwardError):
    """A value that the standard needs is not known for the region and year: no amount (``AWD-401``)."""


class DiscretionError(AwardError):
    """A decided amount leaves the band without a reason, or a cap without approval (``AWD-501``...)."""
