"""The queue behind the rows: Huey on a file of its own, or on PostgreSQL or Redis.

``YINGJIU_OFFICE_QUEUE`` may hold ``postgres://...`` or ``redis://...``; otherwise the queue is
``YINGJIU_FOLDER/queue.sqlite3``. A message holds only the key of a row and is signed with the installation's
secret. Losing or doubling messages does no harm: rows are claimed by one worker, and rows without a message
are sent again.
"""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any, Final

from django.conf import settings
from django.utils import timezone
from huey import Huey, PostgresHuey, RedisHuey, SqliteHuey, crontab
from huey.serializer import SignedSerializer

from yingjiu.office.jobs.models import Job

__all__ = ["Queue", "queue", "send"]

logger = logging.getLogger(__name__)

NAME: Final = "yingjiu"


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue with its two tasks.

    Attributes:
        huey: the queue itself.
        run: the task that does the job of a row.
    """

    huey: Huey
    run: Any


def queue() -> Queue:
    """The queue of this installation."""
    return _made(os.environ.get("YINGJIU_OFFICE_QUEUE") or str(settings.YINGJIU_FOLDER / "queue.sqlite3"))


@cache
def _made(where: str) -> Queue:
    common: dict[str, Any] = {
        "results": False,
        "serializer": SignedSerializer(secret=settings.SECRET_KEY, salt=__name__),
    }
    if where.startswith(("postgres://", "postgresql://")):
        huey = PostgresHuey(NAME, dsn=where, **common)
    elif where.startswith(("redis://", "rediss://", "unix://")):
        huey = RedisHuey(NAME, url=where, **common)
    else:
        huey = SqliteHuey(NAME, filename=where, timeout=20, **common)
    huey.periodic_task(crontab(minute="*"), name="tick")(_tick)
    return Queue(huey, huey.task(name="run")(_run))


def _run(pk: int) -> None:
    from yingjiu.office.jobs.running import run  # noqa: PLC0415 - running sends messages itself

    run(pk)


def _tick() -> None:
    from yingjiu.office.jobs.upkeep import tick  # noqa: PLC0415 - as above

    tick()


def send(pk: int, *, after: timedelta | None = None) -> None:
    """Tell the workers that a job waits.

    A queue that cannot be written is no reason to fail: the row is there, and is sent again by the next look.

    Args:
        pk: key of the job.
        after: not before this much time has passed.
    """
    try:
        if after:
            queue().run.schedule((pk,), delay=after.total_seconds())
        else:
            queue().run(pk)
    except Exception:  # whatever the queue's engine raises
        logger.exception("job %s could not be sent to the queue", pk)
    else:
        Job.objects.filter(pk=pk).update(sent_at=timezone.now() + (after or timedelta()))
