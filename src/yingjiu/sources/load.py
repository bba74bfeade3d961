"""Load a source: read, convert, judge, quarantine, write; or leave the pool exactly as it was.

The order makes it safe. Every row has its verdict before the pool is touched; the quarantine is written
before the pool; the pool takes the batch as a whole or not at all.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from types import MappingProxyType

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from yingjiu.errors import Fault, YingjiuError
from yingjiu.language import _
from yingjiu.pool import Batch, Pool
from yingjiu.sources.contract import Verdicts, judge
from yingjiu.sources.convert import converters
from yingjiu.sources.errors import LoadStoppedError, StructureError, TooManyRejectedError
from yingjiu.sources.findings import count_rows, rows_of
from yingjiu.sources.mapping import Mapper
from yingjiu.sources.origin import Origin, find_origin, unclaimed_files
from yingjiu.sources.quarantine import write_quarantine
from yingjiu.sources.reading import Reading, read_rows
from yingjiu.sources.report import FolderReport, LoadReport, Progress, ProgressCallback
from yingjiu.sources.rules import RULES
from yingjiu.sources.source_file import Source
from yingjiu.sources.staging import Stage, staging

__all__ = ["check_source", "load_folder", "load_source"]

_MASKED_SHOWN = 20
_VERSION = "1"
"""Of the loader's meaning: raised when equal content gives other rows, so that it is loaded anew."""


def _silent(_progress: Progress) -> None:
    """Tell nobody."""


def _today() -> date:
    return datetime.now(UTC).astimezone().date()


def check_source(
    source: Source,
    origin: Path | Sequence[Path] | None = None,
    *,
    data_date: date | None = None,
    quarantine_folder: Path | None = None,
    run_date: date | None = None,
    progress: ProgressCallback = _silent,
) -> LoadReport:
    """Do everything that a load does, without a pool.

    Args:
        source: the declaration.
        origin: the folder in which its files are, or the files; nothing for a database.
        data_date: the date that the data describe, if not as declared.
        quarantine_folder: where the quarantine goes; without it none is written.
        run_date: the day on which this runs; bounds of ranges may refer to it.
        progress: told how far it is.

    Returns:
        The report: ``checked``, or ``stopped`` if a load would be stopped for too many rejected rows.

    Raises:
        StructureError: files, columns or dates are not as declared.
        LoadStoppedError: the disk is full.
    """
    started = time.monotonic()
    found = find_origin(source, origin, data_date)
    with tempfile.TemporaryDirectory(prefix="yingjiu-") as temporary, _storage():
        work = (quarantine_folder or Path(temporary)) / ".staging"
        with staging(work, source.source) as stage:
            judged = _judge(source, found, stage, run_date or _today(), progress)
            paths = _quarantine(quarantine_folder, source, stage, judged) if quarantine_folder else ()
    report = replace(judged.report, quarantine=paths, seconds=time.monotonic() - started)
    return replace(report, outcome="stopped") if _too_many(source, report) else report


def load_source(
    pool: Pool,
    source: Source,
    origin: Path | Sequence[Path] | None = None,
    *,
    quarantine_folder: Path,
    data_date: date | None = None,
    run_date: date | None = None,
    progress: ProgressCallback = _silent,
) -> LoadReport:
    """Load a source into the pool, whole or not at all.

    Args:
        pool: an open pool.
        source: the declaration.
        origin: the folder in which its files are, or the files; nothing for a database.
        quarantine_folder: where the quarantine goes.
        data_date: the date that the data describe, if not as declared.
        run_date: the day on which this runs; bounds of ranges may refer to it.
        progress: told how far it is; what it raises ends the load.

    Returns:
        The report: ``loaded``, or ``unchanged`` if the pool holds this content already.

    Raises:
        StructureError: files, columns or dates are not as declared; nothing was read further.
        TooManyRejectedError: the quarantine was written, the pool was not touched.
        LoadStoppedError: the disk is full, or a file changed while it was read.
        PoolError: another load is at work, or the pool cannot be written.
    """
    started = time.monotonic()
    found = find_origin(source, origin, data_date)
    if found.files and (same := pool.find(source.source, _digest(source, found))) is not None:
        return _unchanged(source, found, same, started)
    with _storage(), staging(quarantine_folder / ".staging", source.source) as stage:
        judged = _judge(source, found, stage, run_date or _today(), progress)
        report = replace(judged.report, quarantine=_quarantine(quarantine_folder, source, stage, judged))
        if (fault := _too_many(source, report)) is not None:
            stopped = replace(report, outcome="stopped", seconds=time.monotonic() - started)
            raise TooManyRejectedError(fault, stopped)
        batch, rows = _write(pool, source, stage, replace(judged, report=report), progress)
    if rows is None:
        return _unchanged(source, found, batch, started)
    return replace(
        report, outcome="loaded", batch=batch, rows=MappingProxyType(rows), seconds=time.monotonic() - started
    )


def load_folder(
    pool: Pool,
    sources: Sequence[Source],
    folder: Path,
    *,
    quarantine_folder: Path,
    data_date: date | None = None,
    run_date: date | None = None,
    progress: ProgressCallback = _silent,
) -> FolderReport:
    """Load every source of a folder; one that fails does not keep the others back.

    Args:
        pool: an open pool.
        sources: the declarations.
        folder: where the files are.
        quarantine_folder: where the quarantines go.
        data_date: the date that the data describe, if not as declared.
        run_date: the day on which this runs.
        progress: told how far it is.

    Returns:
        One report for each source, the faults of those that failed, and files that no source claims.
    """
    reports: list[LoadReport] = []
    failed: dict[str, tuple[Fault, ...]] = {}
    for source in sources:
        try:
            report = load_source(
                pool,
                source,
                folder,
                quarantine_folder=quarantine_folder,
                data_date=data_date,
                run_date=run_date,
                progress=progress,
            )
        except TooManyRejectedError as error:
            reports.append(error.report)
            failed[source.source] = error.faults
        except YingjiuError as error:
            failed[source.source] = error.faults
        else:
            reports.append(report)
    return FolderReport(tuple(reports), MappingProxyType(failed), unclaimed_files(sources, folder))


# --- what a load and a check have in common -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Judged:
    """Every row read and judged."""

    report: LoadReport
    reading: Reading
    verdicts: Verdicts
    left_out: npt.NDArray[np.int64]
    digest: str


def _digest(source: Source, origin: Origin, content: str = "") -> str:
    """Digest of what is loaded and how: the content of files or query, the declaration, the data date."""
    parts = [_VERSION, source.digest, origin.data_date.isoformat(), *(origin.digests or [content])]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _judge(
    source: Source, origin: Origin, stage: Stage, run_date: date, progress: ProgressCallback
) -> _Judged:
    before = origin.stamps()
    made = converters(source, run_date=run_date, data_date=origin.data_date)
    reading = read_rows(source, origin, stage, made, progress)
    if origin.stamps() != before:
        raise LoadStoppedError(
            Fault(
                "SRC-222",
                _("a file changed while it was read"),
                ", ".join(origin.names),
                hint=_("wait until it has been copied completely, and load again"),
            )
        )
    read = stage.rows + len(reading.broken)
    if read == 0 and not source.contract.may_be_empty:
        raise StructureError(
            Fault(
                "SRC-204",
                _("there is not one row to load"),
                ", ".join(origin.names),
                hint=_("ask the agency; if it is right, set contract: {may_be_empty: true}"),
            )
        )
    progress(Progress(source.source, "check", 0, stage.rows))
    broken = rows_of(reading.faults, "rejected")
    verdicts = judge(stage, source, broken)
    copies = verdicts.duplicates.rows if verdicts.duplicates is not None else np.zeros(0, np.int64)
    rejected = np.unique(np.concatenate([broken, *(relation.rows for relation in verdicts.rejected)]))
    quarantined = len(rejected) + len(reading.broken)
    report = LoadReport(
        source=source.source,
        title=source.title,
        outcome="checked",
        data_date=origin.data_date,
        files=origin.names,
        read=read,
        accepted=read - quarantined - len(copies),
        quarantined=quarantined,
        duplicates=len(copies),
        rejected_by_rule=MappingProxyType(_rejected_by_rule(reading, verdicts)),
        blanked_by_rule=MappingProxyType(count_rows(reading.faults, "blanked")),
        warnings=_warnings(verdicts, origin),
        notes=reading.notes,
    )
    left_out = np.concatenate([rejected, copies])
    return _Judged(report, reading, verdicts, left_out, _digest(source, origin, reading.digest))


def _rejected_by_rule(reading: Reading, verdicts: Verdicts) -> dict[str, int]:
    counts = count_rows(reading.faults, "rejected")
    for one in reading.broken:
        counts[one.row.code] = counts.get(one.row.code, 0) + 1
    for relation in verdicts.rejected:
        code = RULES[relation.rule].code
        counts[code] = counts.get(code, 0) + len(relation.rows)
    return dict(sorted(counts.items()))


def _warnings(verdicts: Verdicts, origin: Origin) -> tuple[Fault, ...]:
    rule = RULES[173]
    file = ", ".join(origin.names)
    told = [
        Fault(
            rule.code, rule.says, file, found=f"{person.name}: {' / '.join(person.numbers)}", hint=rule.to_do
        )
        for person in verdicts.same_person[:_MASKED_SHOWN]
    ]
    more = verdicts.same_person_count - len(told)
    if more > 0:
        message = _("{count} more people seem to stand under two ID numbers").format(count=more)
        told.append(Fault(rule.code, message, file, hint=_("see the quarantine file")))
    return tuple(told)


def _quarantine(folder: Path, source: Source, stage: Stage, judged: _Judged) -> tuple[Path, ...]:
    name = f"{source.source}-{judged.report.data_date}-{judged.digest[:8]}"
    return write_quarantine(
        folder,
        name,
        source=source,
        stage=stage,
        faults=judged.reading.faults,
        broken=judged.reading.broken,
        verdicts=judged.verdicts,
    )


def _too_many(source: Source, report: LoadReport) -> Fault | None:
    limit = source.contract.max_rejected_share
    if report.quarantined <= limit * report.read:
        return None
    worst = sorted(report.rejected_by_rule.items(), key=lambda item: -item[1])[:3]
    return Fault(
        "SRC-220",
        _("{rejected} of {read} rows were rejected; this source allows {limit}").format(
            rejected=report.quarantined, read=report.read, limit=f"{limit:.1%}"
        ),
        ", ".join(report.files),
        found=", ".join(f"{code} × {count}" for code, count in worst),
        hint=_("the pool is as it was; send the quarantine file to the agency, or check the source file"),
    )


def _unchanged(source: Source, origin: Origin, batch: Batch, started: float) -> LoadReport:
    notes: Mapping[str, int] = batch.notes
    return LoadReport(
        source=source.source,
        title=source.title,
        outcome="unchanged",
        data_date=origin.data_date,
        files=origin.names,
        read=notes.get("read", 0),
        accepted=notes.get("accepted", 0),
        quarantined=notes.get("quarantined", 0),
        duplicates=notes.get("duplicates", 0),
        rows=batch.rows,
        batch=batch,
        seconds=time.monotonic() - started,
    )


def _write(
    pool: Pool, source: Source, stage: Stage, judged: _Judged, progress: ProgressCallback
) -> tuple[Batch, dict[str, int] | None]:
    """Write the accepted rows as one batch; no rows if another load was first with the same content."""
    report = judged.report
    notes = {
        "title": source.title,
        "agency": source.agency,
        "files": list(report.files),
        "read": report.read,
        "accepted": report.accepted,
        "quarantined": report.quarantined,
        "duplicates": report.duplicates,
        "rejected_by_rule": dict(report.rejected_by_rule),
        "quarantine": [path.name for path in report.quarantine],
        "remarks": list(report.notes),
    }
    prepared = pool.load(
        source=source.source,
        content_digest=judged.digest,
        mode=source.mode,
        data_date=report.data_date,
        notes=notes,
        keys=source.key_columns() if source.mode == "upsert" else {},
    )
    taken = np.ones(stage.rows, bool)
    taken[judged.left_out] = False
    mapper = Mapper(source)
    counts = dict.fromkeys(source.into, 0)
    accepted = 0
    with prepared as batch:
        if (same := pool.find(source.source, judged.digest)) is not None:
            return same, None
        for table in source.into:
            batch.write(table, mapper.empty(table))
        for part in stage.parts:
            chosen = taken[part.first : part.first + part.rows]
            rows = pq.read_table(part.values).filter(pa.array(chosen))
            accepted += rows.num_rows
            for table, made in mapper.rows(rows):
                batch.write(table, made)
                counts[table] += made.num_rows
            progress(Progress(source.source, "write", part.first + part.rows, stage.rows))
        if accepted != report.accepted:  # a row was lost or counted twice: an error of this program
            raise AssertionError(f"accepted {report.accepted}, wrote {accepted}")
        return batch.commit(), counts


@contextmanager
def _storage() -> Iterator[None]:
    """Say what to do when the disk is full."""
    try:
        yield
    except (OSError, duckdb.IOException) as error:
        reason = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else str(error)
        raise LoadStoppedError(
            Fault(
                "SRC-221",
                _("the disk refused: {reason}").format(reason=reason),
                getattr(error, "filename", None),
                hint=_("the pool is as it was; make room on the disk, and load again"),
            )
        ) from error
