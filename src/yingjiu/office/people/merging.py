"""Merge people who turn out to be one, and part them again."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from yingjiu.errors import Fault
from yingjiu.office.accounts.models import User
from yingjiu.office.audit.services import Action, record
from yingjiu.office.people.errors import PeopleError
from yingjiu.office.people.models import Person, PersonAlias, PersonGram
from yingjiu.office.people.taking import renew_grams
from yingjiu.office.sealing.querysets import everything
from yingjiu.office.sealing.registry import related_rows
from yingjiu.office.sealing.services import seal_along

__all__ = ["merge", "part", "references"]

_OWN = (Person, PersonGram, PersonAlias)


def references() -> list[tuple[type[models.Model], str]]:
    """Every foreign key to a person that a higher app has, as model and field; sorted."""
    found: list[tuple[type[models.Model], str]] = [
        (relation.related_model, relation.field.name)
        for relation in Person._meta.related_objects
        if isinstance(relation.related_model, type)
        and relation.related_model not in _OWN
        and (relation.one_to_many or relation.one_to_one)
    ]
    return sorted(found, key=lambda each: (each[0]._meta.label, each[1]))


@transaction.atomic
def merge(into: Person, other: Person, user: User | None, reason: str) -> PersonAlias:
    """Say that a person is another one: all that higher apps keep under the other now stands under the first.

    Args:
        into: the person who stays.
        other: the one who turned out to be them; kept, and found under the first from now on.
        user: who says so; None for the linkage of records.
        reason: why.

    Returns:
        The record of it, with which :func:`part` takes it back.

    Raises:
        PeopleError: ``PER-010`` to ``PER-012``, ``PER-002`` no reason.
    """
    if not reason.strip():
        raise PeopleError(Fault("PER-002", _("a reason is missing"), hint=_("say why, in a few words")))
    people = {
        person.pk: person
        for person in everything(Person).select_for_update(no_key=True).filter(pk__in=[into.pk, other.pk])
    }
    if into.pk == other.pk or into.organisation_id != other.organisation_id or len(people) != 2:
        raise PeopleError(
            Fault(
                "PER-010",
                _("these two cannot be merged"),
                hint=_("choose two different people of one procuratorate"),
            )
        )
    into, other = people[into.pk], people[other.pk]
    if into.merged_into_id or other.merged_into_id:
        raise PeopleError(
            Fault(
                "PER-011",
                _("one of the two was merged already"),
                hint=_("open the person again and see who they are now"),
            )
        )
    moved: dict[str, list[Any]] = {}
    try:
        with transaction.atomic():
            for model, field in references():
                rows = model._base_manager.filter(**{field: other.pk})
                keys = list(rows.values_list("pk", flat=True))
                if keys:
                    rows.update(**{field: into.pk})
                    moved[f"{model._meta.label}.{field}"] = keys
    except IntegrityError as error:
        raise PeopleError(
            Fault(
                "PER-012",
                _("the cases of both cannot stand under one person"),
                hint=_("both have a record of which a person may have one only; close one of the two first"),
            )
        ) from error
    chained = list(everything(Person).filter(merged_into=other).values_list("pk", flat=True))
    everything(Person).filter(pk__in=chained).update(merged_into=into)
    moved["chained"] = chained
    if other.secrecy > into.secrecy or other.sealed:  # the stricter of the two holds, also after a parting
        into.secrecy, into.sealed = max(into.secrecy, other.secrecy), into.sealed or other.sealed
        into.save(update_fields=["secrecy", "sealed"])
    other.merged_into = into
    other.save(update_fields=["merged_into"])
    PersonGram.objects.filter(person=other).delete()
    renew_grams([into])
    for one in (other, into):
        seal_along(related_rows(into), subject=one)  # does nothing unless one of the two is sealed
    alias = PersonAlias(
        organisation_id=into.organisation_id,
        person=into,
        other=other,
        moved=moved,  # type: ignore[misc] # the stubs take the field for a text
        reason=reason.strip(),
        merged_by=user,
    )
    alias.full_clean()
    alias.save()
    record(
        Action.DECISION,
        user=user,
        subject=into,
        detail={"decision": "people.merge", "other": other.pk, "moved": sum(map(len, moved.values()))},
    )
    return alias


@transaction.atomic
def part(alias: PersonAlias, user: User | None, reason: str) -> Person:
    """Take a merge back: what was moved then goes back, if it is still there; what came since stays.

    Args:
        alias: the record of the merge.
        user: who takes it back; None for the linkage of records.
        reason: why.

    Returns:
        The person who is one of their own again.

    Raises:
        PeopleError: ``PER-013`` it was taken back already, ``PER-002`` no reason.
    """
    if not reason.strip():
        raise PeopleError(Fault("PER-002", _("a reason is missing"), hint=_("say why, in a few words")))
    alias = PersonAlias.objects.select_for_update(no_key=True).get(pk=alias.pk)
    if alias.parted_at is not None:
        raise PeopleError(
            Fault(
                "PER-013",
                _("these two are two people already"),
                hint=_("open the person again and see who they are now"),
            )
        )
    into, other = alias.person, alias.other
    if other.merged_into is not None:
        into = other.merged_into  # the first may itself have turned out to be a third
    moved = dict(alias.moved)
    for model, field in references():
        keys = moved.get(f"{model._meta.label}.{field}", [])
        model._base_manager.filter(pk__in=keys, **{field: into.pk}).update(**{field: other.pk})
    everything(Person).filter(pk__in=moved.get("chained", []), merged_into=into).update(merged_into=other)
    other.merged_into = None
    other.save(update_fields=["merged_into"])
    renew_grams([into, other])
    alias.parted_at, alias.parted_by, alias.parted_why = timezone.now(), user, reason.strip()
    alias.save()
    record(
        Action.DECISION,
        user=user,
        subject=other,
        detail={"decision": "people.part", "from": into.pk},
    )
    return other
