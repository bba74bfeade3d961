"""What higher apps tell about people: whose people a user has in hand, cases by number, parts of the dossier.

Each fills these in its ``AppConfig.ready``; nothing here knows who does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from yingjiu.office.accounts.models import User
    from yingjiu.office.people.models import Person

__all__ = [
    "SECTIONS",
    "Entry",
    "Section",
    "case_people",
    "people_in_hand",
    "register_case_search",
    "register_in_hand",
    "register_section",
]

InHand = Callable[["User"], "QuerySet[Any, Any]"]
CaseSearch = Callable[[str, "User"], Iterable[int]]


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a section of the dossier.

    Attributes:
        title: what it is, in words, without unmasked personal data.
        url: page of the thing; empty if the user cannot open it.
        on: the day it stands under in the time line; None leaves it out.
        state: its state, in words.
        tone: colour of the state (``green``, ``orange`` ...), as ``c-state`` takes it.
        detail: more words.
    """

    title: str
    url: str = ""
    on: date | None = None
    state: str = ""
    tone: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A section that a higher app adds to the dossier.

    Attributes:
        title: its title, translated when shown.
        entries: gives its rows for a person; it starts from ``visible_to(user)``.
        icon: of its rows in the time line, a Tabler icon without ``ti-``.
        order: place among the sections.
    """

    title: Any
    entries: Callable[[Person, User], Sequence[Entry]]
    icon: str = "folder"
    order: int = field(default=100)


_IN_HAND: Final[list[InHand]] = []
_CASE_SEARCHES: Final[list[CaseSearch]] = []
SECTIONS: Final[list[Section]] = []
"""The registered sections, in their order."""


def register_in_hand(people: InHand) -> None:
    """Say whose people a user has in hand, to let them see those above their clearance.

    Args:
        people: gives a queryset of one column, the keys of :class:`~.models.Person`.
    """
    if people not in _IN_HAND:
        _IN_HAND.append(people)


def people_in_hand(user: User) -> list[QuerySet[Any, Any]]:
    """Keys of the people whom a user has in hand."""
    return [people(user) for people in _IN_HAND]


def register_case_search(search: CaseSearch) -> None:
    """Add a search by case number.

    Args:
        search: gets the number as :func:`yingjiu.codes.normalise_case_no` writes it and the user; gives keys
            of :class:`~.models.Person`, only of what the user may see.
    """
    if search not in _CASE_SEARCHES:
        _CASE_SEARCHES.append(search)


def case_people(case_no: str, user: User) -> set[int]:
    """Keys of the people whom the registered searches find by a case number."""
    return {key for search in _CASE_SEARCHES for key in search(case_no, user)}


def register_section(
    title: Any,
    entries: Callable[[Person, User], Sequence[Entry]],
    *,
    icon: str = "folder",
    order: int = 100,
) -> None:
    """Add a section to the dossier.

    Args:
        title: its title, lazily translated.
        entries: see :class:`Section`.
        icon: a Tabler icon without ``ti-``.
        order: place among the sections.
    """
    section = Section(title, entries, icon, order)
    if all(each.entries is not entries for each in SECTIONS):
        SECTIONS.append(section)
        SECTIONS.sort(key=lambda each: each.order)
