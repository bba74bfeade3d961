"""How values are written in an official document: dates, money in figures and in capital numerals, gaps.

GB/T 9704-2012 writes dates in Arabic figures, 2025年3月4日; money is written as the People's Bank prescribes
for receipts, 人民币贰万元整.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from django.utils import timezone

__all__ = ["EMPTY", "chinese_date", "figures", "is_empty", "money_words", "plain", "sentences"]

EMPTY: Final = "（未填）"
"""What is printed for an optional field that the subject does not give."""

_STOPS: Final = "。；;. \n"
_DIGITS: Final = "零壹贰叁肆伍陆柒捌玖"
_PLACES: Final = ("", "拾", "佰", "仟")
_GROUPS: Final = ("", "万", "亿", "万亿")
_CENT: Final = Decimal("0.01")
_MOST: Final = Decimal(10) ** 12


def is_empty(value: object) -> bool:
    """Whether a field says nothing."""
    if value is None:
        return True
    if isinstance(value, str):
        return not value.strip()
    return isinstance(value, (list, tuple, Mapping)) and not value


def chinese_date(value: date) -> str:
    """``2025年3月4日``, in the office's time zone."""
    day = timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value
    return f"{day.year}年{day.month}月{day.day}日"


def sentences(parts: Iterable[object]) -> str:
    """Parts as full sentences, each with one stop at its end; what is empty is left out."""
    told = (str(part or "").strip().rstrip(_STOPS) for part in parts)
    return "".join(f"{each}。" for each in told if each)


def figures(amount: Decimal) -> str:
    """``20,000.00``: with separators and two decimal places."""
    return f"{_cents(amount):,.2f}"


def money_words(amount: Decimal) -> str:
    """An amount in capital numerals, as receipts write it: ``人民币贰万元整``.

    Args:
        amount: yuan, from 0 to below 1,000,000,000,000; rounded to fen.

    Raises:
        ValueError: the amount is negative or too large.
    """
    amount = _cents(amount)
    if not 0 <= amount < _MOST:
        raise ValueError("an amount in words is from 0 to below 1,000,000,000,000 yuan")
    yuan, fen = divmod(int(amount * 100), 100)
    jiao, fen = divmod(fen, 10)
    words = f"{_whole(yuan)}元" if yuan else ""
    if jiao:
        words += f"{_DIGITS[jiao]}角"
    elif yuan and fen:
        words += "零"
    if fen:
        words += f"{_DIGITS[fen]}分"
    else:
        words += "整" if words else "零元整"
    return f"人民币{words}"


def _cents(amount: Decimal) -> Decimal:
    return Decimal(amount).quantize(_CENT, ROUND_HALF_UP)


def _whole(number: int) -> str:
    """A whole number in groups of four digits; a gap of zeros is one 零."""
    groups: list[int] = []
    while number:
        number, group = divmod(number, 10_000)
        groups.append(group)
    words = ""
    gap = False
    for place in range(len(groups) - 1, -1, -1):
        group = groups[place]
        if not group:
            gap = True
            continue
        if words and (gap or group < 1000):
            words += "零"
        words += _group(group) + _GROUPS[place]
        gap = False
    return words


def _group(number: int) -> str:
    words, gap = "", False
    for place in range(3, -1, -1):
        digit = number // 10**place % 10
        if digit:
            words += ("零" if gap and words else "") + _DIGITS[digit] + _PLACES[place]
            gap = False
        else:
            gap = True
    return words


def plain(value: object) -> str:
    """Any value as a document prints it; several are joined by 、."""
    if is_empty(value):
        return EMPTY
    if isinstance(value, (date, datetime)):
        return chinese_date(value)
    if isinstance(value, Decimal):
        return figures(value)
    if isinstance(value, Iterable) and not isinstance(value, (str, Mapping)):
        return "、".join(plain(each) for each in value)
    return str(value).strip()
