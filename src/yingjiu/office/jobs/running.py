"""Do one job: claim its row, call its function, write how it ended."""

from __future__ import annotations

import logging
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.db import OperationalError, close_old_connections
from django.db.models import F
from django.dispatch import Signal
from django.utils import timezone
from django.utils.translation import gettext as _

from yingjiu.errors import YingjiuError
from yingjiu.office.jobs import queue
from yingjiu.office.jobs.alive import new_token
from yingjiu.office.jobs.errors import CancelledByUser, Lost, Postponed, ShuttingDown
from yingjiu.office.jobs.models import Job
from yingjiu.office.jobs.registry import find
from yingjiu.office.jobs.states import State
from yingjiu.office.jobs.work import Work
from yingjiu.office.speech import in_language

__all__ = ["HERE", "MOST_ATTEMPTS", "drain", "job_ended", "run", "speaking_to"]

logger = logging.getLogger(__name__)

MOST_ATTEMPTS: Final = 3
"""A job whose worker died this often is not tried again by itself."""

HERE: Final[set[str]] = set()
"""Tokens of the attempts that this process is at."""

job_ended: Final = Signal()
"""This thread has done with a job, however it went: as Django tells that a request is finished."""


def run(pk: int, *, beat: bool = True) -> bool:
    """Do a job if it waits.

    Args:
        pk: key of its row.
        beat: renew the heartbeat from a thread; without it the job does so itself when it tells its progress.

    Returns:
        Whether it was this call that did it.
    """
    if beat:
        close_old_connections()
    try:
        token = _claim(pk)
        if token is None:
            return False
        try:
            _do(Job.objects.select_related("user", "organisation").get(pk=pk), beat)
        finally:
            HERE.discard(token)
            job_ended.send(sender=Job)
        return True
    finally:
        if beat:
            close_old_connections()


def drain(*, most: int = 1000) -> int:
    """Do all jobs that wait, in this process, one after the other; for commands and tests.

    Args:
        most: jobs to do at most; jobs ask for further jobs.

    Returns:
        How many were done.
    """
    done = 0
    while done < most:
        now = timezone.now()
        waiting = Job.objects.filter(state=State.QUEUED, not_before__lte=now).order_by("id")
        pk = waiting.values_list("pk", flat=True).first()
        if pk is None:
            break
        done += run(pk, beat=False)
    return done


def _claim(pk: int) -> str | None:
    """Take a waiting job; of several workers one succeeds."""
    token, now = new_token(), timezone.now()
    HERE.add(token)  # before the row says so: the reaper of this process must not find it missing
    taken = Job.objects.filter(pk=pk, state=State.QUEUED).update(
        state=State.RUNNING,
        token=token,
        attempts=F("attempts") + 1,
        heartbeat=now,
        started_at=now,
        finished_at=None,
        fault_count=0,
        error="",
    )
    if taken:
        return token
    HERE.discard(token)
    return None


def speaking_to(job: Job) -> AbstractContextManager[None]:
    """Speak the language of whoever asked for a job."""
    return in_language((job.user.language if job.user else "") or settings.LANGUAGE_CODE)


def _do(job: Job, beat: bool) -> None:
    work = Work(job)
    with speaking_to(job):
        try:
            changed = _called(work, beat)
        except Lost:
            logger.warning("job %s was taken from this worker", job.pk)
            return
        after: timedelta | None = changed.pop("after", None)
        changed |= work.finish()
        if changed["state"] == State.QUEUED:
            changed |= {"token": "", "not_before": timezone.now() + (after or timedelta())}
        else:
            changed["finished_at"] = timezone.now()
        mine = Job.objects.filter(pk=job.pk, token=job.token, state=State.RUNNING)
        if not mine.update(**changed):
            logger.warning("job %s was taken from this worker", job.pk)
        elif changed["state"] == State.QUEUED and after is not None:
            queue.send(job.pk, after=after)


def _called(work: Work, beat: bool) -> dict[str, Any]:
    """Call the function; what becomes of the row."""
    job = work.job
    job.faults.all().delete()  # of an attempt that came to nothing
    registered = find(job.name)
    if registered is None:
        return _failed(_("this version of the program has no such job; update it, or cancel the job"))
    try:
        with work.beating() if beat else nullcontext():
            result = registered.function(work, **job.arguments)
    except Lost:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, the row must say how the job ended
        return _ended(work, error)
    return {"state": State.DONE, "result": dict(result or {})}


def _ended(work: Work, error: Exception) -> dict[str, Any]:
    """What becomes of the row of a job that raised an error."""
    job = work.job
    changed: dict[str, Any]
    if isinstance(error, CancelledByUser):
        changed = {"state": State.CANCELLED}
    elif isinstance(error, ShuttingDown):
        changed = {"state": State.QUEUED, "attempts": F("attempts") - 1}
    elif isinstance(error, Postponed):
        work.told(error.says)
        changed = {"state": State.QUEUED, "attempts": F("attempts") - 1, "after": error.after}
    elif isinstance(error, YingjiuError):
        changed = _failed(str(error))
    elif isinstance(error, OperationalError) and job.attempts < MOST_ATTEMPTS:
        logger.warning("job %s: the database failed, it is tried again", job.pk, exc_info=error)
        changed = {"state": State.QUEUED, "after": timedelta(seconds=10)}
    else:
        logger.error("job %s failed", job.pk, exc_info=error)
        says = _(
            "the program has a fault here, or the database could not be written. "
            "Run the job again; if it fails again, tell the system administrator its number: {number}"
        )
        changed = _failed(says.format(number=job.pk))
    return changed


def _failed(says: str) -> dict[str, Any]:
    return {"state": State.FAILED, "error": says}
