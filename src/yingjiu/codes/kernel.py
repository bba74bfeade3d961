"""Read millions of ID numbers a second: the compiled form of :func:`yingjiu.codes.resident.judge`.

It works on the bytes and offsets of an Arrow string column, so no Python object is made for a row. A number
already spelled as it should be is judged where it lies; any other is first normalised into a small buffer.

Importing this module imports numba (about half a second) and the first call loads or compiles the kernel;
:mod:`yingjiu.codes.columns` does both only when there are enough rows to pay for it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, Final

import numba
import numpy as np
from numpy.typing import NDArray

from yingjiu.codes.regions import last_valid_days
from yingjiu.codes.resident import CHECK_CHARACTERS, EARLIEST_BIRTH, WEIGHTS
from yingjiu.codes.spelling import MAPPED, SKIPPED
from yingjiu.codes.status import IdStatus

__all__ = ["judge_column", "tables"]

# numba reads these as constants
_VALID: Final = int(IdStatus.VALID)
_CONVERTED: Final = int(IdStatus.CONVERTED)
_CERTIFICATE: Final = int(IdStatus.CERTIFICATE)
_PERMIT: Final = int(IdStatus.PERMIT)
_FOREIGNER: Final = int(IdStatus.FOREIGNER)
_EMPTY: Final = int(IdStatus.EMPTY)
_LENGTH: Final = int(IdStatus.LENGTH)
_CHARACTER: Final = int(IdStatus.CHARACTER)
_LOST: Final = int(IdStatus.LOST_PRECISION)
_DATE: Final = int(IdStatus.DATE)
_REGION: Final = int(IdStatus.REGION)
_CHECK: Final = int(IdStatus.CHECK)
_OLD_FOREIGN: Final = int(IdStatus.OLD_FOREIGN_CARD)

_W: Final = WEIGHTS
_CHECKS: Final = tuple(CHECK_CHARACTERS.encode())
_EARLIEST: Final = EARLIEST_BIRTH
_MONTH_DAYS: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_X: Final = ord("X")
_B: Final = ord("B")
_E: Final = ord("E")
_DOT: Final = ord(".")
_PLUS: Final = ord("+")

_int64: Any = np.int64
_SKIP: Final = 0
_STRANGE: Final = ord("?")  # stands for every character that the tables do not know


def _compiled(function: Callable[..., Any]) -> Any:
    """Compile, and keep the result on disk where that is possible (an installation may be read-only)."""
    try:
        return numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:  # no place for the cache
        return numba.njit(nogil=True)(function)


def _digits(data: Any, start: int, count: int) -> int:
    """The value of some digits, or a negative number if one is not a digit."""
    value = 0
    strange = 0
    for place in range(start, start + count):
        digit = _int64(data[place]) - 48
        strange |= digit | (9 - digit)  # the sign bit shows anything outside 0..9
        value = value * 10 + digit
    return value if strange >= 0 else -1


_digits = _compiled(_digits)


def _weighted(data: Any, start: int, count: int, first: int) -> int:
    """The weighted sum of some digits, whose first one has the weight number ``first``."""
    total = 0
    for place in range(count):
        total += (_int64(data[start + place]) - 48) * _W[first + place]
    return total


_weighted = _compiled(_weighted)


def _real_date(date: int) -> bool:
    year, month, day = date // 10000, date // 100 % 100, date % 100
    if month < 1 or month > 12 or day < 1:
        return False
    leap = month == 2 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return day <= _MONTH_DAYS[month - 1] + (1 if leap else 0)


_real_date = _compiled(_real_date)


def _days(date: int) -> int:
    """Days since 1970-01-01 in the Gregorian calendar, which here always was in force."""
    year, month, day = date // 10000, date // 100 % 100, date % 100
    if month <= 2:
        year -= 1
        month += 12
    return 365 * year + year // 4 - year // 100 + year // 400 + (153 * (month - 3) + 2) // 5 + day - 719469


_days = _compiled(_days)


def _judge_18(data: Any, start: int, today: int, last_days: Any) -> tuple[int, int, int]:
    """Judge 18 characters: status, key, birth as yyyymmdd."""
    region = _digits(data, start, 6)
    birth = _digits(data, start + 6, 8)
    sequence = _digits(data, start + 14, 3)
    last = data[start + 17]
    if region < 0 or birth < 0 or sequence < 0 or (last != _X and (last < 48 or last > 57)):
        return _CHARACTER, 0, 0
    if birth < _EARLIEST or birth > today or not _real_date(birth):
        return _DATE, 0, 0
    if last_days[region] < birth:
        return _REGION, 0, 0
    if _CHECKS[_weighted(data, start, 17, 0) % 11] != last:
        return (_LOST if last == 48 and sequence % 100 == 0 else _CHECK), 0, 0
    status = _VALID
    if region >= 800000:
        status = _PERMIT if region < 900000 else _FOREIGNER
    return status, (region * 100_000_000 + birth) * 1000 + sequence, birth


_judge_18 = _compiled(_judge_18)


def _judge_15(data: Any, today: int, last_days: Any) -> tuple[int, int, int]:
    """Judge 15 characters in the same way."""
    region = _digits(data, 0, 6)
    short = _digits(data, 6, 6)
    sequence = _digits(data, 12, 3)
    if region < 0 or short < 0 or sequence < 0:
        return _CHARACTER, 0, 0
    birth = short + (1800_00_00 if sequence >= 996 else 1900_00_00)
    if birth < _EARLIEST or birth > today or not _real_date(birth):
        return _DATE, 0, 0
    if last_days[region] < birth or region >= 800000:
        return _REGION, 0, 0
    return _CONVERTED, (region * 100_000_000 + birth) * 1000 + sequence, birth


_judge_15 = _compiled(_judge_15)


def _normalised(data: Any, start: int, stop: int, characters: Any, buffer: Any) -> int:
    """Write the normalised characters of some UTF-8 bytes into the buffer, and return how many."""
    size = 0
    place = start
    while place < stop:
        code = _int64(data[place])
        place += 1
        if code >= 0xC0:
            more = 1 if code < 0xE0 else (2 if code < 0xF0 else 3)
            code &= 0x3F >> more
            while more > 0 and place < stop:
                code = (code << 6) | (_int64(data[place]) & 0x3F)
                place += 1
                more -= 1
        character = characters[code] if code < 0x10000 else _STRANGE
        if character != _SKIP:
            buffer[size] = character
            size += 1
    return size


_normalised = _compiled(_normalised)


def _digit_run(buffer: Any, place: int, size: int) -> int:
    """Where the digits that begin at a place end."""
    while place < size and 48 <= buffer[place] <= 57:
        place += 1
    return place


_digit_run = _compiled(_digit_run)


def _from_spreadsheet(buffer: Any, size: int) -> int:
    """-1 for a number that lost its digits in a spreadsheet; otherwise how many characters count."""
    whole = _digit_run(buffer, 0, size)
    place = whole
    if whole in (0, size):
        return size
    zeros = False
    if buffer[place] == _DOT:
        place += 1
        zeros = True
        while place < size and 48 <= buffer[place] <= 57:
            zeros = zeros and buffer[place] == 48
            place += 1
        if place == size:
            return -1 if whole >= 16 else (15 if whole == 15 and zeros else size)
    if buffer[place] != _E:
        return size
    place += 1
    if place < size and buffer[place] == _PLUS:
        place += 1
    return -1 if place < size and _digit_run(buffer, place, size) == size else size


_from_spreadsheet = _compiled(_from_spreadsheet)


def _is_old_foreign(buffer: Any) -> bool:
    for place in range(3):
        if buffer[place] < 65 or buffer[place] > 90:
            return False
    return bool(_digit_run(buffer, 3, 15) == 15)


_is_old_foreign = _compiled(_is_old_foreign)


def _judge_normalised(  # noqa: PLR0911 - one return for each fault, in order
    buffer: Any, size: int, today: int, last_days: Any
) -> tuple[int, int, int, int, int]:
    """Judge what stands in the buffer: status, key, birth, category, grade."""
    if size == 0:
        return _EMPTY, 0, 0, 0, 0
    size = _from_spreadsheet(buffer, size)
    if size < 0:
        return _LOST, 0, 0, 0, 0
    if size == 15 and _is_old_foreign(buffer):
        return _OLD_FOREIGN, 0, 0, 0, 0
    for place in range(size):
        character = buffer[place]
        if not (48 <= character <= 57 or character in (_X, _B)):
            return _CHARACTER, 0, 0, 0, 0
    if size == 15:
        status, key, birth = _judge_15(buffer, today, last_days)
        return status, key, birth, 0, 0
    if size not in (18, 20, 22):
        return _LENGTH, 0, 0, 0, 0
    category = grade = 0
    if size > 18:
        category, grade = _int64(buffer[18]) - 48, _int64(buffer[19]) - 48
        if category < 1 or category > 7 or grade < 1 or grade > 4:
            return _CHARACTER, 0, 0, 0, 0
    if size == 22 and (buffer[20] == _X or buffer[21] > 57):
        return _CHARACTER, 0, 0, 0, 0
    status, key, birth = _judge_18(buffer, 0, today, last_days)
    if status >= _EMPTY or size == 18:
        return status, key, birth, 0, 0
    return _CERTIFICATE, key, birth, category, grade


_judge_normalised = _compiled(_judge_normalised)


def _judge_rows(  # noqa: PLR0917 - the arrays of the input, the tables, the arrays of the output
    data: Any,
    offsets: Any,
    valid: Any,
    today: int,
    characters: Any,
    last_days: Any,
    buffer: Any,
    keys: Any,
    statuses: Any,
    categories: Any,
    grades: Any,
    births: Any,
) -> None:
    checked = valid.size > 0
    for row in range(keys.size):
        start, stop = offsets[row], offsets[row + 1]
        if checked and not valid[row]:
            statuses[row] = _EMPTY
            continue
        status, category, grade = _CHARACTER, 0, 0
        key, birth = _int64(0), _int64(0)
        if stop - start == 18:
            status, key, birth = _judge_18(data, start, today, last_days)
        if status == _CHARACTER:  # not spelled as it should be, or not a number
            size = _normalised(data, start, stop, characters, buffer)
            status, key, birth, category, grade = _judge_normalised(buffer, size, today, last_days)
        statuses[row] = status
        if status < _EMPTY:
            keys[row] = key
            categories[row] = category
            grades[row] = grade
            births[row] = _days(birth)


_judge_rows = _compiled(_judge_rows)


@cache
def tables() -> tuple[NDArray[np.uint8], NDArray[np.int32]]:
    """The tables of the kernel.

    Returns:
        From each character below U+10000 to what it stands for (0: nothing), and from each region code to
        its last valid day as yyyymmdd (0: never valid).
    """
    characters = np.full(0x10000, _STRANGE, np.uint8)
    for code in range(0x20, 0x7F):
        characters[code] = code
    for spelled, meant in MAPPED.items():
        characters[ord(spelled)] = ord(meant)
    for skipped in SKIPPED:
        characters[ord(skipped)] = _SKIP
    last_days = np.zeros(1_000_000, np.int32)
    for region, day in last_valid_days().items():
        last_days[int(region)] = day
    return characters, last_days


def judge_column(  # noqa: PLR0917 - the arrays of the input and of the output
    data: NDArray[np.uint8],
    offsets: NDArray[np.signedinteger[Any]],
    valid: NDArray[np.bool_],
    today: int,
    keys: NDArray[np.int64],
    statuses: NDArray[np.uint8],
    categories: NDArray[np.uint8],
    grades: NDArray[np.uint8],
    births: NDArray[np.int32],
) -> None:
    """Judge the strings of one Arrow array; faulty rows leave every output but the status untouched.

    Args:
        data: UTF-8 bytes.
        offsets: where each string begins, and where the last one ends; one more than rows.
        valid: whether each row is not NULL; empty if none is.
        today: yyyymmdd; a later birth is impossible.
        keys: gets the person keys.
        statuses: gets the values of :class:`IdStatus`.
        categories: gets the digits of the disability category.
        grades: gets the grades of the disability certificate.
        births: gets the dates of birth, as days since 1970-01-01.
    """
    characters, last_days = tables()
    longest = int(np.max(np.diff(offsets))) if len(offsets) > 1 else 0
    buffer = np.zeros(longest + 32, np.uint8)  # certificates look at 22 characters
    _judge_rows(
        data, offsets, valid, today, characters, last_days, buffer, keys, statuses, categories, grades, births
    )
