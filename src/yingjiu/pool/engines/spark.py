"""Spark: the same queries on a cluster, or on this machine where Java is.

One Spark session serves the whole process; each engine gets a child session of its own, so that the tables
of one are not those of another. Spark reads the pool's files where they are. Rows that are attached, and rows
that are kept, go through Parquet files in the spill folder, which on a cluster must be one that all its
machines see.
"""

from __future__ import annotations

import logging
import os
import re
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import pyarrow as pa
import pyarrow.parquet as pq
from sqlglot import exp

from yingjiu.errors import Fault
from yingjiu.language import _
from yingjiu.pool.engines.interface import Tables, check_kept, check_tables, closed, refused
from yingjiu.pool.engines.neutral import (
    canonical_schema,
    check_tree,
    completed,
    neutral_table,
    write_neutral,
)
from yingjiu.pool.engines.spark_text import spark_sql
from yingjiu.pool.errors import EngineError
from yingjiu.pool.files import storage_faults
from yingjiu.pool.tables import TABLES

__all__ = ["SparkEngine", "spark_missing"]

_SETTINGS: Final = {
    "spark.sql.ansi.enabled": "true",  # overflow and bad casts are errors, as in DuckDB
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.runSQLOnFiles": "false",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
}
_GLOB: Final = re.compile(r"[][{}*?\\]")  # Spark takes paths for patterns
_SQL_TYPE: Final = {
    pa.int64(): "BIGINT",
    pa.int32(): "INT",
    pa.string(): "STRING",
    pa.decimal128(14, 2): "DECIMAL(14,2)",
    pa.date32(): "DATE",
    pa.bool_(): "BOOLEAN",
}


def spark_missing() -> str | None:
    """What this machine lacks to run Spark: ``Java`` or ``PySpark``; None if nothing."""
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=str(Path(home) / "bin")) if home else shutil.which("java")
    if java is None:
        return "Java"
    try:
        subprocess.run([java, "-version"], check=True, capture_output=True, timeout=60)  # noqa: S603 - from PATH
    except (OSError, subprocess.SubprocessError):
        return "Java"  # a stub that only says where to get it
    try:
        import pyspark  # noqa: F401, PLC0415 - an extra: whether it is there is the question
    except ImportError:
        return "PySpark"
    return None


def _session(master: str | None, memory: str | None, threads: int | None, partitions: int) -> Any:
    """The session of this process; its master and memory are those of the first engine."""
    missing = spark_missing()
    if missing:
        raise EngineError(
            Fault(
                "POL-061",
                _("the Spark engine needs Java 17 and PySpark"),
                found=_("{what} is not there").format(what=missing),
                hint=_(
                    "install a Java 17 runtime and pip install 'yingjiu[spark]', or use the DuckDB engine"
                ),
            )
        )
    with warnings.catch_warnings():
        # PySpark warns of the installed pandas, which we never hand to it
        warnings.simplefilter("ignore", FutureWarning)
        from pyspark.sql import SparkSession  # noqa: PLC0415 - an extra, and a second to import

        # it logs failed queries with their literals, which may be personal data; we raise them instead
        logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL + 1)
        builder = SparkSession.builder.appName("yingjiu")
        builder = builder.config("spark.sql.shuffle.partitions", str(partitions))
        for name, value in _SETTINGS.items():
            builder = builder.config(name, value)
        if master is None:
            builder = builder.master(f"local[{threads or '*'}]")
            builder = builder.config("spark.driver.host", "127.0.0.1")
            builder = builder.config("spark.driver.bindAddress", "127.0.0.1")
        else:
            builder = builder.master(master)
        if memory:
            builder = builder.config("spark.driver.memory", memory)
        return builder.getOrCreate()


class SparkEngine:
    """The engine on Spark.

    Args:
        folders: not needed here: what may be read is decided by the rights of the cluster's user.
        memory: memory of the driver, such as ``"4g"``; only the first engine of a process sets it.
        threads: threads on this machine, without ``master``; default: all processors.
        spill: folder for attached and kept rows; on a cluster, one that all machines see.
        master: the cluster, such as ``spark://host:7077`` or ``yarn``; default: this machine.
        partitions: into how many parts a shuffle splits.

    Raises:
        EngineError: ``POL-061`` Java or PySpark is missing.
    """

    name = "spark"

    def __init__(
        self,
        *,
        folders: Sequence[Path] = (),
        memory: str | None = None,
        threads: int | None = None,
        spill: Path | None = None,
        master: str | None = None,
        partitions: int = 4,
    ) -> None:
        self._session: Any = _session(master, memory, threads, partitions).newSession()
        for name in ("spark.sql.ansi.enabled", "spark.sql.session.timeZone", "spark.sql.runSQLOnFiles"):
            self._session.conf.set(name, _SETTINGS[name])
        self._session.conf.set("spark.sql.shuffle.partitions", str(partitions))
        self._spill: Path | None = Path(tempfile.mkdtemp(prefix="yingjiu-", dir=spill))
        self._files = 0
        self._attached: dict[str, pa.Table | tuple[Path, ...]] = {}
        self._kept: set[str] = set()
        self.attach({})

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """See :meth:`Engine.close`. The session of the process stays, for the next engine."""
        if self._session is not None:
            for name in {*self._attached, *self._kept}:
                self._session.catalog.dropTempView(name)
            self._session = None
        if self._spill is not None:
            shutil.rmtree(self._spill, ignore_errors=True)
            self._spill = None

    # -- attaching --------------------------------------------------------------------------------------

    def attach(self, tables: Tables) -> None:
        """See :meth:`Engine.attach`."""
        session, _spill = self._open()
        check_tables(tables)
        wanted: dict[str, pa.Table | tuple[Path, ...]] = dict.fromkeys(TABLES, ())
        for name, given in tables.items():
            low = name.lower()
            wanted[low] = (
                completed(low, given)
                if isinstance(given, pa.Table)
                else tuple(Path(path).absolute() for path in given)
            )
        for name in {*self._kept, *(set(self._attached) - set(wanted))}:
            session.catalog.dropTempView(name)
        self._kept.clear()
        for name, given in wanted.items():
            if self._attached.get(name) is not given:  # the empty tuple is one object
                self._view(name, given)
        self._attached = wanted

    def _view(self, name: str, given: pa.Table | tuple[Path, ...]) -> None:
        session, _spill = self._open()
        with self._refusing():
            if isinstance(given, pa.Table):
                rows = self._read(name, [self._spilled(neutral_rows(name, given))])
            elif given:
                rows = self._read(name, list(given))
            else:
                columns = ", ".join(
                    f"CAST(NULL AS {_SQL_TYPE[field.type]}) AS `{field.name}`"
                    for field in canonical_schema(name)
                )
                rows = session.sql(f"SELECT {columns} WHERE FALSE")
            rows.createOrReplaceTempView(f"`{name}`")

    def _read(self, name: str, paths: Sequence[Path]) -> Any:
        session, _spill = self._open()
        reader = session.read
        if name in TABLES:
            # with the schema told, Spark does not open the files yet, and fills in the columns they lack
            reader = reader.schema(
                ", ".join(f"`{field.name}` {_SQL_TYPE[field.type]}" for field in canonical_schema(name))
            )
        return reader.parquet(*(_GLOB.sub(r"\\\g<0>", _uri(path)) for path in paths))

    def _spilled(self, rows: pa.Table) -> Path:
        with storage_faults(self._open()[1]):
            path = self._new_path()
            pq.write_table(rows, path)
        return path

    def _new_path(self) -> Path:
        self._files += 1
        return self._open()[1] / f"{self._files}.parquet"

    def _open(self) -> tuple[Any, Path]:
        if self._session is None or self._spill is None:
            raise closed(self.name)
        return self._session, self._spill

    # -- asking -----------------------------------------------------------------------------------------

    def query(self, tree: exp.Query) -> pa.Table:
        """See :meth:`Engine.query`."""
        with self._refusing():
            result = self._frame(tree).toArrow()
        return neutral_table(result)

    def keep(self, name: str, tree: exp.Query) -> None:
        """See :meth:`Engine.keep`."""
        check_kept(name, self._attached)
        with self._refusing():
            kept = self._read("", [self._computed(tree)])
            kept.createOrReplaceTempView(f"`{name.lower()}`")
        self._kept.add(name.lower())

    def write(self, tree: exp.Query, path: Path) -> int:
        """See :meth:`Engine.write`."""
        with self._refusing():
            parts = sorted(self._computed(tree).glob("part-*.parquet"))
        schema = pq.read_schema(parts[0])
        try:
            return write_neutral(schema, _batches(parts), path)
        finally:
            shutil.rmtree(parts[0].parent, ignore_errors=True)

    def _computed(self, tree: exp.Query) -> Path:
        """The rows of a query in a folder of Parquet parts; part by part in the order of the query."""
        frame = self._frame(tree)
        for field in frame.schema.fields:
            if field.dataType.typeName() == "void":  # an untyped NULL, which no file can hold
                frame = frame.withColumn(field.name, frame[f"`{field.name}`"].cast("bigint"))
        path = self._new_path()
        frame.write.parquet(_uri(path))
        return path

    def _frame(self, tree: exp.Query) -> Any:
        session, _spill = self._open()
        check_tree(tree, {*self._attached, *self._kept})
        return session.sql(spark_sql(tree))

    def _refusing(self) -> _Refusing:
        return _Refusing()


class _Refusing:
    """Turns what Spark raises into our error."""

    def __enter__(self) -> None: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, Exception) and type(error).__module__.startswith(("pyspark.", "py4j.")):
            raise refused("spark", error) from None


def neutral_rows(name: str, rows: pa.Table) -> pa.Table:
    """Rows that Spark reads from a file as they are: other tables than canonical ones get neutral types."""
    return rows if name in TABLES else neutral_table(rows)


def _uri(path: Path) -> str:
    """A file as Hadoop names it: a URI, but not percent-encoded."""
    posix = path.as_posix()
    return f"file://{posix}" if posix.startswith("/") else f"file:///{posix}"


def _batches(parts: Sequence[Path]) -> Iterator[pa.RecordBatch]:
    for part in parts:
        with pq.ParquetFile(part) as file:
            yield from file.iter_batches()
