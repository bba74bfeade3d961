"""What keeps jobs going: a dead worker's are taken from it, forgotten ones sent, regular ones asked for."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Final

from django.db import close_old_connections
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from yingjiu.office.jobs import queue
from yingjiu.office.jobs.alive import living, remove_dead
from yingjiu.office.jobs.models import Job
from yingjiu.office.jobs.registry import periodic
from yingjiu.office.jobs.running import HERE, MOST_ATTEMPTS, speaking_to
from yingjiu.office.jobs.services import enqueue
from yingjiu.office.jobs.states import ENDED, State
from yingjiu.office.jobs.work import STALE

__all__ = ["ask_for_periodic", "prune", "reap", "resend", "tick"]

logger = logging.getLogger(__name__)

_SEND_AGAIN: Final = timedelta(minutes=2)
_LONG_SILENCE: Final = timedelta(minutes=10)
"""Of a worker whose process lives: it may be held up by a long transaction or a suspended computer."""
_KEEP: Final = timedelta(days=30)
"""How long the office's own jobs are kept; those of people stay."""


def tick(*, starting: bool = False) -> None:
    """Look after all jobs; called every minute, and when a worker starts.

    Args:
        starting: the worker has just started, so every waiting job is sent: the queue may have been lost.
    """
    close_old_connections()
    try:
        reap()
        ask_for_periodic()
        resend(everything=starting)
        prune()
    finally:
        close_old_connections()


def reap() -> int:
    """Take jobs from workers that are dead; they run again, up to three times.

    A worker is dead when the lock of its process is free, or, where that cannot be seen, when its heartbeat
    is older than 30 seconds.

    Returns:
        How many were taken.
    """
    now = timezone.now()
    count = 0
    running = Job.objects.filter(state=State.RUNNING).select_related("user")
    for job in running:
        if job.token in HERE or not _is_dead(job):
            continue
        row = Job.objects.filter(pk=job.pk, token=job.token, state=State.RUNNING)
        if job.cancel_asked:
            count += row.update(state=State.CANCELLED, finished_at=now)
        elif job.attempts >= MOST_ATTEMPTS:
            with speaking_to(job):
                says = _(
                    "the worker ended {count} times while it was at this job, which is therefore not tried "
                    "again by itself; look for a full disk or too little memory, then run it again"
                ).format(count=job.attempts)
            count += row.update(state=State.FAILED, error=says, finished_at=now)
        elif row.update(state=State.QUEUED, token="", not_before=now):
            count += 1
            logger.warning("job %s was left by a worker that died, and is queued again", job.pk)
            queue.send(job.pk)
    tokens = Job.objects.filter(state=State.RUNNING).values_list("token", flat=True)
    remove_dead(set(tokens))
    return count


def _is_dead(job: Job) -> bool:
    silence = timezone.now() - (job.heartbeat or job.created_at)
    lives = living(job.token)
    if lives is None:
        return silence > STALE
    return not lives or silence > _LONG_SILENCE


def resend(*, everything: bool = False) -> int:
    """Send jobs of which the queue may know nothing; a second message for the same job does no harm.

    Args:
        everything: all that wait; otherwise those that have waited in vain for two minutes while the queue
            is empty.
    """
    now = timezone.now()
    waiting = Job.objects.filter(state=State.QUEUED, not_before__lte=now)
    if not everything:
        if queue.queue().huey.pending_count():
            return 0
        waiting = waiting.filter(Q(sent_at__isnull=True) | Q(sent_at__lt=now - _SEND_AGAIN))
        waiting = waiting.filter(not_before__lt=now - timedelta(seconds=20))
    keys = list(waiting.order_by("id").values_list("pk", flat=True)[:1000])
    for pk in keys:
        queue.send(pk)
    return len(keys)


def ask_for_periodic() -> None:
    """Ask for each regular job once in each of its periods."""
    seconds = timezone.now().timestamp()
    for registered in periodic():
        assert registered.every is not None  # noqa: S101 - periodic() returns only these
        slot = int(seconds // registered.every.total_seconds())
        enqueue(registered.name, once=f"{registered.name}:{slot}")


def prune() -> None:
    """Forget the office's own jobs that ended long ago."""
    Job.objects.filter(user=None, state__in=ENDED, finished_at__lt=timezone.now() - _KEEP).delete()
