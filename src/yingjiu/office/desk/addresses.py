"""Addresses of other apps' pages, which an installation may leave out."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from django.urls import NoReverseMatch, reverse

__all__ = ["address", "page_of"]


def address(name: str, *args: Any, query: str = "") -> str:
    """Where a page is; empty if this installation has none."""
    try:
        url = reverse(name, args=args)
    except NoReverseMatch:
        return ""
    return f"{url}?{query}" if query else url


def page_of(thing: Model | None) -> str:
    """The page of something; empty if it has none."""
    if thing is None or not hasattr(thing, "get_absolute_url"):
        return ""
    try:
        return str(thing.get_absolute_url())
    except NoReverseMatch:
        return ""
