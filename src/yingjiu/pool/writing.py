"""One load: rows are spilled to staging, sorted, put on the disk, and made current in one transaction.

The order of events is what makes a load atomic:

1. the load lock is taken and the batch announced in the catalogue (*unfinished*);
2. rows are spilled to ``staging/<batch>/``, then sorted there into the files of the batch;
3. the files are synced, and their folders renamed to ``<table>/<source>/<batch>/``, where nobody reads them
   because the catalogue does not name them yet;
4. one SQLite transaction names them and ends what they replace.

A process that dies before 4 leaves an unfinished batch; the next :meth:`Pool.open` clears it away.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import pyarrow as pa
import pyarrow.parquet as pq

from yingjiu.errors import Fault
from yingjiu.language import _
from yingjiu.pool.batches import Batch, LoadMode
from yingjiu.pool.catalogue import Catalogue, StoredFile
from yingjiu.pool.errors import RowsError
from yingjiu.pool.files import move_folder, remove_folder, storage_faults, sync_folder
from yingjiu.pool.lock import load_lock
from yingjiu.pool.rows import canonical_rows, canonical_table, written_schema
from yingjiu.pool.sorting import sorter
from yingjiu.pool.tables import TABLES

__all__ = ["BatchWriter", "Plan", "clear_batch"]

_PART: Final = "part-0.parquet"
_SPILL_ROWS: Final = 100_000


@dataclass(frozen=True, slots=True)
class Plan:
    """What a load is going to do.

    Attributes:
        batch: id of the new batch.
        source: the source that delivers.
        mode: how it treats what was there before.
        digest: digest of the content.
        data_date: the date that the data describe.
        notes: what to remember.
        keys: for an upsert, the key columns of each table; its identity where not given.
    """

    batch: str
    source: str
    mode: LoadMode
    digest: str
    data_date: date
    notes: Mapping[str, Any]
    keys: Mapping[str, tuple[str, ...]]


def clear_batch(folder: Path, batch: str, source: str) -> None:
    """Remove every file of a batch that never became, or no longer is, part of the pool."""
    remove_folder(folder / "staging" / batch)
    for table in TABLES:
        remove_folder(folder / table / source / batch)
        with suppress(OSError):  # only if it is empty now
            (folder / table / source).rmdir()
            (folder / table).rmdir()


@dataclass(slots=True)
class _Spill:
    """The rows of one table on their way to the sort."""

    path: Path
    writer: pq.ParquetWriter
    waiting: list[pa.Table] = field(default_factory=list)

    def add(self, rows: pa.Table) -> None:
        self.waiting.append(rows)
        if sum(table.num_rows for table in self.waiting) >= _SPILL_ROWS:
            self.flush()

    def flush(self) -> None:
        if self.waiting:
            self.writer.write_table(pa.concat_tables(self.waiting))
            self.waiting.clear()

    def close(self) -> None:
        self.waiting.clear()
        self.writer.close()


class BatchWriter:
    """Writes one batch; a context manager that leaves nothing behind unless :meth:`commit` has returned.

    Made by :meth:`Pool.load`; entering it takes the pool's load lock. Not for several threads.
    """

    def __init__(self, folder: Path, catalogue: Catalogue, plan: Plan, find: Callable[[str], Batch]) -> None:
        self._folder = folder
        self._catalogue = catalogue
        self._plan = plan
        self._find = find
        self._staging = folder / "staging" / plan.batch
        self._spills: dict[str, _Spill] = {}
        self._stack = ExitStack()
        self._open = False

    @property
    def batch(self) -> str:
        """The id that the batch will have."""
        return self._plan.batch

    def __enter__(self) -> Self:
        plan = self._plan
        with storage_faults(self._folder), ExitStack() as stack:
            stack.enter_context(load_lock(self._folder / "load.lock", plan.source))
            self._catalogue.begin(plan.batch, plan.source, plan.mode, plan.digest, plan.data_date, plan.notes)
            stack.callback(self._forget)
            self._staging.mkdir(parents=True)
            self._stack = stack.pop_all()
        self._open = True
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close_spills()
        self._open = False
        self._stack.close()

    def _forget(self) -> None:
        """Clear away what is not committed; what cannot be cleared now is cleared at the next opening."""
        with suppress(Exception):
            if self._plan.batch in self._catalogue.unfinished():
                clear_batch(self._folder, self._plan.batch, self._plan.source)
                self._catalogue.forget(self._plan.batch)
            else:
                remove_folder(self._staging)

    def _close_spills(self) -> None:
        for spill in self._spills.values():
            with suppress(Exception):  # the file is thrown away, and the disk may be full
                spill.close()
        self._spills = {}

    def write(self, table: str, rows: pa.Table | pa.RecordBatch) -> None:
        """Add rows to one table; also with no rows, to say that the table was delivered and is empty.

        Args:
            table: name of the canonical table.
            rows: its own columns and ``file``, ``sheet``, ``row``; missing columns are NULL.

        Raises:
            RowsError: ``POL-020`` to ``POL-024`` the rows do not fit; ``POL-028`` the writer is not open.
            StorageError: the disk is full, or refuses.
        """
        self._must_be_open()
        canonical = canonical_table(table)
        checked = canonical_rows(canonical, rows)
        with storage_faults(self._folder):
            if table not in self._spills:
                path = self._staging / f"{table}.spill.parquet"
                writer = pq.ParquetWriter(path, written_schema(canonical), compression="lz4")
                self._spills[table] = _Spill(path, writer)
            self._spills[table].add(checked)

    def commit(self) -> Batch:
        """Sort, store, and make the batch current.

        Returns:
            The batch, now current.

        Raises:
            RowsError: ``POL-026`` nothing was written; ``POL-028`` the writer is not open.
            StorageError: the disk is full, or refuses; the pool is as it was before.
        """
        self._must_be_open()
        if not self._spills:
            raise RowsError(
                Fault(
                    "POL-026",
                    _("the load wrote no table"),
                    found=self._plan.source,
                    hint=_("write a table with no rows if it was delivered and is empty"),
                )
            )
        self._open = False
        with storage_faults(self._folder):
            for spill in self._spills.values():
                spill.flush()
                spill.close()
            files = self._sort()
            for stored in files:
                folder = Path(stored.path).parent
                sync_folder(self._staging / stored.table)
                move_folder(self._staging / stored.table, self._folder / folder)
            self._catalogue.commit(self._plan.batch, self._plan.source, self._plan.mode, files)
        return self._find(self._plan.batch)

    def _must_be_open(self) -> None:
        if not self._open:
            raise RowsError(
                Fault(
                    "POL-028",
                    _("the writer of this batch is not open"),
                    found=self._plan.batch,
                    hint=_("use it inside its with block, and commit once"),
                )
            )

    def _sort(self) -> list[StoredFile]:
        plan = self._plan
        old = self._old_files()
        files = []
        with sorter(plan.source, plan.batch, plan.data_date, self._staging / "sort") as sort:
            for name in [name for name in TABLES if name in self._spills or name in old]:
                target = self._staging / name / _PART
                target.parent.mkdir()
                spill = self._spills.get(name)
                key = plan.keys.get(name, TABLES[name].identity)
                rows = sort.write(TABLES[name], spill.path if spill else None, old.get(name, ()), key, target)
                path = f"{name}/{plan.source}/{plan.batch}/{_PART}"
                files.append(StoredFile(name, path, rows, target.stat().st_size))
        return files

    def _old_files(self) -> Mapping[str, Sequence[Path]]:
        """Files whose rows this batch takes over: only an upsert does."""
        if self._plan.mode is not LoadMode.UPSERT:
            return {}
        _moment, batches, stored = self._catalogue.state(None)
        mine = {batch.id for batch in batches if batch.source == self._plan.source}
        old: dict[str, list[Path]] = {}
        for batch, file in stored:
            if batch in mine:
                old.setdefault(file.table, []).append(self._folder / file.path)
        return old
