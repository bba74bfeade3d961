"""The pool: canonical tables in immutable Parquet batches, their catalogue, and the engines over them."""

from yingjiu.pool.batches import (
    Batch,
    BatchState,
    Garbage,
    Holder,
    LoadMode,
    PoolStatus,
    PoolView,
    TableStatus,
)
from yingjiu.pool.engines import Engine, open_engine
from yingjiu.pool.errors import (
    EngineError,
    HistoryError,
    PoolBusyError,
    PoolError,
    PoolFolderError,
    RowsError,
    StorageError,
)
from yingjiu.pool.pool import Pool
from yingjiu.pool.tables import PROVENANCE, TABLES, Column, ColumnType, Table, arrow_schema
from yingjiu.pool.writing import BatchWriter

__all__ = [
    "PROVENANCE",
    "TABLES",
    "Batch",
    "BatchState",
    "BatchWriter",
    "Column",
    "ColumnType",
    "Engine",
    "EngineError",
    "Garbage",
    "HistoryError",
    "Holder",
    "LoadMode",
    "Pool",
    "PoolBusyError",
    "PoolError",
    "PoolFolderError",
    "PoolStatus",
    "PoolView",
    "RowsError",
    "StorageError",
    "Table",
    "TableStatus",
    "arrow_schema",
    "open_engine",
]
