"""What can go wrong in the pool and in its engines.

::

    PoolError                  anything about the pool
    ├── PoolFolderError        the folder is no pool, or not one that this version can read   POL-001..009
    ├── PoolBusyError          another load holds the pool                                    POL-010
    ├── RowsError              rows do not fit their canonical table                          POL-020..029
    ├── StorageError           the disk is full or cannot be written; the pool is unchanged   POL-030..039
    ├── HistoryError           a batch, or a moment, that is not there (any more)             POL-040..049
    └── EngineError            an engine is missing, misused, or refuses a query              POL-060..079
"""

from __future__ import annotations

from yingjiu.errors import YingjiuError

__all__ = [
    "EngineError",
    "HistoryError",
    "PoolBusyError",
    "PoolError",
    "PoolFolderError",
    "RowsError",
    "StorageError",
]


class PoolError(YingjiuError):
    """Anything that goes wrong in the pool. Codes ``POL-001`` to ``POL-099``."""


class PoolFolderError(PoolError):
    """The folder is no pool, or not one that this version can read.

    ``POL-001`` no pool here; ``POL-002`` the folder holds other things; ``POL-003`` made by a newer
    version; ``POL-004`` the catalogue cannot be read; ``POL-005`` a file of a current batch is missing.
    """


class PoolBusyError(PoolError):
    """``POL-010``: another load holds the pool."""


class RowsError(PoolError):
    """Rows do not fit their canonical table.

    ``POL-020`` no such table; ``POL-021`` unknown column; ``POL-022`` required column missing;
    ``POL-023`` wrong type; ``POL-024`` NULL in a required column; ``POL-025`` source name not usable;
    ``POL-026`` nothing was written; ``POL-027`` key of an upsert not usable; ``POL-028`` the writer is
    not open.
    """


class StorageError(PoolError):
    """Storage failed; the pool is as it was before.

    ``POL-030`` no space left; ``POL-031`` cannot be written; ``POL-032`` what was written is not what
    came back.
    """


class HistoryError(PoolError):
    """A batch, or a moment, that is not there.

    ``POL-040`` no such batch; ``POL-041`` the batch is not current; ``POL-042`` its files were removed by
    garbage collection; ``POL-043`` a moment without time zone; ``POL-044`` a rollback needs a reason.
    """


class EngineError(PoolError):
    """An engine is missing, misused, or refuses a query.

    ``POL-060`` no such engine; ``POL-061`` Spark needs Java or PySpark; ``POL-062`` a file outside the
    folders of the engine; ``POL-063`` the engine refused the query; ``POL-064`` a result type that engines
    do not share; ``POL-065`` the engine is closed; ``POL-066`` unknown setting; ``POL-067`` a table name
    that is not usable; ``POL-068`` something that engines would answer differently; ``POL-069`` attached
    rows that do not fit their canonical table; ``POL-070`` a table that is not attached.
    """
