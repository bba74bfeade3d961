"""What a job holds while it is at work: its progress, its faulty rows, and whether it may go on."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from yingjiu.office.jobs.errors import CancelledByUser, Lost, ShuttingDown
from yingjiu.office.jobs.models import Job, JobFault, JobStep
from yingjiu.office.jobs.states import State

if TYPE_CHECKING:
    from yingjiu.office.accounts.models import Organisation, User

__all__ = ["BEAT", "MOST_FAULTS", "STALE", "STOPPING", "Work"]

BEAT: Final = timedelta(seconds=5)
"""How often a job at work says that it lives."""
STALE: Final = timedelta(seconds=30)
"""A job that has not said so for this long is taken from its worker."""
MOST_FAULTS: Final = 5000
"""Faulty rows that are kept; all are counted."""
STOPPING: Final = threading.Event()
"""Set when this worker is being stopped."""

_LOOK: Final = 1.0
"""Seconds between two looks at the row: progress on the screen is not older."""


class Work:
    """A job at work, as its function sees it.

    Progress is written by a thread beside the job at most once a second, over a connection of its own, so
    that it shows while the job is inside a long transaction; without that thread the job itself writes it.

    Attributes:
        job: the row, as it was when the job began.
    """

    def __init__(self, job: Job) -> None:
        self.job = job
        self._shown: tuple[int, int | None, str] = (0, None, "")
        self._written: tuple[int, int | None, str] | None = None
        self._looked = 0.0
        self._written_at = time.monotonic()
        self._waiting: list[JobFault] = []
        self._faults = 0
        self._cancelled = False
        self._lost = False
        self._thread: threading.Thread | None = None

    @property
    def user(self) -> User | None:
        """Who asked for the job."""
        return self.job.user

    @property
    def organisation(self) -> Organisation | None:
        """For whom it is done."""
        return self.job.organisation

    # -- what a job calls ---------------------------------------------------------------------------------

    def progress(self, done: int, total: int | None = None, says: str = "") -> None:
        """Say how far the job is.

        Args:
            done: steps or rows done.
            total: of how many, where that is known.
            says: what is being done, in the words of the page; no personal data.

        Raises:
            StoppedError: the job must not go on.
        """
        self._shown = (max(done, 0), total, says[:300])
        self.check()

    def check(self) -> None:
        """Ask whether the job may go on; cheap.

        Raises:
            CancelledByUser: somebody cancelled it.
            ShuttingDown: the worker is being stopped.
            Lost: another worker has it.
        """
        if self._thread is None and time.monotonic() - self._looked >= _LOOK:
            self.look()
        if self._lost:
            raise Lost
        if self._cancelled:
            raise CancelledByUser
        if STOPPING.is_set():
            raise ShuttingDown

    def fault(self, row: Mapping[str, Any]) -> None:
        """Keep a row that could not be used, for whoever started the job.

        Args:
            row: plain values: what, where, what to do; masked.
        """
        self._faults += 1
        if self._faults <= MOST_FAULTS:
            fault = JobFault(job=self.job, number=self._faults)
            fault.content = dict(row)
            self._waiting.append(fault)
        if len(self._waiting) >= 200:
            self._keep_faults()

    @contextmanager
    def step(self, key: str) -> Iterator[bool]:
        """Do one item of a job exactly once, however often the job begins again.

        The block is a transaction that also notes the key: both are there or neither. Use it where an item is
        not harmless to repeat.

        Args:
            key: names the item within this job.

        Yields:
            Whether it is still to be done; if not, the block must do nothing.
        """
        self.check()
        with transaction.atomic():
            # guards the item against an attempt that was given up and yet goes on
            mine = Job.objects.filter(pk=self.job.pk, token=self.job.token, state=State.RUNNING)
            if not mine.update(heartbeat=timezone.now()):
                self._lost = True
                raise Lost
            made = JobStep.objects.filter(job=self.job, key=key).exists()
            if not made:
                JobStep.objects.create(job=self.job, key=key)
            yield not made

    # -- what the runner calls ----------------------------------------------------------------------------

    def told(self, says: str) -> None:
        """Say why the job waits."""
        self._shown = (0, None, says[:300])

    @contextmanager
    def beating(self) -> Iterator[None]:
        """Renew the heartbeat from a thread until the end of the block."""
        ended = threading.Event()

        def beat() -> None:
            try:
                while not ended.wait(_LOOK):
                    try:
                        self.look()
                    except DatabaseError:
                        continue  # the database is busy: the next look tells more
            finally:
                connection.close()

        self._thread = threading.Thread(target=beat, name=f"heartbeat of job {self.job.pk}", daemon=True)
        self._thread.start()
        try:
            yield
        finally:
            ended.set()
            self._thread.join()
            self._thread = None

    def look(self) -> None:
        """Write what is new, and read whether the job is still wanted and still ours."""
        self._looked = time.monotonic()
        row = Job.objects.filter(pk=self.job.pk, token=self.job.token, state=State.RUNNING)
        shown = self._shown
        if shown != self._written or self._looked - self._written_at >= BEAT.total_seconds():
            done, total, says = shown
            if not row.update(heartbeat=timezone.now(), done=done, total=total, says=says):
                self._lost = True
                return
            self._written, self._written_at = shown, self._looked
        asked = row.values_list("cancel_asked", flat=True).first()
        self._lost = asked is None
        self._cancelled = bool(asked)

    def finish(self) -> dict[str, Any]:
        """Write the last faulty rows; the fields that tell how far the job came."""
        self._keep_faults()
        done, total, says = self._shown
        return {"done": done, "total": total, "says": says, "fault_count": self._faults}

    def _keep_faults(self) -> None:
        JobFault.objects.bulk_create(self._waiting)
        self._waiting.clear()
