"""Permission to look behind a seal, in the hand of one user."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

from yingjiu.office.accounts.models import User
from yingjiu.office.sealing.models import UnsealRequest

__all__ = ["Grant"]


@dataclass(frozen=True, slots=True)
class Grant:
    """What :func:`yingjiu.office.sealing.services.take_grant` gives, after its checks.

    Attributes:
        permit: the application that was granted.
        user: who opens.
        request: where the address on record comes from.
    """

    permit: UnsealRequest
    user: User
    request: HttpRequest | None = None
