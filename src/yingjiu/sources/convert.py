"""Turn columns of text into values, all rows at once.

Plain spellings (``2023-05-01``, ``1200.00``) are read by Arrow and NumPy. Every other text is read once, by
the functions of ``scalars.py``, however often it occurs. A fault is the number of a rule (``rules.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import partial
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from yingjiu.codes import CODE_LISTS, parse_ids
from yingjiu.sources.rules import RULES, rule_of_status
from yingjiu.sources.scalars import EPOCH, MAX_CENTS, boolean_of, cents_of, days_of, integer_of
from yingjiu.sources.source_file import Source, SourceField

__all__ = ["BLANKS", "Converted", "Converter", "clean", "converters"]

Faults = npt.NDArray[np.uint8]
Whole = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Reader = Callable[[str], tuple[int | None, int]]

BLANKS: Final = " \t\r\n\v\f\u00a0\u2007\u200b\u3000\ufeff"
_MONEY: Final = pa.decimal128(14, 2)
_STATUS_RULES: Final = np.zeros(256, np.uint8)
_DAYS_BEFORE: Final = np.array([0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334])
_LENGTHS: Final = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])


@dataclass(frozen=True, slots=True)
class Converted:
    """A column as values.

    Attributes:
        values: typed values; null where there is none, or where it is faulty.
        faults: per row the number of the broken rule, or 0.
        parts: of an id column also ``raw``, ``status``, ``category``, ``grade`` and ``birth_date``.
    """

    values: pa.Array
    faults: Faults
    parts: Mapping[str, pa.Array] = field(default_factory=lambda: MappingProxyType({}))


Converter = Callable[[pa.Array, bool], Converted]
"""From a column of texts, and whether it stood in a spreadsheet, to values."""


def converters(source: Source, *, run_date: date, data_date: date) -> dict[str, Converter]:
    """Make the converter of each field.

    Args:
        source: the declaration.
        run_date: what ``run_date`` means in ranges.
        data_date: what ``data_date`` means in ranges.

    Returns:
        One converter for each field, in the declared order.
    """
    days = {"run_date": run_date, "data_date": data_date}
    return {
        name: partial(_convert, field, _reader(source, name, field, run_date), _bounds(field, days))
        for name, field in source.fields.items()
    }


def clean(column: pa.Array, empty: Sequence[str] = ()) -> pa.Array:
    """Take away blanks around texts; what is empty then, or means empty, is null."""
    trimmed = pc.utf8_trim(column, characters=BLANKS)
    nothing = pc.equal(pc.binary_length(trimmed), 0)
    if empty:
        nothing = pc.or_(nothing, pc.is_in(trimmed, value_set=pa.array(list(empty), pa.string())))
    return pc.if_else(nothing, pa.scalar(None, pa.string()), trimmed)


def _reader(source: Source, name: str, field: SourceField, run_date: date) -> Callable[..., Converted]:
    if field.type == "code":
        return partial(_codes, _code_table(field, source.code_list_of(name)), field.otherwise)
    readers: dict[str, Callable[..., Converted]] = {
        "id": partial(_ids, run_date),
        "text": partial(_texts, field),
        "date": _dates,
        "money": partial(_amounts, Decimal(field.unit)),
        "integer": partial(_integers, field.codes),
        "boolean": partial(_booleans, field.codes),
    }
    return readers[field.type]


def _convert(
    field: SourceField,
    reader: Callable[..., Converted],
    bounds: tuple[int | None, int | None, int] | None,
    column: pa.Array,
    spreadsheet: bool,
) -> Converted:
    given = clean(column, field.empty)
    converted = reader(given, spreadsheet)
    faults = converted.faults
    if field.type in {"money"} and (bounds is None or bounds[0] is None or bounds[0] >= 0):
        faults = _beyond(converted.values, faults, 0, None, 141)
    if bounds is not None:
        faults = _beyond(converted.values, faults, *bounds)
    if field.required and not (field.type == "id" and field.on_invalid == "keep"):
        missing = pc.is_null(given).to_numpy(zero_copy_only=False)
        faults[missing] = 101 if field.type == "id" else 110
    values = converted.values
    if faults.any() and field.type != "id":
        values = pc.if_else(pa.array(faults == 0), values, pa.scalar(None, values.type))
    return replace(converted, values=values, faults=faults)


# --- bounds ---------------------------------------------------------------------------------------------


def _bounds(field: SourceField, days: Mapping[str, date]) -> tuple[int | None, int | None, int] | None:
    """Lowest and highest value as they are stored (days, fen, numbers), and the rule beyond them."""
    if field.range is None:
        return None
    rule = {"date": 132, "money": 142, "integer": 151}[field.type]
    low, high = (
        _stored(days.get(bound, bound) if isinstance(bound, str) else bound, field) for bound in field.range
    )
    return low, high, rule


def _stored(bound: Any, field: SourceField) -> int | None:
    if bound is None:
        return None
    if isinstance(bound, date):
        return bound.toordinal() - EPOCH
    return int(bound * 100) if field.type == "money" else int(bound)


def _beyond(values: pa.Array, faults: Faults, low: int | None, high: int | None, rule: int) -> Faults:
    """Mark values beyond the bounds that have no fault yet."""
    known = pc.is_valid(values).to_numpy(zero_copy_only=False) & (faults == 0)
    stored = _whole(values)
    outside = np.zeros(len(values), bool)
    if low is not None:
        outside |= stored < low
    if high is not None:
        outside |= stored > high
    return np.where(known & outside, np.uint8(rule), faults)


def _whole(values: pa.Array) -> Whole:
    """Days, fen or numbers as 64-bit integers; anything where null."""
    if not len(values):
        return np.zeros(0, np.int64)
    if pa.types.is_decimal(values.type):
        low = np.frombuffer(values.buffers()[1], np.int64)[::2]
        return low[values.offset : values.offset + len(values)]
    whole = values.cast(pa.int32()) if pa.types.is_date32(values.type) else values
    filled: Whole = pc.fill_null(whole, 0).to_numpy(zero_copy_only=False).astype(np.int64)
    return filled


def _typed(whole: Whole, known: Mask, kind: pa.DataType) -> pa.Array:
    """64-bit integers as an Arrow array of days, fen, numbers or booleans."""
    if kind == _MONEY:
        validity = pa.array(whole, mask=~known).buffers()[0]
        data = np.column_stack([whole, whole >> 63])
        return pa.Array.from_buffers(_MONEY, len(whole), [validity, pa.py_buffer(np.ascontiguousarray(data))])
    if kind == pa.bool_():
        return pa.array(whole.astype(bool), mask=~known)
    return pa.array(whole.astype(np.int32), mask=~known).cast(kind)


# --- texts, codes, ids ----------------------------------------------------------------------------------


def _texts(field: SourceField, given: pa.Array, _spreadsheet: bool) -> Converted:
    faults = np.zeros(len(given), np.uint8)
    if field.max_length is not None:
        _mark(faults, pc.greater(pc.utf8_length(given), field.max_length), 112)
    if field.pattern is not None:
        _mark(faults, pc.invert(pc.match_substring_regex(given, f"^(?:{field.pattern})$")), 113)
    return Converted(given, faults)


def _mark(faults: Faults, mask: pa.Array, rule: int) -> None:
    broken = pc.fill_null(mask, fill_value=False).to_numpy(zero_copy_only=False)
    faults[broken & (faults == 0)] = rule


def _code_table(field: SourceField, code_list: str | None) -> dict[str, str]:
    """From every spelling that is understood to its code: the list's codes and labels, then the mapping."""
    table: dict[str, str] = {}
    if code_list is not None:
        for code, label in CODE_LISTS[code_list].codes.items():
            table |= {label.zh: code, code: code}
    return table | {clean(pa.array([raw]))[0].as_py() or "": str(code) for raw, code in field.codes.items()}


def _codes(table: Mapping[str, str], otherwise: str | None, given: pa.Array, _spreadsheet: bool) -> Converted:
    encoded = given.dictionary_encode()
    codes = [table.get(text, otherwise) for text in encoded.dictionary.to_pylist()]
    values = pa.array(codes, pa.string()).take(encoded.indices)
    faults = np.zeros(len(given), np.uint8)
    _mark(faults, pc.and_(pc.is_null(values), pc.is_valid(given)), 120)
    return Converted(values, faults)


def _ids(today: date, given: pa.Array, _spreadsheet: bool) -> Converted:
    parsed = parse_ids(given, today=today)
    status = np.asarray(parsed.status, np.uint8)
    faults = _STATUS_RULES[status]
    known = status < 10
    faults[pc.is_null(given).to_numpy(zero_copy_only=False)] = 0
    parts = {
        "raw": given,
        "status": pa.array(status),
        "category": pa.array(parsed.category),
        "grade": pa.array(parsed.grade),
        "birth_date": pa.array(parsed.birth, mask=~known).cast(pa.date32()),
    }
    return Converted(pa.array(parsed.keys, mask=~known), faults, MappingProxyType(parts))


for _number in range(256):
    try:
        _STATUS_RULES[_number] = rule_of_status(_number)
    except ValueError:
        continue


# --- dates, amounts, numbers, yes and no ----------------------------------------------------------------


def _scattered(  # noqa: PLR0917 - the state of one column, handed on
    given: pa.Array, quick: Mask, whole: Whole, faults: Faults, reader: Reader, kind: pa.DataType
) -> Converted:
    """Read what the quick way left over, each different text once, and put everything together."""
    there = pc.is_valid(given).to_numpy(zero_copy_only=False)
    left = there & ~quick
    if left.any():
        encoded = given.filter(pa.array(left)).dictionary_encode()
        read = [reader(text) for text in encoded.dictionary.to_pylist()]
        places = encoded.indices.to_numpy()
        whole[left] = np.array([0 if value is None else value for value, _rule in read], np.int64)[places]
        faults[left] = np.array([rule for _value, rule in read], np.uint8)[places]
    return Converted(_typed(whole, there & (faults == 0), kind), faults)


def _bytes(given: pa.Array, rows: Mask, width: int) -> npt.NDArray[np.uint8]:
    """Texts of one width in bytes as a table of bytes."""
    texts = given.filter(pa.array(rows))
    start = np.frombuffer(texts.buffers()[1], np.int32)[texts.offset]
    return np.frombuffer(texts.buffers()[2], np.uint8)[start : start + len(texts) * width].reshape(-1, width)


def _dates(given: pa.Array, spreadsheet: bool) -> Converted:
    whole = np.zeros(len(given), np.int64)
    faults = np.zeros(len(given), np.uint8)
    quick = np.zeros(len(given), bool)
    widths = pc.fill_null(pc.binary_length(given), 0).to_numpy(zero_copy_only=False)
    for width, places in ((10, (0, 1, 2, 3, 5, 6, 8, 9)), (8, tuple(range(8)))):
        rows = widths == width
        if not rows.any():
            continue
        table = _bytes(given, rows, width)
        digits = table[:, places].astype(np.int64) - ord("0")
        good = ((digits >= 0) & (digits <= 9)).all(axis=1)
        if width == 10:
            good &= (table[:, 4] == table[:, 7]) & np.isin(table[:, 4], np.frombuffer(b"-/.", np.uint8))
        index = np.flatnonzero(rows)[good]
        whole[index], real = _civil(digits[good])
        faults[index[~real]] = 131
        quick[index] = True
    return _scattered(given, quick, whole, faults, partial(days_of, serial=spreadsheet), pa.date32())


def _civil(digits: Whole) -> tuple[Whole, Mask]:
    """Days since 1970 of years, months and days in digits, and whether the calendar has them."""
    year = digits[:, :4] @ np.array([1000, 100, 10, 1])
    month = digits[:, 4] * 10 + digits[:, 5]
    day = digits[:, 6] * 10 + digits[:, 7]
    leap = ((year % 4 == 0) & (year % 100 != 0)) | (year % 400 == 0)
    inside = (month >= 1) & (month <= 12)
    month = np.where(inside, month, 1)
    real = inside & (year >= 1) & (day >= 1) & (day <= _LENGTHS[month] + ((month == 2) & leap))
    before = year - 1
    days = before * 365 + before // 4 - before // 100 + before // 400
    return days + _DAYS_BEFORE[month - 1] + ((month > 2) & leap) + day - EPOCH, real


def _amounts(unit: Decimal, given: pa.Array, _spreadsheet: bool) -> Converted:
    whole = np.zeros(len(given), np.int64)
    quick = np.zeros(len(given), bool)
    factor = unit * 100
    if factor in {1, 100, 100_000, 1_000_000}:  # 亿 would not fit into 64 bits on the way
        quick = _plain_numbers(given, r"^\d{1,9}(\.\d{1,2})?$")
        hundredths = given.filter(pa.array(quick)).cast(pa.decimal128(18, 2))
        scaled = _whole(hundredths) * int(factor)
        # a part of a fen, or too much money: the slow way rounds or refuses
        exact = (scaled % 100 == 0) & (scaled // 100 <= MAX_CENTS)
        rows = np.flatnonzero(quick)
        whole[rows[exact]] = scaled[exact] // 100
        quick[rows[~exact]] = False
    return _scattered(
        given, quick, whole, np.zeros(len(given), np.uint8), partial(cents_of, unit=unit), _MONEY
    )


def _integers(codes: Mapping[str, Any], given: pa.Array, _spreadsheet: bool) -> Converted:
    whole = np.zeros(len(given), np.int64)
    quick = np.zeros(len(given), bool)
    if not codes:
        quick = _plain_numbers(given, r"^\d{1,9}$")
        whole[quick] = given.filter(pa.array(quick)).cast(pa.int64()).to_numpy()

    def read(text: str) -> tuple[int | None, int]:
        return (int(codes[text]), 0) if text in codes else integer_of(text)

    return _scattered(given, quick, whole, np.zeros(len(given), np.uint8), read, pa.int32())


def _plain_numbers(given: pa.Array, pattern: str) -> Mask:
    mask: Mask = pc.fill_null(pc.match_substring_regex(given, pattern), fill_value=False).to_numpy(
        zero_copy_only=False
    )
    return mask.copy()


def _booleans(codes: Mapping[str, Any], given: pa.Array, _spreadsheet: bool) -> Converted:
    def read(text: str) -> tuple[int | None, int]:
        return (int(codes[text]), 0) if text in codes else boolean_of(text)

    nothing = np.zeros(len(given), np.uint8)
    return _scattered(given, np.zeros(len(given), bool), nothing.astype(np.int64), nothing, read, pa.bool_())


assert set(_STATUS_RULES) - {0} <= set(RULES)  # noqa: S101 - a status without its rule must not start
