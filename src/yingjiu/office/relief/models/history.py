"""What happened, and what was sealed at a decision."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yingjiu.office.relief.models.case import ReliefCase, money_field
from yingjiu.office.relief.models.part import PartQuerySet
from yingjiu.office.vault.fields import EncryptedTextField

__all__ = ["CaseEvent", "SealedRecord"]


class CaseEvent(models.Model):
    """One step of the history of a case: who did what, when, why, and where the case stood after it."""

    case = models.ForeignKey(ReliefCase, models.CASCADE, related_name="events")
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    act = models.CharField(max_length=40)
    before = models.CharField(max_length=20, blank=True)
    after = models.CharField(max_length=20)
    version = models.PositiveIntegerField()
    reason = EncryptedTextField(blank=True)

    objects = PartQuerySet.as_manager()

    class Meta:
        """Options."""

        verbose_name = _("event of a relief case")
        ordering: ClassVar = ["pk"]


class SealedRecord(models.Model):
    """The facts frozen at a decision: one canonical JSON with its digest and the digest before it.

    Never changed. ``previous`` is the digest of the record sealed before it in the same procuratorate, so
    that a changed, removed or reordered record is found.
    """

    case = models.ForeignKey(ReliefCase, models.PROTECT, related_name="sealed")
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    place = models.PositiveIntegerField()
    kind = models.CharField(_("decision"), max_length=10)
    content = EncryptedTextField()
    digest = models.CharField(max_length=64)
    previous = models.CharField(max_length=64, blank=True)
    amount = money_field(_("amount, yuan"), null=True, blank=True)
    sealed_at = models.DateTimeField()
    sealed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = PartQuerySet.as_manager()

    class Meta:
        """Options."""

        verbose_name = _("record frozen at a decision")
        ordering: ClassVar = ["organisation", "place"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "place"], name="relief_seal_place_once"),
            models.CheckConstraint(condition=Q(place__gte=1), name="relief_seal_place"),
        ]
