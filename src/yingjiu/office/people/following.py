"""After a linkage: files of records that are one person now are merged, those that no longer are parted."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from yingjiu.office.people import reading
from yingjiu.office.people.errors import PeopleError
from yingjiu.office.people.merging import merge, part
from yingjiu.office.people.models import Person, PersonAlias
from yingjiu.office.people.taking import key_indexes, take_known
from yingjiu.office.sealing.querysets import everything

__all__ = ["Followed", "follow_links"]

_CHUNK = 900


@dataclass(frozen=True, slots=True)
class Followed:
    """What following the links changed.

    Attributes:
        merged: files that were merged.
        parted: files that are their own again.
        left: pairs whose files could not be merged, because both have what a person may have once.
    """

    merged: int
    parted: int
    left: int


def follow_links() -> Followed:
    """Bring the office's files in line with the links that count; run again, it changes nothing.

    What a person merged stays merged; only what an earlier linkage merged is taken back.
    """
    state = reading.loaded()
    if state is None:
        return Followed(0, 0, 0)
    parted = 0
    for alias in PersonAlias.objects.filter(parted_at=None, merged_by=None).select_related("person", "other"):
        if state.person(alias.other.person_id) != state.person(alias.person.person_id):
            part(alias, None, _("the linkage no longer says that they are one person"))
            parted += 1
    merged = left = 0
    indexes = key_indexes(state.person_of)
    key_of = {one: key for key, index in indexes.items() for one in (str(index), *index.others)}
    wanted = list(key_of)
    for start in range(0, len(wanted), _CHUNK):
        others = everything(Person).filter(key_index__in=wanted[start : start + _CHUNK], merged_into=None)
        for other in others.select_related("organisation"):
            person_id = state.person(key_of[other.key_index])
            into = take_known(other.organisation, [person_id])[person_id]
            if into.pk != other.pk:
                followed = _merged(into, other)
                merged += followed
                left += not followed
    return Followed(merged, parted, left)


def _merged(into: Person, other: Person) -> bool:
    try:
        merge(into, other, None, _("the linkage says that they are one person"))
    except PeopleError as error:
        if error.code != "PER-012":
            raise
        return False
    return True
