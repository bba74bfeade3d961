"""What a pool holds now, counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from yingjiu.pool.batches import Batch, PoolStatus, TableStatus
from yingjiu.pool.catalogue import Catalogue, StoredFile
from yingjiu.pool.lock import holder
from yingjiu.pool.tables import TABLES

__all__ = ["pool_status"]


def pool_status(folder: Path, catalogue: Catalogue, lock: Path) -> PoolStatus:
    """Count what is current, what is kept beside it, and what nobody knows.

    Args:
        folder: the pool.
        catalogue: its catalogue.
        lock: its lock file.
    """
    _moment, batches, stored = catalogue.state(None)
    current = {batch.id for batch in batches}
    history = catalogue.batches()
    return PoolStatus(
        folder=folder,
        tables={name: _table_status(name, batches, stored) for name in TABLES},
        sources=dict(Counter(batch.source for batch in batches)),
        batches=len(batches),
        rows=sum(sum(batch.rows.values()) for batch in batches),
        bytes=sum(file.bytes for _batch, file in stored),
        kept_bytes=sum(file.bytes for batch, file in catalogue.files() if batch not in current),
        last_load=history[-1] if history else None,
        loading=holder(lock),
        strays=_strays(folder, {batch.id for batch in history} | set(catalogue.unfinished())),
    )


def _table_status(
    name: str, batches: Sequence[Batch], stored: Sequence[tuple[str, StoredFile]]
) -> TableStatus:
    delivered = [batch for batch in batches if name in batch.rows]
    return TableStatus(
        rows=sum(batch.rows[name] for batch in delivered),
        bytes=sum(file.bytes for _batch, file in stored if file.table == name),
        batches=len(delivered),
        sources=tuple(sorted({batch.source for batch in delivered})),
    )


def _strays(folder: Path, known: set[str]) -> tuple[Path, ...]:
    found = [path for table in TABLES for path in (folder / table).glob("*/*")]
    return tuple(sorted(path for path in found if path.name not in known))
