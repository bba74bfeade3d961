"""Take people over from the engine rooms, merge those who turn out to be one, and part them again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from yingjiu.office.accounts.models import Organisation
from yingjiu.office.people.merging import merge, part
from yingjiu.office.people.models import Person
from yingjiu.office.people.taking import PersonRow, take_known, take_rows

__all__ = ["PersonRow", "merge", "part", "take_known", "take_person", "take_persons"]


def take_person(organisation: Organisation, *, person_id: int, name: str, **known: Any) -> Person:
    """Take over one person, or what is newly known of them.

    Args:
        organisation: the procuratorate.
        person_id: the engine's key.
        name: their name.
        known: further fields of :class:`PersonRow`: ``id_number phone address sex birth_date region``.

    Returns:
        The person; of a key that turned out to be another person's, that person.
    """
    return take_persons(organisation, [PersonRow(person_id=person_id, name=name, **known)])[person_id]


def take_persons(
    organisation: Organisation, rows: Iterable[PersonRow | Mapping[str, Any]]
) -> dict[int, Person]:
    """Take over many people; 200,000 in well under a minute.

    What is empty in a row leaves what is known as it is. A person without an ID number in the row has the one
    that the engine's key holds.

    Args:
        organisation: the procuratorate.
        rows: people, as :class:`PersonRow` or mappings of its fields; of rows with one key the last counts.

    Returns:
        The people by the engine's key. Encrypted fields of the unchanged are read when first asked for.
    """
    return take_rows(organisation, [row if isinstance(row, PersonRow) else PersonRow(**row) for row in rows])
