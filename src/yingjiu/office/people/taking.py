"""Take people over in bulk: look up by blind index, skip the unchanged, write the rest in batches."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, TypeVar

from django.db import transaction

from yingjiu.codes import birth_date_of, mask_name, number_of, sex_of
from yingjiu.office.accounts.models import Organisation
from yingjiu.office.people import reading
from yingjiu.office.people.models import Person, PersonGram
from yingjiu.office.people.spelling import grams_of
from yingjiu.office.sealing.querysets import everything
from yingjiu.office.vault.index import BlindIndex, blind_indexes
from yingjiu.office.vault.keys import held_ring, key_ring
from yingjiu.office.vault.rotation import rebuilds

__all__ = ["PersonRow", "key_indexes", "renew_grams", "take_known", "take_rows"]

_CHUNK: Final = 900
"""Values in one IN."""
_BATCH: Final = 2000
_WRITTEN: Final = (
    "name", "name_masked", "id_number", "id_index", "phone", "phone_index", "address", "sex", "birth_date",
    "region", "digest", "changed_at",
)  # fmt: skip
_TEXTS: Final = ("name", "id_number", "phone", "address", "sex", "region")
_TAKEN: Final = ("name", "id_number", "phone", "address", "sex", "birth_date", "region")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PersonRow:
    """What is known of a person.

    Attributes:
        person_id: the engine's key, canonical.
        name: as the agencies write it.
        id_number: 18 characters; from the key unless given.
        phone: telephone.
        address: where they live.
        sex: ``male``, ``female`` or ``unknown``; from the key unless given.
        birth_date: from the key unless given.
        region: code of the region where they are registered.
    """

    person_id: int
    name: str = ""
    id_number: str = ""
    phone: str = ""
    address: str = ""
    sex: str = ""
    birth_date: date | None = None
    region: str = ""

    def completed(self) -> PersonRow:
        """The row with what the key tells, and no None where text stands."""
        texts = [(getattr(self, name) or "").strip() for name in _TEXTS]
        key, birth = self.person_id, self.birth_date
        if key > 0:
            texts[1] = texts[1] or number_of(key)
            texts[4] = texts[4] if texts[4] in {"male", "female"} else sex_of(key)
            birth = birth or birth_date_of(key)
        name, number, phone, address, sex, region = texts
        return PersonRow(key, name, number, phone, address, sex, birth, region)

    def digested(self) -> str:
        """All that the row says, as one text."""
        return "\x1f".join(
            (
                str(self.person_id), self.name, self.id_number, self.phone, self.address, self.sex,
                str(self.birth_date or ""), self.region,
            )
        )  # fmt: skip


def key_indexes(person_ids: Iterable[int]) -> dict[int, BlindIndex]:
    """The blind indexes of engine's keys."""
    keys = list(dict.fromkeys(person_ids))
    return dict(zip(keys, blind_indexes("people.Person.key", map(str, keys)), strict=True))


def take_rows(organisation: Organisation, rows: Iterable[PersonRow]) -> dict[int, Person]:
    """Take over people; see :func:`.services.take_persons`."""
    given = {row.person_id: row.completed() for row in rows}
    # in one order for all, so that two who take over the same people do not wait for each other in a circle
    wanted = {person_id: given[person_id] for person_id in sorted(given)}
    with transaction.atomic():
        known = _known(organisation, wanted)
        taken: dict[int, Person] = {}
        differing = {}
        for person_id, digest in zip(wanted, _digests(wanted.values()), strict=True):
            if person_id in known and known[person_id].digest == digest:
                taken[person_id] = known[person_id]
            else:
                differing[person_id] = digest
        before = _in_bulk([known[key].pk for key in differing if key in known])
        new: list[Person] = []
        changed: list[Person] = []
        for person_id, digest in differing.items():
            old = before[known[person_id].pk] if person_id in known else None
            taken[person_id] = person = _person(organisation, wanted[person_id], old)
            person.digest = digest
            (changed if old else new).append(person)
        _write(sorted([*new, *changed], key=lambda each: int(each.key)), before)
        PersonGram.objects.bulk_create(_grams(new), batch_size=_BATCH * 4)
        renew_grams(
            [
                person
                for person in changed
                if not person.merged_into_id and person.name != before[known[person.person_id].pk].name
            ]
        )
        survivors = _in_bulk([each.merged_into_id for each in taken.values() if each.merged_into_id])
        return {key: survivors.get(each.merged_into_id or 0, each) for key, each in taken.items()}


def _write(people: Sequence[Person], before: Mapping[int, Person]) -> None:
    """Write in batches: an upsert, so that two who take over the same person at once do not fail."""
    under_old_keys = {each.key: each for each in before.values()} if len(key_ring().index) > 1 else {}
    upserted = []
    for person in people:
        old = under_old_keys.get(person.key)
        if old is None:
            upserted.append(person)
        else:  # while index keys are rotated, its row may stand under an older index
            person.pk = old.pk
            person.save(force_update=True)
    for start in range(0, len(upserted), _BATCH):
        with held_ring():
            Person.objects.bulk_create(
                upserted[start : start + _BATCH],
                update_conflicts=True,
                unique_fields=["organisation", "key_index"],
                update_fields=_WRITTEN,
            )


def take_known(organisation: Organisation, person_ids: Collection[int]) -> dict[int, Person]:
    """Take over people of whom only the engine's keys are at hand, with what the pool says about them.

    Args:
        organisation: the procuratorate.
        person_ids: the engine's keys.

    Returns:
        The people by key; a key that the pool does not hold gives a person without a name.
    """
    said = reading.marks_of(person_ids)
    return take_rows(organisation, [PersonRow(key, **said.get(key, {})) for key in person_ids])


def renew_grams(people: Sequence[Person]) -> None:
    """Make the indexes of people's names anew, those of the names they were known under besides included."""
    for chunk in _chunks(people):
        PersonGram.objects.filter(person__in=chunk).delete()
        others = everything(Person).filter(merged_into__in=chunk).only("name", "merged_into_id")
        also: dict[int, list[str]] = {}
        for other in others:
            also.setdefault(other.merged_into_id or 0, []).append(other.name)
        PersonGram.objects.bulk_create(_grams(chunk, also), batch_size=_BATCH)


def _known(organisation: Organisation, person_ids: Iterable[int]) -> dict[int, Person]:
    """The people of a procuratorate by the engine's key; encrypted fields are read when asked for."""
    people = (
        everything(Person)
        .filter(organisation=organisation)
        .only("key_index", "digest", "merged_into_id", "organisation_id", "name_masked", "sealed", "secrecy")
    )
    if not people.exists():
        return {}
    key_of = {
        one: person_id
        for person_id, index in key_indexes(person_ids).items()
        for one in (index, *index.others)
    }
    return {
        key_of[person.key_index]: person
        for chunk in _chunks(list(key_of))
        for person in people.filter(key_index__in=[str(one) for one in chunk])
    }


def _in_bulk(keys: Collection[int]) -> dict[int, Person]:
    ordered = sorted(set(keys))
    return {
        key: each for chunk in _chunks(ordered) for key, each in everything(Person).in_bulk(chunk).items()
    }


def _person(organisation: Organisation, row: PersonRow, old: Person | None) -> Person:
    """A row to write: what is given, and where that is empty what is known already."""
    person = Person(organisation=organisation, key=str(row.person_id))
    if old is not None:
        person.secrecy, person.sealed, person.merged_into_id = old.secrecy, old.sealed, old.merged_into_id
        person.taken_at = old.taken_at
        row = replace(row, **{name: getattr(row, name) or getattr(old, name) for name in _TAKEN})
    person.name_masked = mask_name(row.name)[:80]
    for name in _TAKEN:
        setattr(person, name, getattr(row, name))
    person.region = row.region[:12]
    return person


def _digests(rows: Iterable[PersonRow]) -> Iterable[str]:
    return blind_indexes("people.Person.digest", (row.digested() for row in rows))


def _grams(people: Iterable[Person], also: Mapping[int, list[str]] | None = None) -> list[PersonGram]:
    grams = {
        person: dict.fromkeys(
            gram for name in (person.name, *(also or {}).get(person.pk, ())) for gram in grams_of(name)
        )
        for person in people
    }
    every = list({gram for found in grams.values() for gram in found})  # names repeat: each is computed once
    index = dict(zip(every, blind_indexes("people.PersonGram.gram", every), strict=True))
    return [PersonGram(person=person, gram=index[gram]) for person, found in grams.items() for gram in found]


@rebuilds("people.PersonGram.gram")
def rebuild_grams() -> int:
    """Compute the indexes of all names anew, for a rotation of the index key."""
    keys = list(everything(Person).filter(merged_into=None).order_by("pk").values_list("pk", flat=True))
    for chunk in _chunks(keys):
        with transaction.atomic():
            renew_grams(
                list(everything(Person).select_for_update(no_key=True).filter(pk__in=chunk, merged_into=None))
            )
    return len(keys)


@rebuilds("people.Person.digest")
def forget_digests() -> int:
    """Forget the digests of what was taken over: the next run compares, and computes them anew."""
    return everything(Person).exclude(digest="").update(digest="")


def _chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(values), _CHUNK):
        yield values[start : start + _CHUNK]
