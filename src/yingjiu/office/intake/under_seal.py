"""What was entered about a person by hand is sealed with them."""

from __future__ import annotations

from django.db.models import QuerySet

from yingjiu.office.intake.models import PartyEntry
from yingjiu.office.leads.models import Lead
from yingjiu.office.people.models import Person
from yingjiu.office.people.spelling import plain_number
from yingjiu.office.sealing.querysets import everything
from yingjiu.office.sealing.registry import register, told

__all__ = ["entries_of", "register_all"]


def entries_of(person: Person) -> QuerySet[PartyEntry]:
    """The entries of a person at their procuratorate, by the ID number or by the leads that came of them."""
    number = plain_number(person.id_number)
    leads = set(everything(Lead).filter(person=person).values_list("pk", flat=True))
    every = everything(PartyEntry).filter(organisation=person.organisation_id)
    found = [
        entry.pk
        for entry in every.only("values", "leads").iterator(chunk_size=500)
        if leads & set(entry.leads)
        or (number and plain_number(str(entry.values.get("id_number") or "")) == number)
    ]
    return everything(PartyEntry).filter(pk__in=found)


def register_all() -> None:
    """Say what is sealed with a person, and what the page of an opened seal shows of an entry."""
    register(Person, related=lambda person: [entries_of(person)])
    register(PartyEntry, shows=told("name", "case_no", "entered_at"))
