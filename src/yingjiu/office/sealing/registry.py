"""What higher apps tell about the models that can be sealed: what is sealed along, and what is shown.

::

    sealing.register(Person, related=lambda person: [everything(Lead).filter(person=person)], shows=...)

An app that keeps something about another app's subject registers that: leads are sealed with their person
although people knows no leads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeVar

from django.db import models

__all__ = [
    "Links",
    "Related",
    "Shows",
    "facts_of",
    "links_of",
    "register",
    "related_rows",
    "sealed_keys",
    "told",
]

M = TypeVar("M", bound=models.Model)

Related = Callable[[Any], Iterable[models.QuerySet[Any]]]
"""From a subject to querysets of all rows that are sealed with it, sealed ones among them."""
Shows = Callable[[Any], Mapping[str, Any]]
"""From a row to what the page of an opened seal shows of it, label → value."""

Links = Callable[[Any, int], Mapping[str, str]]
"""From a row and the key of the application that opens it to where its content is read, label → address."""

_related: Final[dict[type[models.Model], list[Related]]] = {}
_shows: Final[dict[type[models.Model], Shows]] = {}
_links: Final[dict[type[models.Model], Links]] = {}


def register(
    model: type[M],
    *,
    related: Callable[[M], Iterable[models.QuerySet[Any]]] | None = None,
    shows: Callable[[M], Mapping[str, Any]] | None = None,
    links: Callable[[M, int], Mapping[str, str]] | None = None,
) -> None:
    """Tell what is sealed with a model's rows, and what is shown of them once they are opened.

    Args:
        model: the model; several apps may register what they keep about it.
        related: what is sealed along with a row.
        shows: the facts of a row.
        links: where what a row holds is read or downloaded while it is opened; the address takes the grant
            itself, and puts each reading on record.
    """
    if related is not None:
        _related.setdefault(model, []).append(related)
    if shows is not None:
        _shows[model] = shows
    if links is not None:
        _links[model] = links


def told(*fields: str) -> Shows:
    """Show these fields of a row, each under its own name and in words; empty ones are left out."""

    def shows(row: models.Model) -> Mapping[str, Any]:
        found = {}
        for name in fields:
            words = getattr(row, f"get_{name}_display", None)
            value = words() if words else getattr(row, name)
            if value not in (None, ""):
                found[str(row._meta.get_field(name).verbose_name)] = value  # type: ignore[union-attr] # a column
        return found

    return shows


def sealed_keys(model: type[models.Model]) -> models.QuerySet[Any, Any]:
    """Keys of the rows of a model that standing seals cover."""
    from django.contrib.contenttypes.models import ContentType  # noqa: PLC0415 - apps register before models

    from yingjiu.office.sealing.models import SealedRow  # noqa: PLC0415 - as above

    kind = ContentType.objects.get_for_model(model)
    return SealedRow.objects.filter(subject_type=kind, seal__lifted_at=None).values_list(
        "subject_id", flat=True
    )


def related_rows(subject: models.Model) -> Iterable[models.Model]:
    """The subject, and all that is sealed with it, each row once."""
    seen: set[tuple[type[models.Model], Any]] = set()
    waiting = [subject]
    while waiting:
        row = waiting.pop()
        key = (type(row), row.pk)
        if key in seen:
            continue
        seen.add(key)
        yield row
        for related in _related.get(type(row), ()):
            for rows in related(row):
                waiting.extend(rows)


def facts_of(row: models.Model) -> Mapping[str, Any]:
    """What is shown of an opened row; its own words unless an app registered more."""
    shows = _shows.get(type(row))
    return shows(row) if shows else {str(row._meta.verbose_name): str(row)}


def links_of(row: models.Model, permit: int) -> Mapping[str, str]:
    """Where the content of a row is read while an application opens it; most rows have none."""
    links = _links.get(type(row))
    return links(row, permit) if links else {}
