"""Ask for a job, cancel it, run it again."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from yingjiu.errors import Fault
from yingjiu.office.audit.services import Action, record
from yingjiu.office.frame.errors import Conflict
from yingjiu.office.jobs import queue
from yingjiu.office.jobs.errors import JobError
from yingjiu.office.jobs.models import Job
from yingjiu.office.jobs.registry import find
from yingjiu.office.jobs.states import State

if TYPE_CHECKING:
    from yingjiu.office.accounts.models import Organisation, User

__all__ = ["cancel", "enqueue", "retry"]


def enqueue(
    name: str,
    *,
    user: User | None = None,
    organisation: Organisation | None = None,
    once: str = "",
    **arguments: Any,
) -> Job:
    """Ask for a job: a row in the caller's transaction, sent to the queue when that is committed.

    Args:
        name: of a registered job.
        user: who asks for it and sees it; None for the office itself.
        organisation: for whom; the user's procuratorate or agency unless given.
        once: while a job with the same key is unfinished or done, that one is the answer.
        arguments: keys of rows and other plain values; never personal data.

    Returns:
        The job, queued; or the one that has the same ``once``.

    Raises:
        JobError: ``JOB-001`` no such job.
    """
    if find(name) is None:
        raise JobError(
            Fault("JOB-001", _("there is no such job"), found=name, hint=_("tell the system administrator"))
        )
    if organisation is None and user is not None:
        organisation = user.procuratorate or user.organisation
    if once and (there := _same(once)) is not None:
        return there
    job = Job(
        name=name,
        arguments=json.loads(json.dumps(arguments, cls=DjangoJSONEncoder)),
        once=once,
        user=user,
        organisation=organisation,
    )
    job.full_clean(validate_unique=False, validate_constraints=False)
    try:
        with transaction.atomic():
            job.save(force_insert=True)
    except IntegrityError:
        there = _same(once) if once else None
        if there is None:
            raise
        return there
    transaction.on_commit(partial(queue.send, job.pk))
    return job


@transaction.atomic
def cancel(*, job: Job, user: User | None) -> None:
    """Cancel a job: at once if it waits; as soon as it can stop if it is at work.

    Args:
        job: the job, visible to the user.
        user: who cancels.

    Raises:
        Conflict: ``JOB-002`` it has ended already.
    """
    record(Action.JOB, user=user, subject=job, detail={"cancel": job.name})
    waiting = Job.objects.filter(pk=job.pk, state=State.QUEUED)
    if waiting.update(state=State.CANCELLED, finished_at=timezone.now()):
        return
    if not Job.objects.filter(pk=job.pk, state=State.RUNNING).update(cancel_asked=True):
        raise Conflict(
            Fault(
                "JOB-002",
                _("this job has ended already"),
                hint=_("open it again to see how; what a load has changed can be rolled back"),
            )
        )


@transaction.atomic
def retry(*, job: Job, user: User) -> None:
    """Put a job that failed or was cancelled into the queue again.

    Args:
        job: the job, visible to the user.
        user: who wants it run again.

    Raises:
        Conflict: ``JOB-003`` it is not one that failed; ``JOB-004`` the same was asked for anew meanwhile.
    """
    try:
        with transaction.atomic():
            changed = Job.objects.filter(pk=job.pk, state__in=[State.FAILED, State.CANCELLED]).update(
                state=State.QUEUED,
                attempts=0,
                cancel_asked=False,
                error="",
                says="",
                done=0,
                total=None,
                finished_at=None,
                not_before=timezone.now(),
            )
    except IntegrityError:
        raise Conflict(
            Fault(
                "JOB-004",
                _("the same job was asked for again meanwhile"),
                hint=_("look at the newer one in the list"),
            )
        ) from None
    if not changed:
        raise Conflict(
            Fault(
                "JOB-003",
                _("only a job that failed or was cancelled can be run again"),
                hint=_("open it again to see where it stands"),
            )
        )
    record(Action.JOB, user=user, subject=job, detail={"retry": job.name})
    transaction.on_commit(partial(queue.send, job.pk))


def _same(once: str) -> Job | None:
    return Job.objects.filter(once=once, state__in=[State.QUEUED, State.RUNNING, State.DONE]).first()
