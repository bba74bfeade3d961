"""A neutral query in Spark SQL, with the same value.

SQLGlot's Spark dialect does most of it. What it renders without a word but with another value is rewritten
here, and each rewriting says which difference it removes; tests/engines holds a case for each.
"""

from __future__ import annotations

from typing import Final

from sqlglot import exp

from yingjiu.errors import Fault
from yingjiu.language import _
from yingjiu.pool.errors import EngineError

__all__ = ["spark_sql"]

_WHOLE: Final = (
    exp.DataType.Type.TINYINT,
    exp.DataType.Type.SMALLINT,
    exp.DataType.Type.INT,
    exp.DataType.Type.BIGINT,
)


def spark_sql(tree: exp.Query) -> str:
    """Render a neutral query for Spark.

    Args:
        tree: the query; not changed.

    Returns:
        Spark SQL with quoted identifiers.

    Raises:
        EngineError: ``POL-068`` something that Spark cannot say with the same value.
    """
    rewritten = tree.copy().transform(_rewrite, copy=False)
    return rewritten.sql(dialect="spark", identify=True)


def _rewrite(node: exp.Expr) -> exp.Expr:  # noqa: PLR0911 - one line for each kind of node
    if isinstance(node, exp.CTE) and node.args.get("materialized") is not None:
        node.set("materialized", None)  # Spark has no such word
        return node
    if isinstance(node, exp.Div):
        return _real_division(node)
    if isinstance(node, exp.Avg):
        # DuckDB averages as DOUBLE, Spark a decimal as a decimal with four more digits
        node.set("this", exp.cast(node.this, "DOUBLE"))
        return node
    if type(node) is exp.Cast and node.to.this in _WHOLE:
        return _rounding_cast(node)
    if isinstance(node, exp.ArgMax | exp.ArgMin) and not isinstance(node.parent, exp.Filter):
        return exp.Filter(this=node, expression=exp.Where(this=_both_known(node)))
    if isinstance(node, exp.Filter) and isinstance(node.this, exp.ArgMax | exp.ArgMin):
        where = node.expression
        where.set("this", exp.and_(exp.paren(where.this), _both_known(node.this)))
        return node
    if isinstance(node, exp.ArrayAgg) and not isinstance(node.parent, exp.Filter):
        return _list(node, None)
    if isinstance(node, exp.Filter) and isinstance(node.this, exp.ArrayAgg):
        return _list(node.this, node.expression)
    return node


def _real_division(node: exp.Div) -> exp.Expr:
    """DuckDB divides as DOUBLE; Spark divides decimals as decimals."""
    for side in ("this", "expression"):
        node.set(side, exp.cast(exp.paren(node.args[side]), "DOUBLE"))
    return node


def _rounding_cast(node: exp.Cast) -> exp.Expr:
    """A cast to a whole number rounds half away from zero in DuckDB and cuts off in Spark.

    By way of a decimal without scale Spark rounds too, whatever the type of the operand, and exactly.
    """
    if not isinstance(node.this, exp.Literal | exp.Null):
        node.set("this", exp.cast(node.this, "DECIMAL(38, 0)"))
    return node


def _both_known(node: exp.ArgMax | exp.ArgMin) -> exp.Expr:
    """DuckDB's arg_max passes over rows whose value or order is NULL; Spark's max_by only the latter."""
    return exp.and_(
        exp.Not(this=exp.Is(this=exp.paren(node.this.copy()), expression=exp.Null())),
        exp.Not(this=exp.Is(this=exp.paren(node.expression.copy()), expression=exp.Null())),
    )


def _list(node: exp.ArrayAgg, where: exp.Expr | None) -> exp.Expr:
    """DuckDB's list keeps NULLs, sorts, and is NULL over no rows; Spark's collect_list does none of that.

    Each item is wrapped in a struct with its sort keys in front, the structs are sorted, the items taken out.
    """
    value = node.this
    keys: list[exp.Ordered] = []
    if isinstance(value, exp.Order):
        keys = list(value.expressions)
        value = value.this
    distinct = isinstance(value, exp.Distinct)
    if distinct:
        value = value.expressions[0]
    downwards = {bool(key.args.get("desc")) for key in keys}
    if len(downwards) > 1 or any(key.args.get("nulls_first") for key in keys):
        raise EngineError(
            Fault(
                "POL-068",
                _("Spark cannot order a list like this"),
                found=node.sql(dialect="duckdb"),
                hint=_("order it by keys that all go up, or all down, with NULLs last"),
            )
        )
    down = downwards == {True}
    fields: list[exp.Expr] = []
    for number, key in enumerate(keys):
        unknown: exp.Expr = exp.Is(this=exp.paren(key.this.copy()), expression=exp.Null())
        fields.append(exp.alias_(exp.Not(this=unknown) if down else unknown, f"n{number}"))
        fields.append(exp.alias_(key.this.copy(), f"k{number}"))
    fields.append(exp.alias_(value.copy(), "v"))
    items: exp.Expr = exp.Struct(expressions=fields)
    if distinct:
        items = exp.Distinct(expressions=[items])
    gathered: exp.Expr = exp.Anonymous(this="COLLECT_LIST", expressions=[items])
    if where is not None:
        gathered = exp.Filter(this=gathered, expression=where.copy())
    ordered = _call("ARRAY_SORT", gathered) if keys else gathered
    if down:
        ordered = _call("REVERSE", ordered)
    item = exp.Lambda(
        this=exp.Dot(this=exp.to_identifier("e"), expression=exp.to_identifier("v")),
        expressions=[exp.to_identifier("e")],
    )
    some = exp.GT(this=_call("SIZE", gathered.copy()), expression=exp.Literal.number(0))
    return exp.Case(ifs=[exp.If(this=some, true=_call("TRANSFORM", ordered, item))])


def _call(name: str, *arguments: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this=name, expressions=list(arguments))
