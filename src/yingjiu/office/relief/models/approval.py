"""Approvals: who decides what, once each, and never their own work."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yingjiu.office.accounts.roles import Role
from yingjiu.office.accounts.visibility import NOTHING, VisibleQuerySet
from yingjiu.office.relief.models.case import ReliefCase, money_field
from yingjiu.office.relief.models.part import PartQuerySet
from yingjiu.office.relief.states import ApprovalState, ChainKind
from yingjiu.office.vault.fields import EncryptedTextField

if TYPE_CHECKING:
    from yingjiu.office.accounts.models import User

__all__ = ["Approval", "Delegation", "JointShare"]


class JointShare(models.Model):
    """What another procuratorate pays in joint relief (联合救助), after its own approval."""

    case = models.ForeignKey(ReliefCase, models.CASCADE, related_name="shares")
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    amount = money_field(_("share, yuan"))
    approved_on = models.DateField(_("approved on"), null=True, blank=True)

    objects = PartQuerySet.as_manager()

    class Meta:
        """Options."""

        verbose_name = _("share of another procuratorate")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "organisation"], name="relief_share_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="relief_share_positive"),
        ]


class Approval(models.Model):
    """One step of an approval chain.

    A round begins when an opinion is submitted and ends when its last step is approved or one returns it.
    The database keeps the same person from acting twice in one round.
    """

    case = models.ForeignKey(ReliefCase, models.CASCADE, related_name="approvals")
    kind = models.CharField(_("approval of"), max_length=10, choices=ChainKind)
    round = models.PositiveSmallIntegerField()
    order = models.PositiveSmallIntegerField()
    chain = models.CharField(max_length=100)
    title = models.CharField(_("step"), max_length=100)
    role = models.CharField(pgettext_lazy("approval", "role"), max_length=20, choices=Role)
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    share = models.ForeignKey(JointShare, models.CASCADE, null=True, blank=True, related_name="approvals")
    amount = money_field(_("amount, yuan"), null=True, blank=True)
    state = models.CharField(max_length=10, choices=ApprovalState, default=ApprovalState.LATER)
    acted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    acting_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    acted_at = models.DateTimeField(null=True, blank=True)
    reason = EncryptedTextField(blank=True)

    objects = PartQuerySet.as_manager()

    class Meta:
        """Options."""

        verbose_name = _("approval")
        ordering: ClassVar = ["round", "kind", "share_id", "order"]
        indexes: ClassVar = [
            models.Index(fields=["state", "organisation", "role"], name="relief_approval_waiting")
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case", "round", "acted_by"],
                condition=Q(acted_by__isnull=False),
                name="relief_approver_once",
            ),
        ]

    @property
    def state_label(self) -> str:
        """The state in the user's language."""
        return str(ApprovalState(self.state).label)


class DelegationQuerySet(VisibleQuerySet["Delegation"]):
    """Delegations."""

    def scope(self, user: User) -> Q:
        """Those of the user's own procuratorate."""
        office = user.procuratorate
        return NOTHING if office is None else Q(organisation=office)


class Delegation(models.Model):
    """That one person stands in for another in a role for some days (代行)."""

    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    role = models.CharField(pgettext_lazy("approval", "role"), max_length=20, choices=Role)
    principal = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who is absent")
    )
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who stands in")
    )
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    reason = models.CharField(_("reason"), max_length=200)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    given_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = DelegationQuerySet.as_manager()

    class Meta:
        """Options."""

        verbose_name = _("deputy")
        ordering: ClassVar = ["-first_day"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(principal=F("deputy")), name="relief_no_self_delegation"),
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="relief_delegation_days"),
        ]

    def clean(self) -> None:
        """The person who is absent holds the role."""
        if self.principal_id and not self.principal.has_role(self.role):
            raise ValidationError({"principal": _("this person does not hold the role")})
