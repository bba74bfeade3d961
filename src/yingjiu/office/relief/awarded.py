"""What a stored award says: its caps, the most of urgent relief, its number. Plain data, no engine."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

__all__ = ["caps_of", "ends", "urgent_limit"]


def caps_of(award: Mapping[str, Any]) -> list[tuple[str, Decimal]]:
    """Every cap of a stored award that has a limit: what it is called, and yuan."""
    return [(cap["says"], Decimal(cap["limit"])) for cap in award.get("caps", ()) if cap["limit"] is not None]


def urgent_limit(award: Mapping[str, Any]) -> Decimal | None:
    """The most that may be paid first, in yuan; None when the standard has no urgent relief or no wage."""
    limit = award.get("urgent_limit")
    return None if limit is None else Decimal(limit)


def ends(value: Any) -> tuple[Decimal | None, Decimal | None]:
    """Lowest and highest of a value as :func:`yingjiu.awards.award_data` writes it; None for no limit."""
    if isinstance(value, Mapping):
        return _finite(value["low"]), _finite(value["high"])
    return _finite(value), _finite(value)


def _finite(text: Any) -> Decimal | None:
    return None if text in {None, "∞"} else Decimal(str(text))
