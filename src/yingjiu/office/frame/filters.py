"""Filters of a list: a form above it that works without scripts, and whose address can be kept."""

from __future__ import annotations

from typing import Any

import django_filters

__all__ = ["OfficeFilterSet"]


class OfficeFilterSet(django_filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """Base of every app's filter sets; ``{% include "frame/filters.html" %}`` draws ``filter`` in a row.

    A value that is not among the choices is an error of its field, never silently everything: the list is
    then empty, and the form says why.
    """

    @property
    def qs(self) -> Any:
        """The rows; none if the form is wrong."""
        if self.is_bound and not self.form.is_valid():
            return self.queryset.none()
        return super().qs
