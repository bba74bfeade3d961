"""What the pool tells about itself: batches, views, status. All frozen."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from yingjiu.pool.tables import TABLES

__all__ = ["Batch", "BatchState", "Garbage", "Holder", "LoadMode", "PoolStatus", "PoolView", "TableStatus"]


class LoadMode(StrEnum):
    """How a load treats what its source delivered before."""

    SNAPSHOT = "snapshot"
    """The new batch replaces all current batches of the source."""
    APPEND = "append"
    """The new batch stands beside them."""
    UPSERT = "upsert"
    """The new batch takes over the rows of the old ones, except those whose key it brings anew, and replaces
    them. Rows taken over keep their batch, file, row and data date."""


class BatchState(StrEnum):
    """Where a batch stands in its life."""

    CURRENT = "current"
    REPLACED = "replaced"
    ROLLED_BACK = "rolled_back"
    REMOVED = "removed"
    """Replaced or rolled back, and its files removed by garbage collection."""


@dataclass(frozen=True, slots=True)
class Batch:
    """One committed load.

    Attributes:
        id: unique, sorts by the time of the load.
        source: the source that delivered it.
        mode: how it treated what was there before.
        data_date: the date that the agency's data describe.
        committed_at: when it became current, UTC.
        rows: rows by table, carried-over rows of an upsert included; a table with 0 rows was delivered
            and empty.
        digest: digest of the content it was loaded from.
        notes: what the loader wanted to remember.
        state: where it stands now.
        replaced_by: id of the batch that replaced it.
        reason: why it was rolled back.
    """

    id: str
    source: str
    mode: LoadMode
    data_date: date
    committed_at: datetime
    rows: Mapping[str, int]
    digest: str
    notes: Mapping[str, Any]
    state: BatchState
    replaced_by: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class PoolView:
    """A consistent state of the pool: a list of files that never change.

    Attributes:
        moment: the moment (transaction time, UTC) whose state this is.
        batches: the batches current at that moment, oldest first.
        tables: the files of every canonical table; a table without files was never delivered. This is
            what :meth:`Engine.attach` takes.
    """

    moment: datetime
    batches: tuple[Batch, ...]
    tables: Mapping[str, tuple[Path, ...]] = field(repr=False)

    def files(self, table: str) -> tuple[Path, ...]:
        """The Parquet files of one canonical table; none if no batch delivered it."""
        return self.tables[TABLES[table].name]

    def rows(self, table: str) -> int:
        """How many rows one canonical table has."""
        name = TABLES[table].name
        return sum(batch.rows.get(name, 0) for batch in self.batches)

    def loaded(self, table: str) -> bool:
        """Whether any batch delivered the table, be it empty: without one, nothing is known from it."""
        name = TABLES[table].name
        return any(name in batch.rows for batch in self.batches)

    def identity(self) -> str:
        """A digest of the batches: equal identities, equal content."""
        ids = "\n".join(sorted(batch.id for batch in self.batches))
        return hashlib.sha256(ids.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds the pool's load lock.

    Attributes:
        pid: the process, 0 if unknown.
        since: since when, UTC; None if unknown.
        source: what it is doing: the source being loaded, or the housekeeping.
    """

    pid: int
    since: datetime | None
    source: str


@dataclass(frozen=True, slots=True)
class TableStatus:
    """What one table holds now.

    Attributes:
        rows: rows in current batches.
        bytes: size of their files.
        batches: how many current batches delivered it.
        sources: which sources delivered it.
    """

    rows: int
    bytes: int
    batches: int
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PoolStatus:
    """What the pool holds now.

    Attributes:
        folder: where it is.
        tables: status of every canonical table, those without rows too.
        sources: current batches by source.
        batches: how many batches are current.
        rows: rows in all tables.
        bytes: size of the current files.
        kept_bytes: size of the files of batches that are not current but not removed.
        last_load: the batch committed last, whatever its state.
        loading: who holds the load lock now.
        strays: batch folders that the catalogue does not know; left alone for a person to look at.
    """

    folder: Path
    tables: Mapping[str, TableStatus]
    sources: Mapping[str, int]
    batches: int
    rows: int
    bytes: int
    kept_bytes: int
    last_load: Batch | None
    loading: Holder | None
    strays: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Garbage:
    """What a garbage collection removed.

    Attributes:
        batches: ids of the batches whose files are gone.
        files: how many files.
        bytes: how many bytes they held.
    """

    batches: tuple[str, ...]
    files: int
    bytes: int
