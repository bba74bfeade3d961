"""What a load tells about itself while it runs and when it has ended."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from yingjiu.errors import Fault
from yingjiu.pool import Batch

__all__ = ["FolderReport", "LoadReport", "Progress", "ProgressCallback"]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a load is.

    Attributes:
        source: its source.
        stage: ``read``, ``check`` or ``write``.
        rows: rows done in this stage.
        total: rows of the stage, where they are known.
        file: the file at hand.
    """

    source: str
    stage: Literal["read", "check", "write"]
    rows: int
    total: int | None = None
    file: str | None = None


ProgressCallback = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What became of every row of one load: ``read = accepted + quarantined + duplicates``.

    Attributes:
        source: identifier of the source.
        title: what it is called.
        outcome: ``loaded``; ``unchanged`` if the pool holds this content already; ``checked`` after a dry
            run; ``stopped`` if too many rows were rejected.
        data_date: the date that the data describe.
        files: names of the files, or the address of the database without its password.
        read: raw rows, broken ones included, totals and titles not.
        accepted: rows that gave canonical rows.
        quarantined: rows that were rejected.
        duplicates: rows that copy an earlier one exactly.
        rejected_by_rule: rejected rows by rule code; a row that breaks several rules counts for each.
        blanked_by_rule: values that were left out while their row was kept, by rule code.
        rows: canonical rows by table.
        warnings: what a person should look at; nothing was rejected for it.
        notes: what the readers remarked about each file.
        quarantine: the quarantine files; none if there was nothing to say.
        batch: the batch in the pool, if there is one.
        seconds: how long it took.
    """

    source: str
    title: str
    outcome: Literal["loaded", "unchanged", "checked", "stopped"]
    data_date: date
    files: tuple[str, ...] = ()
    read: int = 0
    accepted: int = 0
    quarantined: int = 0
    duplicates: int = 0
    rejected_by_rule: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    blanked_by_rule: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    rows: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    warnings: tuple[Fault, ...] = ()
    notes: tuple[str, ...] = ()
    quarantine: tuple[Path, ...] = ()
    batch: Batch | None = None
    seconds: float = 0.0

    @property
    def rejected_share(self) -> float:
        """Rejected rows as a share of those read; 0 if none was read."""
        return self.quarantined / self.read if self.read else 0.0


@dataclass(frozen=True, slots=True)
class FolderReport:
    """What became of every source of a folder.

    Attributes:
        reports: one for each source that was loaded, unchanged or stopped, in the order of the declarations.
        failed: from each source that was not loaded to its faults.
        unclaimed: files of the folder that belong to no source.
    """

    reports: tuple[LoadReport, ...]
    failed: Mapping[str, tuple[Fault, ...]]
    unclaimed: tuple[str, ...] = ()
