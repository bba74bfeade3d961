"""What the worker does with clocks."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from yingjiu.office.clocks import upkeep
from yingjiu.office.jobs import job

if TYPE_CHECKING:
    from yingjiu.office.jobs import Work

__all__ = ["sweep"]


@job("clocks.sweep", title=_("Mark time limits that are overdue or due soon"), every=timedelta(minutes=30))
def sweep(work: Work) -> dict[str, int]:
    """Count anew, mark what is overdue and what is due soon; running it twice changes nothing."""
    moved = upkeep.recount()
    done = {**upkeep.sweep(), "moved": moved}
    work.progress(1, 1, "")
    return done
