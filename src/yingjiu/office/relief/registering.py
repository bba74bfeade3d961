"""What lower apps are told about relief: whose files, whose people, what stands in a dossier."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from yingjiu.office.accounts.models import User
from yingjiu.office.files.registry import register_owner
from yingjiu.office.people import registry
from yingjiu.office.people.models import Person
from yingjiu.office.people.registry import Entry
from yingjiu.office.relief.models import Application, Material, Payment, ReliefCase, Visit

__all__ = ["register_all"]


def _of_person(person: Person, user: User) -> Sequence[Entry]:
    """The relief cases of a person, for the dossier."""
    found = ReliefCase.objects.visible_to(user).filter(person=person)
    return [
        Entry(
            title=each.number,
            url=each.get_absolute_url(),
            on=each.decided_on or each.opened_on,
            state=each.state_label,
            tone=each.tone,
            detail=f"{each.charge} {each.case_no}".strip(),
        )
        for each in found
    ]


def _in_hand(user: User) -> QuerySet[Any, Any]:
    """People of the user's own cases."""
    return ReliefCase.objects.filter(handler=user.pk).values("person")


def _by_case(case_no: str, user: User) -> list[int]:
    """People of visible cases with this number."""
    return list(
        ReliefCase.objects.visible_to(user).filter(case_key=case_no).values_list("person", flat=True)[:500]
    )


def register_all() -> None:
    """Tell the registries."""
    registry.register_section(_("Relief cases"), _of_person, icon="ti-heart-handshake", order=20)
    registry.register_in_hand(_in_hand)
    registry.register_case_search(_by_case)
    register_owner(
        Application, lambda user, file: Application.objects.visible_to(user).filter(authority=file).exists()
    )
    register_owner(Material, lambda user, file: Material.objects.visible_to(user).filter(file=file).exists())
    register_owner(
        Payment,
        lambda user, file: (
            Payment.objects.visible_to(user).filter(Q(agreement=file) | Q(proof=file)).exists()
        ),
    )
    register_owner(Visit, lambda user, file: Visit.objects.visible_to(user).filter(photos=file).exists())
