"""Clocks are sealed with the matter they run for, and stand still until its seal is lifted."""

from __future__ import annotations

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, QuerySet

from yingjiu.office.clocks.models import Clock
from yingjiu.office.sealing.querysets import everything
from yingjiu.office.sealing.registry import register, told

__all__ = ["clocks_of", "register_all"]


def clocks_of(subject: Model) -> QuerySet[Clock]:
    """The clocks of a matter, sealed ones too."""
    kind = ContentType.objects.get_for_model(subject)
    return everything(Clock).filter(subject_type=kind, subject_id=subject.pk)


def register_all() -> None:
    """Say what the page of an opened seal shows of a clock."""
    register(Clock, shows=told("limit", "state", "started_on", "due_on", "finished_on"))
