"""DuckDB in this process: the default engine.

The connection is in memory, one for each engine. Behind the guard of the expression language stands a second
wall: before the first query the engine confines DuckDB to the folders it was given, forbids everything else
outside, and locks its own settings. What was attached before the first query adds its folders; later files
must lie in a folder that the engine knows.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import duckdb
import pyarrow as pa
from sqlglot import exp

from yingjiu.errors import Fault
from yingjiu.language import _
from yingjiu.pool.engines.interface import Tables, check_names, closed, refused
from yingjiu.pool.engines.neutral import neutral_table, write_neutral
from yingjiu.pool.errors import EngineError
from yingjiu.pool.parquet import quoted, read_parquet, select_files, text
from yingjiu.pool.tables import TABLES, arrow_schema

__all__ = ["DuckEngine"]

_BATCH_ROWS: Final = 100_000
_SCHEMAS: Final = {name: arrow_schema(table) for name, table in TABLES.items()}
_EMPTY: Final = {name: schema.empty_table() for name, schema in _SCHEMAS.items()}


class DuckEngine:
    """The engine on DuckDB.

    Args:
        folders: folders whose files may be read, at any depth, such as the pool's.
        memory: what queries may hold in memory before they spill, such as ``"4GB"``; DuckDB's default
            is 80% of the machine.
        threads: how many threads a query uses; default: all processors.
        spill: folder for what does not fit in memory; default: a temporary one.
    """

    name = "duckdb"

    def __init__(
        self,
        *,
        folders: Sequence[Path] = (),
        memory: str | None = None,
        threads: int | None = None,
        spill: Path | None = None,
    ) -> None:
        self._temporary = None if spill else tempfile.TemporaryDirectory(prefix="yingjiu-")
        where = spill or Path(self._temporary.name if self._temporary else "")
        config: dict[str, str | bool | int | float | list[str]] = {"temp_directory": str(where)}
        if memory:
            config["memory_limit"] = memory
        if threads:
            config["threads"] = threads
        self._connection: duckdb.DuckDBPyConnection | None = duckdb.connect(":memory:", config=config)
        self._folders = {Path(folder).absolute() for folder in folders}
        self._walled = False
        self._attached: dict[str, str] = {}  # name to what it is: "rows", "view" or "kept"
        self._connection.execute("SET TimeZone = 'UTC'")
        self.attach({})

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """See :meth:`Engine.close`."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if self._temporary is not None:
            self._temporary.cleanup()
            self._temporary = None

    # -- attaching --------------------------------------------------------------------------------------

    def attach(self, tables: Tables) -> None:
        """See :meth:`Engine.attach`."""
        connection = self._open()
        names = {name.lower() for name in tables}
        check_names(list(tables))
        self._admit([path for given in tables.values() if not isinstance(given, pa.Table) for path in given])
        for name, what in list(self._attached.items()):
            if what == "kept" or (name not in names and name not in TABLES):
                self._drop(name)
        for name, given in tables.items():
            self._attach(connection, name.lower(), given)
        for name, empty in _EMPTY.items():
            if name not in names and self._attached.get(name) != "empty":
                self._register(connection, name, empty, "empty")

    def _attach(
        self, connection: duckdb.DuckDBPyConnection, name: str, given: Sequence[Path] | pa.Table
    ) -> None:
        if isinstance(given, pa.Table):
            self._register(connection, name, _completed(name, given), "rows")
            return
        paths = [Path(path).absolute() for path in given]
        if not paths:
            if name not in TABLES:
                raise EngineError(_nothing(name))
            self._register(connection, name, _EMPTY[name], "empty")
            return
        try:
            if name in TABLES:
                select = select_files(connection, TABLES[name], paths)
            else:
                select = f"SELECT * FROM {read_parquet(paths)}"  # noqa: S608 - paths are quoted
            if self._attached.get(name) in {"rows", "empty"}:
                self._drop(name)
            connection.execute(f"CREATE OR REPLACE TEMP VIEW {quoted(name)} AS {select}").fetchall()
        except duckdb.Error as error:
            raise refused(self.name, error) from None
        self._attached[name] = "view"

    def _register(self, connection: duckdb.DuckDBPyConnection, name: str, rows: pa.Table, what: str) -> None:
        if self._attached.get(name) == "view":
            self._drop(name)
        connection.register(name, rows)
        self._attached[name] = what

    def _drop(self, name: str) -> None:
        connection = self._open()
        what = self._attached.pop(name)
        if what in {"rows", "empty"}:
            connection.unregister(name)
        else:
            kind = "TABLE" if what == "kept" else "VIEW"
            connection.execute(f"DROP {kind} IF EXISTS {quoted(name)}").fetchall()

    def _admit(self, paths: Sequence[Path]) -> None:
        """Before the wall is up, folders of files are added to what may be read; then no more."""
        outside = {
            parent
            for path in paths
            if not any(folder in path.parents for folder in self._folders)
            for parent in [Path(path).absolute().parent]
            if not any(folder == parent or folder in parent.parents for folder in self._folders)
        }
        if not outside:
            return
        if self._walled:
            raise EngineError(
                *(
                    Fault(
                        "POL-062",
                        _("this folder is outside what the engine may read"),
                        str(folder),
                        hint=_("name it when the engine is opened: open_engine(folders=[...])"),
                    )
                    for folder in sorted(outside)
                )
            )
        self._folders |= outside

    def _wall(self) -> duckdb.DuckDBPyConnection:
        """The connection, confined from now on."""
        connection = self._open()
        if not self._walled:
            listed = ", ".join(text(str(folder)) for folder in sorted(self._folders))
            for statement in (
                f"SET allowed_directories = [{listed}]",
                "SET enable_external_access = false",
                "SET python_enable_replacements = false",
                "SET lock_configuration = true",
            ):
                connection.execute(statement).fetchall()
            self._walled = True
        return connection

    def _open(self) -> duckdb.DuckDBPyConnection:
        if self._connection is None:
            raise closed(self.name)
        return self._connection

    # -- asking -----------------------------------------------------------------------------------------

    def query(self, tree: exp.Query) -> pa.Table:
        """See :meth:`Engine.query`."""
        connection = self._wall()
        try:
            result = connection.sql(_render(tree)).to_arrow_table()
        except duckdb.Error as error:
            raise refused(self.name, error) from None
        return neutral_table(result)

    def keep(self, name: str, tree: exp.Query) -> None:
        """See :meth:`Engine.keep`."""
        check_names([name], taken=[one for one, what in self._attached.items() if what != "kept"])
        connection = self._wall()
        try:
            connection.execute(
                f"CREATE OR REPLACE TEMP TABLE {quoted(name.lower())} AS {_render(tree)}"
            ).fetchall()
        except duckdb.Error as error:
            raise refused(self.name, error) from None
        self._attached[name.lower()] = "kept"

    def write(self, tree: exp.Query, path: Path) -> int:
        """See :meth:`Engine.write`."""
        connection = self._wall()
        try:
            reader = connection.sql(_render(tree)).to_arrow_reader(_BATCH_ROWS)
            return write_neutral(reader.schema, reader, path)
        except duckdb.Error as error:
            raise refused(self.name, error) from None


def _render(tree: exp.Query) -> str:
    return tree.sql(dialect="duckdb", identify=True)


def _completed(name: str, rows: pa.Table) -> pa.Table:
    """Rows of a canonical table with the canonical columns that they lack, as NULL."""
    present = set(rows.column_names)
    for field in _SCHEMAS.get(name, ()):
        if field.name not in present:
            rows = rows.append_column(field.name, pa.nulls(rows.num_rows, field.type))
    return rows


def _nothing(name: str) -> Fault:
    return Fault(
        "POL-067",
        _("a table that is not canonical needs files or rows"),
        found=name,
        hint=_("attach rows, also if there are none"),
    )
