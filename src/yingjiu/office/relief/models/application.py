"""Informing, applying, and the materials."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from yingjiu.office.relief.models.case import ReliefCase, money_field
from yingjiu.office.relief.models.part import PartQuerySet
from yingjiu.office.relief.states import How, MaterialState, Way
from yingjiu.office.vault.fields import EncryptedJSONField, EncryptedTextField

__all__ = ["Application", "Informing", "Material", "SupplementList"]


class Informing(models.Model):
    """That a person was told of the right to apply (告知)."""

    case = models.ForeignKey(ReliefCase, models.CASCADE, related_name="informings")
    told_on = models.DateField(_("told on"))
    how = models.CharField(_("how"), max_length=20, choices=How)
    told_by = models.CharField(_("told by"), max_length=60)
    note = EncryptedTextField(blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)

    objects = PartQuerySet.as_manager()

    class Meta:
        """Options."""

        verbose_name = _("informing of the right to relief")
        ordering: ClassVar = ["told_on", "pk"]


class Application(models.Model):
    """The application with its form; one for each case, and kept up to date until the opinion.

    ``form`` holds the fields of :mod:`yingjiu.office.relief.application_form` by their keys.
    """

    case = models.OneToOneField(ReliefCase, models.CASCADE, related_name="application")
    way = models.CharField(_("way of applying"), max_length=20, choices=Way)
    applied_on = models.DateField(_("applied on"))
    form = EncryptedJSONField(default=dict)
    reason = EncryptedTextField(blank=True)
    requested = money_field(_("amount asked for, yuan"), null=True, blank=True)
    record = EncryptedTextField(blank=True)
    bank = models.CharField(_("bank"), max_length=100, blank=True)
    account_name = EncryptedTextField(blank=True)
    account = EncryptedTextField(blank=True)
    authority = models.ForeignKey(
        "files.StoredFile",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("proof of guardianship or authority"),
    )
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = PartQuerySet.as_manager()

    class Meta:
        """Options."""

        verbose_name = _("application for relief")


class Material(models.Model):
    """One material of a case: asked for, proven by agencies' data, received, or not needed here."""

    case = models.ForeignKey(ReliefCase, models.CASCADE, related_name="materials")
    item = models.CharField(max_length=60)
    title = models.CharField(_("material"), max_length=200)
    required = models.BooleanField(_("required"), default=True)
    state = models.CharField(_("state"), max_length=20, choices=MaterialState, default=MaterialState.NEEDED)
    evidence = EncryptedJSONField(default=list)
    received_on = models.DateField(_("received on"), null=True, blank=True)
    copies = models.PositiveSmallIntegerField(_("copies"), default=1)
    original = models.BooleanField(_("original"), default=False)
    file = models.ForeignKey(
        "files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("file")
    )
    note = EncryptedTextField(blank=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = PartQuerySet.as_manager()

    class Meta:
        """Options."""

        verbose_name = _("application material")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "item"], name="relief_material_once")
        ]

    @property
    def settled(self) -> bool:
        """Whether nothing is missing here."""
        return self.state != MaterialState.NEEDED

    @property
    def state_label(self) -> str:
        """The state in the user's language."""
        return str(MaterialState(self.state).label)


class SupplementList(models.Model):
    """The list of missing materials, told at one time; a second one needs new facts and says which."""

    case = models.ForeignKey(ReliefCase, models.CASCADE, related_name="supplements")
    number = models.PositiveSmallIntegerField()
    asked_on = models.DateField(_("told on"))
    items = models.JSONField(default=list)
    new_facts = EncryptedTextField(blank=True)
    answered_on = models.DateField(null=True, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = PartQuerySet.as_manager()

    class Meta:
        """Options."""

        verbose_name = _("list of missing materials")
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "number"], name="relief_supplement_once")
        ]
