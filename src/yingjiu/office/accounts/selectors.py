"""Which organisations and accounts an administrator looks after: those of the own procuratorate and below."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet
from django.http import Http404

from yingjiu.office.accounts.models import Kind, Organisation, OrganisationQuerySet, User
from yingjiu.office.accounts.roles import Role

__all__ = ["account", "accounts", "offices", "organisation", "organisations"]

_KEEPERS = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN)


def organisations(by: User) -> OrganisationQuerySet:
    """The organisations that an administrator looks after, in the order of the tree."""
    office = by.procuratorate
    if office is None or not by.has_role(*_KEEPERS):
        return Organisation.objects.none()
    return (
        Organisation.objects.below(office)
        .select_related("parent")
        .annotate(people=Count("users", filter=Q(users__is_active=True)))
        .order_by("path")
    )


def offices(by: User) -> QuerySet[Organisation]:
    """The procuratorates among them, under which something can stand."""
    return organisations(by).filter(kind=Kind.PROCURATORATE)


def organisation(by: User, key: int) -> Organisation:
    """One organisation.

    Raises:
        Http404: there is none, or another administrator looks after it.
    """
    found = organisations(by).filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def accounts(by: User, *, text: str = "", role: str = "") -> QuerySet[User]:
    """The accounts that an administrator looks after.

    Args:
        by: the administrator.
        text: part of a user name or name.
        role: a role that they hold.
    """
    found = (
        User.objects.filter(organisation__in=organisations(by).values("pk"))
        .select_related("organisation", "organisation__parent")
        .prefetch_related("grants")
        .order_by("username")
    )
    if text:
        found = found.filter(Q(username__icontains=text) | Q(display_name__icontains=text))
    return found.filter(grants__role=role) if role else found


def account(by: User, key: int) -> User:
    """One account.

    Raises:
        Http404: there is none, or another administrator looks after it.
    """
    found = accounts(by).filter(pk=key).first()
    if found is None:
        raise Http404
    return found
