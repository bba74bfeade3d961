"""The matters that clocks run for: how a list of clocks reads them, and who follows a day that moves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.contrib.contenttypes.prefetch import GenericPrefetch
from django.db.models import Model, QuerySet

from yingjiu.office.clocks.models import Clock, ClockQuerySet

__all__ = ["day_moved", "register_matter", "with_matters"]

_registered: dict[type[Model], QuerySet[Any]] = {}
_followers: dict[type[Model] | None, Callable[[Clock], None]] = {}


def register_matter(rows: QuerySet[Any], follow: Callable[[Clock], None] | None = None) -> None:
    """Say how matters of one kind are read for a list of clocks.

    Args:
        rows: of the kind, with what ``str`` and ``get_absolute_url`` ask for and no more.
        follow: for a kind that keeps the last day itself, to sort by it: told each clock whose day moved.
    """
    _registered[rows.model] = rows
    if follow is not None:
        _followers[rows.model] = follow


def day_moved(clock: Clock) -> None:
    """The last day of a clock moved; inside the transaction that moves it."""
    kind = ContentType.objects.get_for_id(clock.subject_type_id).model_class()
    if kind in _followers:
        _followers[kind](clock)


def with_matters(clocks: ClockQuerySet) -> ClockQuerySet:
    """Clocks together with the matters they run for."""
    ContentType.objects.get_for_models(*_registered)  # in one query, as long as nobody has asked for them
    return clocks.prefetch_related(GenericPrefetch("subject", [rows.all() for rows in _registered.values()]))
