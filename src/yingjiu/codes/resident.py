"""Read one resident ID number (GB 11643), and turn numbers into person keys and back.

This is the readable form. :mod:`yingjiu.codes.kernel` and :mod:`yingjiu.codes.statement` do the same to
millions of rows; tests hold the three equal.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from yingjiu.codes.errors import IdNumberError
from yingjiu.codes.masks import mask_id
from yingjiu.codes.regions import NEVER, last_valid_days
from yingjiu.codes.spelling import normalise
from yingjiu.codes.standards import disability_category_of
from yingjiu.codes.status import IdStatus
from yingjiu.errors import Fault

__all__ = ["CHECK_CHARACTERS", "WEIGHTS", "ResidentId", "Verdict", "check_character", "judge", "parse_id"]

WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS: Final = "10X98765432"
EARLIEST_BIRTH: Final = 1850_01_01

_IN_EXPONENTS: Final = re.compile(r"[0-9]+(\.[0-9]*)?E\+?[0-9]+")
_IN_DECIMALS: Final = re.compile(r"[0-9]{16,}\.[0-9]*")
_WHOLE_15: Final = re.compile(r"([0-9]{15})\.0*")  # a spreadsheet keeps 15 digits unharmed
_OLD_FOREIGN: Final = re.compile(r"[A-Z]{3}[0-9]{12}")
_ALPHABET: Final = re.compile(r"[0-9XB]+")
_SHAPES: Final = {
    15: re.compile(r"[0-9]{15}"),
    18: re.compile(r"[0-9]{17}[0-9X]"),
    20: re.compile(r"[0-9]{17}[0-9X][1-7][1-4]"),
    22: re.compile(r"[0-9]{17}[0-9X][1-7][1-4][0-9B][0-9]"),  # ...B1: the first re-issue
}


@dataclass(frozen=True, slots=True)
class ResidentId:
    """A valid ID number, taken apart.

    Attributes:
        key: person key, its first 17 digits.
        number: its 18 characters.
        status: how it was found; always one of the valid ones.
        region: six digits, the place of first registration.
        birth_date: from the number.
        sex: ``male`` or ``female``.
        disability_category: code of the list ``disability_category``, if read from a certificate.
        disability_grade: 1 (gravest) to 4, if read from a certificate.
    """

    key: int
    number: str
    status: IdStatus
    region: str
    birth_date: date
    sex: str
    disability_category: str | None = None
    disability_grade: int | None = None


class Verdict(NamedTuple):
    """The outcome for one text as plain numbers; all 0 but the status where it is faulty."""

    status: IdStatus
    key: int = 0
    birth: int = 0
    """yyyymmdd."""
    category: int = 0
    grade: int = 0


def check_character(digits: str) -> str:
    """The check character of 17 digits (ISO 7064, MOD 11-2)."""
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, digits, strict=True))
    return CHECK_CHARACTERS[total % 11]


def judge(text: str | None, today: int) -> Verdict:  # noqa: PLR0911 - one return for each fault, in order
    """Judge one text.

    Args:
        text: as it stands in a file.
        today: yyyymmdd; a later birth is impossible.

    Returns:
        The outcome. Of several faults the first in the order of :class:`IdStatus` is told, but lost
        precision is also found last, from three zeros at the end and a wrong check character.
    """
    number = normalise(text)
    if not number:
        return Verdict(IdStatus.EMPTY)
    if _IN_EXPONENTS.fullmatch(number) or _IN_DECIMALS.fullmatch(number):
        return Verdict(IdStatus.LOST_PRECISION)
    if whole := _WHOLE_15.fullmatch(number):
        number = whole[1]
    if _OLD_FOREIGN.fullmatch(number):
        return Verdict(IdStatus.OLD_FOREIGN_CARD)
    if not _ALPHABET.fullmatch(number):
        return Verdict(IdStatus.CHARACTER)
    if len(number) not in _SHAPES:
        return Verdict(IdStatus.LENGTH)
    if not _SHAPES[len(number)].fullmatch(number):
        return Verdict(IdStatus.CHARACTER)
    if len(number) == 15:
        return _judge_15(number, today)
    verdict = _judge_18(number[:18], today)
    if len(number) > 18 and verdict.status.ok:
        return Verdict(IdStatus.CERTIFICATE, verdict.key, verdict.birth, int(number[18]), int(number[19]))
    return verdict


def _judge_15(number: str, today: int) -> Verdict:
    # 996 to 999 were kept for people born before 1900
    digits = number[:6] + ("18" if number[12:] >= "996" else "19") + number[6:]
    verdict = _judge_18(digits + check_character(digits), today)
    if verdict.status is IdStatus.VALID:
        return verdict._replace(status=IdStatus.CONVERTED)
    # permits and cards of foreigners never had 15 digits
    return Verdict(IdStatus.REGION) if verdict.status.ok else verdict


def _judge_18(number: str, today: int) -> Verdict:
    birth = int(number[6:14])
    if not (EARLIEST_BIRTH <= birth <= today and _is_date(birth)):
        return Verdict(IdStatus.DATE)
    if last_valid_days().get(number[:6], NEVER) < birth:
        return Verdict(IdStatus.REGION)
    if check_character(number[:17]) != number[17]:
        lost = number.endswith("000")
        return Verdict(IdStatus.LOST_PRECISION if lost else IdStatus.CHECK)
    status = {"8": IdStatus.PERMIT, "9": IdStatus.FOREIGNER}.get(number[0], IdStatus.VALID)
    return Verdict(status, int(number[:17]), birth)


def _is_date(yyyymmdd: int) -> bool:
    try:
        _to_date(yyyymmdd)
    except ValueError:
        return False
    return True


def _to_date(yyyymmdd: int) -> date:
    return date(yyyymmdd // 10000, yyyymmdd // 100 % 100, yyyymmdd % 100)


def yyyymmdd_of(day: date | None) -> int:
    """A day, or today, as one number."""
    return int(f"{day or date.today():%Y%m%d}")  # noqa: DTZ011 - a birth date has no time zone


def parse_id(text: str | None, *, today: date | None = None) -> ResidentId:
    """Read one ID number in any usual spelling (GB 11643-1999).

    Accepted: 18 digits, 15 digits, residence permits (81, 82, 83), foreigners' cards of 2023 (9), and
    disability certificates of 20 and 22 characters. Spaces, hyphens, quotes, full-width and lower-case
    characters do not matter.

    Args:
        text: as it stands in a file.
        today: the last day on which a birth is possible; without it, today.

    Returns:
        The number, taken apart.

    Raises:
        IdNumberError: with the status, ``COD-010`` to ``COD-017``.
    """
    verdict = judge(text, yyyymmdd_of(today))
    status = verdict.status
    if not status.ok:
        found = mask_id(normalise(text)) or None
        raise IdNumberError(status, Fault(f"COD-{status:03}", status.says, found=found, hint=status.hint))
    digits = f"{verdict.key:017}"
    return ResidentId(
        key=verdict.key,
        number=digits + check_character(digits),
        status=status,
        region=digits[:6],
        birth_date=_to_date(verdict.birth),
        sex="male" if verdict.key % 2 else "female",
        disability_category=disability_category_of(str(verdict.category)) if verdict.category else None,
        disability_grade=verdict.grade or None,
    )
