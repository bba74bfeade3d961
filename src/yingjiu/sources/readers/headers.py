"""Headers: one spelling for matching, the row that holds them, and their names."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

__all__ = [
    "LEVELS",
    "HeaderRow",
    "column_letter",
    "find_header",
    "looks_like_label",
    "name_columns",
    "normalise_header",
]

LEVELS: Final = "/"
"""Stands between the levels of a header that goes over several rows."""

_SPACE = re.compile(r"[\s\u200b\ufeff]+")
_MARKS: Final[Mapping[str, str]] = {
    "〔": "(",
    "〕": ")",
    "【": "(",
    "】": ")",
    "[": "(",
    "]": ")",
    "〈": "(",
    "〉": ")",
}
_TRANSLATE = str.maketrans({**_MARKS, "“": "", "”": "", '"': "", "'": ""})
_BRACKETS = re.compile(r"\([^()]*\)")
_ORNAMENT = re.compile(r"^(?:\d+[.、)]|[*#])+|[*:]+$")
_VALUE_LIKE = re.compile(r"[\d.,\-/:%￥¥年月日xX*+eE\s]+")


@lru_cache(maxsize=65536)
def normalise_header(text: str) -> str:
    """Bring a header text to the form in which headers are compared.

    Full-width forms become half-width, all kinds of brackets round ones, letters small; spaces, line
    breaks, quotes, a leading number or star (``*姓名``, ``1.姓名``) and a trailing colon go.

    Args:
        text: as it stands in the file.

    Returns:
        The form for comparison; empty if nothing is left.
    """
    plain = _SPACE.sub("", unicodedata.normalize("NFKC", text)).translate(_TRANSLATE).casefold()
    return _ORNAMENT.sub("", plain)


@lru_cache(maxsize=65536)
def _spellings(header: str) -> tuple[str, ...]:
    """Forms of a header from the most exact to the loosest."""
    whole = normalise_header(header)
    lower = normalise_header(header.rsplit(LEVELS, 1)[-1])
    forms = (whole, lower, _BRACKETS.sub("", whole), _BRACKETS.sub("", lower))
    return tuple(dict.fromkeys(form for form in forms if form))


def column_letter(index: int) -> str:
    """The letters over a column, ``A`` for 0 and ``AA`` for 26."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@dataclass(frozen=True, slots=True)
class HeaderRow:
    """Where the header is.

    Attributes:
        index: position of its lowest row among the rows looked at, from 0.
        matched: how many expected names it holds.
    """

    index: int
    matched: int


def find_header(rows: Sequence[Sequence[str]], expected: Collection[str] = ()) -> HeaderRow | None:
    """Find the header among the first rows of a table.

    With expected names it is the row that holds most of them. Without, or if no row holds any, it is the
    first row whose cells are mostly filled with short and different texts that are no values, and that is
    as wide as the rows below it.

    Args:
        rows: the first rows, empty cells as empty texts.
        expected: headers and synonyms that the caller is looking for.

    Returns:
        The row, or None.
    """
    wanted = {normalise_header(name) for name in expected} - {""}
    loose = {_BRACKETS.sub("", name) for name in wanted} - {""}
    best = HeaderRow(-1, 0)
    for index, row in enumerate(rows):
        forms = {form for cell in row if cell for form in _spellings(cell)}
        matched = len(forms & (wanted | loose))
        if matched > best.matched:
            best = HeaderRow(index, matched)
    if best.matched:
        return best
    return _by_shape(rows)


def _by_shape(rows: Sequence[Sequence[str]]) -> HeaderRow | None:
    widths = [sum(1 for cell in row if cell.strip()) for row in rows]
    usual = _usual_width(widths)
    for index, row in enumerate(rows):
        texts = [cell.strip() for cell in row if cell.strip()]
        if not texts or widths[index] < max(1, min(usual, 2)) or widths[index] * 2 < usual:
            continue
        labels = [text for text in texts if looks_like_label(text)]
        different = len({normalise_header(text) for text in texts})
        if len(labels) * 5 >= len(texts) * 4 and different * 5 >= len(texts) * 3:
            return HeaderRow(index, 0)
    return None


def looks_like_label(text: str) -> bool:
    """Whether a text may be a header: short, and not made of digits and signs alone."""
    return len(text) <= 40 and not _VALUE_LIKE.fullmatch(text)


def _usual_width(widths: Iterable[int]) -> int:
    """The width that most rows have or exceed, titles and empty rows left aside."""
    counted = sorted(width for width in widths if width)
    return counted[len(counted) // 2] if counted else 0


def name_columns(
    headers: Sequence[str], keep: Collection[int] = ()
) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Give each column a name of its own.

    Args:
        headers: header texts by position, empty where there is none.
        keep: positions that are kept though they have no header.

    Returns:
        The positions that are kept, and their names.
    """
    taken: Counter[str] = Counter()
    positions: list[int] = []
    names: list[str] = []
    for index, header in enumerate(headers):
        text = re.sub(r"\s*\n\s*", "", header).strip()
        if not text and index not in keep:
            continue
        name = text or f"列{column_letter(index)}"
        taken[name] += 1
        while taken[name] > 1 and f"{name} ({taken[name]})" in taken:
            taken[name] += 1
        unique = name if taken[name] == 1 else f"{name} ({taken[name]})"
        taken[unique] += unique != name
        positions.append(index)
        names.append(unique)
    return tuple(positions), tuple(names)
