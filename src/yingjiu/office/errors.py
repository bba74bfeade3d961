"""The ground of the office's errors; ``frame.errors`` has those that several apps share."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext as _

from yingjiu.errors import Fault, YingjiuError

__all__ = ["OfficeError", "said"]


class OfficeError(YingjiuError):
    """Something that a person asked for cannot be done; its faults say why, and what to do."""

    status: ClassVar[int] = 422

    def put_on_record(self, user: Any, request: Any = None) -> None:
        """Write what an auditor must know of it; nothing, for most.

        Whoever shows the error calls it, after the transaction in which it was raised was undone.

        Args:
            user: who met it; None for the office itself.
            request: where the address is taken from.
        """


def said(fault: Fault) -> str:
    """A fault in one line, as the page's language puts it: what is wrong, and what to do."""
    if not fault.hint:
        return fault.message
    return _("{message}; {hint}").format(message=fault.message, hint=fault.hint)
