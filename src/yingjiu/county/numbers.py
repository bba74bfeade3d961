"""Resident ID numbers by GB 11643, made for whole columns at once.

The county's own code, 320999, belongs to no county, so no number made here can belong to anyone living.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from yingjiu.county.dates import ymd

__all__ = [
    "COUNTY_CODE",
    "MIGRANT_CODES",
    "OLD_CODES",
    "check_characters",
    "make_keys",
    "number_texts",
    "old_texts",
]

COUNTY_CODE: Final = 320999
OLD_CODES: Final = (320926, 320911)
"""Codes abolished in 1995: neighbours from whom land came to the county. Only for those born before."""
MIGRANT_CODES: Final = (320722, 320922, 320981, 321023, 341623, 411425, 520422, 530627, 610922)

_WEIGHTS: Final = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2], np.int64)
_CHECKS: Final = np.frombuffer(b"10X98765432", np.uint8)

Ints = NDArray[np.int64]


def make_keys(region: Ints, birth: NDArray[np.int32], male: NDArray[np.bool_]) -> Ints:
    """Give each person a number of their own: region, birth date, and a sequence that is odd for men.

    Args:
        region: six-digit region codes.
        birth: days since 1970-01-01.
        male: whether male.

    Returns:
        The first 17 digits of each number, all different.
    """
    stem = (region * 10**8 + ymd(birth)) * 2 + male
    order = np.argsort(stem, kind="stable")
    grouped = stem[order]
    starts = np.flatnonzero(np.r_[True, grouped[1:] != grouped[:-1]])
    rank = np.arange(len(stem)) - np.repeat(starts, np.diff(np.r_[starts, len(stem)]))
    # 7 has no divisor in common with 500, so the sequence numbers of one day look unordered yet never repeat
    sequence = (rank * 7 + grouped % 97 + 1) % 500
    keys = np.empty(len(stem), np.int64)
    keys[order] = (grouped // 2) * 1000 + sequence * 2 + (grouped & 1)
    return keys


def _digits(keys: Ints, length: int) -> NDArray[np.uint8]:
    powers = 10 ** np.arange(length - 1, -1, -1, dtype=np.int64)
    return (keys[:, None] // powers % 10).astype(np.uint8)


def check_characters(keys: Ints) -> NDArray[np.uint8]:
    """The check characters of the keys, as ASCII."""
    return np.asarray(_CHECKS[(_digits(keys, 17).astype(np.int64) * _WEIGHTS).sum(axis=1) % 11])


def number_texts(keys: Ints) -> pa.Array:
    """Whole 18-character numbers as text."""
    if not len(keys):
        return pa.array([], pa.string())
    text = np.concatenate([_digits(keys, 17) + 48, check_characters(keys)[:, None]], axis=1)
    return pa.array(np.ascontiguousarray(text).view("S18").ravel().astype("U18"))


def old_texts(keys: Ints) -> pa.Array:
    """The 15-digit numbers that were issued before 1999: no century, no check character."""
    if not len(keys):
        return pa.array([], pa.string())
    digits = _digits(keys, 17) + 48
    text = np.concatenate([digits[:, :6], digits[:, 8:]], axis=1)
    return pa.array(np.ascontiguousarray(text).view("S15").ravel().astype("U15"))
