"""The pool's catalogue: one small SQLite file that says which batches are current, and were.

It is the single place of truth: a batch exists when one transaction here has said so, and a folder of files
that is not named here is not read. The rollback journal is chosen over WAL: the file works on a network
share and for readers without write permission, our transactions take milliseconds, and ``synchronous=EXTRA``
puts each of them on the disk before it returns.

Currency is kept as spans of transaction time: a batch is current from ``since`` until ``until``. That answers
*now* and *as of* with the same query, and a rollback ends one span and begins others without forgetting any.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from yingjiu.pool.batches import Batch, BatchState, LoadMode

__all__ = ["VERSION", "Catalogue", "StoredFile"]

VERSION: Final = 1
"""Version of the schema, in ``PRAGMA user_version``."""

_SCHEMA: Final = (
    """CREATE TABLE batches (
        id TEXT PRIMARY KEY, source TEXT NOT NULL, mode TEXT NOT NULL, digest TEXT NOT NULL,
        data_date TEXT NOT NULL, notes TEXT NOT NULL, begun_at TEXT NOT NULL,
        committed_at TEXT,       -- NULL: being written, or left behind by a load that died
        rolled_back_at TEXT, reason TEXT,
        removed_at TEXT          -- garbage collection took its files
    ) STRICT""",
    """CREATE TABLE spans (
        batch TEXT NOT NULL REFERENCES batches, since TEXT NOT NULL, until TEXT,
        replaced_by TEXT REFERENCES batches,
        PRIMARY KEY (batch, since)
    ) STRICT""",
    "CREATE UNIQUE INDEX one_open_span ON spans (batch) WHERE until IS NULL",
    """CREATE TABLE files (
        batch TEXT NOT NULL REFERENCES batches, table_name TEXT NOT NULL, path TEXT NOT NULL,
        rows INTEGER NOT NULL, bytes INTEGER NOT NULL, gone INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (batch, path)
    ) STRICT""",
    """CREATE TABLE contents (  -- every content that a batch holds: its own, and those an upsert took over
        batch TEXT NOT NULL REFERENCES batches, digest TEXT NOT NULL,
        PRIMARY KEY (batch, digest)
    ) STRICT""",
)

_HOLDING: Final = """
    SELECT id FROM batches JOIN contents ON contents.batch = id JOIN spans ON spans.batch = id
    WHERE until IS NULL AND source = ? AND contents.digest = ? ORDER BY id DESC"""

_RETIRED: Final = """
    SELECT id FROM batches JOIN spans ON batch = id WHERE removed_at IS NULL
    GROUP BY id HAVING count(*) = count(until) AND max(until) < ? ORDER BY id"""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One Parquet file of a batch; ``path`` is relative to the pool's folder, with forward slashes."""

    table: str
    path: str
    rows: int
    bytes: int


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


class Catalogue:
    """Reads and writes ``catalogue.sqlite``; opens it for each operation, so threads can share it.

    Args:
        path: the file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextmanager
    def _connect(self) -> Iterator[sqlite3.Connection]:
        uri = f"{self.path.absolute().as_uri()}?mode=rw"
        connection = sqlite3.connect(uri, uri=True, timeout=30, isolation_level=None)
        try:
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA synchronous = EXTRA")
            connection.execute("PRAGMA foreign_keys = ON")
            yield connection
        finally:
            connection.close()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._connect() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.rollback()
                raise
            connection.execute("COMMIT")

    def version(self) -> int:
        """The schema version of the file; 0 if it has no schema yet."""
        with self._connect() as connection:
            return int(connection.execute("PRAGMA user_version").fetchone()[0])

    def create(self) -> None:
        """Make the file and its schema, in one transaction; harmless where it exists."""
        self.path.touch()
        with self._transaction() as connection:
            if connection.execute("PRAGMA user_version").fetchone()[0] == 0:
                for statement in _SCHEMA:
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {VERSION}")

    # -- a load -----------------------------------------------------------------------------------------

    def begin(  # noqa: PLR0917 - the columns of a batch, in their order
        self, batch: str, source: str, mode: LoadMode, digest: str, data_date: date, notes: Mapping[str, Any]
    ) -> None:
        """Announce a batch, so that whatever a dying load leaves behind can be found."""
        with self._transaction() as connection:
            connection.execute(
                "INSERT INTO batches (id, source, mode, digest, data_date, notes, begun_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    batch,
                    source,
                    mode,
                    digest,
                    data_date.isoformat(),
                    json.dumps(dict(notes), ensure_ascii=False, default=str),
                    _iso(datetime.now(UTC)),
                ),
            )

    def commit(self, batch: str, source: str, mode: LoadMode, files: Iterable[StoredFile]) -> None:
        """Make an announced batch current, and end the currency of what it replaces."""
        with self._transaction() as connection:
            now = _now(connection)
            old = [] if mode is LoadMode.APPEND else _current_of(connection, source)
            connection.executemany(
                "UPDATE spans SET until = ?, replaced_by = ? WHERE batch = ? AND until IS NULL",
                [(now, batch, one) for one in old],
            )
            connection.execute("UPDATE batches SET committed_at = ? WHERE id = ?", (now, batch))
            connection.execute("INSERT INTO spans (batch, since) VALUES (?, ?)", (batch, now))
            connection.executemany(
                "INSERT INTO files (batch, table_name, path, rows, bytes) VALUES (?, ?, ?, ?, ?)",
                [(batch, file.table, file.path, file.rows, file.bytes) for file in files],
            )
            connection.execute("INSERT INTO contents SELECT id, digest FROM batches WHERE id = ?", (batch,))
            if mode is LoadMode.UPSERT:
                connection.executemany(
                    "INSERT OR IGNORE INTO contents SELECT ?, digest FROM contents WHERE batch = ?",
                    [(batch, one) for one in old],
                )

    def unfinished(self) -> dict[str, str]:
        """Batches announced and never committed: id to source."""
        with self._connect() as connection:
            rows = connection.execute("SELECT id, source FROM batches WHERE committed_at IS NULL").fetchall()
        return {row["id"]: row["source"] for row in rows}

    def forget(self, batch: str) -> None:
        """Drop an announced batch that was never committed."""
        with self._transaction() as connection:
            connection.execute("DELETE FROM batches WHERE id = ? AND committed_at IS NULL", (batch,))

    # -- reading ----------------------------------------------------------------------------------------

    def batches(self, *, source: str | None = None) -> list[Batch]:
        """Every committed batch, in the order of commitment."""
        with self._connect() as connection, _reading(connection):
            return [batch for batch in _batches(connection) if source in {None, batch.source}]

    def state(self, moment: datetime | None) -> tuple[datetime, list[Batch], list[tuple[str, StoredFile]]]:
        """What was current at a moment (None: now): the moment, the batches, and their files by batch."""
        with self._connect() as connection, _reading(connection):
            at = _iso(moment) if moment else _now(connection)
            ids = {
                row["batch"]
                for row in connection.execute(
                    "SELECT batch FROM spans WHERE since <= ? AND (until IS NULL OR until > ?)", (at, at)
                )
            }
            files = [pair for pair in _files(connection, gone=True) if pair[0] in ids]
            return datetime.fromisoformat(at), [b for b in _batches(connection) if b.id in ids], files

    def files(self) -> list[tuple[str, StoredFile]]:
        """Every file that is still there, with its batch."""
        with self._connect() as connection:
            return _files(connection, gone=False)

    def holding(self, source: str, digest: str) -> str | None:
        """The current batch of a source that holds a content; None if there is none."""
        with self._connect() as connection:
            row = connection.execute(_HOLDING, (source, digest)).fetchone()
        return None if row is None else str(row["id"])

    # -- going back, and clearing away ------------------------------------------------------------------

    def replaced_by(self, batch: str) -> list[Batch]:
        """The batches that a batch replaced when it was committed, unless they were rolled back since."""
        with self._connect() as connection, _reading(connection):
            ids = {
                row["batch"]
                for row in connection.execute(
                    "SELECT batch FROM spans JOIN batches ON id = batch"
                    " WHERE replaced_by = ? AND rolled_back_at IS NULL",
                    (batch,),
                )
            }
            return [one for one in _batches(connection) if one.id in ids]

    def roll_back(self, batch: str, reason: str, revived: Sequence[str]) -> None:
        """End the currency of a batch and begin that of the revived ones."""
        with self._transaction() as connection:
            now = _now(connection)
            connection.execute("UPDATE spans SET until = ? WHERE batch = ? AND until IS NULL", (now, batch))
            connection.execute(
                "UPDATE batches SET rolled_back_at = ?, reason = ? WHERE id = ?", (now, reason, batch)
            )
            connection.executemany(
                "INSERT INTO spans (batch, since) VALUES (?, ?)", [(one, now) for one in revived]
            )

    def retired_before(self, moment: datetime) -> list[str]:
        """Batches that stopped being current before a moment and still have files."""
        with self._connect() as connection:
            rows = connection.execute(_RETIRED, (_iso(moment),)).fetchall()
        return [row["id"] for row in rows]

    def mark_removed(self, batches: Iterable[str]) -> None:
        """Record that the files of these batches are being removed; from now on nobody may read them."""
        with self._transaction() as connection:
            now = _now(connection)
            connection.executemany(
                "UPDATE batches SET removed_at = ? WHERE id = ?", [(now, batch) for batch in batches]
            )

    def removing(self) -> list[tuple[str, StoredFile]]:
        """Files of removed batches that may still be on the disk."""
        with self._connect() as connection:
            removed = {
                row["id"] for row in connection.execute("SELECT id FROM batches WHERE removed_at IS NOT NULL")
            }
            return [pair for pair in _files(connection, gone=False) if pair[0] in removed]

    def mark_gone(self, batches: Iterable[str]) -> None:
        """Record that the files of these batches are not on the disk any more."""
        with self._transaction() as connection:
            connection.executemany("UPDATE files SET gone = 1 WHERE batch = ?", [(one,) for one in batches])


@contextmanager
def _reading(connection: sqlite3.Connection) -> Iterator[None]:
    """Several queries that see one state."""
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.execute("COMMIT")


def _now(connection: sqlite3.Connection) -> str:
    """The present as transaction time: it never stands still or goes back, whatever the clock does."""
    last = connection.execute(
        "SELECT max(coalesce(max(since), ''), coalesce(max(until), '')) FROM spans"
    ).fetchone()[0]
    now = datetime.now(UTC)
    if last:
        now = max(now, datetime.fromisoformat(last) + timedelta(microseconds=1))
    return _iso(now)


def _current_of(connection: sqlite3.Connection, source: str) -> list[str]:
    rows = connection.execute(
        "SELECT id FROM batches JOIN spans ON batch = id WHERE until IS NULL AND source = ? ORDER BY id",
        (source,),
    ).fetchall()
    return [row["id"] for row in rows]


def _files(connection: sqlite3.Connection, *, gone: bool) -> list[tuple[str, StoredFile]]:
    rows = connection.execute(
        "SELECT * FROM files WHERE gone = 0 OR ? ORDER BY batch, table_name, path", (gone,)
    )
    return [
        (row["batch"], StoredFile(row["table_name"], row["path"], row["rows"], row["bytes"])) for row in rows
    ]


def _batches(connection: sqlite3.Connection) -> list[Batch]:
    rows: dict[str, dict[str, int]] = {}
    for row in connection.execute(
        "SELECT batch, table_name, sum(rows) AS n FROM files GROUP BY 1, 2 ORDER BY 1, 2"
    ):
        rows.setdefault(row["batch"], {})[row["table_name"]] = row["n"]
    spans = {
        row["batch"]: row
        for row in connection.execute("SELECT * FROM spans ORDER BY batch, since")  # the last one counts
    }
    return [
        Batch(
            id=row["id"],
            source=row["source"],
            mode=LoadMode(row["mode"]),
            data_date=date.fromisoformat(row["data_date"]),
            committed_at=datetime.fromisoformat(row["committed_at"]),
            rows=rows.get(row["id"], {}),
            digest=row["digest"],
            notes=json.loads(row["notes"]),
            state=_state(row, spans[row["id"]]),
            replaced_by=spans[row["id"]]["replaced_by"],
            reason=row["reason"],
        )
        for row in connection.execute(
            "SELECT * FROM batches WHERE committed_at IS NOT NULL ORDER BY committed_at, id"
        )
    ]


def _state(batch: sqlite3.Row, last_span: sqlite3.Row) -> BatchState:
    if batch["removed_at"]:
        return BatchState.REMOVED
    if batch["rolled_back_at"]:
        return BatchState.ROLLED_BACK
    return BatchState.CURRENT if last_span["until"] is None else BatchState.REPLACED
