"""How names, ID numbers and telephones are written before they are indexed or looked up."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from yingjiu.office.vault.index import normalise_id, normalise_phone

__all__ = ["grams_of", "plain_name", "plain_number", "plain_phone"]

_LEFT_OUT: Final = re.compile(r"[\s·•‧・.．\u200b\u3000]+")


_NUMBER: Final = re.compile(r"[0-9]{17}[0-9X]")
_MOBILE: Final = re.compile(r"1[0-9]{10}")


def plain_number(text: str) -> str:
    """An ID number as :func:`~yingjiu.office.vault.index.normalise_id` writes it; most are so already."""
    return text if _NUMBER.fullmatch(text) else normalise_id(text)


def plain_phone(text: str) -> str:
    """A telephone number as :func:`~yingjiu.office.vault.index.normalise_phone` writes it."""
    return text if _MOBILE.fullmatch(text) else normalise_phone(text)


def plain_name(text: str) -> str:
    """A name without spaces and middle dots, half-width, in lower case: 阿依·古丽 and 阿依古丽 are one."""
    return _LEFT_OUT.sub("", unicodedata.normalize("NFKC", text)).lower()


def grams_of(name: str) -> list[str]:
    """Every two neighbouring characters of a name, each once, in order; of a single character, itself."""
    plain = plain_name(name)
    if len(plain) < 2:
        return [plain] if plain else []
    return list(dict.fromkeys(plain[at : at + 2] for at in range(len(plain) - 1)))
