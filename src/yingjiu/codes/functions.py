"""ID numbers as a DuckDB function."""

from __future__ import annotations

import sys
from datetime import date
from typing import Any, Final

import duckdb
import pyarrow as pa

from yingjiu.codes.columns import parse_compiled, parse_scalar
from yingjiu.codes.parsed import ParsedIds
from yingjiu.codes.resident import yyyymmdd_of

__all__ = ["ID_TYPE", "register_id_functions"]

_FULL_VECTOR: Final = 2048
"""DuckDB hands over at most this many rows at once: a full vector promises more of them."""

ID_TYPE: Final = "STRUCT(key BIGINT, status UTINYINT, category UTINYINT, grade UTINYINT, birth_date DATE)"


def _judged(texts: Any, today: int) -> ParsedIds:
    if len(texts) >= _FULL_VECTOR or "yingjiu.codes.kernel" in sys.modules:
        try:
            return parse_compiled(texts, today)
        except ImportError:  # no numba
            pass
    return parse_scalar(texts.to_pylist(), today)


def register_id_functions(connection: duckdb.DuckDBPyConnection, *, today: date | None = None) -> None:
    """Give a connection the function ``yj_id(text)``.

    It returns ``STRUCT(key BIGINT, status UTINYINT, category UTINYINT, grade UTINYINT, birth_date DATE)``
    as :func:`parse_ids` does: key 0 and no birth date where the number is faulty, status 10 for NULL.

    Args:
        connection: gets the function; registering twice is an error of DuckDB.
        today: the last day on which a birth is possible; without it, the day of registration.
    """
    last = yyyymmdd_of(today)

    def judged(texts: Any) -> Any:
        found = _judged(texts, last)
        return pa.StructArray.from_arrays(
            [
                pa.array(found.keys),
                pa.array(found.status),
                pa.array(found.category),
                pa.array(found.grade),
                found.birth_date,
            ],
            names=["key", "status", "category", "grade", "birth_date"],
        )

    create: Any = connection.create_function  # its types differ between DuckDB 1.5 and 2.0
    create("yj_id", judged, ["VARCHAR"], ID_TYPE, type="arrow", null_handling="special")
