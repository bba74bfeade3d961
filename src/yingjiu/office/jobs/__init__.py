"""Long work beside the web server: a row for every job, and a worker that may be killed at any moment.

A job is a function ``(work, **arguments) -> dict | None`` in an app's ``tasks.py``, marked with :func:`job`;
:func:`enqueue` asks for it inside the caller's transaction. Jobs are idempotent: a worker that dies leaves a
row behind, and the job runs again from its start.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from yingjiu.office.jobs.registry import job

if TYPE_CHECKING:
    from yingjiu.office.jobs.services import enqueue
    from yingjiu.office.jobs.work import Work

__all__ = ["Work", "enqueue", "job"]


def __getattr__(name: str) -> Any:
    """Services know models, and models exist only after Django has started."""
    if name == "enqueue":
        from yingjiu.office.jobs.services import enqueue  # noqa: PLC0415 - as the docstring says

        return enqueue
    if name == "Work":
        from yingjiu.office.jobs.work import Work  # noqa: PLC0415 - as above

        return Work
    raise AttributeError(name)
