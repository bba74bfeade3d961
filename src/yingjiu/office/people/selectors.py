"""Read what is known about a person: the dossier."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils import timezone

from yingjiu.office.accounts.models import User
from yingjiu.office.people import reading, registry
from yingjiu.office.people.evidence import Record, records
from yingjiu.office.people.facts import KINDS, Fact, Kind, facts_of
from yingjiu.office.people.family import Household, Relative, households_of, look_around, relatives
from yingjiu.office.people.models import Person, PersonAlias
from yingjiu.office.people.picture import Picture, draw

__all__ = ["Dossier", "OfficeSection", "aliases_of", "dossier", "identity", "keys_of"]

_OWN: Final = ("benefit", "enforcement", "petition", "relief_history", "medical_expense")
"""Tables of which only the person's own rows are wanted."""


@dataclass(frozen=True, slots=True)
class OfficeSection:
    """What a higher app keeps about the person.

    Attributes:
        title: of the section.
        icon: of its rows in the time line.
        entries: its rows.
    """

    title: Any
    icon: str
    entries: Sequence[registry.Entry]


@dataclass(frozen=True)
class Dossier:
    """What is known about a person.

    Attributes:
        person: who.
        as_of: the newest day that the agencies' data describe; None if nothing has been loaded.
        facts: what agencies say, the newest first.
        records: the rows that say who the person is.
        family: the person and their relatives, the nearest first.
        picture: the family, drawn.
        households: those in whose registers the person stands or stood.
        sections: what the office itself keeps.
        aliases: the merges that made further people this one.
    """

    person: Person
    as_of: date | None = None
    facts: tuple[Fact, ...] = ()
    records: tuple[Record, ...] = ()
    family: tuple[Relative, ...] = ()
    picture: Picture | None = None
    households: tuple[Household, ...] = ()
    sections: tuple[OfficeSection, ...] = ()
    aliases: tuple[PersonAlias, ...] = ()

    @property
    def loaded(self) -> bool:
        """Whether any data have been loaded."""
        return self.as_of is not None

    @property
    def tables(self) -> list[tuple[Kind, list[Fact]]]:
        """The facts by kind, in the order of the page; kinds without facts are left out."""
        by_kind = {key: [fact for fact in self.facts if fact.kind == key] for key in KINDS}
        return [(KINDS[key], facts) for key, facts in by_kind.items() if facts]

    @property
    def dead(self) -> bool:
        """Whether the person is known to be dead."""
        return any(one.dead for one in self.family if one.relation == "self")

    def line(self, kinds: Iterable[str] = ()) -> list[Fact]:
        """The time line: every fact with a day, the office's own included, the newest first.

        Args:
            kinds: only these; all if there are none.
        """
        wanted = set(kinds)
        own = [
            Fact(
                "office",
                entry.title,
                entry.on,
                url=entry.url,
                state=entry.state,
                detail=(("", entry.detail),),
            )
            for section in self.sections
            for entry in section.entries
            if entry.on
        ]
        found = [fact for fact in (*self.facts, *own) if fact.on and (not wanted or fact.kind in wanted)]
        return sorted(found, key=lambda fact: fact.on or date.min, reverse=True)


def aliases_of(person: Person) -> list[PersonAlias]:
    """The merges into a person that hold."""
    return list(
        PersonAlias.objects.filter(other__merged_into=person, parted_at=None).select_related(
            "other", "merged_by"
        )
    )


def keys_of(person: Person, aliases: Iterable[PersonAlias] = ()) -> list[int]:
    """The engine's keys under which a person is known."""
    return list(dict.fromkeys((person.person_id, *(alias.other.person_id for alias in aliases))))


def dossier(person: Person, user: User, *, clear: bool = False, day: date | None = None) -> Dossier:
    """What agencies and the office know about a person.

    Args:
        person: who; the caller has made sure that the user may see them.
        user: for whom the office's own sections are read.
        clear: whether names of relatives and spellings are shown as they are.
        day: for which day households, kin and hardships hold; today unless given.

    Returns:
        The dossier; without data when no pool has been loaded.
    """
    sections = tuple(
        OfficeSection(section.title, section.icon, tuple(section.entries(person, user)))
        for section in registry.SECTIONS
    )
    aliases = tuple(aliases_of(person))
    state = reading.loaded()
    if state is None or state.as_of is None:
        return Dossier(person, sections=sections, aliases=aliases)
    day = day or timezone.localdate()
    people = keys_of(person, aliases)
    found = look_around(state, people, day)
    mine = set(state.keys(people))
    rows = {table: [row for row in every if row["person_id"] in mine] for table, every in found.rows.items()}
    rows |= {table: reading.rows_of(state, table, people) for table in _OWN}
    numbers = {
        number
        for table in ("party", "enforcement")
        for row in rows[table]
        for number in (row["case_no"], row["case_id"])
        if number
    }
    family = relatives(state, person, found, day=day, clear=clear)
    return Dossier(
        person,
        as_of=state.as_of,
        facts=tuple(facts_of(state, rows, reading.cases_of(state, numbers))),
        records=tuple(records(state, [*rows["person"], *rows["party"]], people, clear=clear)),
        family=tuple(family),
        picture=draw(family) if len(family) > 1 else None,
        households=tuple(households_of(state, person, found, day=day, clear=clear)),
        sections=sections,
        aliases=aliases,
    )


def identity(person: Person, *, clear: bool) -> tuple[Record, ...]:
    """Only the rows that say who a person is."""
    state = reading.loaded()
    if state is None:
        return ()
    people = keys_of(person, aliases_of(person))
    rows = [row for table in ("person", "party") for row in reading.rows_of(state, table, people)]
    return tuple(records(state, rows, people, clear=clear))
