"""Days as the county counts them: whole days since 1970-01-01, ``NEVER`` where there is none."""

from __future__ import annotations

from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["NEVER", "RUN_DATE", "TODAY", "day", "month_days", "ymd"]

RUN_DATE: Final = date(2025, 5, 31)
"""The day on which the county is looked at; every file tells the state of the days before it."""

NEVER: Final = -(2**31)
"""A date that does not exist (yet) or that nobody knows."""


def day(year: int, month: int, day_of_month: int) -> int:
    """Days since 1970-01-01."""
    return date(year, month, day_of_month).toordinal() - date(1970, 1, 1).toordinal()


TODAY: Final = day(RUN_DATE.year, RUN_DATE.month, RUN_DATE.day)


def ymd(days: NDArray[np.integer]) -> NDArray[np.int64]:
    """Days as numbers such as 19830512."""
    days64 = np.asarray(days, np.int64).astype("datetime64[D]")
    months = days64.astype("datetime64[M]")
    day_of_month = (days64 - months).astype(np.int64) + 1
    year = days64.astype("datetime64[Y]").astype(np.int64) + 1970
    month = months.astype(np.int64) % 12 + 1
    return np.asarray(year * 10000 + month * 100 + day_of_month)


def month_days(months: float) -> int:
    """About so many months, in days."""
    return int(months * 30.44)
