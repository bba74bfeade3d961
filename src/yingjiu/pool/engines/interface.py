"""What an engine is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Protocol, Self

import pyarrow as pa
from sqlglot import exp

from yingjiu.errors import Fault
from yingjiu.language import _
from yingjiu.pool.errors import EngineError
from yingjiu.pool.tables import TABLES

__all__ = ["Engine", "Tables", "check_kept", "check_tables", "closed", "refused"]

Tables = Mapping[str, Sequence[Path] | pa.Table]
"""Tables by name: the Parquet files of each, or the rows themselves."""

_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")
_LONG_NUMBER: Final = re.compile(r"\d{11,}")


class Engine(Protocol):
    """Reads tables, answers queries. Not for several threads at once; a context manager that closes.

    Queries are trees in the neutral flavour: what ``sqlglot.parse_one(text, dialect="duckdb")`` gives.
    Identifiers are quoted by the engine, so a table may be called ``case``.

    They read attached and kept tables only, name every output column, and use ``IN (SELECT ...)`` only to
    filter. Divisors of whole numbers are constants other than 0. Days between dates are
    ``date_diff('day', a, b)``. ``list(x ORDER BY key)`` gives a list in order; without ORDER BY its order
    is any.

    Results have the same types on every engine: every whole number is int64, every other decimal
    decimal128(38, scale), every real number float64, and text, boolean, date, list and struct as Arrow has
    them; no column is marked as not nullable.
    """

    name: str

    def attach(self, tables: Tables) -> None:
        """Make tables readable, in place of all that was attached or kept before.

        Afterwards every canonical table has a view; those not given are empty, and canonical columns that
        files or rows lack are NULL. Other names may be attached too.

        Args:
            tables: files or rows by table name. Files are not read yet.

        Raises:
            EngineError: ``POL-062`` a file outside the engine's folders; ``POL-063`` a file that cannot be
                read; ``POL-067`` a name not usable; ``POL-069`` rows that do not fit a canonical table.
        """
        ...

    def query(self, tree: exp.Query) -> pa.Table:
        """Run a query.

        Args:
            tree: the query, neutral flavour. Not changed.

        Returns:
            The rows. In no particular order unless the query has one.

        Raises:
            EngineError: ``POL-063`` the engine refused it; ``POL-064`` a result type that engines do not
                share; ``POL-068`` something that engines would answer differently; ``POL-070`` a table
                that is not attached.
        """
        ...

    def keep(self, name: str, tree: exp.Query) -> None:
        """Run a query once and keep its rows under a name, for later queries, until the next attach.

        Args:
            name: the name; kept rows of that name are replaced.
            tree: the query.

        Raises:
            EngineError: as :meth:`query`; ``POL-067`` a name not usable, or that of an attached table.
        """
        ...

    def write(self, tree: exp.Query, path: Path) -> int:
        """Run a query into one Parquet file, without holding all its rows in memory.

        Args:
            tree: the query.
            path: the file; replaced, and only when all rows are written.

        Returns:
            The number of rows.

        Raises:
            EngineError: as :meth:`query`.
            StorageError: the file cannot be written.
        """
        ...

    def close(self) -> None:
        """Let go of everything. Harmless the second time."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def check_tables(tables: Tables) -> None:
    """Names of attached tables are plain identifiers; only a canonical table may have no files.

    Raises:
        EngineError: ``POL-067``.
    """
    faults = [_name_fault(name) for name in tables if not _NAME.fullmatch(name)]
    faults += [
        Fault(
            "POL-067",
            _("a table that is not canonical needs files or rows"),
            found=name,
            hint=_("attach rows, also if there are none"),
        )
        for name, given in tables.items()
        if not isinstance(given, pa.Table) and not given and name.lower() not in TABLES
    ]
    if faults:
        raise EngineError(*faults)


def check_kept(name: str, attached: Iterable[str]) -> None:
    """The name of kept rows is a plain identifier, and not that of an attached table.

    Raises:
        EngineError: ``POL-067``.
    """
    if not _NAME.fullmatch(name) or name.lower() in attached:
        raise EngineError(_name_fault(name))


def _name_fault(name: str) -> Fault:
    return Fault(
        "POL-067",
        _("a table cannot have this name here"),
        found=name,
        hint=_("letters, digits and _, and not the name of an attached table"),
    )


def closed(name: str) -> EngineError:
    """The engine is closed."""
    return EngineError(Fault("POL-065", _("the engine is closed"), found=name, hint=_("open another")))


def refused(name: str, error: Exception) -> EngineError:
    """The engine refused a query; what it says is told without numbers that could be a person's."""
    text = " ".join(str(error).split("\n\n")[0].split())[:500]
    return EngineError(
        Fault(
            "POL-063",
            _("{engine} refused the query").format(engine=name),
            found=_LONG_NUMBER.sub("***", text),
            hint=_("the query is made by yingjiu: please report this message"),
        )
    )
