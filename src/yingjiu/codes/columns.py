"""Read a whole column of ID numbers: the entrance to the three equal forms."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from yingjiu.codes.resident import Verdict, judge, yyyymmdd_of

__all__ = ["NO_BIRTH", "ParsedIds", "parse_ids"]

NO_BIRTH: Final = int(np.iinfo(np.int32).min)


@dataclass(frozen=True, slots=True)
class ParsedIds:
    """A column of ID numbers, taken apart; every array has one value a row.

    Attributes:
        keys: int64, the person keys; 0 where faulty.
        status: uint8, values of :class:`IdStatus`.
        category: uint8, digit of the disability category (GB/T 26341); 0 = none.
        grade: uint8, grade of the disability certificate; 0 = none.
        birth: int32, days since 1970-01-01; the least int32 where faulty.
    """

    keys: NDArray[np.int64]
    status: NDArray[np.uint8]
    category: NDArray[np.uint8]
    grade: NDArray[np.uint8]
    birth: NDArray[np.int32]

    @property
    def ok(self) -> NDArray[np.bool_]:
        """Where the number identifies a person."""
        return self.status < 10


def _empty(rows: int) -> ParsedIds:
    return ParsedIds(
        np.zeros(rows, np.int64),
        np.zeros(rows, np.uint8),
        np.zeros(rows, np.uint8),
        np.zeros(rows, np.uint8),
        np.full(rows, NO_BIRTH, np.int32),
    )


def parse_scalar(texts: Iterable[str | None], rows: int, today: int) -> ParsedIds:
    """The readable form, row by row."""
    out = _empty(rows)
    for row, text in enumerate(texts):
        found = judge(text, today)
        _put(out, row, found)
    return out


def _put(out: ParsedIds, row: int, found: Verdict) -> None:
    out.status[row] = found.status
    if found.status.ok:
        out.keys[row], out.category[row], out.grade[row] = found.key, found.category, found.grade
        birth = date(found.birth // 10000, found.birth // 100 % 100, found.birth % 100)
        out.birth[row] = birth.toordinal() - 719163  # 1970-01-01


def parse_ids(column: Any, *, today: date | None = None) -> ParsedIds:
    """Read a column of ID numbers; row by row the same as :func:`parse_id`.

    Args:
        column: ``pyarrow.Array`` or ``ChunkedArray`` of strings; NULL is an empty number.
        today: the last day on which a birth is possible; without it, today.

    Returns:
        Keys, statuses, certificates and births.
    """
    return parse_scalar(column.to_pylist(), len(column), yyyymmdd_of(today))
