"""Values of cells as the text that their owner sees, and what they were."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from yingjiu.sources.readers.chunks import CellKind

__all__ = ["DIGITS", "NumberText", "column_of", "number_text", "text_and_kind"]

DIGITS: Final = 15
"""Significant digits that a spreadsheet keeps of a number."""
_EXACT: Final = 10**DIGITS


class NumberText(str):
    """A number that arrived as written, as in JSON."""

    __slots__ = ()


def number_text(value: float) -> str:
    """Write a number as a spreadsheet shows it, to 15 significant digits.

    A whole number has no ``.0``. One of 16 digits or more is in scientific form (``3.20999199001011E+17``):
    its last digits were lost when it became a number, and so it is seen to be no ID number.

    Args:
        value: the number.

    Returns:
        Its text.
    """
    if isinstance(value, int) or value.is_integer():
        if abs(value) < _EXACT:
            return str(int(value))
        mantissa, exponent = f"{value:.{DIGITS - 1}e}".split("e")
        return f"{mantissa.rstrip('0').rstrip('.')}E+{int(exponent)}"
    text = f"{value:.{DIGITS}g}"
    return format(Decimal(text), "f") if "e" in text and "n" not in text else text


def text_and_kind(value: Any) -> tuple[str | None, CellKind]:  # noqa: PLR0911 - one line for each type
    """Turn one value into text.

    Args:
        value: what a workbook, a database or JSON gives.

    Returns:
        The text, None for an empty cell, and what the value was.
    """
    if value is None or value == "":
        return None, CellKind.TEXT
    if isinstance(value, NumberText):
        return str(value), CellKind.NUMBER
    if isinstance(value, str):
        return value, CellKind.TEXT
    if isinstance(value, bool):
        return ("true" if value else "false"), CellKind.BOOLEAN
    if isinstance(value, int):
        return str(value), CellKind.NUMBER
    if isinstance(value, float):
        return (None, CellKind.TEXT) if math.isnan(value) else (number_text(value), CellKind.NUMBER)
    if isinstance(value, Decimal):
        text = format(value, "f")
        return (text.rstrip("0").rstrip(".") if "." in text else text), CellKind.NUMBER
    if isinstance(value, datetime):
        plain = value.replace(tzinfo=None)
        return (plain.date().isoformat() if plain.time() == time() else plain.isoformat(" ")), CellKind.DATE
    if isinstance(value, date | time):
        return value.isoformat(), CellKind.DATE
    if isinstance(value, timedelta):
        return str(value), CellKind.DATE
    if isinstance(value, bytes | bytearray | memoryview):
        raw = bytes(value)
        return raw.decode(errors="replace") or None, CellKind.TEXT
    return json.dumps(value, ensure_ascii=False, default=str), CellKind.TEXT


def column_of(values: Sequence[Any]) -> tuple[pa.Array, npt.NDArray[np.uint8] | None]:
    """Turn the values of one column into texts.

    Args:
        values: of any type.

    Returns:
        A ``pa.string()`` array, and the kind of each cell, or None if all are texts.
    """
    types = set(map(type, values))
    if types <= {str, type(None)}:
        return pa.array([value or None for value in values] if "" in values else values, pa.string()), None
    if types == {float}:
        numbers = np.array(values, dtype=np.float64)
        if np.all(np.abs(numbers) < _EXACT) and np.all(numbers == np.trunc(numbers)):
            texts = pa.array(numbers.astype(np.int64)).cast(pa.string())
            return texts, np.full(len(numbers), CellKind.NUMBER, dtype=np.uint8)
    pairs = [text_and_kind(value) for value in values]
    kinds = np.fromiter((kind for _text, kind in pairs), dtype=np.uint8, count=len(pairs))
    return pa.array([text for text, _kind in pairs], pa.string()), kinds if kinds.any() else None
