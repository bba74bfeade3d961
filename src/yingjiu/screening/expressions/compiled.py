"""Compile one expression."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sqlglot import exp

from yingjiu.language import _
from yingjiu.screening.expressions.elaborate import Elaborator
from yingjiu.screening.expressions.errors import Faults
from yingjiu.screening.expressions.formula import Formula, constant_part
from yingjiu.screening.expressions.guard import parse_condition
from yingjiu.screening.expressions.types import SUBJECT, Kind, Scope

__all__ = ["CompiledExpression", "compile_expression"]


@dataclass(frozen=True, slots=True)
class CompiledExpression:
    """An expression that passed the guard.

    Attributes:
        source: what was written.
        tree: a neutral tree with a boolean root: columns qualified and quoted, words expanded, parameters
            bound as typed literals. Copy it before building it into a query.
        columns: (table alias, column) of every column read.
        literals: from (table alias, column) to the code literals it is compared with.
    """

    source: str
    tree: exp.Expr
    columns: frozenset[tuple[str, str]]
    literals: Mapping[tuple[str, str], frozenset[str]]


def compile_expression(text: str, scope: Scope) -> CompiledExpression:
    """Check an expression and compile it.

    Args:
        text: what the author of a model wrote.
        scope: what its names mean.

    Returns:
        The compiled expression.

    Raises:
        ExpressionError: with every fault found, codes ``SCR-001`` to ``SCR-034``.
    """
    faults = Faults()
    names = {*scope.columns, *(scope.subject or ()), SUBJECT}
    node = parse_condition(text, faults, names=names)
    elaborator = Elaborator(scope, faults)
    term = elaborator.condition(node)
    if not faults and term.kind is not Kind.WRONG and term.formula is not None:
        _check_not_constant(term.formula, text, faults)
    faults.check()
    return CompiledExpression(
        text,
        term.tree,
        frozenset(elaborator.columns),
        MappingProxyType({column: frozenset(codes) for column, codes in elaborator.literals.items()}),
    )


def _check_not_constant(formula: Formula, text: str, faults: Faults) -> None:
    found = constant_part(formula)
    if found is None:
        return
    verdict, outcome = found
    if verdict == "never_false":
        faults.add(
            "SCR-026",
            _("the expression, or a part of it, is never false")
            if None in outcome
            else _("the expression, or a part of it, is always true"),
            found=text,
            hint=_("it would hold for everybody; if you mean that a value is known, write IS NOT NULL"),
        )
    else:
        faults.add(
            "SCR-027",
            _("the expression, or a part of it, is never true"),
            found=text,
            hint=_("it would hold for nobody; check AND and OR, and the limits"),
        )
