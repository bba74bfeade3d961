"""The checks made on leads, what people decided, and what happened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yingjiu.office.accounts.roles import Role
from yingjiu.office.accounts.visibility import NOTHING
from yingjiu.office.frame.models import Versioned
from yingjiu.office.leads.models.lead import Lead, lead_scope
from yingjiu.office.leads.states import CheckKind, EventKind, Outcome
from yingjiu.office.sealing.querysets import SealableQuerySet
from yingjiu.office.vault.fields import EncryptedJSONField, EncryptedTextField

if TYPE_CHECKING:
    from yingjiu.office.accounts.models import User

__all__ = ["LeadCheck", "LeadChildQuerySet", "LeadDecision", "LeadEvent"]


class LeadCheckQuerySet(SealableQuerySet["LeadCheck"]):
    """Checks."""

    sealed_with = ("lead__",)

    def scope(self, user: User) -> Q:
        """As their leads; a grid worker sees the visits asked of them, a liaison the agency's questions."""
        scope = lead_scope(user, "lead__") if user.procuratorate is not None else NOTHING
        if user.has_role(Role.GRID_WORKER):
            scope |= Q(worker=user.pk)
        if user.has_role(Role.LIAISON) and user.organisation_id:
            scope |= Q(agency=user.organisation_id)
        return scope


class LeadCheck(Versioned):
    """Something to find out about a lead, and what was found.

    A visit is asked of a grid worker, a question of an agency; a call and a document are recorded by the
    handler. ``answers`` holds condition id → ``true``, ``false`` or ``unknown`` as a person recorded them;
    the data's own answer stays beside it.
    """

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="checks")
    kind = models.CharField(_("kind"), max_length=10, choices=CheckKind)
    worker = models.ForeignKey(
        "accounts.User",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="checks",
        db_index=False,
        verbose_name=_("grid worker"),
    )
    agency = models.ForeignKey(
        "accounts.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("agency"),
    )
    question = EncryptedTextField(blank=True)
    basis = models.CharField(_("legal basis"), max_length=20, blank=True)
    conditions = models.JSONField(_("to find out"), default=list, blank=True)
    asked_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("asked at"))
    due = models.DateField(_("due"), null=True, blank=True)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    done_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, blank=True, related_name="+")
    cancelled_at = models.DateTimeField(_("called off at"), null=True, blank=True)
    note = EncryptedTextField(blank=True)
    answers = models.JSONField(_("answers"), default=dict, blank=True)
    photos = models.ManyToManyField("files.StoredFile", blank=True, related_name="+")

    objects = LeadCheckQuerySet.as_manager()

    class Meta:
        """Options."""

        verbose_name = _("check")
        indexes: ClassVar = [
            models.Index(fields=["worker", "done_at", "due"], name="check_by_worker"),
            models.Index(fields=["agency", "done_at", "due"], name="check_by_agency"),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())

    @property
    def open(self) -> bool:
        """Whether it is still to be done."""
        return self.done_at is None and self.cancelled_at is None


class LeadChildQuerySet(SealableQuerySet[Any]):
    """What belongs to a lead is seen, and sealed, with it."""

    sealed_with = ("lead__",)

    def scope(self, user: User) -> Q:
        """As their leads."""
        return lead_scope(user, "lead__")


class LeadDecision(models.Model):
    """What a person decided about a lead, and the facts it rested on."""

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="decisions")
    outcome = models.CharField(pgettext_lazy("model", "outcome"), max_length=20, choices=Outcome)
    reason = EncryptedTextField(blank=True)
    to_department = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, null=True, blank=True, related_name="+"
    )
    by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    facts_digest = models.CharField(max_length=64)
    facts = EncryptedJSONField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = LeadChildQuerySet.as_manager()

    class Meta:
        """Options."""

        verbose_name = _("decision")
        ordering: ClassVar = ["at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["lead"], condition=Q(ended_at__isnull=True), name="one_decision_in_force"
            )
        ]

    def __str__(self) -> str:
        return str(self.get_outcome_display())


class LeadEvent(models.Model):
    """Something that happened to a lead, told on its page. ``detail`` holds no personal data."""

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="events")
    kind = models.CharField(max_length=20, choices=EventKind)
    at = models.DateTimeField()
    by = models.ForeignKey("accounts.User", models.PROTECT, null=True, blank=True, related_name="+")
    detail = models.JSONField(default=dict, blank=True)

    objects = LeadChildQuerySet.as_manager()

    class Meta:
        """Options."""

        verbose_name = _("event")
        ordering: ClassVar = ["at", "id"]

    def __str__(self) -> str:
        return str(self.get_kind_display())
