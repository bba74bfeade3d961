"""Read seals and applications."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from yingjiu.office.accounts.models import Kind, Organisation, User
from yingjiu.office.accounts.roles import Role
from yingjiu.office.sealing.grants import Grant
from yingjiu.office.sealing.models import Seal, UnsealRequest
from yingjiu.office.sealing.querysets import SealableQuerySet, everything
from yingjiu.office.sealing.registry import facts_of, links_of
from yingjiu.office.sealing.services import opened, take_grant

__all__ = [
    "Opened",
    "colleagues",
    "found_seal",
    "grant_in_hand",
    "open_rows_of",
    "sealable",
    "waiting_count",
]


@dataclass(frozen=True, slots=True)
class Opened:
    """A row behind an opened seal; ``links`` lead to what it holds."""

    kind: str
    facts: Mapping[str, Any]
    links: Mapping[str, str]


def waiting_count(user: User) -> int:
    """Applications that this user may decide on."""
    if not user.has_role(Role.HEAD, Role.DEPUTY_CHIEF):
        return 0
    rows = UnsealRequest.objects.visible_to(user).pending()
    return rows.exclude(recorded_by=user).exclude(opened_for=user).count()


def found_seal(office: Organisation | None, number: str) -> Seal | None:
    """The standing seal of an office by its number, as ``2026-0003``."""
    year, _dash, serial = number.strip().partition("-")
    if office is None or not (year.isdigit() and serial.isdigit() and len(year) == 4 and len(serial) < 9):
        return None
    return Seal.objects.standing().filter(organisation=office, year=int(year), serial=int(serial)).first()


def colleagues(user: User) -> QuerySet[User]:
    """Users of the same procuratorate who handle cases."""
    office = user.procuratorate
    if office is None:
        return User.objects.none()
    return User.objects.filter(
        Q(organisation=office) | Q(organisation__parent=office, organisation__kind=Kind.DEPARTMENT),
        is_active=True,
        grants__role__in=[Role.HANDLER, Role.HEAD, Role.DEPUTY_CHIEF],
    ).distinct()


def grant_in_hand(user: User, permit: int, request: HttpRequest) -> Grant:
    """What an application that a user sees gives them now.

    Raises:
        Http404: there is none, or the user does not see it.
        SealingError: ``SEL-020`` to ``SEL-022`` it opens nothing, or nothing any more, or for somebody else.
    """
    found = get_object_or_404(UnsealRequest.objects.visible_to(user), pk=permit)
    return take_grant(request=found, user=user, http=request)


def open_rows_of(grant: Grant) -> list[Opened]:
    """All that a grant opens, each row with its facts; each model's opening is on record."""
    shown = []
    kinds = grant.permit.seal.rows.values_list("subject_type__app_label", "subject_type__model").distinct()
    for app, name in kinds:
        model = apps.get_model(app, name)
        rows = everything(model).filter(pk__in=opened(grant, model)).order_by("pk")
        kind = str(model._meta.verbose_name)
        shown += [Opened(kind, facts_of(row), links_of(row, grant.permit.pk)) for row in rows]
    return shown


def sealable(user: User, label: str, key: str) -> Model | None:
    """A row that a user sees and may ask to seal; None if there is none."""
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError):
        return None
    rows = model._default_manager.all()
    if not isinstance(rows, SealableQuerySet) or not key.isdigit() or len(key) > 18:
        return None
    found: Model | None = rows.visible_to(user).filter(pk=int(key)).first()
    return found
