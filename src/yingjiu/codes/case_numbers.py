"""Case numbers in the one form in which they are compared.

Agencies write （2024）苏0999刑初12号, 〔2024〕 or [2024], in full-width or half-width signs. The form is
defined character by character, so that a query can say it as well (SQL's ``TRANSLATE``).
"""

from __future__ import annotations

from typing import Final

import pyarrow as pa

__all__ = ["CASE_NUMBER_SIGNS", "normalise_case_no", "normalise_case_numbers"]

_ROUND: Final = dict.fromkeys("（〔［【｛[{﹝", "(") | dict.fromkeys("）〕］】｝]}﹞", ")")
_HALF: Final = {chr(code + 0xFEE0): chr(code) for code in range(0x21, 0x7F)}
_DASHES: Final = dict.fromkeys("－—–‐‑−", "-")
_REMOVED: Final = " \t\r\n\u3000\u00a0\u2002\u2003\u2009\u200b\u200c\u200d\ufeff"

_REPLACED: Final = _HALF | _DASHES | _ROUND

CASE_NUMBER_SIGNS: Final[tuple[str, str]] = ("".join(_REPLACED) + _REMOVED, "".join(_REPLACED.values()))
"""What is replaced, and by what, in order; what has no partner is removed. Then letters become capitals."""

_TABLE: Final = str.maketrans(_REPLACED | dict.fromkeys(_REMOVED, ""))


def normalise_case_no(text: str) -> str:
    """Bring one case number to the form in which case numbers are compared.

    Args:
        text: ``（２０２４）苏 0999 刑初〔12〕号``.

    Returns:
        ``(2024)苏0999刑初(12)号``: half-width signs, round brackets, capital letters, no spaces.
    """
    return text.translate(_TABLE).upper()


def normalise_case_numbers(column: pa.Array) -> pa.Array:
    """Bring a column of case numbers to the form in which they are compared.

    Args:
        column: texts; nulls stay.

    Returns:
        As :func:`normalise_case_no`, value by value.
    """
    coded = column.dictionary_encode()
    plain = pa.array([normalise_case_no(text) for text in coded.dictionary.to_pylist()], pa.string())
    return plain.take(coded.indices)
