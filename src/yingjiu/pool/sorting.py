"""From spilled rows to the sorted file of a batch, in bounded memory.

DuckDB sorts: it spills to the staging folder when the rows are larger than its memory limit, and it carries
over the rows of an upsert in the same pass.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import duckdb
import pyarrow.parquet as pq

from yingjiu.errors import Fault
from yingjiu.language import _
from yingjiu.pool.errors import StorageError
from yingjiu.pool.parquet import WRITE_OPTIONS, quoted, read_parquet, select_files, sort_key, sql_type, text
from yingjiu.pool.tables import PROVENANCE, Table

__all__ = ["SORT_MEMORY", "Sorter", "sorter"]

SORT_MEMORY: Final = "1GB"
"""What a sort may hold in memory before it spills."""


@dataclass(frozen=True, slots=True)
class Sorter:
    """Writes the sorted files of one batch.

    Attributes:
        connection: a DuckDB of its own.
        source: the source of the batch.
        batch: its id.
        data_date: its date.
    """

    connection: duckdb.DuckDBPyConnection
    source: str
    batch: str
    data_date: date

    def write(
        self, table: Table, spilled: Path | None, old: Sequence[Path], key: Sequence[str], target: Path
    ) -> int:
        """Sort one table into one file.

        Args:
            table: the canonical table.
            spilled: the new rows; None if the load brought none for this table.
            old: files whose rows are carried over, unless a new row has their key.
            key: the columns that say which rows are the same thing; NULL equals NULL.
            target: the file to write.

        Returns:
            The number of rows written, as counted in the file itself.

        Raises:
            StorageError: ``POL-032`` the file does not hold what was handed over.
        """
        parts = []
        if spilled:
            parts.append(self._new(table, spilled))
        if old:
            parts.append(self._carried(table, spilled, old, key))
        order = ", ".join(quoted(name) for name in (sort_key(table), "batch", "file", "sheet", "row"))
        select = f"SELECT * FROM ({' UNION ALL '.join(parts)}) ORDER BY {order}"  # noqa: S608 - quoted
        copied = self.connection.execute(f"COPY ({select}) TO {text(str(target))} ({WRITE_OPTIONS})")
        rows = copied.fetchall()[0][0]
        written = int(pq.read_metadata(target).num_rows)
        if written != rows:
            raise StorageError(
                Fault(
                    "POL-032",
                    _("the disk did not keep what was written; the pool is as it was before"),
                    str(target),
                    found=f"{written} / {rows}",
                    hint=_("check the disk, then load again"),
                )
            )
        return written

    def _new(self, table: Table, spilled: Path) -> str:
        constants = {
            "source": text(self.source),
            "batch": text(self.batch),
            "data_date": f"DATE {text(self.data_date.isoformat())}",
        }
        columns = ", ".join(
            f"CAST({constants[column.name]} AS {sql_type(column.type)}) AS {quoted(column.name)}"
            if column.name in constants
            else quoted(column.name)
            for column in (*table.columns.values(), *PROVENANCE)
        )
        return f"SELECT {columns} FROM {read_parquet([spilled])}"  # noqa: S608 - quoted

    def _carried(self, table: Table, spilled: Path | None, old: Sequence[Path], key: Sequence[str]) -> str:
        carried = select_files(self.connection, table, old)
        if spilled is None:
            return carried
        same = " AND ".join(f"new.{quoted(name)} IS NOT DISTINCT FROM old.{quoted(name)}" for name in key)
        return (
            f"SELECT old.* FROM ({carried}) AS old"  # noqa: S608 - quoted
            f" WHERE NOT EXISTS (SELECT 1 FROM {read_parquet([spilled])} AS new WHERE {same})"
        )


@contextmanager
def sorter(source: str, batch: str, data_date: date, spill: Path) -> Iterator[Sorter]:
    """A sorter with its own DuckDB, which spills into a folder.

    Args:
        source: the source of the batch.
        batch: its id.
        data_date: its date.
        spill: where rows beyond :data:`SORT_MEMORY` go.
    """
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": SORT_MEMORY,
        "temp_directory": str(spill),
    }
    with closing(duckdb.connect(":memory:", config=config)) as connection:
        yield Sorter(connection, source, batch, data_date)
