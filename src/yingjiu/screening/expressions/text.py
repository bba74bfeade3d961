"""The first wall: characters. Nothing is parsed before the text consists of characters the language needs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from yingjiu.language import _
from yingjiu.screening.expressions.errors import Faults

__all__ = ["LONGEST", "check_text"]

LONGEST: Final = 4000
"""Characters of an expression."""

_ALLOWED: Final = re.compile(r"[A-Za-z0-9_ \t\r\n.,()<>=!+\-*:]")
_QUOTES: Final = {
    "‘": "'",
    "’": "'",
    "“": "'",
    "”": "'",
    "＇": "'",
    "＂": "'",
    "「": "'",
    "」": "'",
    "`": "'",
    "´": "'",
}
_SIGNS: Final = {
    "、": ",",
    "。": ".",
    "≥": ">=",
    "≤": "<=",
    "≠": "<>",
    "×": "*",
    "−": "-",
    "—": "-",
    "–": "-",
    "《": "<",
    "》": ">",
    "〈": "<",
    "〉": ">",
}
_REPLACED: Final = {**_QUOTES, **_SIGNS}


def check_text(text: str, faults: Faults) -> None:
    """Check length, control characters, quotes, comments and signs.

    Args:
        text: what the user wrote.
        faults: gathers ``SCR-001`` to ``SCR-007``.
    """
    if not text.strip():
        faults.add(
            "SCR-001", _("the expression is empty"), hint=_("write a condition, such as role = 'victim'")
        )
        return
    if len(text) > LONGEST:
        faults.add(
            "SCR-002",
            _("the expression is longer than {limit} characters").format(limit=LONGEST),
            found=str(len(text)),
            hint=_("split it into several named conditions"),
        )
        return
    for character in dict.fromkeys(text):
        if (
            unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
            and character not in "\t\r\n"
        ):
            faults.add(
                "SCR-003",
                _("the expression holds an invisible character"),
                found=f"U+{ord(character):04X}",
                hint=_("delete it"),
            )
    outside = "".join(part for part, quoted in _parts(text) if not quoted)
    if sum(quoted == "open" for _part, quoted in _parts(text)):
        faults.add("SCR-004", _("a quote is not closed"), hint=_("close the text with '"))
    _check_signs(text, outside, faults)


def _check_signs(text: str, outside: str, faults: Faults) -> None:
    if re.search(r"--|/\*|\*/|#|//", outside):
        faults.add(
            "SCR-005",
            _("comments are not allowed in an expression"),
            hint=_("explain it in the key says; write 5 - (-3) with parentheses"),
        )
    if ";" in outside or "；" in outside:
        faults.add("SCR-006", _("an expression is one condition; there is no ;"), hint=_("delete the ;"))
    foreign = [sign for sign in dict.fromkeys(outside) if not _ALLOWED.match(sign) and sign not in ";；#"]
    wide = [sign for sign in foreign if ord(sign) > 127 or sign == "`"]
    if wide:
        corrected = _corrected(text)
        clean = all(_ALLOWED.match(sign) for part, quoted in _parts(corrected) if not quoted for sign in part)
        faults.add(
            "SCR-003",
            _("full-width or foreign signs outside a text"),
            found=" ".join(wide),
            hint=_("write: {corrected}").format(corrected=corrected)
            if clean
            else _("column names are English; texts stand between ' and '"),
        )
    for sign in foreign:
        if sign not in wide:
            comment = sign == "/" and re.search(r"/\*|\*/|//", outside)
            if not comment and unicodedata.category(sign) != "Cc":
                faults.add(
                    "SCR-007",
                    _("the sign {sign} is not part of the language").format(sign=sign),
                    hint=_SIGN_HINTS.get(sign, lambda: None)(),
                )


_SIGN_HINTS: Final = {
    "/": lambda: _("there is no division: write share_below(part, whole, fraction), or multiply"),
    "%": lambda: _("there is no remainder and no LIKE; use STARTS_WITH(text, 'beginning')"),
    "|": lambda: _("texts are not joined; compare the columns one by one with OR"),
    "&": lambda: _("write AND"),
    "?": lambda: _("parameters have names: write :run_date"),
    "@": lambda: _("parameters are written :run_date"),
    "$": lambda: _("parameters are written :run_date"),
}


def _parts(text: str) -> Iterator[tuple[str, str]]:
    """Split into pieces outside quotes (marked ``""``) and inside them (``'``, ``"``, or ``open``)."""
    start, quote = 0, ""
    for index, character in enumerate(text):
        if quote and character == quote:
            yield text[start:index], quote
            start, quote = index + 1, ""
        elif not quote and character in "'\"":
            yield text[start:index], ""
            start, quote = index + 1, character
    yield text[start:], "open" if quote else ""


def _corrected(text: str) -> str:
    """The text as it was probably meant: half-width outside quotes."""
    pieces, quote = [], ""
    for character in text:
        half = character
        if not quote:
            half = _REPLACED.get(character) or unicodedata.normalize("NFKC", character)
            if half in {"'", '"'}:
                quote = half
        elif character == quote or (quote == "'" and character in "’”＇＂」"):
            half, quote = quote, ""
        pieces.append(half)
    return "".join(pieces)
