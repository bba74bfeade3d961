"""Bind the expressions of models to the columns of their subjects and compared tables.

The guard costs milliseconds, and twenty models share most of their expressions, so what was bound once is
remembered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from sqlglot import exp

from yingjiu.screening.declared import Parameter, SubjectKind
from yingjiu.screening.expressions import Scope, Value, compile_expression
from yingjiu.screening.subjects import compared_columns, subject_columns

__all__ = ["COMPARED", "SUBJECT", "Bound", "bind", "parameter_values"]

SUBJECT = "subject"
"""SQL alias of the subject."""
COMPARED = "compared"
"""SQL alias of the compared row."""

Parameters = tuple[tuple[str, Value], ...]


@dataclass(frozen=True, slots=True)
class Bound:
    """An expression that passed the guard.

    Attributes:
        sql: neutral SQL, rendered from the guarded tree; never the author's text.
        subject: columns of the subject that it reads.
        compared: columns of the compared row that it reads.
        nullable: whether it can be unknown.
        codes: columns of the compared row and the codes that they are compared with.
    """

    sql: str
    subject: tuple[str, ...]
    compared: tuple[str, ...]
    nullable: bool
    codes: tuple[tuple[str, tuple[str, ...]], ...] = ()


def parameter_values(parameters: Mapping[str, Parameter], run_date: date) -> Parameters:
    """What ``:name`` means in a model on a day."""
    values: dict[str, Value] = {name: parameter.value for name, parameter in sorted(parameters.items())}
    return (*values.items(), ("run_date", run_date))


@lru_cache(maxsize=8192)
def bind(text: str, kind: SubjectKind, table: str | None, parameters: Parameters) -> Bound:
    """Guard and bind one expression.

    Args:
        text: what the author wrote.
        kind: the subject table.
        table: the compared table; ``None`` for an expression over the subject alone.
        parameters: from :func:`parameter_values`.

    Raises:
        ExpressionError: with every fault of the expression.
    """
    subject = {name: each.column for name, each in subject_columns(kind).items()}
    if table is None:
        scope = Scope(subject, SUBJECT, parameters=dict(parameters))
    else:
        scope = Scope(compared_columns(table), COMPARED, subject, SUBJECT, dict(parameters))
    compiled = compile_expression(text, scope)
    known = {SUBJECT: subject, COMPARED: compared_columns(table) if table else {}}
    sure = {
        (alias, name)
        for alias, columns in known.items()
        for name, column in columns.items()
        if column.required
    }
    return Bound(
        f"({compiled.tree.sql('duckdb', identify=True)})",
        tuple(sorted(name for alias, name in compiled.columns if alias == SUBJECT)),
        tuple(sorted(name for alias, name in compiled.columns if alias == COMPARED)),
        _nullable(compiled.tree, sure),
        tuple(
            sorted(
                (name, tuple(sorted(codes)))
                for (alias, name), codes in compiled.literals.items()
                if alias == COMPARED
            )
        ),
    )


def _nullable(tree: exp.Expr, sure: set[tuple[str, str]]) -> bool:
    """Whether a column that may be NULL can make the value NULL."""
    match tree:
        case exp.Column():
            return (tree.table, tree.name) not in sure
        case exp.Is():
            return False
        case exp.Coalesce():
            return all(_nullable(part, sure) for part in (tree.this, *tree.expressions))
        case exp.Literal() | exp.Boolean() | exp.DataType():
            return False
        case exp.Null():
            return True
        case _:
            return any(_nullable(part, sure) for part in tree.iter_expressions())
