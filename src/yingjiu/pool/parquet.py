"""Canonical tables over Parquet files, in DuckDB SQL: reading them back, and writing them sorted.

Columns that the files of an older version do not have come back as NULL: the canonical tables may gain
columns, and yesterday's pool still opens.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import duckdb

from yingjiu.pool.tables import PROVENANCE, ColumnType, Table

__all__ = ["WRITE_OPTIONS", "quoted", "select_files", "sort_key", "sql_type", "text"]

WRITE_OPTIONS: Final = "FORMAT parquet, COMPRESSION zstd, PARQUET_VERSION v2, ROW_GROUP_SIZE 122880"
"""Version 2 pages: DuckDB then writes integers as DELTA_BINARY_PACKED, a sorted key in about 1.5 bytes."""

_SQL_TYPE: Final = {
    ColumnType.KEY: "BIGINT",
    ColumnType.TEXT: "VARCHAR",
    ColumnType.CODE: "VARCHAR",
    ColumnType.INTEGER: "INTEGER",
    ColumnType.MONEY: "DECIMAL(14,2)",
    ColumnType.DATE: "DATE",
    ColumnType.BOOLEAN: "BOOLEAN",
}


def sql_type(kind: ColumnType) -> str:
    """The DuckDB type of a canonical column."""
    return _SQL_TYPE[kind]


def quoted(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def text(value: str) -> str:
    """A text as an SQL literal."""
    return "'" + value.replace("'", "''") + "'"


def sort_key(table: Table) -> str:
    """The column by which a table's files are sorted: ``person_id``, or what identifies its rows."""
    return "person_id" if "person_id" in table.columns else table.identity[0]


def read_parquet(paths: Sequence[Path]) -> str:
    """The table function over some files, whatever their folder is called."""
    listed = ", ".join(text(str(path)) for path in paths)
    # with one file there is nothing to unite, and uniting opens every file before the first row
    unite = "true" if len(paths) > 1 else "false"
    return f"read_parquet([{listed}], union_by_name={unite}, hive_partitioning=false)"


def select_files(
    connection: duckdb.DuckDBPyConnection, table: Table, paths: Sequence[Path], *, without: Iterable[str] = ()
) -> str:
    """A SELECT of all columns of a canonical table, in canonical order, from some files.

    Args:
        connection: asked which columns the files have.
        table: the canonical table.
        paths: its files, at least one.
        without: columns to leave out.
    """
    source = read_parquet(paths)
    present = set(connection.sql(f"SELECT * FROM {source}").columns)  # noqa: S608 - quoted above
    dropped = set(without)
    columns = ", ".join(
        quoted(column.name)
        if column.name in present
        else f"CAST(NULL AS {sql_type(column.type)}) AS {quoted(column.name)}"
        for column in (*table.columns.values(), *PROVENANCE)
        if column.name not in dropped
    )
    return f"SELECT {columns} FROM {source}"  # noqa: S608 - identifiers and texts are quoted
