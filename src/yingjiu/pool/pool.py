"""The pool: immutable Parquet batches in a folder, and the catalogue that says which of them count.

::

    <folder>/catalogue.sqlite
    <folder>/load.lock                                one load at a time
    <folder>/<table>/<source>/<batch>/part-0.parquet  sorted by person_id, never changed
    <folder>/staging/<batch>/                         a load at work
"""

from __future__ import annotations

import re
import secrets
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from yingjiu.errors import Fault
from yingjiu.language import _
from yingjiu.pool.batches import (
    Batch,
    BatchState,
    Garbage,
    LoadMode,
    PoolStatus,
    PoolView,
)
from yingjiu.pool.catalogue import VERSION, Catalogue, StoredFile
from yingjiu.pool.errors import HistoryError, PoolBusyError, PoolFolderError, RowsError
from yingjiu.pool.files import remove_folder, storage_faults
from yingjiu.pool.lock import load_lock
from yingjiu.pool.rows import canonical_table
from yingjiu.pool.status import pool_status
from yingjiu.pool.tables import TABLES
from yingjiu.pool.writing import BatchWriter, Plan, clear_batch

__all__ = ["Pool"]

_SOURCE: Final = re.compile(r"[^\W_][\w-]{0,79}")
_OURS: Final = {"catalogue.sqlite", "catalogue.sqlite-journal", "load.lock", "staging"}


class Pool:
    """An open pool. Holds no connection and no lock: it may be kept, and shared between threads.

    Use :meth:`open`.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._catalogue = Catalogue(folder / "catalogue.sqlite")
        self._lock = folder / "load.lock"

    def __repr__(self) -> str:
        return f"Pool({str(self.folder)!r})"

    # -- opening ----------------------------------------------------------------------------------------

    @classmethod
    def open(cls, folder: Path, *, create: bool = False) -> Pool:
        """Open a pool, and clear away what a load that died has left behind.

        Args:
            folder: where it is.
            create: make it if the folder is empty or not there.

        Returns:
            The pool.

        Raises:
            PoolFolderError: ``POL-001`` to ``POL-004``.
            StorageError: the folder cannot be written.
        """
        pool = cls(Path(folder).absolute())
        version = pool._version()
        if version == 0:
            if not create:
                raise PoolFolderError(
                    Fault(
                        "POL-001",
                        _("there is no pool in this folder"),
                        str(folder),
                        hint=_("check the path; the first load makes a pool"),
                    )
                )
            pool._create()
        elif version > VERSION:
            raise PoolFolderError(
                Fault(
                    "POL-003",
                    _("this pool was made by a newer version of yingjiu"),
                    str(folder),
                    found=str(version),
                    hint=_("update yingjiu"),
                )
            )
        pool._sweep()
        return pool

    def _version(self) -> int:
        if not self._catalogue.path.is_file():
            return 0
        try:
            return self._catalogue.version()
        except sqlite3.Error as error:
            raise PoolFolderError(
                Fault(
                    "POL-004",
                    _("the catalogue of this pool cannot be read"),
                    str(self._catalogue.path),
                    found=str(error),
                    hint=_("restore it from a backup; the Parquet files beside it are whole"),
                )
            ) from error

    def _create(self) -> None:
        if self.folder.exists() and {path.name for path in self.folder.iterdir()} - _OURS:
            raise PoolFolderError(
                Fault(
                    "POL-002",
                    _("this folder holds other things"),
                    str(self.folder),
                    hint=_("make the pool in a folder of its own"),
                )
            )
        with storage_faults(self.folder):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # people's data: for this user only
            self._catalogue.create()

    def _sweep(self) -> None:
        """Clear away what loads and collections that died have left; not while another one is at work."""
        staging = self.folder / "staging"
        if not (
            self._catalogue.unfinished()
            or self._catalogue.removing()
            or (staging.is_dir() and any(staging.iterdir()))
        ):
            return
        # a reader without write permission leaves it to the next one who has
        with suppress(PoolBusyError, OSError, sqlite3.OperationalError), load_lock(self._lock, _("opening")):
            for batch, source in self._catalogue.unfinished().items():
                clear_batch(self.folder, batch, source)
                self._catalogue.forget(batch)
            remove_folder(staging)  # also what a load that died just after its commit left there
            self._remove_files()

    # -- reading ----------------------------------------------------------------------------------------

    def view(self, as_of: datetime | None = None) -> PoolView:
        """A consistent state of the pool, which stays readable while others load.

        Args:
            as_of: as it stood at this moment of transaction time; None: now.

        Returns:
            The state.

        Raises:
            HistoryError: ``POL-043`` a moment without time zone; ``POL-042`` files of that moment were
                removed by garbage collection.
            PoolFolderError: ``POL-005`` files of a current batch are missing.
        """
        if as_of is not None and as_of.tzinfo is None:
            raise HistoryError(
                Fault(
                    "POL-043",
                    _("a moment needs a time zone"),
                    found=as_of.isoformat(),
                    hint=_("for example {example}").format(example=as_of.isoformat() + "+08:00"),
                )
            )
        moment, batches, stored = self._catalogue.state(as_of)
        removed = [batch for batch in batches if batch.state is BatchState.REMOVED]
        if removed:
            raise HistoryError(*(_removed(batch) for batch in removed))
        files: dict[str, list[Path]] = {name: [] for name in TABLES}
        for _batch, file in stored:
            files.setdefault(file.table, []).append(self.folder / file.path)
        missing = [path for paths in files.values() for path in paths if not path.is_file()]
        if missing:
            raise PoolFolderError(
                *(
                    Fault(
                        "POL-005",
                        _("a file of a current batch is missing"),
                        str(path),
                        hint=_("restore it from a backup, or roll the batch back"),
                    )
                    for path in missing
                )
            )
        tables = MappingProxyType({name: tuple(paths) for name, paths in files.items()})
        return PoolView(moment, tuple(batches), tables)

    def find(self, source: str, content_digest: str) -> Batch | None:
        """The current batch that holds a content already, so that loading it again changes nothing.

        An upsert holds the contents that it took over, too.

        Args:
            source: the source that delivers it.
            content_digest: digest of the content.
        """
        found = self._catalogue.holding(source, content_digest)
        return None if found is None else self._batch(found)

    def history(self, source: str | None = None) -> list[Batch]:
        """Every batch ever committed, oldest first, also those rolled back or removed.

        Args:
            source: only of this source.
        """
        return self._catalogue.batches(source=source)

    def _batch(self, batch_id: str) -> Batch:
        for batch in self._catalogue.batches():
            if batch.id == batch_id:
                return batch
        raise HistoryError(
            Fault(
                "POL-040",
                _("there is no such batch"),
                found=batch_id,
                hint=_("yingjiu source history lists them"),
            )
        )

    def status(self) -> PoolStatus:
        """What the pool holds now, and who is loading."""
        return pool_status(self.folder, self._catalogue, self._lock)

    # -- loading ----------------------------------------------------------------------------------------

    def load(
        self,
        *,
        source: str,
        content_digest: str,
        mode: LoadMode | str,
        data_date: date,
        notes: Mapping[str, Any] = MappingProxyType({}),
        keys: Mapping[str, Sequence[str]] = MappingProxyType({}),
    ) -> BatchWriter:
        """Prepare a load; ``with pool.load(...) as batch:`` takes the pool's load lock and writes.

        Whether the content is there already is for the caller to ask first (:meth:`find`).

        Args:
            source: name of the source: letters, digits, ``_`` and ``-``.
            content_digest: digest of the content.
            mode: how to treat what the source delivered before.
            data_date: the date that the data describe.
            notes: what to remember; anything that JSON can hold.
            keys: for an upsert, the columns of each table that say which rows are the same thing; a
                table's identity where not given.

        Returns:
            The writer.

        Raises:
            RowsError: ``POL-025`` source name not usable; ``POL-020``, ``POL-027`` a key not usable.
        """
        chosen = LoadMode(mode)
        faults = []
        if not _SOURCE.fullmatch(source):
            faults.append(
                Fault(
                    "POL-025",
                    _("a source's name is made of letters, digits and hyphens"),
                    found=source,
                    hint=_("rename the source"),
                )
            )
        for name, key in keys.items():
            strange = [column for column in key if column not in canonical_table(name).columns]
            if strange or not key:
                faults.append(
                    Fault(
                        "POL-027",
                        _("the key of an upsert names columns that the table does not have"),
                        path=name,
                        found=", ".join(strange),
                        hint=_("columns: {names}").format(names=", ".join(TABLES[name].columns)),
                    )
                )
        if faults:
            raise RowsError(*faults)
        now = datetime.now(UTC)
        plan = Plan(
            batch=f"{now:%Y%m%dT%H%M%S}{now.microsecond // 1000:03d}Z-{secrets.token_hex(3)}",
            source=source,
            mode=chosen,
            digest=content_digest,
            data_date=data_date,
            notes=dict(notes),
            keys={name: tuple(key) for name, key in keys.items()},
        )
        return BatchWriter(self.folder, self._catalogue, plan, self._batch)

    # -- going back, and clearing away ------------------------------------------------------------------

    def rollback(self, batch_id: str, *, reason: str) -> None:
        """Retire a current batch, and revive what it replaced.

        Args:
            batch_id: the batch.
            reason: why; kept in the history.

        Raises:
            HistoryError: ``POL-040`` no such batch; ``POL-041`` it is not current; ``POL-042`` what it
                replaced was removed by garbage collection; ``POL-044`` no reason given.
            PoolBusyError: ``POL-010`` a load is at work.
        """
        if not reason.strip():
            raise HistoryError(
                Fault(
                    "POL-044",
                    _("a rollback needs a reason"),
                    found=batch_id,
                    hint=_("say why, in a few words"),
                )
            )
        with storage_faults(self.folder), load_lock(self._lock, _("rollback")):
            batch = self._batch(batch_id)
            if batch.state is not BatchState.CURRENT:
                raise HistoryError(_not_current(batch))
            replaced = self._catalogue.replaced_by(batch_id)
            removed = [one for one in replaced if one.state is BatchState.REMOVED]
            if removed:
                raise HistoryError(*(_removed(one) for one in removed))
            self._catalogue.roll_back(batch_id, reason.strip(), [one.id for one in replaced])

    def collect_garbage(self, *, keep_days: int = 30) -> Garbage:
        """Remove the files of batches that have not been current for some time; their history stays.

        Args:
            keep_days: how many days after it was replaced or rolled back a batch is kept, so that
                rollbacks and readings as of an earlier day still find it.

        Returns:
            What was removed.

        Raises:
            PoolBusyError: ``POL-010`` a load is at work.
        """
        with storage_faults(self.folder), load_lock(self._lock, _("garbage collection")):
            batches = self._catalogue.retired_before(datetime.now(UTC) - timedelta(days=keep_days))
            self._catalogue.mark_removed(batches)
            files = self._remove_files()
        return Garbage(tuple(batches), len(files), sum(file.bytes for file in files))

    def _remove_files(self) -> list[StoredFile]:
        """Remove the files of batches marked as removed; what cannot be removed now is tried again."""
        removing = self._catalogue.removing()
        removed = {batch: Path(file.path).parts[1] for batch, file in removing}
        for batch, source in removed.items():
            clear_batch(self.folder, batch, source)
        self._catalogue.mark_gone(removed)
        return [file for _batch, file in removing]


def _removed(batch: Batch) -> Fault:
    return Fault(
        "POL-042",
        _("the files of this batch were removed by garbage collection"),
        found=f"{batch.id} ({batch.source})",
        hint=_("load its content again, or take a later moment"),
    )


def _not_current(batch: Batch) -> Fault:
    if batch.replaced_by:
        hint = _("it was replaced by {batch}: roll that one back first").format(batch=batch.replaced_by)
    else:
        hint = _("it was rolled back or removed before")
    return Fault("POL-041", _("only a current batch can be rolled back"), found=batch.id, hint=hint)
