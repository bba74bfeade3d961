"""Pages of long lists that stay fast at a million rows.

The total is counted up to a cap, and pages go as far as the cap: whoever looks for row 1,001 narrows the
filter instead. A page costs one query for its rows and, when there is more than one page, one for the count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

__all__ = ["CAP", "Page", "page_of", "sorted_by"]

CAP: Final = 1_000
"""Rows that are counted and that pages reach."""

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Page(Generic[M]):
    """One page of a list.

    Attributes:
        items: its rows.
        number: from 1.
        size: rows of a full page.
        total: rows in all, at most :data:`CAP` and one.
        query: the query string of the list without its page, to build the addresses of other pages.
    """

    items: Sequence[M]
    number: int
    size: int
    total: int
    query: str

    def __iter__(self) -> Any:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    @property
    def capped(self) -> bool:
        """Whether there are more rows than are counted."""
        return self.total > CAP

    @property
    def total_text(self) -> str:
        """The total as it is shown: ``128`` or ``1,000+``."""
        return f"{CAP:,}+" if self.capped else f"{self.total:,}"

    @property
    def last(self) -> int:
        """Number of the last page that can be shown."""
        return max(1, -(-min(self.total, CAP) // self.size))

    @property
    def start(self) -> int:
        """Place of the first row in the list, from 1."""
        return (self.number - 1) * self.size + 1 if self.items else 0

    @property
    def end(self) -> int:
        """Place of the last row in the list."""
        return (self.number - 1) * self.size + len(self.items)

    @property
    def previous_url(self) -> str | None:
        """Address of the page before."""
        return self.url(self.number - 1) if self.number > 1 else None

    @property
    def next_url(self) -> str | None:
        """Address of the next page."""
        return self.url(self.number + 1) if self.number < self.last else None

    @property
    def around(self) -> list[tuple[int | None, str]]:
        """The first, the last and the neighbouring pages with their addresses; a gap is None."""
        near = range(max(1, self.number - 1), min(self.last, self.number + 1) + 1)
        shown: list[tuple[int | None, str]] = []
        for number in sorted({1, self.last, *near}):
            if shown and shown[-1][0] is not None and number > shown[-1][0] + 1:
                shown.append((None, ""))
            shown.append((number, self.url(number)))
        return shown

    @property
    def says(self) -> str:
        """Which rows of how many these are."""
        if not self.items:
            return _("nothing found")
        told = _("{start}-{end} of {total}").format(start=self.start, end=self.end, total=self.total_text)
        if self.capped and self.number == self.last:
            told += _("; narrow the filter to see what follows")
        return told

    def url(self, number: int) -> str:
        """Address of a page of this list."""
        return f"?{self.query}&page={number}" if self.query else f"?page={number}"


def page_of(rows: QuerySet[M], request: HttpRequest, size: int = 50) -> Page[M]:
    """The page of a list that a request asks for.

    Args:
        rows: ordered by something that an index serves, with the key at the end: no row is shown twice.
        request: ``?page=3``; anything else is the first page, and a page behind the last is the last.
        size: rows of a page.

    Returns:
        The page, its rows read.
    """
    asked = request.GET.get("page", "1")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else 1
    number = min(max(number, 1), -(-CAP // size))
    offset = (number - 1) * size
    found = list(rows[offset : offset + size + 1])
    if len(found) <= size and (found or number == 1):
        total = offset + len(found)
    else:
        total = rows.order_by()[: CAP + 1].count()
        last = max(1, -(-min(total, CAP) // size))
        if number > last:
            number = last
            offset = (number - 1) * size
            found = list(rows[offset : offset + size])
    query = request.GET.copy()
    query.pop("page", None)
    return Page(found[:size], number, size, total, query.urlencode())


def sorted_by(
    rows: QuerySet[M], request: HttpRequest, allowed: Mapping[str, Sequence[str]], default: str
) -> QuerySet[M]:
    """Order a list as ``?sort=deadline`` or ``?sort=-deadline`` asks.

    Args:
        rows: the list.
        request: whose ``sort`` is one of ``allowed``; anything else is the default.
        allowed: from each word to the fields it sorts by, ascending; the key is added.
        default: a word, with ``-`` before it for descending.

    Returns:
        The list, ordered.
    """
    asked = request.GET.get("sort", default)
    if asked.removeprefix("-") not in allowed:
        asked = default
    fields = [*allowed[asked.removeprefix("-")], "pk"]
    if asked.startswith("-"):
        fields = [field.removeprefix("-") if field.startswith("-") else f"-{field}" for field in fields]
    return rows.order_by(*fields)
