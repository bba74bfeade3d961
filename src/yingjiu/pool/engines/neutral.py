"""Results that do not depend on the engine: one Arrow type for each kind of value.

Engines differ in the width that they give to a number (a sum of DECIMAL(14,2) is DECIMAL(38,2) in DuckDB and
DECIMAL(24,2) in Spark), never in the kind. So every integer becomes int64, every decimal
decimal128(38, scale), every real number float64.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from yingjiu.errors import Fault
from yingjiu.language import _
from yingjiu.pool.errors import EngineError
from yingjiu.pool.files import storage_faults

__all__ = ["neutral_schema", "neutral_table", "write_neutral"]

_DECIMAL_DIGITS: Final = 38


def _neutral(kind: pa.DataType, column: str) -> pa.DataType:  # noqa: PLR0911 - one line for each kind
    types = pa.types
    if types.is_integer(kind) or types.is_null(kind):
        return pa.int64()  # an untyped NULL is an integer in DuckDB and void in Spark
    if types.is_decimal(kind):
        # DuckDB sums integers as HUGEINT, which arrives as a decimal of 38 digits and no scale
        huge = kind.scale == 0 and kind.precision == _DECIMAL_DIGITS
        return pa.int64() if huge else pa.decimal128(_DECIMAL_DIGITS, kind.scale)
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
    raise EngineError(
        Fault(
            "POL-064",
            _("a column has a type that the engines do not share"),
            path=column,
            found=str(kind),
            hint=_("use integers, decimals, texts, dates, booleans, lists and structs of these"),
        )
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
        EngineError: ``POL-064`` a type that engines do not share.
    """
    schema = neutral_schema(table.schema)
    return table if table.schema.equals(schema) else table.cast(schema)


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
