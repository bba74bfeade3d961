"""What several apps' models share."""

from __future__ import annotations

from django.conf import settings
from django.db import models

__all__ = ["Versioned"]


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
