"""Find people by name, ID number, telephone or case number, without a word of it in clear in the database."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from yingjiu.codes import birth_date_of, mask_name, normalise_case_no, parse_id, sex_of
from yingjiu.codes.errors import IdNumberError
from yingjiu.errors import Fault
from yingjiu.office.accounts.models import User
from yingjiu.office.audit.services import Action, record
from yingjiu.office.people import reading
from yingjiu.office.people.errors import PeopleError
from yingjiu.office.people.models import Person, PersonGram, Search, SearchKind
from yingjiu.office.people.registry import case_people
from yingjiu.office.people.spelling import grams_of, plain_name, plain_number, plain_phone
from yingjiu.office.people.taking import key_indexes, take_known
from yingjiu.office.sealing.querysets import everything
from yingjiu.office.vault.index import blind_index

__all__ = ["Unopened", "open_unopened", "people_found", "search", "term_of", "unopened"]

_KEPT: Final = timedelta(hours=12)
_CHUNK: Final = 900


@dataclass(frozen=True, slots=True)
class Unopened:
    """Somebody who stands in the agencies' data, and of whom the office has no file yet.

    Attributes:
        index: blind index of the engine's key, to ask for them without naming them.
        name_masked: their name.
        sex: code of the list ``sex``.
        birth_date: when they were born.
        region: where they are registered.
    """

    index: str
    name_masked: str
    sex: str
    birth_date: date | None
    region: str


def term_of(kind: str, text: str) -> str:
    """What is searched for, in the one spelling that is indexed.

    Args:
        kind: of :class:`~.models.SearchKind`.
        text: as it was typed.

    Raises:
        PeopleError: ``PER-001`` it cannot be searched for.
    """
    if kind == SearchKind.NAME:
        term = plain_name(text)
        if len(term) >= 2:
            return term
        raise _unusable(_("give two characters of the name or more"))
    if kind == SearchKind.ID_NUMBER:
        try:
            parse_id(text)
        except IdNumberError:
            raise _unusable(_("check the number: 18 characters, or 15 of an old one")) from None
        return plain_number(text)
    if kind == SearchKind.PHONE:
        term = plain_phone(text)
        if len(term) >= 7:
            return term
        raise _unusable(_("give the whole number, seven digits or more"))
    term = normalise_case_no(text)
    if len(term) >= 5:
        return term
    raise _unusable(_("give the whole case number, such as （2024）苏0999刑初12号"))


def _unusable(hint: str) -> PeopleError:
    return PeopleError(Fault("PER-001", _("this cannot be searched for"), hint=hint))


@transaction.atomic
def search(*, kind: str, text: str, purpose: str, user: User, request: HttpRequest | None = None) -> Search:
    """Search, and put on record who looked for what kind of thing, why, and how much was found.

    The term itself is on record only as its blind index: whoever knows a number can prove that it was
    searched for, and nobody can read it off the record.

    Args:
        kind: of :class:`~.models.SearchKind`.
        text: as it was typed.
        purpose: why.
        user: who searches.
        request: where the address is taken from.

    Returns:
        The search; its pages are turned for twelve hours.

    Raises:
        PeopleError: ``PER-001``, ``PER-002``.
    """
    if not purpose.strip():
        raise PeopleError(Fault("PER-002", _("a purpose is missing"), hint=_("say what you search for")))
    term = term_of(kind, text)
    Search.objects.filter(user=user, made_at__lt=timezone.now() - _KEPT).delete()
    made = Search(user=user, kind=kind, term=term, purpose=purpose.strip()[:300])
    made.full_clean()
    made.save()
    record(
        Action.SEARCH,
        user=user,
        purpose=made.purpose,
        detail={
            "kind": kind,
            "term": str(blind_index("people.Search.term", f"{kind}:{term}")),
            "found": people_found(made, user).count(),
        },
        request=request,
    )
    return made


def people_found(made: Search, user: User) -> QuerySet[Person]:
    """The people a search finds among those the user may see, the oldest first."""
    visible = Person.objects.visible_to(user).current()
    found: Any
    if made.kind == SearchKind.NAME:
        found = _by_name(visible, made.term)
    elif made.kind == SearchKind.ID_NUMBER:
        index = blind_index("people.Person.id_number", made.term)
        keys = set(_survivors(Person.objects.filter(id_index=index)))
        found = visible.filter(pk__in=keys | _with_keys(_pool_keys(made)))  # a number may be a linked slip
    elif made.kind == SearchKind.PHONE:
        index = blind_index("people.Person.phone", made.term)
        found = visible.filter(pk__in=_survivors(Person.objects.filter(phone_index=index)))
    else:
        keys = case_people(made.term, user)
        keys |= _with_keys(_pool_keys(made))
        found = visible.filter(pk__in=keys)
    return found.order_by("birth_date", "pk")  # type: ignore[no-any-return] # a queryset of people in every branch


def _by_name(visible: QuerySet[Person], term: str) -> QuerySet[Person]:
    grams = grams_of(term)
    for gram in grams:
        index = blind_index("people.PersonGram.gram", gram)
        visible = visible.filter(pk__in=PersonGram.objects.filter(gram=index).values("person"))
    if len(grams) < 2:
        return visible
    # all pairs of characters are there; whether they stand in this order only the names themselves tell
    right = [each.pk for each in visible.only("name").iterator(chunk_size=_CHUNK) if _is_named(each, term)]
    return Person.objects.filter(pk__in=right)


def _is_named(person: Person, term: str) -> bool:
    if term in plain_name(person.name):
        return True
    return any(
        term in plain_name(other.name) for other in Person.objects.filter(merged_into=person).only("name")
    )


def _survivors(people: QuerySet[Person]) -> QuerySet[Person, int]:
    return people.annotate(survivor=Coalesce("merged_into_id", "pk")).values_list("survivor", flat=True)


def _with_keys(person_ids: Collection[int]) -> set[int]:
    indexes = list(key_indexes(person_ids).values())
    found: set[int] = set()
    for start in range(0, len(indexes), _CHUNK):
        found.update(_survivors(Person.objects.filter(key_index__in=indexes[start : start + _CHUNK])))
    return found


def _pool_keys(made: Search) -> set[int]:
    """Keys of the people whom the agencies' data name under an ID number or a case number.

    A page asks twice, for who has a file here and for who has none: the answer stays with the search.
    """
    if made.named is None:
        made.named = _named_in_pool(made)
    return made.named


def _named_in_pool(made: Search) -> set[int]:
    state = reading.loaded()
    if state is None:
        return set()
    if made.kind == SearchKind.CASE_NO:
        return reading.case_keys(state, made.term)
    if made.kind == SearchKind.ID_NUMBER:
        return {state.person(parse_id(made.term).key)}
    return set()


def unopened(made: Search, user: User) -> list[Unopened]:
    """Who stands in the agencies' data under a searched ID number or case number, without a file here.

    Args:
        made: the search.
        user: whose procuratorate has no file of them.
    """
    return [each for _key, each in _unopened(made, user)]


def _unopened(made: Search, user: User) -> list[tuple[int, Unopened]]:
    keys = _pool_keys(made)
    office = user.procuratorate
    if not keys or office is None:
        return []
    indexes = key_indexes(keys)
    known = set(
        everything(Person)  # of whom a sealed file tells, the agencies' data tell nothing either
        .filter(organisation=office, key_index__in=list(indexes.values()))
        .values_list("key_index", flat=True)
    )
    missing = {key: index for key, index in indexes.items() if not known & {str(index), *index.others}}
    said = reading.marks_of(missing)
    return [(key, _as_unopened(key, str(missing[key]), said[key])) for key in sorted(missing) if key in said]


def _as_unopened(key: int, index: str, said: dict[str, Any]) -> Unopened:
    return Unopened(
        index,
        mask_name(said.get("name", "")),
        said.get("sex") or (sex_of(key) if key > 0 else "unknown"),
        said.get("birth_date") or (birth_date_of(key) if key > 0 else None),
        said.get("region") or "",
    )


@transaction.atomic
def open_unopened(*, made: Search, index: str, user: User, request: HttpRequest | None = None) -> Person:
    """Open a file of somebody whom a search found in the agencies' data.

    Args:
        made: the search.
        index: blind index of the key, as :class:`Unopened` has it.
        user: who opens it.
        request: where the address is taken from.

    Raises:
        PeopleError: ``PER-003`` the search does not find them.
    """
    chosen = [key for key, each in _unopened(made, user) if each.index == index]
    office = user.procuratorate
    if not chosen or office is None:
        raise PeopleError(
            Fault("PER-003", _("the search does not find this person any more"), hint=_("search again"))
        )
    person = take_known(office, chosen)[chosen[0]]
    record(
        Action.DECISION,
        user=user,
        subject=person,
        purpose=made.purpose,
        detail={"decision": "people.open"},
        request=request,
    )
    return person
