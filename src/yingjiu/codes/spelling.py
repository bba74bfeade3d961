"""How ID numbers are spelled in real files, and their one spelling here.

One table serves the scalar, the compiled and the SQL form, so that they cannot drift apart.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

__all__ = ["MAPPED", "SKIPPED", "normalise"]

_NARROW: Final = frozenset(
    "\t\n\v\f\r "  # ASCII white space
    "\x1c\x1d\x1e\x1f\x85\xa0\xad\u1680\u180e\u2028\u2029\u202f\u205f\u3000"  # other spaces, soft hyphen
    "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\ufeff"  # zero width and direction
    + "".join(map(chr, range(0x2000, 0x200B)))  # typographic spaces
    + "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212"  # hyphens and dashes
    + "'\"`=\u2018\u2019\u201c\u201d"  # a spreadsheet's text marks: '3209... and ="3209..."
)

_FULL_WIDTH: Final = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_LOWER: Final = {chr(code): chr(code - 32) for code in range(ord("a"), ord("z") + 1)}
_LIKE_X: Final = dict.fromkeys("×Χχ\u0425\u0445\u2169\u2179", "X")  # the last four: Cyrillic, Roman ten


def _mapped() -> dict[str, str]:
    wide = {wide: _LOWER.get(narrow, narrow) for wide, narrow in _FULL_WIDTH.items() if narrow not in _NARROW}
    return wide | _LOWER | _LIKE_X


SKIPPED: Final = _NARROW | {wide for wide, narrow in _FULL_WIDTH.items() if narrow in _NARROW}
"""Characters that mean nothing in a number, wherever they stand."""
MAPPED: Final = MappingProxyType(_mapped())
"""Characters that stand for another one: full-width forms, lower case, signs that look like X."""

_TABLE: Final = str.maketrans(dict(MAPPED) | dict.fromkeys(SKIPPED, ""))


def normalise(text: str | None) -> str:
    """Bring a spelling of an ID number to upper-case half-width characters without separators.

    Args:
        text: as it stands in a file.

    Returns:
        The normalised text, empty for none. Whether it is a number is for :func:`parse_id` to say.
    """
    return text.translate(_TABLE) if text else ""
