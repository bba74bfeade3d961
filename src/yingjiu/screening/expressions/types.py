"""What a value of the language can be, and the scope in which an expression is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from yingjiu.codes import CODE_LISTS
from yingjiu.language import _
from yingjiu.pool.tables import Column, ColumnType

__all__ = [
    "BOOLEAN",
    "DATE",
    "DIGITS",
    "FRACTION",
    "GRADES",
    "INT32",
    "MONEY",
    "SUBJECT",
    "TEXT",
    "WRONG",
    "Kind",
    "Scope",
    "Value",
    "ValueType",
    "codes_of",
    "type_of_column",
    "type_of_value",
]

Value = date | Decimal | int | str | bool
"""A literal or a parameter."""

SUBJECT: Final = "subject"
"""How a comparison writes a column of its subject: ``subject.birth_date``."""

GRADES: Final[Mapping[str, int]] = MappingProxyType({"injury_disability": 10, "disability_certificate": 4})
"""The last grade of each scale; the first, and gravest, is 1.

``injury_disability``: 人体损伤致残程度分级, ten grades; ``disability_certificate``: GB/T 26341-2010, four.
"""

INT32: Final = 2**31
DIGITS: Final = 12
"""Digits before the point in a number literal; money columns hold as many."""
FRACTION: Final = 6
"""Digits after the point in a number literal."""


class Kind(StrEnum):
    """Kinds of values."""

    KEY = "key"
    TEXT = "text"
    CODE = "code"
    GRADE = "grade"
    INTEGER = "integer"
    MONEY = "money"
    NUMBER = "number"
    """A number with a fraction that is no money."""
    DATE = "date"
    BOOLEAN = "boolean"
    WRONG = "wrong"
    """A part that was refused already; it agrees with everything so that one fault is told once."""

    @property
    def ordered(self) -> bool:
        """Whether ``<`` means something."""
        return self in _ORDERED

    @property
    def numeric(self) -> bool:
        """Whether it can be added and multiplied."""
        return self in _NUMERIC


_NUMERIC: Final = frozenset({Kind.INTEGER, Kind.MONEY, Kind.NUMBER})
_ORDERED: Final = _NUMERIC | {Kind.GRADE, Kind.DATE}


@dataclass(frozen=True, slots=True)
class ValueType:
    """The type of a value.

    Attributes:
        kind: its kind.
        of: the code list of a code, the scale of a grade.
        digits: decimal digits in all that the engines reserve (money and numbers).
        scale: of these, digits after the point.
        bound: the greatest absolute value of an integer.
    """

    kind: Kind
    of: str | None = None
    digits: int = 0
    scale: int = 0
    bound: int = 0

    def __str__(self) -> str:
        says = {
            Kind.KEY: _("person key"),
            Kind.TEXT: _("text"),
            Kind.CODE: _("code of the list {name}"),
            Kind.GRADE: _("grade of the scale {name}"),
            Kind.INTEGER: _("whole number"),
            Kind.MONEY: _("money"),
            Kind.NUMBER: _("number with a fraction"),
            Kind.DATE: _("date"),
            Kind.BOOLEAN: _("condition"),
            Kind.WRONG: "?",
        }[self.kind]
        return says.format(name=self.of)


WRONG: Final = ValueType(Kind.WRONG)
MONEY: Final = ValueType(Kind.MONEY, digits=14, scale=2)
BOOLEAN: Final = ValueType(Kind.BOOLEAN)
DATE: Final = ValueType(Kind.DATE)
TEXT: Final = ValueType(Kind.TEXT)


@dataclass(frozen=True, slots=True)
class Scope:
    """What the names of an expression mean.

    Attributes:
        columns: bare names.
        table: SQL alias of the table that has them.
        subject: columns written ``subject.name``; only in comparisons.
        subject_table: SQL alias of the subject.
        parameters: values written ``:name``, such as ``:run_date``.
    """

    columns: Mapping[str, Column]
    table: str
    subject: Mapping[str, Column] | None = None
    subject_table: str | None = None
    parameters: Mapping[str, Value] = field(default_factory=dict)


def type_of_column(column: Column) -> ValueType:
    """The type of a canonical column."""
    match column.type:
        case ColumnType.CODE:
            return ValueType(Kind.CODE, column.codes or column.name)
        case ColumnType.INTEGER if column.scale:
            return ValueType(Kind.GRADE, column.scale)
        case ColumnType.INTEGER:
            return ValueType(Kind.INTEGER, bound=INT32)
        case ColumnType.MONEY:
            return MONEY
        case _:
            return ValueType(Kind(column.type.value))


def type_of_value(value: Value) -> ValueType:
    """The type of a literal or parameter; a text may still turn out to be a code, an integer a grade."""
    if isinstance(value, bool):
        return BOOLEAN
    if isinstance(value, int):
        return ValueType(Kind.INTEGER, bound=abs(value))
    if isinstance(value, Decimal):
        _sign, digits, exponent = value.as_tuple()
        scale = -exponent if isinstance(exponent, int) and exponent < 0 else 0
        return ValueType(Kind.NUMBER, digits=max(len(digits), scale + 1), scale=scale)
    return DATE if isinstance(value, date) else TEXT


def codes_of(name: str) -> tuple[str, ...]:
    """The codes of a list, in the list's order."""
    return tuple(CODE_LISTS[name].codes)
