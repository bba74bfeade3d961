"""How names are written before they are indexed or looked up."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

__all__ = ["grams_of", "plain_name"]

_LEFT_OUT: Final = re.compile(r"[\s·•‧・.．\u200b\u3000]+")


def plain_name(text: str) -> str:
    """A name without spaces and middle dots, half-width, in lower case: 阿依·古丽 and 阿依古丽 are one."""
    return _LEFT_OUT.sub("", unicodedata.normalize("NFKC", text)).lower()


def grams_of(name: str) -> list[str]:
    """Every two neighbouring characters of a name, each once, in order; of a single character, itself."""
    plain = plain_name(name)
    if len(plain) < 2:
        return [plain] if plain else []
    return list(dict.fromkeys(plain[at : at + 2] for at in range(len(plain) - 1)))
