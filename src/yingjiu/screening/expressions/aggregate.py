"""Tests of a comparison: whether rows exist, how many, how much together, or what the newest says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from sqlglot import exp

from yingjiu.language import _
from yingjiu.pool.tables import Column
from yingjiu.screening.expressions.elaborate import Elaborator
from yingjiu.screening.expressions.errors import ExpressionError, Faults
from yingjiu.screening.expressions.guard import MARK, parse_condition, unknown_word
from yingjiu.screening.expressions.terms import REFUSED, Term, agree, literal_tree
from yingjiu.screening.expressions.types import MONEY, Kind, Scope, Value, ValueType

__all__ = ["Aggregate", "AggregateTest", "Operator", "compile_test"]

Aggregate = Literal["exists", "count", "persons", "sum", "latest"]
Operator = Literal["=", "<>", "<", "<=", ">", ">="]

_FORMS: Final = (
    "exists, count >= 2, persons >= 2, sum(self_paid) >= 20000, latest(status, accepted_on) = 'completed'"
)
_COUNTS: Final[Mapping[str, Aggregate]] = {"count": "count", "persons": "persons"}
_NAMES: Final = (*_COUNTS, "sum", "latest", "exists")
_SIGNS: Final[Mapping[type[exp.Expr], Operator]] = {
    exp.EQ: "=", exp.NEQ: "<>", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">=",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class AggregateTest:
    """A test that passed the guard.

    Attributes:
        source: what was written.
        kind: ``exists``, ``count`` (rows), ``persons`` (different persons), ``sum`` or ``latest``.
        operator: how the value is compared; None for ``exists``.
        value: with what; None for ``exists``.
        column: what is summed, or whose newest value counts.
        order: the date column by which ``latest`` finds the newest.
    """

    source: str
    kind: Aggregate
    operator: Operator | None = None
    value: Value | None = None
    column: Column | None = None
    order: Column | None = None

    @property
    def literal(self) -> exp.Expr | None:
        """The value as a typed literal of the neutral tree."""
        return None if self.value is None else literal_tree(self.value)


def compile_test(text: str, scope: Scope) -> AggregateTest:
    """Check the test of a comparison and compile it.

    Args:
        text: ``exists``, ``count >= 2``, ``persons >= 2``, ``sum(money) >= 20000`` or
            ``latest(column, date) = 'code'``.
        scope: the columns of the compared table, and the parameters.

    Raises:
        ExpressionError: with every fault found: ``SCR-001`` to ``SCR-034`` and ``SCR-043`` to ``SCR-045``.
    """
    if text.strip().lower() == "exists":
        return AggregateTest(text, "exists")
    faults = Faults()
    # bare ``count``, ``persons`` and ``exists`` are names here, whatever they are in SQL
    node = parse_condition(text, faults, names={*scope.columns, *_COUNTS, "exists"})
    sign = _SIGNS.get(type(node))
    if sign is None:
        raise _no_form(text)
    elaborator = Elaborator(scope, faults)
    measured = node.this
    kind = _kind(measured)
    if kind is None:
        name = str(measured.this).removeprefix(MARK) if isinstance(measured, exp.Anonymous) else "sum"
        if name not in _NAMES:
            unknown_word(name, _NAMES, faults)
            faults.check()
        raise _no_form(text)
    value = elaborator.term(node.expression)
    if value.kind is not Kind.WRONG and value.value is None:
        raise _no_form(text)
    column, order, of = _measured(kind, measured, elaborator, scope, faults)
    typed = _agreed(of, value, sign, text, faults)
    if typed is not None:
        _check_not_constant(kind, sign, typed, text, faults)
    faults.check()
    assert value.value is not None  # noqa: S101 - a value without a fault; tells mypy
    return AggregateTest(text, kind, sign, value.value, column, order)


def _no_form(text: str) -> ExpressionError:
    faults = Faults()
    faults.add("SCR-043", _("a test has one of these forms"), found=text, hint=_FORMS)
    try:
        faults.check()
    except ExpressionError as error:
        return error
    raise AssertionError


def _kind(node: exp.Expr) -> Aggregate | None:
    if isinstance(node, exp.Column) and not node.text("table"):
        return _COUNTS.get(node.name.lower())
    if isinstance(node, exp.Anonymous) and node.this == f"{MARK}sum" and len(node.expressions) == 1:
        return "sum"
    if isinstance(node, exp.Anonymous) and node.this == f"{MARK}latest" and len(node.expressions) == 2:
        return "latest"
    return None


def _measured(
    kind: Aggregate, node: exp.Expr, elaborator: Elaborator, scope: Scope, faults: Faults
) -> tuple[Column | None, Column | None, Term]:
    """The column, the order column, and a term of the type of the result."""
    if kind in _COUNTS:
        return None, None, Term(exp.column(kind), ValueType(Kind.INTEGER, bound=2**31))
    terms = [elaborator.term(argument) for argument in node.expressions]
    columns = [_own_column(term, scope) for term in terms]
    wanted = (
        [frozenset({Kind.MONEY, Kind.INTEGER})] if kind == "sum" else [_COMPARABLE, frozenset({Kind.DATE})]
    )
    for term, column, kinds in zip(terms, columns, wanted, strict=True):
        if term.kind is Kind.WRONG:
            return None, None, REFUSED
        if column is None or term.kind not in kinds:
            faults.add(
                "SCR-044",
                _("{test} wants a column of the compared table of the type: {types}").format(
                    test=kind, types=" / ".join(str(ValueType(one)) for one in sorted(kinds))
                ),
                found=term.key.replace('"', ""),
                hint=_FORMS,
            )
    if faults:
        return None, None, REFUSED
    of = MONEY if terms[0].kind is Kind.MONEY else terms[0].type
    order = columns[1] if kind == "latest" else None
    return columns[0], order, Term(terms[0].tree, of, column=terms[0].column)


_COMPARABLE: Final = frozenset(Kind) - {Kind.WRONG, Kind.KEY, Kind.NUMBER}


def _own_column(term: Term, scope: Scope) -> Column | None:
    if term.column is None or term.column[0] != scope.table or not isinstance(term.tree, exp.Column):
        return None
    return scope.columns[term.column[1]]


def _agreed(of: Term, value: Term, sign: Operator, text: str, faults: Faults) -> Value | None:
    pair = agree(of, value, faults, text)
    if pair is None:
        return None
    if sign not in {"=", "<>"} and not of.kind.ordered:
        faults.add(
            "SCR-021", _("a {type} has no order").format(type=of.type), found=text, hint=_("use = or IN")
        )
        return None
    return pair[1].value


def _check_not_constant(kind: Aggregate, sign: Operator, value: Value, text: str, faults: Faults) -> None:
    """A count is a whole number from 0."""
    if kind not in _COUNTS or not isinstance(value, int | Decimal):
        return
    always = (sign == ">=" and value <= 0) or (sign in {">", "<>"} and value < 0)
    never = (sign in {"<", "="} and value < 0) or (sign == "<" and value == 0) or (sign == "<=" and value < 0)
    if always or never:
        faults.add(
            "SCR-045",
            _("this count always holds") if always else _("this count never holds"),
            found=text,
            hint=f"{kind} >= 1",
        )
