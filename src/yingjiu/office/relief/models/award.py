"""The review and the award."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from yingjiu.office.relief.models.case import ReliefCase, money_field
from yingjiu.office.relief.models.part import PartQuerySet
from yingjiu.office.relief.states import Answer
from yingjiu.office.vault.fields import EncryptedJSONField, EncryptedTextField

__all__ = ["Computation", "ReviewAnswer", "RuleText"]


class ReviewAnswer(models.Model):
    """The answer to one question of the review (细则第七条、第八条), with evidence and reason."""

    case = models.ForeignKey(ReliefCase, models.CASCADE, related_name="answers")
    question = models.CharField(max_length=60)
    answer = models.CharField(_("answer"), max_length=10, choices=Answer)
    evidence = EncryptedTextField(blank=True)
    reason = EncryptedTextField(blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(auto_now=True)

    objects = PartQuerySet.as_manager()

    class Meta:
        """Options."""

        verbose_name = _("answer of the review")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "question"], name="relief_answer_once")
        ]


class RuleText(models.Model):
    """The very text of a standard with what it extends, and of the parameter files: found by its digest.

    An amount names the digest it was computed with, so that it can be computed again when the files have
    changed. Rows are never changed.
    """

    digest = models.CharField(primary_key=True, max_length=64)
    standard = models.CharField(max_length=100)
    content = models.TextField()
    first_used_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """Options."""

        verbose_name = _("text of a rule")


class Computation(models.Model):
    """One computed award: its facts, its rules' texts, and the whole trace."""

    case = models.ForeignKey(ReliefCase, models.CASCADE, related_name="computations")
    rules = models.ForeignKey(RuleText, models.PROTECT, related_name="+")
    standard = models.CharField(_("standard"), max_length=100)
    input = EncryptedJSONField(default=dict)
    award = EncryptedJSONField(default=dict)
    low = money_field(_("from, yuan"), null=True, blank=True)
    high = money_field(_("to, yuan"), null=True, blank=True)
    band_low = money_field(_("lower end of the band, yuan"), null=True, blank=True)
    band_high = money_field(_("upper end of the band, yuan"), null=True, blank=True)
    refused = models.TextField(blank=True)
    computed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    computed_at = models.DateTimeField(auto_now_add=True)

    objects = PartQuerySet.as_manager()

    class Meta:
        """Options."""

        verbose_name = _("computed award")
        ordering: ClassVar = ["-pk"]

    @property
    def exact(self) -> bool:
        """Whether it is one amount."""
        return self.low is not None and self.low == self.high
