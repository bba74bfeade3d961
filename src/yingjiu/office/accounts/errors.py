"""What can be wrong with accounts.

::

    YingjiuError
    └── AccountError          ACC-001 to ACC-039  it cannot be done as asked (422)
        └── NotYoursError     ACC-040 to ACC-059  not by this person, whoever else may (403)

The frame stands above this app, so these derive from the common root; its middleware shows them all the same.
"""

from __future__ import annotations

from typing import ClassVar

from yingjiu.errors import YingjiuError

__all__ = ["AccountError", "NotYoursError"]


class AccountError(YingjiuError):
    """Something about an account cannot be done as asked."""

    status: ClassVar[int] = 422


class NotYoursError(AccountError):
    """This person may not do this to that account."""

    status: ClassVar[int] = 403
