"""A folder in which one load keeps its rows until it is known which of them are accepted.

Some rules speak about all rows of a load (two names under one ID number), and a load may be larger than
memory. So rows are first written here, chunk by chunk, as values and as they stood in the file; nothing
reaches the pool before every row has its verdict. The folder holds personal data: only its owner may enter
it, it goes away with the load, and what a killed load left is removed by the next one.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from yingjiu.pool.lock import holder, load_lock

__all__ = ["Part", "Stage", "staging"]


@dataclass(frozen=True, slots=True)
class Part:
    """One chunk that was put aside.

    Attributes:
        first: number of its first row in this load, from 0.
        rows: how many rows it has.
        values: file of the converted values, one row each.
        raw: file of the same rows as they stood in the source.
    """

    first: int
    rows: int
    values: Path
    raw: Path


class Stage:
    """The parts of one load.

    Args:
        folder: an empty folder that belongs to this load.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.parts: list[Part] = []

    @property
    def rows(self) -> int:
        """How many rows were put aside."""
        return self.parts[-1].first + self.parts[-1].rows if self.parts else 0

    def add(self, values: pa.Table, raw: pa.Table) -> Part:
        """Put one chunk aside.

        Args:
            values: converted values with the loader's own columns.
            raw: the same rows as texts, by header.

        Returns:
            The part.

        Raises:
            OSError: the disk is full.
        """
        number = len(self.parts)
        part = Part(
            self.rows,
            values.num_rows,
            self.folder / f"values-{number:06}.parquet",
            self.folder / f"raw-{number:06}.parquet",
        )
        for table, path in ((values, part.values), (raw, part.raw)):
            pq.write_table(table, path, compression="lz4", use_dictionary=False, write_statistics=False)
        self.parts.append(part)
        return part


@contextmanager
def staging(folder: Path, source: str) -> Iterator[Stage]:
    """Open a stage and remove it afterwards, together with what killed loads left.

    Args:
        folder: where stages stand; created for the owner only.
        source: the source that is loaded, told to whoever looks at the lock.

    Yields:
        An empty stage.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _remove_left(folder)
    with ExitStack() as ending:
        ending.callback(_remove_if_empty, folder)
        descriptor, name = tempfile.mkstemp(prefix=f"{source}-", suffix=".lock", dir=folder)
        lock = Path(name)
        ending.callback(lock.unlink, missing_ok=True)
        os.close(descriptor)
        ending.enter_context(load_lock(lock, source))
        own = lock.with_suffix("")
        own.mkdir(mode=0o700)
        ending.callback(shutil.rmtree, own, ignore_errors=True)
        yield Stage(own)


def _remove_left(folder: Path) -> None:
    """Remove stages whose process is gone. A stage stands only while its lock is held."""
    for left in folder.iterdir():
        if left.is_dir() and holder(left.with_name(left.name + ".lock")) is None:
            shutil.rmtree(left, ignore_errors=True)
            left.with_name(left.name + ".lock").unlink(missing_ok=True)


def _remove_if_empty(folder: Path) -> None:
    with suppress(OSError):  # another load stands here
        folder.rmdir()
