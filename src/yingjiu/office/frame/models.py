"""What several apps' models share, and what the frame keeps: submissions and drafts."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from yingjiu.office.vault.fields import EncryptedJSONField

__all__ = ["Draft", "Submission", "Versioned"]


class Versioned(models.Model):
    """A row that two people may want to change at once: see :func:`yingjiu.office.frame.versions.claim`."""

    version = models.PositiveIntegerField(default=1, editable=False)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    changed_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        """Options."""

        abstract = True


class Submission(models.Model):
    """That a form was sent: who sends it again is shown what came of it (:mod:`.once`)."""

    nonce = models.CharField(max_length=32, unique=True)
    claim = models.CharField(max_length=32)
    url = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        """Options."""

        verbose_name = _("submitted form")

    def __str__(self) -> str:
        return self.nonce


class Draft(models.Model):
    """What a user typed into a form and has not sent yet (:mod:`.drafts`)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    content = EncryptedJSONField()
    saved_at = models.DateTimeField(auto_now=True, db_index=True)

    class Meta:
        """Options."""

        verbose_name = _("draft of a form")
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "key"], name="draft_once")]

    def __str__(self) -> str:
        return self.key
