"""How lists of clocks read the matters they run for: name and address, and nothing that is costly."""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.prefetch import GenericPrefetch
from django.db.models import Model, QuerySet

from yingjiu.office.clocks.models import ClockQuerySet

__all__ = ["register_matter", "with_matters"]

_registered: dict[type[Model], QuerySet[Any]] = {}


def register_matter(rows: QuerySet[Any]) -> None:
    """Say how matters of one kind are read for a list of clocks.

    Args:
        rows: of the kind, with what ``str`` and ``get_absolute_url`` ask for and no more.
    """
    _registered[rows.model] = rows


def with_matters(clocks: ClockQuerySet) -> ClockQuerySet:
    """Clocks together with the matters they run for."""
    return clocks.prefetch_related(GenericPrefetch("subject", [rows.all() for rows in _registered.values()]))
