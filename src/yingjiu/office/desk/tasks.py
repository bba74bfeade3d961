"""What the worker does for the frame, which stands below jobs."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from yingjiu.office.frame import drafts, once
from yingjiu.office.jobs import job

if TYPE_CHECKING:
    from yingjiu.office.jobs import Work

__all__ = ["forget"]


@job("desk.forget", title=_("Throw away old drafts and notes of sent forms"), every=timedelta(days=1))
def forget(work: Work) -> dict[str, int]:
    """Remove what nobody comes back to; running it twice changes nothing."""
    work.check()
    return {"drafts": drafts.forget_old(), "submissions": once.forget_old()}
