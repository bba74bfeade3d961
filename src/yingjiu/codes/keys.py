"""Person keys: from a number to its key and back, keys of people without a number, and made-up numbers."""

from __future__ import annotations

import hashlib
import unicodedata
from datetime import date
from typing import Final

from yingjiu.codes.errors import MakeNumberError, PersonKeyError
from yingjiu.codes.resident import check_character
from yingjiu.codes.standards import DISABILITY_CATEGORIES
from yingjiu.errors import Fault
from yingjiu.language import _

__all__ = [
    "age_on",
    "birth_date_of",
    "certificate_number",
    "make_number",
    "number_of",
    "region_of",
    "sex_of",
    "unnumbered_key",
]

_LOWEST: Final = 11_0000_1850_01_01_000
_BEYOND: Final = 10**17


def _digits(key: int) -> str:
    if not _LOWEST <= key < _BEYOND:
        raise PersonKeyError(
            Fault(
                "COD-002",
                _("this person key holds no resident ID number"),
                found=_("a negative key") if key < 0 else None,
                hint=_("people without a valid number have negative keys; check the sign first"),
            )
        )
    return str(key)


def number_of(key: int) -> str:
    """The 18 characters of the ID number that a person key holds.

    Raises:
        PersonKeyError: ``COD-002`` the key belongs to a person without a number.
    """
    digits = _digits(key)
    return digits + check_character(digits)


def birth_date_of(key: int) -> date:
    """The date of birth that a person key holds.

    Raises:
        PersonKeyError: ``COD-002`` the key belongs to a person without a number.
    """
    digits = _digits(key)
    return date(int(digits[6:10]), int(digits[10:12]), int(digits[12:14]))


def age_on(birth: date, on: date) -> int:
    """Full years of age on a day, as the words of the models count them; negative before the birth."""
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def sex_of(key: int) -> str:
    """The sex that a person key holds: ``male`` for an odd 17th digit, ``female`` for an even one.

    Raises:
        PersonKeyError: ``COD-002`` the key belongs to a person without a number.
    """
    return "male" if int(_digits(key)[-1]) % 2 else "female"


def region_of(key: int) -> str:
    """The region code (six digits, place of first registration) that a person key holds.

    Raises:
        PersonKeyError: ``COD-002`` the key belongs to a person without a number.
    """
    return _digits(key)[:6]


def unnumbered_key(*known: str | None) -> int:
    """A person key for someone without a valid number, the same for the same knowledge.

    Args:
        known: everything known that tells the person from others (name, birth date, source, raw text,
            case number). Width and surrounding spaces do not matter; None and empty text differ.

    Returns:
        A negative key: 63 bits of a BLAKE2b digest, so that among a million such people two share one by
        chance with a probability of 5e-8.
    """
    parts = (f"={unicodedata.normalize('NFKC', part).strip()}" if part is not None else "-" for part in known)
    digest = hashlib.blake2b("\x1f".join(parts).encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return -(int.from_bytes(digest, "big") >> 1) - 1


def make_number(region: str, birth: date, sequence: int) -> str:
    """Make an ID number with a right check character, for samples and tests.

    Args:
        region: six digits; whether it exists is not asked.
        birth: date of birth.
        sequence: 0 to 999; odd for a man, even for a woman.

    Returns:
        18 characters.

    Raises:
        MakeNumberError: ``COD-003`` the parts do not fit.
    """
    if not (len(region) == 6 and region.isascii() and region.isdigit() and 0 <= sequence <= 999):
        raise MakeNumberError(
            Fault(
                "COD-003",
                _("no ID number can be made of these parts"),
                found=f"{region}, {sequence}",
                hint=_("a region has six digits, a sequence number lies between 0 and 999"),
            )
        )
    digits = f"{region}{birth.year:04}{birth:%m%d}{sequence:03}"
    return digits + check_character(digits)


def certificate_number(number: str, category: str | int, grade: int) -> str:
    """The number of a disability certificate: ID number, category digit, grade digit.

    Args:
        number: ID number of 18 characters.
        category: digit 1 to 7 of GB/T 26341, or its code in the list ``disability_category``.
        grade: 1 (gravest) to 4.

    Returns:
        20 characters.

    Raises:
        MakeNumberError: ``COD-003`` the parts do not fit.
    """
    digit = DISABILITY_CATEGORIES.index(category) + 1 if category in DISABILITY_CATEGORIES else category
    if len(number) != 18 or digit not in range(1, 8) or grade not in range(1, 5):
        raise MakeNumberError(
            Fault(
                "COD-003",
                _("no certificate number can be made of these parts"),
                found=f"{category}, {grade}",
                hint=_("18 characters, a category of the list disability_category, a grade from 1 to 4"),
            )
        )
    return f"{number}{digit}{grade}"
