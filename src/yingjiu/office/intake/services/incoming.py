"""Files of agencies: taken, checked, loaded, taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from yingjiu.errors import Fault
from yingjiu.office.accounts.models import User
from yingjiu.office.audit.services import Action, record
from yingjiu.office.files.models import StoredFile
from yingjiu.office.files.services import attach
from yingjiu.office.intake.declared import claiming, sources_for
from yingjiu.office.intake.errors import IntakeError, TooLateError
from yingjiu.office.intake.keeping import check_keeper, open_pool
from yingjiu.office.intake.models import AgencyFile, FileState, Why
from yingjiu.office.intake.services.runs import request_run
from yingjiu.office.jobs import enqueue
from yingjiu.office.phrases import listed
from yingjiu.sources import Source

__all__ = ["check_again", "discard", "request_load", "take_back", "take_files"]


@transaction.atomic
def take_files(
    *, user: User, files: Sequence[StoredFile], source: str = "", data_date: date | None = None
) -> list[AgencyFile]:
    """Take uploaded files, and have them checked.

    Args:
        user: an analyst, or the liaison of the agency.
        files: uploaded by this user.
        source: the source they belong to; told from their names unless given. Two sheets of one workbook may
            be two sources.
        data_date: the day that the data describe, if not as declared.

    Returns:
        One row for each file and source; their checks are under way.

    Raises:
        IntakeError: ``INT-001`` the data are kept elsewhere; ``INT-002`` no source claims a file;
            ``INT-003`` no file.
    """
    office = check_keeper(user)
    if not files:
        raise IntakeError(
            Fault("INT-003", _("no file was chosen"), hint=_("choose a file, and wait until it is uploaded"))
        )
    among = sources_for(user)
    chosen = {each.pk: _sources_of(each, source, among) for each in files}
    unclaimed = [each for each in files if not chosen[each.pk]]
    if unclaimed:
        raise IntakeError(*(_unclaimed(each, among) for each in unclaimed))
    agency = None if user.procuratorate else user.organisation
    made = []
    for stored in files:
        attach(stored)
        for each in chosen[stored.pk]:
            taken = AgencyFile(
                organisation=office,
                agency=agency,
                source=each.source,
                file=stored,
                data_date=data_date,
                uploaded_by=user,
            )
            taken.full_clean()
            taken.save()
            _check(taken, user)
            made.append(taken)
    record(Action.UPLOAD, user=user, detail={"sources": [each.source for each in made]})
    return made


@transaction.atomic
def check_again(*, file: AgencyFile, user: User) -> None:
    """Check a file once more: the declaration of its source was corrected, or the job of its check is lost.

    Raises:
        TooLateError: ``INT-004`` it is being loaded or was loaded.
    """
    _must_be(file, FileState.CHECKED, FileState.REFUSED, becomes=FileState.CHECKING)
    _check(file, user)


@transaction.atomic
def request_load(*, file: AgencyFile, user: User) -> None:
    """Have a file loaded into the pool; the models run afterwards.

    Args:
        file: checked, or taken back earlier; or being loaded by a job that is lost.
        user: an analyst of the procuratorate that keeps the pool.

    Raises:
        IntakeError: ``INT-001`` the data are kept elsewhere.
        TooLateError: ``INT-004`` it is not one that can be loaded now.
    """
    check_keeper(user)
    _must_be(file, FileState.CHECKED, FileState.TAKEN_BACK, becomes=FileState.LOADING)
    file.loads += 1
    file.loaded_by = user
    once = f"intake.load:{file.pk}:{file.loads}"
    file.job = enqueue("intake.load_file", user=user, once=once, file=file.pk)
    file.save(update_fields=["loads", "loaded_by", "job"])
    record(Action.DECISION, user=user, subject=file, detail={"load": file.source})


@transaction.atomic
def discard(*, file: AgencyFile, user: User) -> None:
    """Put a file aside that shall not be loaded.

    Raises:
        TooLateError: ``INT-004`` it is being loaded or was loaded.
    """
    _must_be(file, FileState.CHECKED, FileState.REFUSED, becomes=FileState.DISCARDED)
    record(Action.DECISION, user=user, subject=file, detail={"discard": file.source})


@transaction.atomic
def take_back(*, batch: str, reason: str, user: User) -> None:
    """Take one load back; what it had replaced counts again, and the models run.

    Args:
        batch: id of a batch that is current.
        reason: why; kept in the history of the pool.
        user: an analyst of the procuratorate that keeps the pool.

    Raises:
        IntakeError: ``INT-001`` the data are kept elsewhere.
        PoolError: ``POL-010`` a load is at work; ``POL-040`` to ``POL-044`` it cannot be taken back.
    """
    office = check_keeper(user)
    pool = open_pool()
    pool.rollback(batch, reason=f"{reason.strip()} ({user})" if reason.strip() else "")
    AgencyFile.objects.filter(batch=batch, state=FileState.LOADED).update(state=FileState.TAKEN_BACK)
    replaced = {each.id for each in pool.view().batches}
    AgencyFile.objects.filter(batch__in=replaced, state=FileState.TAKEN_BACK).update(state=FileState.LOADED)
    request_run(organisation=office, user=user, why=Why.AFTER_ROLLBACK)
    record(Action.DECISION, user=user, purpose=reason, detail={"taken_back": batch})


def _check(file: AgencyFile, user: User) -> None:
    file.job = enqueue("intake.check_file", user=user, file=file.pk)
    file.save(update_fields=["job"])


def _must_be(file: AgencyFile, *states: FileState, becomes: FileState) -> None:
    """Let one of two who ask at once through; a file whose job is lost may be asked for again."""
    fitting = Q(state__in=states)
    if file.lost:
        fitting |= Q(state=becomes, job=file.job_id)
    if not AgencyFile.objects.filter(fitting, pk=file.pk).update(state=becomes):
        file.refresh_from_db()
        raise TooLateError(
            Fault(
                "INT-004",
                _("this file is no longer where it was when you opened the page"),
                found=file.get_state_display(),
                hint=_("open its page again to see where it stands"),
            )
        )
    file.state = becomes


def _sources_of(stored: StoredFile, source: str, among: Sequence[Source]) -> list[Source]:
    if source:
        return [each for each in among if each.source == source]
    return claiming(stored.name, list(among))


def _unclaimed(stored: StoredFile, among: Sequence[Source]) -> Fault:
    return Fault(
        "INT-002",
        _("no source that you may send files for claims a file of this name"),
        found=stored.name,
        hint=_("name it as agreed, such as {names}; or choose its source").format(
            names=listed(each.files for each in among[:3] if each.files)
        ),
    )
