"""What was found about single rows while they were read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from yingjiu.sources.readers import BrokenRow

__all__ = ["FieldFaults", "PlacedBroken", "count_rows", "rows_of"]


@dataclass(frozen=True, slots=True)
class FieldFaults:
    """Rows of one field that break one rule.

    Attributes:
        outcome: ``rejected``: the row is not taken; ``blanked``: the row is taken, the value is not.
        field: name of the field.
        rule: number of the rule.
        rows: numbers of the rows within the load.
    """

    outcome: Literal["rejected", "blanked"]
    field: str
    rule: int
    rows: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class PlacedBroken:
    """A row that could not be read, with the file and sheet in which it stands."""

    file: str
    sheet: str | None
    row: BrokenRow


def rows_of(faults: Iterable[FieldFaults], outcome: Literal["rejected", "blanked"]) -> npt.NDArray[np.int64]:
    """Numbers of the rows with this outcome, each once, ascending."""
    found = [fault.rows for fault in faults if fault.outcome == outcome]
    return np.unique(np.concatenate(found)) if found else np.zeros(0, np.int64)


def count_rows(faults: Iterable[FieldFaults], outcome: Literal["rejected", "blanked"]) -> dict[str, int]:
    """How many times each rule was broken with this outcome, by rule code."""
    counts: dict[str, int] = {}
    for fault in faults:
        if fault.outcome == outcome:
            code = f"SRC-{fault.rule}"
            counts[code] = counts.get(code, 0) + len(fault.rows)
    return counts
