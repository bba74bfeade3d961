"""Offences of the Criminal Law that can have individual victims, in eight groups after 磐安.

The groups are ours (the county never published its own): injury, killing, traffic, sexual, robbery and
other violent property crime, fraud and property, abuse and abandonment in the family, public safety and
negligence; ``other`` for the rest. Article and names follow the Criminal Law up to Amendment XII and the
supplementary provisions on charge names; ``tables/offences.csv`` holds them.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final

__all__ = ["OFFENCES", "Offence", "normalise_article", "offence_group_of"]


@dataclass(frozen=True, slots=True)
class Offence:
    """One article of the Criminal Law.

    Attributes:
        article: ``234``, or ``133-1`` for 第一百三十三条之一.
        names: its charges, without 罪.
        aliases: other spellings of them seen in files.
        group: code of the list ``offence_group``.
    """

    article: str
    names: tuple[str, ...]
    aliases: tuple[str, ...]
    group: str


def _split(text: str) -> tuple[str, ...]:
    return tuple(text.split("|")) if text else ()


def _read() -> dict[str, Offence]:
    text = files(__package__).joinpath("tables/offences.csv").read_text(encoding="utf-8")
    return {
        article: Offence(article, _split(names), _split(aliases), group)
        for article, names, aliases, group in list(csv.reader(text.splitlines()))[1:]
    }


OFFENCES: Final[Mapping[str, Offence]] = MappingProxyType(_read())
"""From each article to its offence."""

_DIGITS: Final = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS: Final = {"十": 10, "百": 100}
_NUMBER: Final = "[0-9零〇一二两三四五六七八九十百]+"
_ARTICLE: Final = re.compile(
    f"(?:第?(?P<main>{_NUMBER})条(?:之(?P<of>{_NUMBER}))?"
    f"|(?P<plain>[0-9]{{2,3}})(?:(?:-|之|_)(?P<plain_of>{_NUMBER}))?(?:条)?(?![0-9]))"
)


def _number(text: str) -> int:
    if text.isascii():
        return int(text)
    total, digit = 0, 0
    for sign in text:
        if sign in _UNITS:
            total += (digit or 1) * _UNITS[sign]
            digit = 0
        elif sign in _DIGITS:
            digit = _DIGITS[sign]
        else:
            digit = digit * 10 + int(sign)
    return total + digit


def _articles(text: str) -> Iterator[str]:
    text = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
    for found in _ARTICLE.finditer(text):
        main, of = found["main"] or found["plain"], found["of"] or found["plain_of"]
        number = _number(main)
        if 102 <= number <= 452:
            yield f"{number}-{_number(of)}" if of else str(number)


def normalise_article(text: str) -> str | None:
    """Find the article of the Criminal Law's special part (102 to 452) that a text names.

    Args:
        text: ``234``, ``133-1``, ``133之一``, ``刑法第二百三十四条第二款``.

    Returns:
        ``234`` or ``133-1``, the first where several are named; None if there is none.
    """
    return next(_articles(text), None)


@cache
def _group_by_charge() -> Mapping[str, str]:
    groups = {
        _plain_charge(name): offence.group
        for offence in OFFENCES.values()
        for name in (*offence.aliases, *offence.names)
    }
    return MappingProxyType(groups)


def _plain_charge(text: str) -> str:
    """Half-width, without spaces, remarks in brackets, 涉嫌, 罪 and 案."""
    text = re.sub(r"\s|\([^)]*\)|[《》“”\"]", "", unicodedata.normalize("NFKC", text))
    text = text.removeprefix("涉嫌").removesuffix("一案").removesuffix("案").removesuffix("罪")
    return text.replace(",", "、")


def offence_group_of(article: str | None, charge: str | None) -> str | None:
    """Find the group of an offence.

    Args:
        article: article of the Criminal Law in any usual spelling; it goes before the charge.
        charge: name of the charge; where several are named, the first one known counts.

    Returns:
        A code of the list ``offence_group``, or None where neither is known: never a guess.
    """
    for found in _articles(article or ""):
        offence = OFFENCES.get(found)
        if offence is not None:
            return offence.group
    if not charge:
        return None
    known = _group_by_charge()
    whole = _plain_charge(charge)
    if whole in known:
        return known[whole]
    parts = (_plain_charge(part) for part in re.split(r"[、，,;；/及和+\s]|罪", charge))
    return next((known[part] for part in parts if part in known), None)
