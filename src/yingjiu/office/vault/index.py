"""Blind indexes: exact search in what is encrypted.

An index is HMAC-SM3 (GB/T 15852.2, GB/T 32905) of a normalised value, cut to 128 bits. Its scope is
part of it, so that the same number in two columns gives two indexes, and neither column tells on the other.
Normalise before indexing: the same number in another spelling must give the same index.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, Self

from cryptography.hazmat.primitives.hashes import SM3
from cryptography.hazmat.primitives.hmac import HMAC
from django.utils.translation import gettext as _

from yingjiu.codes import normalise_id as normalise_number
from yingjiu.codes import parse_id
from yingjiu.codes.errors import IdNumberError
from yingjiu.errors import Fault
from yingjiu.office.vault.errors import BlindIndexError
from yingjiu.office.vault.keys import Key, key_ring

__all__ = [
    "BlindIndex",
    "blind_index",
    "blind_indexes",
    "normalise_account",
    "normalise_id",
    "normalise_phone",
]

BYTES: Final = 16
_COUNTRY: Final = re.compile(r"^(?:\+|00)86|^86(?=1\d{10}$)")


class BlindIndex(str):
    """An index under the key that writes, and while keys are rotated also under those before it.

    A lookup through a ``BlindIndexField`` finds a row under any of them.
    """

    __slots__ = ("others",)
    others: tuple[str, ...]

    def __new__(cls, text: str, others: tuple[str, ...] = ()) -> Self:
        """An index, and what it was under older keys."""
        made = super().__new__(cls, text)
        made.others = others
        return made


def blind_index(scope: str, value: str) -> BlindIndex:
    """The index of a normalised value.

    Args:
        scope: the field it is searched in, as ``people.Person.id_number``.
        value: normalised; see the functions of this module.

    Returns:
        32 hexadecimal digits.

    Raises:
        BlindIndexError: ``VLT-008`` the value is empty: all rows without one would be found by it.
    """
    return next(iter(blind_indexes(scope, (value,))))


def blind_indexes(scope: str, values: Iterable[str]) -> Iterable[BlindIndex]:
    """The indexes of many values of one scope, in their order; see :func:`blind_index`."""
    *before, current = key_ring().index
    for value in values:
        if not value:
            raise BlindIndexError(
                Fault(
                    "VLT-008",
                    _("there is nothing to search for: the value is empty"),
                    path=scope,
                    hint=_("give a value; leave the index of an empty field empty"),
                )
            )
        yield BlindIndex(_digest(current, scope, value), tuple(_digest(key, scope, value) for key in before))


def _digest(key: Key, scope: str, value: str) -> str:
    mac = HMAC(key.secret, SM3())
    mac.update(f"{scope}\0{value}".encode())
    return mac.finalize()[:BYTES].hex()


def normalise_id(text: str | None) -> str:
    """An ID number in its one spelling: 18 digits, also of a 15-digit number; else without separators."""
    try:
        return parse_id(text).number
    except IdNumberError:
        return normalise_number(text)


def normalise_phone(text: str | None) -> str:
    """A telephone number in its one spelling: digits only, without the country's prefix."""
    digits = re.sub(r"[^\d+]", "", normalise_number(text))
    return re.sub(r"\D", "", _COUNTRY.sub("", digits))


def normalise_account(text: str | None) -> str:
    """A bank account in its one spelling: digits and capital letters only."""
    return re.sub(r"[^0-9A-Z]", "", normalise_number(text))
