"""The cards of a desk: what is due, what is new, what waits for me.

A card is read by one function for one user; :func:`register` says for which roles. A card costs one or two
queries, shows a handful of rows and links to its whole list.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from yingjiu.office.accounts.roles import Role

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from yingjiu.office.accounts.models import User

__all__ = ["SHOWN", "Card", "Row", "Selector", "cards_of", "register"]

SHOWN: Final = 6
"""Rows of a card."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a card.

    Attributes:
        title: what it is about; never an unmasked name.
        url: where it is worked on.
        note: a word more.
        mark: at the end of the line: a day, an amount.
        tone: colour of the mark: ``danger``, ``warning``, ``info``, ``success`` or ``secondary``.
        level: red, orange or yellow.
    """

    title: Any
    url: str = ""
    note: Any = ""
    mark: Any = ""
    tone: str = "secondary"
    level: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A card as it is shown.

    Attributes:
        title: its heading.
        icon: name of a Tabler icon.
        rows: its first rows.
        count: how many there are in all; None if that is not counted.
        capped: whether there are more than ``count``.
        url: its whole list.
        empty: what it says without rows.
    """

    title: StrOrPromise
    icon: str
    rows: Sequence[Row]
    count: int | None = None
    capped: bool = False
    url: str = ""
    empty: StrOrPromise = ""


Selector = Callable[["User"], Card | None]
"""Reads a card for a user; None if there is nothing to say, not even that nothing waits."""

_registered: list[tuple[int, frozenset[Role], Selector]] = []


def register(roles: Collection[Role], selector: Selector, *, order: int) -> None:
    """Give the desks of some roles a card.

    Args:
        roles: whose desks.
        selector: reads it.
        order: its place, from 0.
    """
    _registered.append((order, frozenset(roles), selector))
    _registered.sort(key=lambda entry: entry[0])


def cards_of(user: User) -> list[Card]:
    """The cards of a user's desk, in order; a card that several of their roles have stands once."""
    found = (selector(user) for _order, roles, selector in _registered if user.has_role(*roles))
    return [card for card in found if card is not None]
