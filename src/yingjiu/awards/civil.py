"""What a court should award, estimated with the coefficients of civil damages.

Judicial relief is never above it (中政委〔2014〕3号). The court's own figure counts where there is one; this
estimate stands in before a judgment.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

__all__ = ["disability_coefficient", "years_of_damages"]


def disability_coefficient(grades: Sequence[int]) -> Decimal:
    """The coefficient of disability after injury.

    One grade g counts (11 − g) / 10. Of several the gravest counts, and a tenth of each other's coefficient,
    together at most a tenth, and never above the whole.

    Args:
        grades: 1 to 10 each, at least one.

    Returns:
        From 0.1 to 1.
    """
    gravest, *others = sorted(Decimal(11 - grade) / 10 for grade in grades)[::-1]
    extra = min(sum(others, Decimal(0)) / 10, Decimal("0.1"))
    return min(gravest + extra, Decimal(1))


def years_of_damages(age: int) -> int:
    """Years for which damages are counted: 20; from 60 on one less for each year of age; from 75 on 5."""
    if age >= 75:
        return 5
    return 20 if age < 60 else 20 - (age - 60)
