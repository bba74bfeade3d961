"""Check a file of an agency, and load it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from yingjiu.errors import Fault, YingjiuError
from yingjiu.office.files.disk import work_folder
from yingjiu.office.files.errors import DamagedFileError
from yingjiu.office.files.models import StoredFile
from yingjiu.office.files.services import plain_copy, release, store
from yingjiu.office.intake.declared import database_file, sources
from yingjiu.office.intake.errors import IntakeError
from yingjiu.office.intake.keeping import open_pool
from yingjiu.office.intake.models import AgencyFile, FileState, Why
from yingjiu.office.intake.services import request_run, run_day
from yingjiu.office.jobs import Work
from yingjiu.office.jobs.errors import Postponed
from yingjiu.pool.errors import PoolBusyError
from yingjiu.sources import LoadReport, Progress, Source, check_source, load_source, rule_texts
from yingjiu.sources.errors import TooManyRejectedError

__all__ = ["check", "load"]


def check(work: Work, file: AgencyFile) -> dict[str, Any]:
    """Read and judge every row of a file, and change nothing in the pool.

    Args:
        work: the job.
        file: being checked; otherwise nothing is done.

    Returns:
        How many rows were read, accepted and held back.
    """
    if file.state != FileState.CHECKING:
        return {}
    source = _source(file)
    with _refused_if_damaged(work, file), _plain(source, file) as (origin, quarantine):
        try:
            report = check_source(
                source,
                origin,
                data_date=file.data_date,
                quarantine_folder=quarantine,
                run_date=run_day(),
                progress=lambda progress: _tell(work, progress),
            )
        except YingjiuError as error:
            _end(file, FileState.REFUSED, {"faults": _faults(error.faults)}, None)
            return {"outcome": "refused"}
        state = FileState.CHECKED if report.outcome == "checked" else FileState.REFUSED
        _end(file, state, _told(report), _kept(report, file))
    return {"outcome": report.outcome, "read": report.read, "accepted": report.accepted}


def load(work: Work, file: AgencyFile) -> dict[str, Any]:
    """Load a file into the pool, whole or not at all, and ask for a run of the models.

    A job that begins again after its worker was killed finds its content in the pool, or nothing of it.

    Args:
        work: the job.
        file: being loaded; otherwise nothing is done.

    Returns:
        How many rows were read, accepted and held back.

    Raises:
        Postponed: another load is at work.
        YingjiuError: it cannot be loaded.
    """
    if file.state != FileState.LOADING:
        return {}
    source = _source(file)
    with _refused_if_damaged(work, file), _plain(source, file) as (origin, quarantine):
        try:
            report = load_source(
                open_pool(),
                source,
                origin,
                quarantine_folder=quarantine,
                data_date=file.data_date,
                run_date=run_day(),
                progress=lambda progress: _tell(work, progress),
            )
        except PoolBusyError:
            raise Postponed(_("another load is at work"), after=timedelta(seconds=5)) from None
        except TooManyRejectedError as error:
            told = _told(error.report) | {"faults": _faults(error.faults)}
            _end(file, FileState.REFUSED, told, _kept(error.report, file))
            raise
        except YingjiuError as error:
            _end(file, FileState.REFUSED, {"faults": _faults(error.faults)}, None)
            raise
        _loaded(work, file, report)
    return {"outcome": report.outcome, "read": report.read, "accepted": report.accepted}


def _loaded(work: Work, file: AgencyFile, report: LoadReport) -> None:
    batch = report.batch
    assert batch is not None  # noqa: S101 - a load that did not raise has one
    # "unchanged" may also mean: this job itself wrote it, and was killed before it could say so
    anew = report.outcome == "loaded" or batch.committed_at >= work.job.created_at
    file.batch, file.loaded_at = batch.id, timezone.now()
    told = _told(report) if report.outcome == "loaded" else {**file.report, "outcome": report.outcome}
    quarantine = _kept(report, file) if report.quarantine else file.quarantine
    with transaction.atomic():
        _end(file, FileState.LOADED if anew else FileState.UNCHANGED, told, quarantine)
        if anew:
            request_run(organisation=file.organisation, user=file.loaded_by, why=Why.AFTER_LOAD)


def _end(file: AgencyFile, state: FileState, report: dict[str, Any], quarantine: StoredFile | None) -> None:
    before = file.quarantine
    file.state, file.report, file.quarantine = state, report, quarantine
    with transaction.atomic():
        file.save()
        if before is not None and before != quarantine:
            release(before)


def _source(file: AgencyFile) -> Source:
    found = sources().get(file.source)
    if found is None:
        raise IntakeError(
            Fault(
                "INT-007",
                _("the source of this file is no longer declared"),
                found=file.source,
                hint=_("put its declaration back, or upload the file for another source"),
            )
        )
    return found


@contextmanager
def _refused_if_damaged(work: Work, file: AgencyFile) -> Iterator[None]:
    """A file that is gone or was changed on the disk is refused, and may be sent again; it is on record."""
    try:
        yield
    except DamagedFileError as error:
        error.put_on_record(work.job.user)
        _end(file, FileState.REFUSED, {"faults": _faults(error.faults)}, None)
        raise


@contextmanager
def _plain(source: Source, file: AgencyFile) -> Iterator[tuple[Path | Sequence[Path], Path]]:
    """The file where the loader can read it, and a folder for its quarantine; both gone afterwards."""
    with (
        plain_copy(file.file) as (path,),
        TemporaryDirectory(prefix="plain-", dir=work_folder()) as quarantine,
    ):
        name = database_file(source)
        origin: Path | Sequence[Path] = [path]
        if name is not None:
            origin = path.replace(path.with_name(name)).parent
        yield origin, Path(quarantine)


def _kept(report: LoadReport, file: AgencyFile) -> StoredFile | None:
    """The quarantine's workbook as a stored file; the Parquet file beside it holds the same."""
    for path in report.quarantine:
        if path.suffix == ".xlsx":
            with path.open("rb") as content:
                return store(
                    content, path.name, None, ("xlsx",), organisation=file.organisation, attached=True
                )
    return None


def _tell(work: Work, progress: Progress) -> None:
    words = {"read": _("reading"), "check": _("checking"), "write": _("writing")}
    work.progress(progress.rows, progress.total, words[progress.stage])


def _told(report: LoadReport) -> dict[str, Any]:
    return {
        "outcome": report.outcome,
        "data_date": report.data_date.isoformat(),
        "read": report.read,
        "accepted": report.accepted,
        "quarantined": report.quarantined,
        "duplicates": report.duplicates,
        "rules": [
            *_rules(report.rejected_by_rule, rejected=True),
            *_rules(report.blanked_by_rule, rejected=False),
        ],
        "warnings": _faults(report.warnings),
        "notes": list(report.notes),
        "rows": dict(report.rows),
    }


def _rules(counts: Any, *, rejected: bool) -> list[dict[str, Any]]:
    found = []
    for code, count in sorted(counts.items(), key=lambda item: -item[1]):
        says, to_do = rule_texts(code)
        found.append({"code": code, "says": says, "to_do": to_do, "count": count, "rejected": rejected})
    return found


def _faults(faults: Sequence[Fault]) -> list[dict[str, Any]]:
    return [
        {
            "code": each.code,
            "message": each.message,
            "path": each.path or "",
            "found": each.found or "",
            "hint": each.hint or "",
        }
        for each in faults
    ]
