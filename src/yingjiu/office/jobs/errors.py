"""Errors of the jobs.

::

    JobError          a job cannot be asked for, cancelled or run again (JOB-001 to JOB-099)

    StoppedError      not an error of a person: how a job at work learns that it must not go on
    ├── CancelledByUser   somebody cancelled it
    ├── ShuttingDown      the worker is being stopped; the job goes back to the queue
    ├── Lost              another worker has it now
    └── Postponed         it cannot be done now, and is tried again later
"""

from __future__ import annotations

from datetime import timedelta

from yingjiu.office.frame.errors import OfficeError

__all__ = ["CancelledByUser", "JobError", "Lost", "Postponed", "ShuttingDown", "StoppedError"]


class JobError(OfficeError):
    """A job cannot be asked for, cancelled or run again."""


class StoppedError(Exception):
    """A job must not go on."""


class CancelledByUser(StoppedError):  # noqa: N818 - says what happened; nothing is wrong
    """Somebody cancelled the job."""


class ShuttingDown(StoppedError):  # noqa: N818 - as above
    """The worker is being stopped."""


class Lost(StoppedError):  # noqa: N818 - as above
    """Another worker has the job now."""


class Postponed(StoppedError):  # noqa: N818 - as above
    """The job cannot be done now; a job raises this to be tried again without its attempt being counted.

    Args:
        says: why, in the words of the page.
        after: how long to wait.
    """

    def __init__(self, says: str, *, after: timedelta = timedelta(seconds=10)) -> None:
        self.says = says
        self.after = after
        super().__init__(says)
