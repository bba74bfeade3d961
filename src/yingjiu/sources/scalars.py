"""Read one text as a date, an amount, a whole number or yes/no, the way they are written in Chinese offices.

Each function takes a text without blanks around it and returns the value with rule 0, or nothing with the
number of the rule that is broken. They are called once for each different text; columns of plain values
go past them (``convert.py``).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType
from typing import Final

__all__ = ["EPOCH", "MAX_CENTS", "boolean_of", "cents_of", "days_of", "integer_of"]

EPOCH: Final = date(1970, 1, 1).toordinal()
MAX_CENTS: Final = 10**14 - 1
"""DECIMAL(14,2) holds no more."""

_MAX_INTEGER: Final = 2**31 - 1
_DATE = re.compile(
    r"(?P<y>\d{4})(?:(?P<s>[-/.])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})|年(?P<cm>\d{1,2})月(?P<cd>\d{1,2})[日号]?)"
    r"(?:[T ]?\d{1,2}[:时]\d{1,2}(?:[:分]\d{1,2}(?:\.\d+)?秒?|分)?)?"
)
_COMPACT_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_AMOUNT = re.compile(
    r"(?P<open>\()?(?:人民币|RMB|CNY)?¥?(?P<sign>[-+])?¥?"
    r"(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d*)?|\d+(?:\.\d*)?|\.\d+)(?P<power>E[-+]?\d{1,2})?"
    r"(?P<unit>万|亿)?(?:元|圆)?整?(?P<close>\))?",
    re.IGNORECASE,
)
_UNITS: Final[Mapping[str | None, Decimal]] = MappingProxyType(
    {
        "万": Decimal(10_000),
        "亿": Decimal(100_000_000),
    }
)
_INTEGER = re.compile(r"([-+]?\d{1,3}(?:,\d{3})+|[-+]?\d+)(?:\.0*)?[人个口岁户次级年月天名]?")
_NUMERALS: Final[Mapping[str, int]] = MappingProxyType(
    {numeral: value for value, numeral in enumerate("一二三四五六七八九十", start=1)} | {"两": 2}
)
_BOOLEANS: Final[Mapping[str, bool]] = MappingProxyType(
    dict.fromkeys(("是", "有", "已", "1", "y", "yes", "t", "true", "√"), True)
    | dict.fromkeys(("否", "无", "未", "没有", "不是", "0", "n", "no", "f", "false", "×"), False)
)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def days_of(text: str, *, serial: bool) -> tuple[int | None, int]:
    """Read a date.

    Args:
        text: ``2023-05-01``, ``20230501``, ``2023/5/1``, ``2023.5.1``, ``2023年5月1日``, also with a time.
        serial: also take a number of days as Excel counts them (``45047``), 1927 to 2099.

    Returns:
        Days since 1970-01-01; rule 130 not a date, 131 not in the calendar.
    """
    plain = _plain(text)
    if (match := _DATE.fullmatch(plain)) is not None:
        return _day(int(match["y"]), int(match["m"] or match["cm"]), int(match["d"] or match["cd"]))
    if (match := _COMPACT_DATE.fullmatch(plain)) is not None:
        return _day(int(match[1]), int(match[2]), int(match[3]))
    if serial and _SERIAL.fullmatch(plain):
        days = int(plain.split(".")[0])
        if 10_000 <= days <= 73_050:
            return date(1899, 12, 30).toordinal() + days - EPOCH, 0
    return None, 130


def _day(year: int, month: int, day: int) -> tuple[int | None, int]:
    try:
        return date(year, month, day).toordinal() - EPOCH, 0
    except ValueError:
        return None, 131


def cents_of(text: str, unit: Decimal) -> tuple[int | None, int]:
    """Read an amount of money.

    Args:
        text: ``12,000.00``, ``￥300``, ``1.2万``, ``１２００元``, ``-5``, ``(5)``, ``1.2E+05``.
        unit: yuan in one unit of the column; a unit in the text goes before it.

    Returns:
        Fen (0.01 yuan), rounded half up; rule 140 not an amount, or too large for DECIMAL(14,2).
    """
    plain = re.sub(r"\s", "", _plain(text))
    match = _AMOUNT.fullmatch(plain)
    if match is None or bool(match["open"]) != bool(match["close"]):
        return None, 140
    value = Decimal(match["digits"].replace(",", "") + (match["power"] or ""))
    cents = value * _UNITS.get(match["unit"], unit) * 100
    if cents > MAX_CENTS:
        return None, 140
    whole = int(cents.quantize(Decimal(1), ROUND_HALF_UP))
    return (-whole if match["sign"] == "-" or match["open"] else whole), 0


def integer_of(text: str) -> tuple[int | None, int]:
    """Read a whole number.

    Args:
        text: ``3``, ``3.0``, ``1,200``, ``３人``, ``三级``.

    Returns:
        The number; rule 150 not a whole number of 32 bits.
    """
    plain = _plain(text)
    if (match := _INTEGER.fullmatch(plain)) is not None:
        value = int(match[1].replace(",", ""))
        return (value, 0) if abs(value) <= _MAX_INTEGER else (None, 150)
    numeral = _NUMERALS.get(plain.rstrip("级人口个"))
    return (numeral, 0) if numeral is not None else (None, 150)


def boolean_of(text: str) -> tuple[bool | None, int]:
    """Read yes or no.

    Args:
        text: 是/否, 有/无, 1/0, Y/N, true/false, √/×.

    Returns:
        The truth; rule 160 neither.
    """
    truth = _BOOLEANS.get(_plain(text).casefold())
    return truth, 0 if truth is not None else 160
