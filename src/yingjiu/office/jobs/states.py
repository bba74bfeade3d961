"""The states of a job."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

__all__ = ["ENDED", "OPEN", "State"]


class State(models.TextChoices):
    """Where a job stands."""

    QUEUED = "queued", _("waits its turn")
    RUNNING = "running", _("at work")
    DONE = "done", _("job done")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


OPEN: Final = (State.QUEUED, State.RUNNING)
"""Not ended yet."""

ENDED: Final = (State.DONE, State.FAILED, State.CANCELLED)
"""Nothing more happens by itself."""
