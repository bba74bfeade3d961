"""Whether a household is in hardship on the run date, told from the true lives."""

from __future__ import annotations

from typing import Final

import numpy as np

from yingjiu.county.dates import NEVER, TODAY
from yingjiu.county.lives import County
from yingjiu.county.offences import HARMS

__all__ = ["HARD_LISTS", "HEAVY_COST", "Circumstances"]

HARD_LISTS: Final = frozenset(
    {
        "dibao",
        "dibao_edge",
        "tekun",
        "rigid_expenditure",
        "hardship_worker",
        "hardship_veteran",
        "women_in_difficulty",
        "serious_illness",
        "orphan",
        "unsupported_child",
        "child_in_difficulty",
    }
)
"""Standing on one of these is hardship today. ``former_poor`` and ``veteran`` are groups, not hardship."""
HEAVY_COST: Final = 25_000
"""Yuan a person paid for treatment in twelve months: about one year's disposable income of a rural resident
(2024: 23,119), which is the common line of 因病致贫."""
SEVERE: Final = 2
"""Disability certificates of grade 1 and 2 are severe (重度)."""


class Circumstances:
    """Hardship of every household. The unit is the household living together (社会救助暂行办法).

    Args:
        county: the true lives.
    """

    def __init__(self, county: County) -> None:
        self._county = county
        self._home = county.people["household"]
        self._reasons: dict[int, set[str]] = {}
        self._ended: set[int] = set()
        self._lists(county)
        self._bodies(county)

    def _add(self, person: int, reason: str) -> None:
        # what is written of a dead person is nobody's hardship today
        if self._county.deaths[person] == NEVER:
            self._reasons.setdefault(int(self._home[person]), set()).add(reason)

    def _lists(self, county: County) -> None:
        rows = county.listings
        for person, name, until, risk in zip(
            rows["person"].tolist(),
            rows["list"].tolist(),
            rows["until"].tolist(),
            rows["risk"].tolist(),
            strict=True,
        ):
            if name == "monitored" and risk == "remaining" and until == NEVER:
                self._add(person, "monitored")
            elif name in HARD_LISTS and until == NEVER:
                self._add(person, name)
            elif name in HARD_LISTS or (name == "monitored" and risk == "removed"):
                self._ended.add(int(self._home[person]))

    def _bodies(self, county: County) -> None:
        severe = county.disabled["grade"] <= SEVERE
        for person in county.disabled["person"][severe].tolist():
            self._add(person, "severe_disability")
        recent = county.treatments["started"] > TODAY - 365
        paid = np.bincount(
            county.treatments["person"][recent], county.treatments["self_paid"][recent], minlength=county.size
        )
        for person in np.flatnonzero(paid > HEAVY_COST).tolist():
            self._add(person, "heavy_medical_cost")

    def hardship_of(self, person: int) -> set[str]:
        """Why the person's household is in hardship; empty when it is not."""
        return set(self._reasons.get(int(self._home[person]), ()))

    def hardship_ended(self, person: int) -> bool:
        """Whether the household was in hardship by a list that no longer holds."""
        return int(self._home[person]) in self._ended

    def bodily(self, claim: int) -> bool:
        """Whether the claim is about a body: its own injury, or a death."""
        harm = int(self._county.harmed["harm"][claim])
        return harm < HARMS.index("psychological") or harm == HARMS.index("retaliation")
