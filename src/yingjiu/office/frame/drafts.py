"""Drafts: what a user types into a long form is kept on the server, encrypted, until the form is sent.

A form asks for it with ``data-draft="leads.check.12"``; the script saves it while the user types. Passwords,
the content of files and hidden fields are never part of a draft; of files that were uploaded, key and name
are. A session that ends loses nothing: after the next login the form is filled again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from yingjiu.errors import Fault
from yingjiu.office.frame.errors import OfficeError, TooLarge
from yingjiu.office.frame.models import Draft

__all__ = ["FIELD", "LARGEST", "Kept", "discard", "forget_old", "keep", "kept"]

FIELD: Final = "draft_key"
"""Name of the hidden field that tells :func:`yingjiu.office.frame.once.done` which draft to throw away."""
LARGEST: Final = 200_000
"""Characters of one draft."""
_MOST: Final = 50
"""Drafts of one user; the oldest makes place."""
_FORGOTTEN: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Kept:
    """A draft as it is given back."""

    content: Mapping[str, Any]
    saved_at: datetime


def keep(user: Any, key: str, content: Mapping[str, Any]) -> datetime:
    """Keep what a user typed.

    Args:
        user: whose it is; nobody else ever reads it.
        key: of the form, as ``leads.check.12``.
        content: from the name of each field to its value or values.

    Returns:
        When it was kept.

    Raises:
        OfficeError: ``FRM-004`` not a key, or not the content of a form.
        TooLarge: ``FRM-005`` more than :data:`LARGEST` characters.
    """
    if not 0 < len(key) <= 200 or not all(_is_field(name, value) for name, value in content.items()):
        raise OfficeError(Fault("FRM-004", _("this is not the draft of a form")))
    if sum(len(name) + len(str(value)) for name, value in content.items()) > LARGEST:
        raise TooLarge(
            Fault(
                "FRM-005",
                _("this form has become too long to be kept as a draft"),
                hint=_("send it now, or put the long text into a file and upload that"),
            )
        )
    draft, _made = Draft.objects.update_or_create(user=user, key=key, defaults={"content": dict(content)})
    surplus = Draft.objects.filter(user=user).order_by("-saved_at").values_list("pk", flat=True)[_MOST:]
    if surplus:
        Draft.objects.filter(pk__in=list(surplus)).delete()
    return draft.saved_at


def kept(user: Any, key: str) -> Kept | None:
    """The user's draft of a form, or None."""
    draft = Draft.objects.filter(user=user, key=key).first()
    return Kept(draft.content, draft.saved_at) if draft else None


def discard(user: Any, key: str) -> None:
    """Throw a draft away."""
    Draft.objects.filter(user=user, key=key).delete()


def forget_old() -> int:
    """Throw away drafts that nobody touched for a month; returns how many."""
    return Draft.objects.filter(saved_at__lt=timezone.now() - _FORGOTTEN).delete()[0]


def _is_field(name: Any, value: Any) -> bool:
    if not isinstance(name, str):
        return False
    values = value if isinstance(value, list) else [value]
    return all(isinstance(each, (str, bool)) for each in values)
