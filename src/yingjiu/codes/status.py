"""What an ID number turned out to be."""

from __future__ import annotations

from enum import IntEnum
from typing import Final

from yingjiu.language import N_, _

__all__ = ["IdStatus"]


class IdStatus(IntEnum):
    """The outcome of reading one ID number; values from 10 are faults, in the order in which they are found.

    Several things may be wrong with one text; the first of this order is told.
    """

    VALID = 0
    """18 digits of GB 11643."""
    CONVERTED = 1
    """15 digits, to which the century and the check character were added: to be confirmed by a person."""
    CERTIFICATE = 2
    """Taken from a disability certificate, whose number is the ID number, the category and the grade."""
    PERMIT = 3
    """Residence permit of a resident of Hong Kong (81), Macau (82) or Taiwan (83)."""
    FOREIGNER = 4
    """Foreign permanent resident ID card of 2023: 18 digits that begin with 9."""
    EMPTY = 10
    LENGTH = 11
    CHARACTER = 12
    LOST_PRECISION = 13
    """A spreadsheet kept the number as a number: the digits after the 15th are gone for good."""
    DATE = 14
    REGION = 15
    CHECK = 16
    OLD_FOREIGN_CARD = 17
    """Foreign permanent residence card before 2023: real, but it holds neither century nor sex: no key."""

    @property
    def ok(self) -> bool:
        """Whether the number identifies a person."""
        return self < IdStatus.EMPTY

    @property
    def code(self) -> str:
        """Its code in the list ``id_status``; ``missing`` for every fault."""
        return self.name.lower() if self.ok else "missing"

    @property
    def rule(self) -> str:
        """Stable name of the check that found it, such as ``ID-DATE``."""
        return "ID-" + self.name.replace("_", "-")

    @property
    def says(self) -> str:
        """What it means, in the user's language."""
        return _(_SAYS[self])

    @property
    def hint(self) -> str | None:
        """What to do about it, in the user's language; nothing for a valid number."""
        text = _HINTS.get(self)
        return _(text) if text else None


_SAYS: Final = {
    IdStatus.VALID: N_("valid"),
    IdStatus.CONVERTED: N_("converted from 15 digits"),
    IdStatus.CERTIFICATE: N_("taken from the number of a disability certificate"),
    IdStatus.PERMIT: N_("residence permit of a resident of Hong Kong, Macau or Taiwan"),
    IdStatus.FOREIGNER: N_("permanent residence card of a foreigner"),
    IdStatus.EMPTY: N_("there is no ID number"),
    IdStatus.LENGTH: N_("the ID number has the wrong number of characters"),
    IdStatus.CHARACTER: N_("the ID number holds a character that cannot stand there"),
    IdStatus.LOST_PRECISION: N_("a spreadsheet has destroyed the last digits of the ID number"),
    IdStatus.DATE: N_("the ID number holds no possible date of birth"),
    IdStatus.REGION: N_("the ID number begins with a region code that did not exist since the birth"),
    IdStatus.CHECK: N_("the check character of the ID number is wrong"),
    IdStatus.OLD_FOREIGN_CARD: N_(
        "an old permanent residence card of a foreigner, which gives no person key"
    ),
}

_HINTS: Final = {
    IdStatus.CONVERTED: N_(
        "confirm that the person is the right one: two people may share a 15-digit number"
    ),
    IdStatus.EMPTY: N_("ask the agency for the number"),
    IdStatus.LENGTH: N_("a number has 18 characters, an old one 15, a disability certificate 20 or 22"),
    IdStatus.CHARACTER: N_("only digits, and X at the end"),
    IdStatus.LOST_PRECISION: N_("ask the agency for a file with the column stored as text"),
    IdStatus.DATE: N_("compare with the ID card"),
    IdStatus.REGION: N_("compare the first six digits with the ID card"),
    IdStatus.CHECK: N_("one digit is wrong or two are swapped: compare with the ID card"),
    IdStatus.OLD_FOREIGN_CARD: N_("ask for the 18-digit number of the card issued since December 2023"),
}
