"""What can be wrong with a code or a number.

::

    YingjiuError
    └── CodesError
        ├── UnknownCodeError     COD-001  a code that its list does not hold
        ├── PersonKeyError       COD-002  a key that holds no resident ID number
        ├── MakeNumberError      COD-003  parts of which no number can be made
        └── IdNumberError        COD-010 to COD-017, one for each fault of IdStatus
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from yingjiu.errors import Fault, YingjiuError

if TYPE_CHECKING:
    from yingjiu.codes.status import IdStatus

__all__ = ["CodesError", "IdNumberError", "MakeNumberError", "PersonKeyError", "UnknownCodeError"]


class CodesError(YingjiuError):
    """Base of the errors of this room."""


class UnknownCodeError(CodesError):
    """A code that its list does not hold (``COD-001``)."""


class PersonKeyError(CodesError):
    """A person key that holds no resident ID number (``COD-002``)."""


class MakeNumberError(CodesError):
    """Parts of which no number can be made (``COD-003``)."""


class IdNumberError(CodesError):
    """A text that is no valid ID number (``COD-010`` to ``COD-017``).

    Args:
        status: what is wrong.
        fault: the same, as it is told to the user; its ``found`` is masked.
    """

    def __init__(self, status: IdStatus, fault: Fault) -> None:
        super().__init__(fault)
        self.status = status
