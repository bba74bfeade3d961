"""What pages read of the intake."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Q
from django.utils import timezone

from yingjiu.language import catalogue_text
from yingjiu.office.accounts.models import User
from yingjiu.office.accounts.roles import Role
from yingjiu.office.files.models import StoredFile
from yingjiu.office.intake.declared import ENTERED, sources_for
from yingjiu.office.intake.keeping import keeper, pool_folder
from yingjiu.office.intake.models import AgencyFile, FileState, ModelRun
from yingjiu.pool import Batch, BatchState, Pool
from yingjiu.sources import Source

__all__ = [
    "DUE_DAYS",
    "Loaded",
    "SourceRow",
    "history",
    "last_run",
    "sees_file",
    "source_rows",
    "waiting_files",
]

DUE_DAYS: Final = 31
"""A snapshot whose data are older is due; agencies deliver monthly."""


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A source on the overview.

    Attributes:
        source: its declaration; None for parties entered by hand.
        name: its identifier.
        title: what it is called.
        agency: who delivers it.
        data_date: the newest day that its data describe.
        loaded_at: when that was loaded.
        rows: rows of the current batches.
        age: days since ``data_date``.
        due: whether new data should be asked for.
        waiting: files that were sent and are not loaded yet.
    """

    source: Source | None
    name: str
    title: str
    agency: str
    data_date: date | None
    loaded_at: Any
    rows: int
    age: int | None
    due: bool
    waiting: int


@dataclass(frozen=True, slots=True)
class Loaded:
    """A load in the history of a source.

    Attributes:
        batch: as the pool tells it.
        rows: in all tables.
        file: the file it came from, if it came through this office.
        current: whether it counts now and can be taken back.
    """

    batch: Batch
    rows: int
    file: AgencyFile | None
    current: bool


def _pool() -> Pool | None:
    return Pool.open(pool_folder()) if (pool_folder() / "catalogue.sqlite").is_file() else None


def sees_pool(user: User) -> bool:
    """Whether a user's office is the one that keeps the pool, or nobody keeps it yet."""
    there = keeper()
    office = user.procuratorate or (user.organisation.parent if user.organisation else None)
    return there is None or there == office


def source_rows(user: User) -> list[SourceRow]:
    """The sources a user may send files for, those that are due first."""
    pool = _pool() if sees_pool(user) else None
    batches: dict[str, list[Batch]] = {}
    for batch in pool.view().batches if pool is not None else ():
        batches.setdefault(batch.source, []).append(batch)
    waiting: dict[str, int] = {}
    for name in AgencyFile.objects.visible_to(user).filter(_WAITING).values_list("source", flat=True):
        waiting[name] = waiting.get(name, 0) + 1
    rows = [
        _row(each, each.source, catalogue_text(each.title), catalogue_text(each.agency), batches, waiting)
        for each in sources_for(user)
    ]
    if ENTERED in batches and user.has_role(Role.ANALYST):
        notes = batches[ENTERED][0].notes
        rows.append(_row(None, ENTERED, str(notes["title"]), str(notes["agency"]), batches, waiting))
    return sorted(rows, key=lambda row: (-row.waiting, not row.due, row.agency, row.name))


_WAITING: Final = Q(state__in=[FileState.CHECKING, FileState.CHECKED, FileState.LOADING])


def _row(  # noqa: PLR0917 - columns of a row
    source: Source | None,
    name: str,
    title: str,
    agency: str,
    batches: dict[str, list[Batch]],
    waiting: dict[str, int],
) -> SourceRow:
    mine = batches.get(name, [])
    newest = max((batch.data_date for batch in mine), default=None)
    age = (timezone.localdate() - newest).days if newest else None
    return SourceRow(
        source=source,
        name=name,
        title=title,
        agency=agency,
        data_date=newest,
        loaded_at=max((batch.committed_at for batch in mine), default=None),
        rows=sum(sum(batch.rows.values()) for batch in mine),
        age=age,
        due=source is not None and (age is None or age > DUE_DAYS),
        waiting=waiting.get(name, 0),
    )


def history(user: User, name: str) -> Sequence[Loaded]:
    """The loads of a source, the newest first; nothing for an office that does not keep the pool."""
    pool = _pool() if sees_pool(user) else None
    if pool is None:
        return []
    files = {
        each.batch: each
        for each in AgencyFile.objects.visible_to(user)
        .filter(source=name)
        .exclude(batch="")
        .select_related("loaded_by")
    }
    return [
        Loaded(batch, sum(batch.rows.values()), files.get(batch.id), batch.state is BatchState.CURRENT)
        for batch in reversed(pool.history(name))
    ]


def waiting_files(user: User) -> int:
    """How many checked files wait for an analyst to load them."""
    if not user.has_role(Role.ANALYST):
        return 0
    return AgencyFile.objects.visible_to(user).filter(state=FileState.CHECKED).count()


def sees_file(user: Any, stored: StoredFile) -> bool:
    """Whether a user sees the row that owns a file, as what was sent or as its quarantine."""
    owning = Q(file=stored) | Q(quarantine=stored)
    return AgencyFile.objects.visible_to(user).filter(owning).exists()


def last_run(user: User) -> ModelRun | None:
    """The last run that ended."""
    return ModelRun.objects.visible_to(user).filter(finished_at__isnull=False, skipped=False).first()
