"""The rules that a row can break: number, what is wrong, and what the agency should do.

The code of a rule (``SRC-1nn``) is stable: it stands in every quarantine file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from yingjiu.codes import IdStatus
from yingjiu.language import N_, _
from yingjiu.sources.readers import BROKEN_ROW_CODES

__all__ = ["RULES", "Rule", "rule_of_status", "rule_texts"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule for rows.

    Attributes:
        number: 101 to 199.
        message: English message id of what is wrong.
        remedy: English message id of what to do.
    """

    number: int
    message: str
    remedy: str

    @property
    def code(self) -> str:
        """The stable code, such as ``SRC-105``."""
        return f"SRC-{self.number}"

    @property
    def says(self) -> str:
        """What is wrong, in the user's language."""
        return _(self.message)

    @property
    def to_do(self) -> str:
        """What to do, in the user's language."""
        return _(self.remedy)


_ALL: Final = (
    Rule(101, N_("there is no ID number"), N_("fill in the ID number")),
    Rule(
        102,
        N_("the ID number has the wrong length"),
        N_("copy all 18 characters from the document (15 if it is an old number)"),
    ),
    Rule(
        103,
        N_("the ID number holds a character that cannot stand there"),
        N_("only digits, and X as the last of 18"),
    ),
    Rule(
        104,
        N_("the ID number lost its last digits in a spreadsheet"),
        N_("format the column as text and enter the numbers again; they cannot be restored"),
    ),
    Rule(
        105,
        N_("the birth date inside the ID number does not exist"),
        N_("compare digits 7 to 14 with the document"),
    ),
    Rule(
        106,
        N_("the ID number begins with a region code that never existed"),
        N_("compare the first six digits with the document"),
    ),
    Rule(
        107,
        N_("the check character of the ID number is wrong, so a digit is wrong"),
        N_("compare every digit with the document"),
    ),
    Rule(
        108,
        N_("an old permanent residence card of a foreigner, which does not identify a person"),
        N_("ask for the 18-digit number of the card issued since December 2023"),
    ),
    Rule(110, N_("the value is missing"), N_("fill it in")),
    Rule(112, N_("the text is too long"), N_("check whether columns slipped; shorten the text")),
    Rule(113, N_("the text does not have the expected form"), N_("write it as the example shows")),
    Rule(
        120,
        N_("the code is not in the list"),
        N_("use a code of the list, or have the new code added to the source file"),
    ),
    Rule(130, N_("this is not a date"), N_("write it as 2023-05-01")),
    Rule(131, N_("this day is not in the calendar"), N_("correct year, month and day")),
    Rule(132, N_("the date is outside the expected range"), N_("check the year first")),
    Rule(140, N_("this is not an amount"), N_("write digits with at most two decimals")),
    Rule(141, N_("the amount is negative"), N_("an amount here cannot be below zero; correct it")),
    Rule(142, N_("the amount is outside the expected range"), N_("check the unit and the decimal point")),
    Rule(150, N_("this is not a whole number"), N_("write digits only")),
    Rule(151, N_("the number is outside the expected range"), N_("check the number")),
    Rule(160, N_("this is neither yes nor no"), N_("write 是 or 否")),
    Rule(
        170,
        N_("another row has the same key"),
        N_("keep one of the two rows; the first was taken"),
    ),
    Rule(
        171,
        N_("two names stand under this ID number"),
        N_("find out whose number it is and correct the other; none of the rows was taken"),
    ),
    Rule(172, N_("the whole row is a copy of an earlier one"), N_("nothing to do: it was taken once")),
    Rule(
        173,
        N_("the same person seems to stand under two ID numbers"),
        N_("both rows were taken; find out which number is right"),
    ),
)

RULES: Final[Mapping[int, Rule]] = MappingProxyType({rule.number: rule for rule in _ALL})
"""Every rule by its number."""

_BY_STATUS: Final[Mapping[int, int]] = MappingProxyType(
    {
        IdStatus.EMPTY: 101,
        IdStatus.LENGTH: 102,
        IdStatus.CHARACTER: 103,
        IdStatus.LOST_PRECISION: 104,
        IdStatus.DATE: 105,
        IdStatus.REGION: 106,
        IdStatus.CHECK: 107,
        IdStatus.OLD_FOREIGN_CARD: 108,
    }
)


def rule_of_status(status: int) -> int:
    """Number of the rule that a faulty ID status breaks.

    Args:
        status: a status of ``yingjiu.codes.IdStatus``.

    Returns:
        The rule's number, or 0 for a status that is not a fault.

    Raises:
        KeyError: for a faulty status that has no rule: a gap in this table.
    """
    return 0 if IdStatus(status).ok else _BY_STATUS[status]


def rule_texts(code: str) -> tuple[str, str]:
    """What a code of a quarantine file says, and what to do about it, in the user's language.

    Args:
        code: ``SRC-1nn``, or a code of the readers for a row that could not be read as one.

    Returns:
        Two sentences.

    Raises:
        KeyError: for a code that no quarantine file holds.
    """
    if code in BROKEN_ROW_CODES:
        return _(BROKEN_ROW_CODES[code]), _("check quotes, delimiters and line breaks of this row")
    rule = RULES[int(code.removeprefix("SRC-"))]
    return rule.says, rule.to_do
