"""What a user may see: every queryset of case or personal data answers ``visible_to(user)``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Generic, Self, TypeVar, cast

from django.db import models
from django.db.models import Q
from django.dispatch import Signal
from django.utils.translation import gettext_lazy as _

from yingjiu.office.accounts.roles import Role

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.contrib.auth.models import AnonymousUser

    from yingjiu.office.accounts.models import User

__all__ = ["NOTHING", "CaseData", "Secrecy", "VisibleQuerySet", "case_scope", "handed_on"]

NOTHING = Q(pk__in=())
"""A condition that no row fulfils."""

handed_on: Final = Signal()
"""Matters have another handler, department or secrecy; what was made for them follows.

Sent in the transaction that changes them: ``sender`` is their model, ``matters`` the rows as they are now.
"""

M_co = TypeVar("M_co", bound=models.Model, covariant=True)


class Secrecy(models.IntegerChoices):
    """How secret a case is; a user sees what is not above their clearance, and what they handle."""

    NORMAL = 1, _("normal")
    RESTRICTED = 2, _("restricted")
    SECRET = 3, _("secret")
    SEALED = 4, _("sealed")


class VisibleQuerySet(models.QuerySet[M_co], Generic[M_co]):
    """A queryset that knows what each user may see of it."""

    def scope(self, user: User) -> Q:
        """The condition that holds for what a signed-in user may see; nothing unless a model says so."""
        del user
        return NOTHING

    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """What this user may see; nothing for who is not signed in."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self.filter(self.scope(cast("User", user)))


class CaseData(models.Model):
    """What :func:`case_scope` guards: whose it is, who handles it and how secret it is.

    The lists of each model have wider indexes, which begin with the procuratorate or with the handler.
    """

    organisation = models.ForeignKey(
        "accounts.Organisation",
        models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("procuratorate"),
    )
    department = models.ForeignKey(
        "accounts.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("department"),
    )
    handler = models.ForeignKey(
        "accounts.User",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("handler"),
    )
    secrecy = models.PositiveSmallIntegerField(_("secrecy"), choices=Secrecy, default=Secrecy.NORMAL)

    class Meta:
        """Options."""

        abstract = True


def case_scope(user: User, prefix: str = "") -> Q:
    """The usual rule for :class:`CaseData`.

    A handler sees what they handle and what nobody handles yet in their own department or in none; a head and
    a deputy chief procurator see their own procuratorate and those below it; an analyst sees their own
    procuratorate. Above the clearance only the handler sees. Administrators and partners see nothing.

    Args:
        user: who looks.
        prefix: path to the model that has the fields, as ``"lead__"``.
    """
    office = user.procuratorate
    if office is None:
        return NOTHING
    secrecy = Q(**{f"{prefix}secrecy__lte": min(user.clearance, Secrecy.SECRET)})
    scope = NOTHING
    if user.has_role(Role.HEAD, Role.DEPUTY_CHIEF):
        scope |= _offices(office, prefix) & secrecy
    elif user.has_role(Role.ANALYST):
        scope |= Q(**{f"{prefix}organisation": office.pk}) & secrecy
    if user.has_role(Role.HANDLER):
        unclaimed = Q(**{f"{prefix}organisation": office.pk, f"{prefix}handler__isnull": True}) & (
            Q(**{f"{prefix}department__isnull": True}) | Q(**{f"{prefix}department": user.organisation_id})
        )
        mine = Q(**{f"{prefix}handler": user.pk}) & ~Q(**{f"{prefix}secrecy": Secrecy.SEALED})
        scope |= mine | (unclaimed & secrecy)
    return scope


def _offices(office: Any, prefix: str) -> Q:
    """An office and those below it, by their keys: an index on ``organisation`` then answers."""
    from yingjiu.office.accounts.models import Kind, Organisation  # noqa: PLC0415 - models import this module

    keys = list(
        Organisation.objects.below(office).filter(kind=Kind.PROCURATORATE).values_list("pk", flat=True)
    )
    return (
        Q(**{f"{prefix}organisation": keys[0]})
        if len(keys) == 1
        else Q(**{f"{prefix}organisation__in": keys})
    )
