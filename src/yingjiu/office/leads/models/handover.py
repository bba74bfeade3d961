"""Supervision leads that another department of the procuratorate takes over, and what it answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yingjiu.office.accounts.roles import Role
from yingjiu.office.accounts.visibility import NOTHING, Secrecy
from yingjiu.office.frame.models import Versioned
from yingjiu.office.leads.models.lead import Lead, lead_scope
from yingjiu.office.leads.models.work import LeadDecision
from yingjiu.office.leads.states import OPEN_HANDOVER, HandoverResult, HandoverState
from yingjiu.office.sealing.querysets import SealableQuerySet
from yingjiu.office.vault.fields import EncryptedTextField

if TYPE_CHECKING:
    from yingjiu.office.accounts.models import Organisation, User

__all__ = ["LeadHandover"]


def _received_by(user: User) -> Q:
    """What the user's department received, also after it was returned."""
    department = user.department
    if department is None or not user.has_role(Role.HANDLER, Role.HEAD):
        return NOTHING
    return Q(to_department=department.pk, lead__secrecy__lte=min(user.clearance, Secrecy.SECRET))


def _answered_to(user: User) -> Q:
    """What the user handed over, or the department of which the user is head; without one, the office."""
    own = Q(lead__handler=user.pk)
    if not user.has_role(Role.HEAD):
        return own
    department = user.department
    office = Q(lead__organisation=user.procuratorate)
    return own | (office & Q(from_department=department.pk) if department is not None else office)


class LeadHandoverQuerySet(SealableQuerySet["LeadHandover"]):
    """Leads handed over."""

    sealed_with = ("lead__",)

    def scope(self, user: User) -> Q:
        """As their leads; the department that received one sees it, even when it has returned it."""
        return lead_scope(user, "lead__") | _received_by(user)

    def received_by(self, user: User) -> LeadHandoverQuerySet:
        """What the user's department received."""
        return self.filter(_received_by(user))

    def answered_to(self, user: User) -> LeadHandoverQuerySet:
        """Those whose answers the user reads."""
        return self.filter(_answered_to(user))

    def open(self) -> LeadHandoverQuerySet:
        """Those that the other department still has to answer."""
        return self.filter(state__in=OPEN_HANDOVER)


class LeadHandover(Versioned):
    """A supervision lead that another department of the same procuratorate takes over.

    The department accepts it and reports the result, or returns it with a reason; then the lead is open
    again. ``noted_at``: who handed it over has read the result.
    """

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="handovers", verbose_name=_("lead"))
    decision = models.ForeignKey(LeadDecision, models.CASCADE, related_name="+")
    from_department = models.ForeignKey(
        "accounts.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("handed over by"),
    )
    to_department = models.ForeignKey(
        "accounts.Organisation",
        models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("handed over to"),
    )
    by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    at = models.DateTimeField(_("handed over at"))
    due = models.DateField(_("to be answered by"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=HandoverState, default=HandoverState.SENT)
    receiver = models.ForeignKey(
        "accounts.User",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("accepted by"),
    )
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True)
    result = models.CharField(
        pgettext_lazy("handover", "result"), max_length=20, choices=HandoverResult, blank=True
    )
    answer = EncryptedTextField(blank=True)
    answered_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    noted_at = models.DateTimeField(_("read at"), null=True, blank=True)

    objects = LeadHandoverQuerySet.as_manager()

    class Meta:
        """Options."""

        verbose_name = _("lead handed over")
        indexes: ClassVar = [
            models.Index(fields=["to_department", "state", "due"], name="handover_by_department"),
            models.Index(fields=["state", "noted_at"], name="handover_by_state"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["lead"], condition=Q(state__in=OPEN_HANDOVER), name="one_open_handover"
            )
        ]

    def __str__(self) -> str:
        return str(self.lead)

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("leads:handover", args=[self.pk])

    @property
    def organisation(self) -> Organisation:
        """The procuratorate, whose documents go with it."""
        return self.lead.organisation

    @property
    def open(self) -> bool:
        """Whether the other department still has to answer."""
        return self.state in OPEN_HANDOVER
