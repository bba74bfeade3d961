"""What the worker does for the frame, which stands below jobs, and for the database."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import connection
from django.utils.translation import gettext_lazy as _

from yingjiu.office.frame import drafts, once
from yingjiu.office.jobs import job

if TYPE_CHECKING:
    from yingjiu.office.jobs import Work

__all__ = ["forget", "measure_tables"]


@job("desk.forget", title=_("Throw away old drafts and notes of sent forms"), every=timedelta(days=1))
def forget(work: Work) -> dict[str, int]:
    """Remove what nobody comes back to; running it twice changes nothing."""
    work.check()
    return {"drafts": drafts.forget_old(), "submissions": once.forget_old()}


@job(
    "desk.measure_tables",
    title=_("Tell the database how its tables have grown"),
    every=timedelta(days=1),
)
def measure_tables(work: Work) -> dict[str, int]:
    """Renew what the database knows of its tables, and chooses indexes by; PostgreSQL does it by itself."""
    work.check()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return {}
