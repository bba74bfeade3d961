"""Administrative divisions with their history (GB/T 2260).

The table knows the revisions of December 1980 to April 2019 and the divisions of 2023. The day of a change
is known only as lying between two revisions; the table gives each code the longest time that this allows,
so two names of one code may overlap by a year. ``tools/build_regions.py`` builds it.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final

__all__ = ["SYNTHETIC_COUNTY", "Region", "find_region", "last_valid_days", "region_name", "regions"]

SYNTHETIC_COUNTY: Final = "320999"
"""虚构县, a county that does not exist: every sample person of this project is registered there."""

NEVER: Final = 0
STILL: Final = 9999_12_31
_NO_PLACE: Final = ("市辖区", "县", "省直辖", "自治区直辖")


@dataclass(frozen=True, slots=True)
class Region:
    """One administrative division under one code and one name.

    Attributes:
        code: six digits.
        name: its own name, without the names of the divisions it lies in.
        valid_from: first day on which it may have existed; None: before December 1980.
        valid_to: last day on which it may have existed; None: still exists.
        synthetic: made up for tests and samples.
    """

    code: str
    name: str
    valid_from: date | None
    valid_to: date | None
    synthetic: bool = False

    def on(self, day: date) -> bool:
        """Whether it may have existed on a day."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )


@cache
def regions() -> Mapping[str, tuple[Region, ...]]:
    """Every division of the table.

    Returns:
        From each code to its divisions, the oldest first.
    """
    table: dict[str, list[Region]] = defaultdict(list)
    text = files(__package__).joinpath("tables/regions.csv").read_text(encoding="utf-8")
    for code, name, since, until, kind in list(csv.reader(text.splitlines()))[1:]:
        table[code].append(
            Region(
                code,
                name,
                date.fromisoformat(since) if since else None,
                date.fromisoformat(until) if until else None,
                kind == "synthetic",
            )
        )
    return MappingProxyType({code: tuple(known) for code, known in table.items()})


def find_region(code: str, on: date | None = None) -> Region | None:
    """Find the division that a code names.

    Args:
        code: six digits.
        on: the day it must have existed on; without it, the newest division of that code.

    Returns:
        The division, the newer one where two may fit, or None.
    """
    known = [region for region in regions().get(code, ()) if on is None or region.on(on)]
    return known[-1] if known else None


def region_name(code: str, on: date | None = None) -> str:
    """Name a division in full, such as 江苏省盐城市虚构县.

    Args:
        code: six digits.
        on: the day whose names are wanted; without it, the newest.

    Returns:
        The names from the province down; an unknown code comes back as it is.
    """
    own = find_region(code, on)
    if own is None:
        return code
    day = on or own.valid_to
    names = [own.name]
    for above in (code[:4] + "00", code[:2] + "0000"):
        higher = (find_region(above, day) or find_region(above)) if above != code else None
        if higher is not None and not higher.name.startswith(_NO_PLACE):
            names.insert(0, higher.name)
    return "".join(dict.fromkeys(names))


@cache
def last_valid_days() -> Mapping[str, int]:
    """From each region code that an ID number may begin with to its last valid day, as yyyymmdd.

    GB 11643 puts the code of the place of first registration into the number. Someone may be registered
    years after the birth, and numbers were first given out from 1984 on, so a code is accepted when it
    existed on the day of birth or on any later day, whenever it was introduced; a code that was abolished
    before the birth, and a code that never existed, are not. Counties, prefectures and provinces are not
    told apart: some prefectures have no counties.

    The card of a foreigner (2023) begins with 9, the two digits of the province that issued it, and the
    three digits of the nationality (GB/T 2659, not checked beyond 000).
    """
    days = {
        code: max(int(f"{region.valid_to:%Y%m%d}") if region.valid_to else STILL for region in known)
        for code, known in regions().items()
    }
    provinces = {code[:2] for code in days if code.endswith("0000")}
    days |= {f"9{province}{nation:03}": STILL for province in provinces for nation in range(1, 1000)}
    return MappingProxyType(days)
