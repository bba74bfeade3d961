"""The pages that stand in the navigation: each app registers its own when it is ready."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.urls import NoReverseMatch, reverse

from yingjiu.office.accounts.roles import Role

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from yingjiu.office.accounts.models import User

__all__ = ["Entry", "Link", "badges", "entries", "links", "register"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A page that has a place in the navigation.

    Attributes:
        label: what it is called, translated when it is shown.
        url_name: name of its URL, which needs no arguments.
        icon: name of a Tabler icon, without ``ti-``.
        order: place in the navigation, from 0; the desk is 0, leads 10, people 20, relief 30, referrals 40,
            data 50, figures 60, administration 80 and more.
        roles: who sees it; nobody else does.
        badge: how many things wait there for a user; no badge for 0. It must cost one cheap query.
    """

    label: StrOrPromise
    url_name: str
    icon: str
    order: int
    roles: Collection[Role] = field(default_factory=frozenset)
    badge: Callable[[User], int] | None = None

    @property
    def key(self) -> str:
        """A name for its elements in the page."""
        return self.url_name.replace(":", "-")


@dataclass(frozen=True, slots=True)
class Link:
    """An entry as one user's page shows it; ``counts``: whether a badge is asked for."""

    entry: Entry
    url: str
    current: bool
    counts: bool


_entries: dict[str, Entry] = {}


def register(entry: Entry) -> None:
    """Give a page a place in the navigation; a second entry for the same page replaces the first."""
    _entries[entry.url_name] = entry


def entries(user: User) -> Iterator[tuple[Entry, str]]:
    """The entries that a user sees, in order, with their addresses."""
    for entry in sorted(_entries.values(), key=lambda each: (each.order, each.url_name)):
        if user.has_role(*entry.roles):
            try:
                yield entry, reverse(entry.url_name)
            except NoReverseMatch:  # the app is not there yet, or is left out of this installation
                continue


def links(user: User, path: str) -> list[Link]:
    """What one user's page shows, the entry that it belongs to marked.

    Counts are left to :func:`badges`, which the page asks for after it is shown: a slow count delays no page.
    """
    found = list(entries(user))
    fitting = [url for _entry, url in found if path == url or (url != "/" and path.startswith(url))]
    best = max(fitting, key=len, default=None)
    return [Link(entry, url, url == best, entry.badge is not None) for entry, url in found]


def badges(user: User) -> dict[str, int]:
    """From the key of each entry that counts something to how many things wait there."""
    return {entry.key: entry.badge(user) for entry, _url in entries(user) if entry.badge}
