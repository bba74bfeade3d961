"""DuckDB in this process: the default engine.

The connection is in memory, one for each engine. Behind the guard of the expression language stands a second
wall: before the first query the engine confines DuckDB to the folders it was given, forbids everything else
outside, and locks its own settings. What was attached before the first query adds its folders; later files
must lie in a folder that the engine knows.
"""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import duckdb
import pyarrow as pa
from sqlglot import exp

from yingjiu.errors import Fault
from yingjiu.language import _
from yingjiu.pool.engines.interface import Tables, check_kept, check_tables, closed, refused
from yingjiu.pool.engines.neutral import canonical_schema, check_tree, completed, neutral_table, write_neutral
from yingjiu.pool.errors import EngineError
from yingjiu.pool.parquet import quoted, read_parquet, select_files, text
from yingjiu.pool.tables import TABLES

__all__ = ["DuckEngine"]

_BATCH_ROWS: Final = 100_000
_MOST_READY: Final = 1000
"""Queries whose text is remembered: checking and rendering a tree costs more than a small query takes."""
_EMPTY: Final = {name: canonical_schema(name).empty_table() for name in TABLES}


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
        # readable by this user only, as what spills there are people's data
        self._temporary = None if spill else tempfile.mkdtemp(prefix="yingjiu-")
        if self._temporary:
            weakref.finalize(self, shutil.rmtree, self._temporary, ignore_errors=True)
        config: dict[str, str | bool | int | float | list[str]] = {
            "temp_directory": str(spill or self._temporary)
        }
        if memory:
            config["memory_limit"] = memory
        if threads:
            config["threads"] = threads
        self._connection: duckdb.DuckDBPyConnection | None = duckdb.connect(":memory:", config=config)
        self._folders = {Path(folder).absolute() for folder in folders}
        self._ready: dict[int, tuple[exp.Query, frozenset[str], str]] = {}
        self._walled = False
        self._rows: dict[str, pa.Table] = dict(_EMPTY)  # attached rows, registered when a query reads them
        self._registered: dict[str, pa.Table] = {}
        self._views: set[str] = set()  # over attached files
        self._kept: set[str] = set()
        self._connection.execute("SET TimeZone = 'UTC'")

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
            shutil.rmtree(self._temporary, ignore_errors=True)
            self._temporary = None

    # -- attaching --------------------------------------------------------------------------------------

    def attach(self, tables: Tables) -> None:
        """See :meth:`Engine.attach`."""
        connection = self._open()
        check_tables(tables)
        given = {name.lower(): what for name, what in tables.items()}
        rows = {name: completed(name, what) for name, what in given.items() if isinstance(what, pa.Table)}
        files = {
            name: [Path(path).absolute() for path in what]
            for name, what in given.items()
            if len(what) and not isinstance(what, pa.Table)
        }
        self._admit([path for paths in files.values() for path in paths])
        for name in self._kept:
            connection.execute(f"DROP TABLE {quoted(name)}").fetchall()
        self._kept.clear()
        for name in self._views - set(files):
            connection.execute(f"DROP VIEW {quoted(name)}").fetchall()
            self._views.discard(name)
        self._rows = {**{name: empty for name, empty in _EMPTY.items() if name not in files}, **rows}
        for name in set(self._registered) - set(self._rows):
            connection.unregister(name)
            del self._registered[name]
        for name, paths in files.items():
            self._view(connection, name, paths)

    def _view(self, connection: duckdb.DuckDBPyConnection, name: str, paths: Sequence[Path]) -> None:
        try:
            if name in TABLES:
                select = select_files(connection, TABLES[name], paths)
            else:
                select = f"SELECT * FROM {read_parquet(paths)}"  # noqa: S608 - paths are quoted
            connection.execute(f"CREATE OR REPLACE TEMP VIEW {quoted(name)} AS {select}").fetchall()
        except duckdb.Error as error:
            raise refused(self.name, error) from None
        self._views.add(name)

    def _register(self, name: str) -> None:
        """Make attached rows readable: half a millisecond a table, so only those that a query reads."""
        rows = self._rows.get(name)
        if rows is not None and self._registered.get(name) is not rows:
            self._open().register(name, rows)
            self._registered[name] = rows

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

    def _text(self, tree: exp.Query) -> str:
        known = {*self._rows, *self._views, *self._kept}
        ready = self._ready.get(id(tree))
        if ready is None or ready[0] is not tree or not ready[1] <= known:
            if len(self._ready) >= _MOST_READY:
                self._ready.clear()
            names = frozenset(check_tree(tree, known))
            ready = self._ready[id(tree)] = (tree, names, tree.sql(dialect="duckdb", identify=True))
        for name in ready[1]:
            self._register(name)
        return ready[2]

    def _open(self) -> duckdb.DuckDBPyConnection:
        if self._connection is None:
            raise closed(self.name)
        return self._connection

    # -- asking -----------------------------------------------------------------------------------------

    def query(self, tree: exp.Query) -> pa.Table:
        """See :meth:`Engine.query`."""
        connection = self._wall()
        try:
            result = connection.sql(self._text(tree)).to_arrow_table()
        except duckdb.Error as error:
            raise refused(self.name, error) from None
        return neutral_table(result)

    def keep(self, name: str, tree: exp.Query) -> None:
        """See :meth:`Engine.keep`."""
        check_kept(name, {*self._rows, *self._views})
        connection = self._wall()
        try:
            connection.execute(
                f"CREATE OR REPLACE TEMP TABLE {quoted(name.lower())} AS {self._text(tree)}"
            ).fetchall()
        except duckdb.Error as error:
            raise refused(self.name, error) from None
        self._kept.add(name.lower())

    def write(self, tree: exp.Query, path: Path) -> int:
        """See :meth:`Engine.write`."""
        connection = self._wall()
        try:
            reader = connection.sql(self._text(tree)).to_arrow_reader(_BATCH_ROWS)
            return write_neutral(reader.schema, reader, path)
        except duckdb.Error as error:
            raise refused(self.name, error) from None
