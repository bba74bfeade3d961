"""Rows on their way into the pool are checked against their canonical table, all faults at once."""

from __future__ import annotations

import difflib
from typing import Any

import pyarrow as pa

from yingjiu.errors import Fault
from yingjiu.language import _
from yingjiu.pool.errors import RowsError
from yingjiu.pool.tables import TABLES, Table, arrow_schema

__all__ = ["canonical_rows", "canonical_table", "written_schema"]

FILLED = ("source", "batch", "data_date")
"""Columns of provenance that the pool fills itself."""


def canonical_table(name: str) -> Table:
    """The canonical table of that name.

    Raises:
        RowsError: ``POL-020`` there is none; names the nearest.
    """
    if name in TABLES:
        return TABLES[name]
    near = difflib.get_close_matches(name, TABLES, n=1)
    hint = (
        _("did you mean {name}?").format(name=near[0])
        if near
        else _("known tables: {names}").format(names=", ".join(TABLES))
    )
    raise RowsError(Fault("POL-020", _("there is no such table"), found=name, hint=hint))


def written_schema(table: Table) -> pa.Schema:
    """What a loader hands over: :func:`arrow_schema` without the columns that the pool fills itself."""
    return pa.schema([field for field in arrow_schema(table) if field.name not in FILLED])


def canonical_rows(table: Table, rows: pa.Table | pa.RecordBatch) -> pa.Table:
    """Check rows and bring them into the canonical order of columns.

    Columns that may be NULL and are missing are filled with NULL. Other spellings of the same type (large
    and dictionary strings, all-NULL columns) are accepted; nothing is converted that could change a value.

    Args:
        table: the canonical table.
        rows: the rows to check.

    Returns:
        The rows, with exactly the columns of :func:`written_schema`.

    Raises:
        RowsError: ``POL-021`` to ``POL-024``, with every fault found.
    """
    given = pa.Table.from_batches([rows]) if isinstance(rows, pa.RecordBatch) else rows
    schema = written_schema(table)
    faults = [_unknown(table, schema, name) for name in given.column_names if name not in schema.names]
    columns: list[Any] = []
    for field in schema:
        where = given.schema.get_all_field_indices(field.name)
        if len(where) > 1:
            faults.append(_fault("POL-021", table, field.name, _("the column is there twice")))
        elif where:
            column, fault = _column(table, field, given.column(where[0]))
            columns.append(column)
            faults.extend(fault)
        elif field.nullable:
            columns.append(pa.nulls(given.num_rows, field.type))
        else:
            faults.append(_fault("POL-022", table, field.name, _("a required column is missing")))
    if faults:
        raise RowsError(*faults)
    return pa.table(columns, schema=schema)


def _column(table: Table, field: pa.Field, column: pa.ChunkedArray) -> tuple[Any, list[Fault]]:
    kind = column.type
    if kind != field.type:
        if not (pa.types.is_null(kind) or (field.type == pa.string() and _spells_text(kind))):
            found = _("{found}, expected {expected}").format(found=kind, expected=field.type)
            return None, [_fault("POL-023", table, field.name, _("the column has the wrong type"), found)]
        column = column.cast(field.type)
    if not field.nullable and column.null_count:
        return None, [
            _fault(
                "POL-024",
                table,
                field.name,
                _("a required column has empty values"),
                _("{count} of {rows} rows").format(count=column.null_count, rows=len(column)),
            )
        ]
    return column, []


def _spells_text(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        return _spells_text(kind.value_type)
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _unknown(table: Table, schema: pa.Schema, name: str) -> Fault:
    if name in FILLED:
        return _fault("POL-021", table, name, _("the pool fills this column itself"))
    near = difflib.get_close_matches(name, schema.names, n=1)
    hint = _("did you mean {name}?").format(name=near[0]) if near else None
    return _fault("POL-021", table, name, _("the table has no such column"), hint=hint)


def _fault(  # noqa: PLR0917 - the parts of a fault, in its own order
    code: str, table: Table, column: str, message: str, found: str | None = None, hint: str | None = None
) -> Fault:
    return Fault(code, message, path=f"{table.name}.{column}", found=found, hint=hint)
