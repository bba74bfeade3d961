"""Amounts that may not be known exactly: a lowest and a highest value, both Decimal."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

__all__ = ["INFINITE", "ZERO", "Interval", "plain"]

INFINITE: Final = Decimal("Infinity")
"""No limit."""

ZERO: Final = Decimal(0)


@dataclass(frozen=True, slots=True)
class Interval:
    """From ``low`` to ``high``, both included and never negative.

    Attributes:
        low: the lowest value.
        high: the highest value; :data:`INFINITE` for none.
    """

    low: Decimal
    high: Decimal

    @classmethod
    def of(cls, value: Decimal | int) -> Interval:
        """One known value."""
        return cls(Decimal(value), Decimal(value))

    @property
    def exact(self) -> bool:
        """Whether it is one value."""
        return self.low == self.high

    def hull(self, other: Interval) -> Interval:
        """The smallest interval that holds both."""
        return Interval(min(self.low, other.low), max(self.high, other.high))

    def plus(self, other: Interval) -> Interval:
        """Every sum of one value of each."""
        return Interval(self.low + other.low, self.high + other.high)

    def times(self, other: Interval) -> Interval:
        """Every product of one value of each; nothing times no limit is nothing."""
        return Interval(_product(self.low, other.low), _product(self.high, other.high))

    def less(self, other: Interval) -> Interval:
        """Every difference, never below zero."""
        return Interval(_difference(self.low, other.high), _difference(self.high, other.low))

    def __str__(self) -> str:
        return plain(self.low) if self.exact else f"({plain(self.low)} … {plain(self.high)})"


def _product(one: Decimal, other: Decimal) -> Decimal:
    return ZERO if ZERO in {one, other} else one * other


def _difference(one: Decimal, other: Decimal) -> Decimal:
    if other == INFINITE:
        return ZERO
    return max(ZERO, one - other)


def plain(value: Decimal) -> str:
    """A number as it stands in a formula: no exponent, no trailing zeros, no thousands separators."""
    if value == INFINITE:
        return "∞"
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
