"""Events, and the head of their chain."""

from __future__ import annotations

import json
from typing import Any, ClassVar, NoReturn

from django.db import models
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from yingjiu.errors import Fault
from yingjiu.office.accounts.models import Organisation, User
from yingjiu.office.accounts.roles import Role
from yingjiu.office.accounts.visibility import VisibleQuerySet
from yingjiu.office.audit.chain import FIELDS, ORIGIN, digest_of
from yingjiu.office.audit.errors import AuditError

__all__ = ["Action", "ChainHead", "Event"]


class Action(models.TextChoices):
    """What was done."""

    READ = "read", pgettext_lazy("audit", "read")
    SEARCH = "search", _("searched")
    REVEAL = "reveal", _("opened masked data")
    EXPORT = "export", _("exported")
    PRINT = "print", _("printed")
    DECISION = "decision", pgettext_lazy("audit", "decided")
    LOGIN = "login", _("signed in")
    LOGIN_FAILED = "login_failed", _("failed to sign in")
    LOGOUT = "logout", _("signed out")
    DENIED = "denied", _("was refused")
    UPLOAD = "upload", pgettext_lazy("audit", "uploaded")
    DOWNLOAD = "download", _("downloaded")
    ADMINISTER = "administer", _("administered")
    JOB = "job", _("background work")
    DAMAGED = "damaged", _("found a file damaged")


def refuse_change() -> NoReturn:
    """An event is never changed."""
    raise AuditError(
        Fault(
            "AUD-001",
            gettext("an event of the log is never changed or removed"),
            hint=gettext("record another event that sets it right"),
        )
    )


class EventQuerySet(VisibleQuerySet["Event"]):
    """Events: read by audit administrators, changed by nobody."""

    def scope(self, user: User) -> models.Q:
        """All for an audit administrator, none for anybody else."""
        return models.Q() if user.has_role(Role.AUDIT_ADMIN) else super().scope(user)

    def update(self, **_kwargs: Any) -> NoReturn:
        """Refused."""
        refuse_change()

    def delete(self) -> NoReturn:
        """Refused."""
        refuse_change()

    def bulk_create(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Refused: events are recorded one by one."""
        refuse_change()

    def bulk_update(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Refused."""
        refuse_change()

    def update_or_create(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Refused."""
        refuse_change()


class Event(models.Model):
    """Something that a user, or the office itself, did.

    ``subject_type`` and ``subject_id`` are kind and number, as ``people.Person`` and ``17``. Names of users
    and organisations are those of that moment. ``detail_text`` is JSON without personal data.
    """

    sequence = models.PositiveBigIntegerField(_("number"), primary_key=True)
    at = models.DateTimeField(_("time"))
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    user_name = models.CharField(_("user"), max_length=220, blank=True)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="+", db_index=False
    )
    organisation_name = models.CharField(_("organisation"), max_length=100, blank=True)
    action = models.CharField(_("action"), max_length=20, choices=Action)
    subject_type = models.CharField(_("kind of subject"), max_length=100, blank=True)
    subject_id = models.CharField(_("number of the subject"), max_length=40, blank=True)
    purpose = models.CharField(_("purpose"), max_length=500, blank=True)
    detail_text = models.TextField(default="{}")
    address = models.CharField(pgettext_lazy("network", "address"), max_length=45, blank=True)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    objects = EventQuerySet.as_manager()

    class Meta:
        """Options."""

        verbose_name = pgettext_lazy("audit", "event")
        ordering: ClassVar = ["-sequence"]
        indexes: ClassVar = [
            models.Index(fields=["user", "sequence"], name="event_by_user"),
            models.Index(fields=["action", "sequence"], name="event_by_action"),
            models.Index(fields=["subject_type", "sequence"], name="event_by_kind"),
            models.Index(fields=["subject_id", "subject_type", "sequence"], name="event_by_subject"),
            models.Index(fields=["at", "sequence", "action"], name="event_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.get_action_display()}"

    @property
    def detail(self) -> dict[str, Any]:
        """What else is told."""
        told: dict[str, Any] = json.loads(self.detail_text)
        return told

    def computed_digest(self) -> str:
        """The digest of what the event says now."""
        return digest_of({name: getattr(self, name) for name in FIELDS})

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write a new event that continues the chain; anything else is refused.

        Raises:
            AuditError: ``AUD-001``.
        """
        if not self._state.adding or self.digest != self.computed_digest():
            refuse_change()
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Refused."""
        refuse_change()


class ChainHead(models.Model):
    """The last event of the chain: one row, which whoever appends holds locked."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    sequence = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64, default=ORIGIN)

    class Meta:
        """Options."""

        verbose_name = _("head of the audit chain")
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(id=1), name="audit_has_one_head"),
        ]

    def __str__(self) -> str:
        return str(self.sequence)
