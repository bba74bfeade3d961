"""What each kind of failure is called, and what a person does next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

__all__ = ["STATUSES", "told"]

STATUSES: Final[Mapping[int, tuple[StrOrPromise, StrOrPromise]]] = {
    400: (
        _("The request could not be read"),
        _(
            "Go back, open the page again and fill the form there. If it happens again, tell the "
            "administrator."
        ),
    ),
    401: (
        _("Your session has ended"),
        _("What you typed is kept. Sign in again and go on where you were."),
    ),
    403: (
        _("Your role may not do this"),
        _("If it belongs to your work, ask the security administrator of your office for the role."),
    ),
    404: (
        _("There is no such page, or it is not yours to see"),
        _("Check the address, or start from your desk. The case may have been handed to somebody else."),
    ),
    409: (
        _("Somebody else was first"),
        _("Nothing of yours was written. Open the page again, see what is new, and decide then."),
    ),
    410: (
        _("What was kept here can no longer be read"),
        _(
            "Nothing else is lost, and it is on record. The system administrator restores it from the "
            "backup; until then leave it as it is."
        ),
    ),
    413: (
        _("This is too large"),
        _("Send less at once: a smaller file, or a part of the table."),
    ),
    419: (
        _("This page is out of date"),
        _(
            "You have signed in again since it was opened. Go back, open it again and send the form from "
            "there."
        ),
    ),
    422: (
        _("This cannot be done as asked"),
        _("Correct what is said below and send it again. Nothing was written."),
    ),
    429: (
        _("Too often in too short a time"),
        _("Wait a few minutes and try again."),
    ),
    500: (
        _("The office made a mistake"),
        _(
            "Nothing of yours was half written. Try once more; if it happens again, tell the administrator "
            "the time."
        ),
    ),
    507: (
        _("The disk of the server is full"),
        _("Nothing was written. Tell the system administrator, who makes room; then send it again."),
    ),
}
"""From each HTTP status to its title and to what to do next."""


def told(status: int) -> tuple[str, str]:
    """Title and advice for a status; an unknown one is told like its kind."""
    title, hint = STATUSES.get(status) or STATUSES[500 if status >= 500 else 400]
    return str(title), str(hint)
