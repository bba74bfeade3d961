"""People under seal: who they turned out to be is sealed with them; the bench asks nothing about them."""

from __future__ import annotations

from yingjiu.office.documents.under_seal import documents_about
from yingjiu.office.people.models import Person
from yingjiu.office.sealing.querysets import everything
from yingjiu.office.sealing.registry import register, sealed_keys, told

__all__ = ["engine_keys", "register_all"]


def engine_keys() -> frozenset[int]:
    """The engine's keys of all sealed people, of whichever procuratorate."""
    sealed = everything(Person).filter(pk__in=sealed_keys(Person)).only("key")
    return frozenset(person.person_id for person in sealed)


def register_all() -> None:
    """Say what is sealed with a person, and what the page of an opened seal shows of one."""
    register(
        Person,
        related=lambda person: [everything(Person).filter(merged_into=person), documents_about(person)],
        shows=told("name", "id_number", "sex", "birth_date", "phone", "address", "region"),
    )
