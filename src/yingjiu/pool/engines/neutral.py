"""The neutral flavour: which queries every engine takes, and results that do not depend on the engine.

Engines differ in the width that they give to a number (a sum of DECIMAL(14,2) is DECIMAL(38,2) in DuckDB and
DECIMAL(24,2) in Spark), never in the kind. So whole numbers become int64, other decimals
decimal128(38, scale), real numbers float64.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq
from sqlglot import exp

from yingjiu.errors import Fault
from yingjiu.language import _
from yingjiu.pool.errors import EngineError
from yingjiu.pool.files import storage_faults
from yingjiu.pool.tables import TABLES, arrow_schema

__all__ = ["canonical_schema", "check_tree", "completed", "neutral_schema", "neutral_table", "write_neutral"]

_DECIMAL_DIGITS: Final = 38

_CANONICAL: Final = {
    # rows that are attached may lack what is required of rows that are loaded: a model's own cases do
    name: pa.schema([field.with_nullable(True) for field in arrow_schema(table)])
    for name, table in TABLES.items()
}


def canonical_schema(table: str) -> pa.Schema:
    """The types of an attached canonical table."""
    return _CANONICAL[table]


def completed(name: str, rows: pa.Table) -> pa.Table:
    """Rows as they are attached: a canonical table has its columns and types, missing columns are NULL.

    Args:
        name: name of the table; the rows of others come back as they are.
        rows: the rows.

    Raises:
        EngineError: ``POL-069`` the rows do not fit the canonical table.
    """
    schema = _CANONICAL.get(name)
    if schema is None or (rows.schema.names == schema.names and rows.schema.types == schema.types):
        return rows
    present = set(rows.column_names)
    unknown = sorted(present - set(schema.names))
    if unknown or len(present) != rows.num_columns:
        raise EngineError(_unfit(name, ", ".join(unknown)))
    try:
        return pa.table(
            [
                _cast(rows.column(field.name), field.type)
                if field.name in present
                else pa.nulls(rows.num_rows, field.type)
                for field in schema
            ],
            schema=schema,
        )
    except pa.ArrowException as error:
        raise EngineError(_unfit(name, type(error).__name__)) from None


def _cast(column: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    return column if column.type == kind else column.cast(kind)


def _unfit(name: str, found: str) -> Fault:
    return Fault(
        "POL-069",
        _("these rows do not fit the canonical table"),
        path=name,
        found=found,
        hint=_("use its columns and types, or attach them under another name"),
    )


# -- queries ----------------------------------------------------------------------------------------------


def check_tree(tree: exp.Query, tables: Collection[str]) -> set[str]:
    """Refuse what no engine should run, or what engines would answer differently.

    Args:
        tree: the query.
        tables: names that are attached or kept.

    Returns:
        The names of the attached or kept tables that the query reads, in lower case.

    Raises:
        EngineError: ``POL-068`` an output without a name, or ``IN (SELECT ...)`` where NULL and FALSE
            differ; ``POL-070`` a table that is not attached.
    """
    faults = [
        Fault(
            "POL-068",
            _("every output column needs a name"),
            found=output.sql(dialect="duckdb")[:80],
            hint=_("engines would name it differently: use AS"),
        )
        for output in tree.selects
        if not isinstance(output, exp.Alias | exp.Column | exp.Star) and not output.args.get("alias")
    ]
    read: list[exp.Table] = []
    local: set[str] = set()
    for node in tree.walk():
        if isinstance(node, exp.CTE):
            local.add(node.alias.lower())
        elif isinstance(node, exp.Table):
            read.append(node)
        elif isinstance(node, exp.In) and node.args.get("query") is not None and not _filters(node):
            faults.append(
                Fault(
                    "POL-068",
                    _("IN (SELECT ...) only filters: elsewhere engines confuse NULL and FALSE"),
                    found=node.sql(dialect="duckdb")[:80],
                    hint=_("use EXISTS, or a join"),
                )
            )
    names = set()
    for table in read:
        name = table.name.lower()
        if not isinstance(table.this, exp.Identifier) or table.db or name not in {*tables, *local}:
            faults.append(_no_table(table, tables))
        if name in tables:
            names.add(name)
    if faults:
        raise EngineError(*faults)
    return names


def _filters(node: exp.Expr) -> bool:
    """Whether NULL and FALSE are one here: under AND and OR only, up to WHERE."""
    parent = node.parent
    while isinstance(parent, exp.And | exp.Or | exp.Paren):
        parent = parent.parent
    return isinstance(parent, exp.Where | exp.Having)


def _no_table(node: exp.Table, known: Collection[str]) -> Fault:
    near = difflib.get_close_matches(node.name.lower(), known, n=1)
    return Fault(
        "POL-070",
        _("the query reads a table that is not attached"),
        found=node.sql(dialect="duckdb")[:80],
        hint=_("did you mean {name}?").format(name=near[0]) if near else _("attach or keep it first"),
    )


# -- results ----------------------------------------------------------------------------------------------


def _neutral(kind: pa.DataType, column: str) -> pa.DataType:  # noqa: PLR0911 - one line for each kind
    types = pa.types
    if types.is_integer(kind) or types.is_null(kind):
        return pa.int64()  # an untyped NULL is an integer in DuckDB and void in Spark
    if types.is_decimal(kind):
        # DuckDB sums integers as HUGEINT, which arrives as a decimal without scale
        return pa.decimal128(_DECIMAL_DIGITS, kind.scale) if kind.scale else pa.int64()
    if types.is_floating(kind):
        return pa.float64()
    if types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind):
        return pa.string()
    if types.is_boolean(kind) or types.is_date32(kind):
        return kind
    if types.is_list(kind) or types.is_large_list(kind):
        return pa.list_(pa.field("item", _neutral(kind.value_type, column)))
    if types.is_struct(kind):
        return pa.struct([pa.field(field.name, _neutral(field.type, column)) for field in kind])
    raise EngineError(_no_type(column, str(kind)))


def _no_type(column: str, found: str) -> Fault:
    return Fault(
        "POL-064",
        _("a column has a type that the engines do not share"),
        path=column,
        found=found,
        hint=_("use whole numbers below 2**63, decimals, texts, dates, booleans, lists and structs of these"),
    )


def neutral_schema(schema: pa.Schema) -> pa.Schema:
    """The types that every engine gives for a result of this schema.

    Raises:
        EngineError: ``POL-064`` a type that engines do not share.
    """
    return pa.schema([pa.field(field.name, _neutral(field.type, field.name)) for field in schema])


def neutral_table(table: pa.Table) -> pa.Table:
    """A result, with the types that every engine gives.

    Raises:
        EngineError: ``POL-064`` a type, or a number, that engines do not share.
    """
    schema = neutral_schema(table.schema)
    if table.schema.equals(schema):
        return table
    try:
        return table.cast(schema)
    except pa.ArrowException as error:
        raise EngineError(_no_type(", ".join(schema.names), type(error).__name__)) from None


def write_neutral(schema: pa.Schema, batches: Iterable[pa.RecordBatch], path: Path) -> int:
    """Write batches of a result to one Parquet file, which appears when it is complete.

    Args:
        schema: the schema of the batches.
        batches: the rows.
        path: the file.

    Returns:
        The number of rows.

    Raises:
        EngineError: ``POL-064`` a type that engines do not share.
        StorageError: the file cannot be written.
    """
    neutral = neutral_schema(schema)
    part = path.with_name(f".{path.name}.part")
    rows = 0
    with storage_faults(path.parent):
        try:
            with pq.ParquetWriter(part, neutral, compression="zstd") as writer:
                for batch in batches:
                    writer.write_table(neutral_table(pa.Table.from_batches([batch])))
                    rows += batch.num_rows
            part.replace(path)
        except BaseException:
            with suppress(OSError):
                part.unlink(missing_ok=True)
            raise
    return rows
