"""Typed parts of an expression: trees built anew, with what is known about their values.

Two terms are brought to one type here; literals take the type of what they are compared with.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final

from sqlglot import exp

from yingjiu.language import _
from yingjiu.screening.expressions.errors import Faults, nearest
from yingjiu.screening.expressions.formula import Formula
from yingjiu.screening.expressions.types import (
    BOOLEAN,
    DIGITS,
    FRACTION,
    GRADES,
    WRONG,
    Kind,
    Value,
    ValueType,
    codes_of,
    type_of_value,
)

__all__ = [
    "REFUSED",
    "WIDEST",
    "Term",
    "agree",
    "as_decimal",
    "condition",
    "constant",
    "decimal_shape",
    "group",
    "joint_decimal",
    "literal_tree",
    "shown",
]

WIDEST: Final = 38
_EARLIEST: Final = date(1900, 1, 1)
_LATEST: Final = date(2200, 12, 31)

# exact classes: And and Or are functions to SQLGlot, so isinstance(tree, exp.Func) would drop parentheses
_LEAVES: Final = frozenset({
    exp.Column, exp.Literal, exp.Boolean, exp.Paren, exp.Neg, exp.Case, exp.Cast, exp.Coalesce, exp.DateDiff,
    exp.Extract, exp.Length, exp.StartsWith,
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Term:
    """A part of an expression.

    Attributes:
        tree: its neutral tree, names qualified and quoted, words expanded.
        type: its type.
        value: its value, if that is known when the expression is read.
        literal: whether the value stands in the text itself, so that it will never change.
        reads: whether it reads any column.
        nullable: whether it can be NULL.
        formula: for conditions, how their truth depends on their parts.
        column: for columns, (table alias, column).
    """

    tree: exp.Expr
    type: ValueType
    value: Value | None = None
    literal: bool = False
    reads: bool = True
    nullable: bool = True
    formula: Formula | None = None
    column: tuple[str, str] | None = None

    @property
    def kind(self) -> Kind:
        """The kind of its type."""
        return self.type.kind

    @property
    def key(self) -> str:
        """The term as text: equal texts are equal values."""
        return self.tree.sql("duckdb")


REFUSED: Final = Term(exp.Null(), WRONG)
"""Stands where something was refused, so that the rest can still be checked."""


def shown(term: Term) -> str:
    """The term for a message."""
    return term.key.replace('"', "")


def group(tree: exp.Expr) -> exp.Expr:
    """A copy that can stand inside any operator."""
    copy = tree.copy()
    return copy if type(copy) in _LEAVES else exp.Paren(this=copy)


def literal_tree(value: Value) -> exp.Expr:
    """The typed literal of a value."""
    if isinstance(value, bool):
        return exp.Boolean(this=value)
    if isinstance(value, int | Decimal):
        number = exp.Literal.number(str(abs(value)) if isinstance(value, int) else format(abs(value), "f"))
        return exp.Neg(this=number) if value < 0 else number
    if isinstance(value, date):
        return exp.cast(exp.Literal.string(value.isoformat()), exp.DataType.Type.DATE)
    return exp.Literal.string(value)


def constant(value: Value, faults: Faults, *, literal: bool) -> Term:
    """The term of a literal or a parameter.

    Args:
        value: its value.
        faults: gathers ``SCR-030`` and ``SCR-031``.
        literal: whether it is written in the text.
    """
    of = type_of_value(value)
    if isinstance(value, date) and not _EARLIEST <= value <= _LATEST:
        faults.add(
            "SCR-030",
            _("the date is not between {first} and {last}").format(first=_EARLIEST, last=_LATEST),
            found=value.isoformat(),
        )
        return REFUSED
    whole = abs(int(value)) if isinstance(value, int | Decimal) else 0
    if whole >= 10**DIGITS or of.scale > FRACTION:
        faults.add(
            "SCR-031",
            _("a number has at most {digits} digits and {fraction} after the point").format(
                digits=DIGITS, fraction=FRACTION
            ),
            found=str(value),
        )
        return REFUSED
    return Term(literal_tree(value), of, value, literal=literal, reads=False, nullable=False)


def agree(left: Term, right: Term, faults: Faults, found: str) -> tuple[Term, Term] | None:
    """Bring two terms to one type, or say why they have none.

    Args:
        left: one side.
        right: the other.
        faults: gathers ``SCR-016`` to ``SCR-020``.
        found: the text of both, for messages.

    Returns:
        Both terms, literals typed by the other side; None if refused.
    """
    if Kind.WRONG in {left.kind, right.kind}:
        return None
    if right.value is None and left.value is not None:
        swapped = agree(right, left, faults, found)
        return (swapped[1], swapped[0]) if swapped else None
    numbers = left.kind.numeric and right.kind.numeric
    both_known = left.value is not None and right.value is not None
    if right.value is not None and not (numbers and both_known):
        typed = _typed_by(right, left.type, faults, found)
        if typed is not None:
            return None if typed is REFUSED else (left, typed)
    same = left.kind is right.kind and left.type.of == right.type.of
    if numbers and (same or both_known or Kind.MONEY not in {left.kind, right.kind}):
        return _sized(left, right, faults, found)
    if same:
        return left, right
    if left.kind is right.kind is Kind.CODE:
        code, message = "SCR-018", _("codes of different lists are never equal: {left} and {right}")
    elif left.kind is right.kind is Kind.GRADE:
        code, message = "SCR-019", _("grades of different scales cannot be compared: {left} and {right}")
    else:
        code, message = "SCR-016", _("the types do not agree: {left} and {right}")
    faults.add(
        code, message.format(left=left.type, right=right.type), found=found, hint=_mismatch_hint(left, right)
    )
    return None


def _sized(left: Term, right: Term, faults: Faults, found: str) -> tuple[Term, Term] | None:
    """Two numbers that every engine compares exactly.

    Spark brings both sides to one decimal of at most 38 digits and rounds what does not fit, so their widths
    are told here, whatever the width of a column in a table that an engine made on its way.
    """
    if left.value is not None or right.value is not None or left.type == right.type:
        return left, right
    joint = joint_decimal(left.type, right.type, Kind.NUMBER)
    if joint.digits > WIDEST:
        faults.add(
            "SCR-031",
            _("the numbers are too different in size to be compared exactly"),
            found=found,
            hint=_("multiply less, or with fewer digits after the point"),
        )
        return None
    if Kind.INTEGER is left.kind is right.kind:
        return left, right
    one, two = (
        replace(side, tree=as_decimal(side, shape.digits, shape.scale))
        for side in (left, right)
        for shape in (decimal_shape(side.type),)
    )
    return one, two


def _typed_by(  # noqa: PLR0911 - one a pair of kinds
    value: Term, other: ValueType, faults: Faults, found: str
) -> Term | None:
    """A known value typed by the other side; REFUSED if that has no such value, None if of another kind."""
    match other.kind, value.kind:
        case Kind.CODE, Kind.TEXT:
            codes = codes_of(other.of or "")
            if value.value in codes:
                return replace(value, type=other)
            faults.add(
                "SCR-017",
                _("the list {list} has no code {code}").format(list=other.of, code=repr(value.value)),
                found=found,
                hint=nearest(str(value.value), codes, list_all=_("its codes: {names}")),
            )
            return REFUSED
        case Kind.GRADE, Kind.INTEGER:
            last = GRADES[other.of or ""]
            if isinstance(value.value, int) and 1 <= value.value <= last:
                return replace(value, type=other)
            faults.add(
                "SCR-020",
                _("the scale {scale} goes from 1 (gravest) to {last}").format(scale=other.of, last=last),
                found=found,
            )
            return REFUSED
        case (Kind.MONEY, Kind.INTEGER | Kind.NUMBER) | (Kind.NUMBER, Kind.INTEGER | Kind.NUMBER):
            shape = decimal_shape(value.type)
            if shape.scale <= other.scale:
                return replace(value, type=replace(shape, kind=other.kind))
            # Spark rounds the finer side to the coarser: 2.50 > 2.499999 is false there (measured on 4.3)
            faults.add(
                "SCR-031",
                _("the number is finer than what it is compared with: {scale} digits after the point").format(
                    scale=other.scale
                ),
                found=found,
                hint=_("amounts are in yuan with two digits after the point"),
            )
            return REFUSED
        case Kind.INTEGER, Kind.NUMBER:
            faults.add(
                "SCR-016",
                _("a whole number is compared with a fraction"),
                found=found,
                hint=_("compare it with a whole number"),
            )
            return REFUSED
        case Kind.KEY, _:
            faults.add(
                "SCR-016",
                _("a person key is compared with another key only"),
                found=found,
                hint=_("models speak about conditions, not about named persons"),
            )
            return REFUSED
    return None


def _mismatch_hint(left: Term, right: Term) -> str | None:
    kinds = {left.kind, right.kind}
    if kinds == {Kind.DATE, Kind.TEXT}:
        return _("write the date as DATE '2024-01-31'")
    if Kind.DATE in kinds and Kind.INTEGER in kinds:
        return _("use age_on, months_between or days_between")
    if Kind.BOOLEAN in kinds and kinds & {Kind.TEXT, Kind.INTEGER}:
        return _("a flag is a condition by itself: write flag, or NOT flag")
    if kinds & {Kind.INTEGER, Kind.MONEY, Kind.NUMBER, Kind.GRADE} and Kind.TEXT in kinds:
        return _("write the number without quotes")
    return None


def decimal_shape(of: ValueType) -> ValueType:
    """The decimal in which a number is held exactly."""
    if of.kind is Kind.INTEGER:
        return ValueType(Kind.NUMBER, digits=len(str(of.bound)), scale=0)
    return of


def joint_decimal(left: ValueType, right: ValueType, kind: Kind) -> ValueType:
    """The decimal that holds both."""
    one, two = decimal_shape(left), decimal_shape(right)
    scale = max(one.scale, two.scale)
    return ValueType(kind, digits=max(one.digits - one.scale, two.digits - two.scale) + scale, scale=scale)


def as_decimal(term: Term, digits: int, scale: int) -> exp.Expr:
    """The term cast to a decimal."""
    return exp.cast(term.tree.copy(), exp.DataType.build(f"DECIMAL({digits}, {scale})", dialect="duckdb"))


def condition(tree: exp.Expr, formula: Formula | None, *, reads: bool, nullable: bool = True) -> Term:
    """A boolean term."""
    return Term(tree, BOOLEAN, reads=reads, nullable=nullable, formula=formula)
