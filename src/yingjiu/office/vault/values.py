"""JSON that keeps what Python knows: money and dates as text, never as a float; a tuple as a list."""

from __future__ import annotations

import json
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

__all__ = ["canonical_text", "plain", "to_text"]


def _told(value: object) -> str:
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise TypeError("a number that is none cannot be kept")
        return format(value, "f")
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} cannot be kept as JSON")


def to_text(value: Any) -> str:
    """The JSON of a value.

    Raises:
        TypeError: for what JSON does not know and this module does not either.
        ValueError: for a float that is no number.
    """
    return json.dumps(value, default=_told, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def canonical_text(value: Any) -> str:
    """The one JSON of a value, with its keys in order: what a digest is computed over.

    Raises:
        TypeError: as :func:`to_text`.
        ValueError: as :func:`to_text`.
    """
    return json.dumps(plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def plain(value: Any) -> Any:
    """A value as it will come back from the database."""
    return json.loads(to_text(value))
