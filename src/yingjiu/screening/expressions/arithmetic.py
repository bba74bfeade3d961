"""Sums, differences and products that are exact in every engine.

Engines disagree about the width of decimals and the overflow of integers (DuckDB keeps 18 digits and fails,
Spark keeps 38 and rounds), so operands are widened first, and what could not fit in 38 digits is refused.
Nothing is left to an engine's own rules.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Final

from sqlglot import exp

from yingjiu.language import _
from yingjiu.screening.expressions.errors import Faults
from yingjiu.screening.expressions.terms import (
    REFUSED,
    WIDEST,
    Term,
    as_decimal,
    constant,
    decimal_shape,
    group,
    literal_tree,
)
from yingjiu.screening.expressions.types import Kind, ValueType

__all__ = ["arithmetic"]

_WIDENED: Final = 19
_INT64: Final = 2**63 - 1


def arithmetic(sign: str, left: Term, right: Term, faults: Faults, found: str) -> Term:
    """``left + right``, ``left - right`` or ``left * right``, exact in every engine.

    Args:
        sign: ``+``, ``-`` or ``*``.
        left: a number.
        right: a number.
        faults: gathers ``SCR-022`` and ``SCR-031``.
        found: the text, for messages.
    """
    if Kind.WRONG in {left.kind, right.kind}:
        return REFUSED
    kind = _result_kind(sign, left, right)
    if kind is None:
        faults.add(
            "SCR-022",
            _("{left} {sign} {right} means nothing").format(left=left.type, sign=sign, right=right.type),
            found=found,
            hint=_arithmetic_hint(left, right),
        )
        return REFUSED
    if left.value is not None and right.value is not None:
        return _folded(sign, left, right, faults)
    result = _integer(sign, left, right) if kind is Kind.INTEGER else _decimal(sign, left, right, kind)
    if result is None:
        faults.add(
            "SCR-031",
            _("the result can be larger than 38 digits"),
            found=found,
            hint=_("multiply less, or with fewer digits after the point"),
        )
        return REFUSED
    return replace(result, reads=left.reads or right.reads, nullable=left.nullable or right.nullable)


def _result_kind(sign: str, left: Term, right: Term) -> Kind | None:
    if not (left.kind.numeric and right.kind.numeric):
        return None
    kinds = {left.kind, right.kind}
    if Kind.MONEY not in kinds:
        return Kind.INTEGER if kinds == {Kind.INTEGER} else Kind.NUMBER
    if sign == "*":
        return None if kinds == {Kind.MONEY} else Kind.MONEY
    other = right if left.kind is Kind.MONEY else left
    return Kind.MONEY if other.kind is Kind.MONEY or other.value is not None else None


def _arithmetic_hint(left: Term, right: Term) -> str | None:
    kinds = {left.kind, right.kind}
    if Kind.DATE in kinds:
        return _("use days_between, months_between or within_months")
    if Kind.GRADE in kinds:
        return _("grades have an order but no sum; compare them")
    if kinds <= {Kind.TEXT, Kind.CODE}:
        return _("texts are not joined; compare the columns one by one")
    return None


_SIGNS: Final[dict[str, type[exp.Binary]]] = {"+": exp.Add, "-": exp.Sub, "*": exp.Mul}


def _folded(sign: str, left: Term, right: Term, faults: Faults) -> Term:
    one, two = left.value, right.value
    assert isinstance(one, int | Decimal)  # noqa: S101 - _result_kind saw to it; tells mypy
    assert isinstance(two, int | Decimal)  # noqa: S101 - as above
    value = one + two if sign == "+" else one - two if sign == "-" else one * two
    return constant(value, faults, literal=left.literal and right.literal)


def _integer(sign: str, left: Term, right: Term) -> Term | None:
    bound = left.type.bound * right.type.bound if sign == "*" else left.type.bound + right.type.bound
    if bound > _INT64:
        return None
    sides = [
        literal_tree(side.value) if side.value is not None else _wide_integer(side) for side in (left, right)
    ]
    tree = _SIGNS[sign](this=group(sides[0]), expression=group(sides[1]))
    return Term(tree, ValueType(Kind.INTEGER, bound=bound))


def _wide_integer(term: Term) -> exp.Expr:
    return exp.cast(term.tree.copy(), exp.DataType.Type.BIGINT)


def _decimal(sign: str, left: Term, right: Term, kind: Kind) -> Term | None:
    shapes = []
    for side in (left, right):
        shape = decimal_shape(side.type)
        digits = shape.digits if side.value is not None else max(shape.digits, _WIDENED)
        shapes.append(replace(shape, digits=digits))
    one, two = shapes
    if sign == "*":
        digits, scale = one.digits + two.digits + 1, one.scale + two.scale
    else:
        scale = max(one.scale, two.scale)
        digits = max(one.digits - one.scale, two.digits - two.scale) + scale + 1
    if digits > WIDEST:
        return None
    sides = [
        as_decimal(side, shape.digits, shape.scale) for side, shape in zip((left, right), shapes, strict=True)
    ]
    tree = _SIGNS[sign](this=sides[0], expression=sides[1])
    return Term(tree, ValueType(kind, digits=digits, scale=scale))
