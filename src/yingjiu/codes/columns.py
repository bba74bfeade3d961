"""Read a whole column of ID numbers: the entrance to the three equal forms.

Many rows go through the compiled form, or through the SQL form where numba cannot be imported; a few go
through the readable form, which needs no second to get ready.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import date
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from yingjiu.codes.parsed import NO_BIRTH, ParsedIds
from yingjiu.codes.resident import judge, yyyymmdd_of

__all__ = ["parse_compiled", "parse_ids", "parse_scalar"]

_FEW_ROWS: Final = 20_000
"""Up to here reading row by row (7 us a row) is faster than importing numba and loading the kernel."""
_FEW_ROWS_WHEN_READY: Final = 20
_EPOCH: Final = date(1970, 1, 1).toordinal()


def _empty(rows: int) -> ParsedIds:
    return ParsedIds(
        np.zeros(rows, np.int64),
        np.zeros(rows, np.uint8),
        np.zeros(rows, np.uint8),
        np.zeros(rows, np.uint8),
        np.full(rows, NO_BIRTH, np.int32),
    )


def parse_ids(column: Any, *, today: date | None = None) -> ParsedIds:
    """Read a column of ID numbers; row by row the same as :func:`parse_id`.

    Args:
        column: ``pyarrow.Array`` or ``ChunkedArray`` of strings; NULL is an empty number.
        today: the last day on which a birth is possible; without it, today.

    Returns:
        Keys, statuses, certificates and births.
    """
    last = yyyymmdd_of(today)
    few = _FEW_ROWS_WHEN_READY if "yingjiu.codes.kernel" in sys.modules else _FEW_ROWS
    if len(column) <= few:
        return parse_scalar(column.to_pylist(), last)
    try:
        return parse_compiled(column, last)
    except ImportError:  # numba is missing, or does not fit this Python
        from yingjiu.codes.statement import parse_by_sql  # noqa: PLC0415 - only where it is needed

        return parse_by_sql(column, last)


def parse_scalar(texts: Iterable[str | None], today: int) -> ParsedIds:
    """The readable form, row by row; ``today`` is yyyymmdd."""
    found = [judge(text, today) for text in texts]
    out = _empty(len(found))
    for row, verdict in enumerate(found):
        out.status[row] = verdict.status
        if verdict.status.ok:
            year, month, day = verdict.birth // 10000, verdict.birth // 100 % 100, verdict.birth % 100
            out.keys[row], out.category[row], out.grade[row] = verdict.key, verdict.category, verdict.grade
            out.birth[row] = date(year, month, day).toordinal() - _EPOCH
    return out


def parse_compiled(column: Any, today: int) -> ParsedIds:
    """The compiled form; ``today`` is yyyymmdd.

    Raises:
        ImportError: numba cannot be imported.
    """
    from yingjiu.codes.kernel import judge_column  # noqa: PLC0415 - imports numba, which takes a moment

    out = _empty(len(column))
    begin = 0
    for chunk in column.chunks if isinstance(column, pa.ChunkedArray) else [column]:
        rows = slice(begin, begin + len(chunk))
        begin += len(chunk)
        judge_column(
            *_buffers(chunk),
            today,
            out.keys[rows],
            out.status[rows],
            out.category[rows],
            out.grade[rows],
            out.birth[rows],
        )
    return out


def _buffers(array: Any) -> tuple[NDArray[np.uint8], NDArray[Any], NDArray[np.bool_]]:
    """The bytes, offsets and validity of an Arrow array, without copying where it is of plain strings."""
    if array.type not in (pa.string(), pa.large_string()):
        array = array.cast(pa.large_string())
    _bitmap, offsets, data = array.buffers()
    width = np.dtype(np.int32 if array.type == pa.string() else np.int64)
    if len(array) == 0 or offsets is None:
        places: NDArray[Any] = np.zeros(len(array) + 1, np.int64)
    else:
        places = np.frombuffer(offsets, width, len(array) + 1, array.offset * width.itemsize)
    octets = np.frombuffer(data if data is not None and data.size else b" ", np.uint8)
    valid = array.is_valid().to_numpy(zero_copy_only=False) if array.null_count else np.zeros(0, np.bool_)
    # one type for every column, so that the kernel is compiled once
    return octets, places.astype(np.int64), valid
