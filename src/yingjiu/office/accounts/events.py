"""What the account pages tell to those who keep record; the audit app stands above and registers here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.db.models import Model
    from django.http import HttpRequest

    from yingjiu.office.accounts.models import User

__all__ = ["RECORDERS", "tell"]

Recorder = Callable[..., Any]
"""Takes ``action`` (a value of the audit's actions), ``user``, ``subject``, ``detail`` and ``request``."""

RECORDERS: list[Recorder] = []


def tell(
    action: str,
    *,
    user: User | None,
    subject: Model | None = None,
    detail: Mapping[str, Any] | None = None,
    request: HttpRequest | None = None,
) -> None:
    """Tell what was done, inside the transaction that did it.

    Args:
        action: ``administer``, ``login_failed``: a value of the audit's actions.
        user: by whom.
        subject: to whom or what.
        detail: what else is worth telling; no password, no secret.
        request: where it came from.
    """
    for recorder in RECORDERS:
        recorder(action, user=user, subject=subject, detail=detail, request=request)
