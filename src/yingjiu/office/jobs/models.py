"""A job: long work that a worker does beside the web server, and its row that outlives both."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yingjiu.office.accounts.roles import Role
from yingjiu.office.accounts.visibility import VisibleQuerySet
from yingjiu.office.jobs.states import OPEN, State
from yingjiu.office.vault.fields import EncryptedJSONField

if TYPE_CHECKING:
    from yingjiu.office.accounts.models import User

__all__ = ["Job", "JobFault", "JobStep"]


class JobQuerySet(VisibleQuerySet["Job"]):
    """Jobs."""

    def scope(self, user: User) -> Q:
        """One's own jobs; the system administrator sees every row, to keep the work going."""
        return Q() if user.has_role(Role.SYSTEM_ADMIN) else Q(user=user.pk)

    def open(self) -> JobQuerySet:
        """Jobs that have not ended."""
        return self.filter(state__in=OPEN)


class Job(models.Model):
    """One piece of long work.

    The row is the truth; the queue only says that there is something to look at. ``token`` names the
    worker that has the job now, ``heartbeat`` is renewed while it lives, and every change a worker makes asks
    whether the job is still its own. ``arguments``, ``says``, ``error`` and ``result`` hold no personal data.
    """

    name = models.CharField(_("job"), max_length=80)
    arguments = models.JSONField(default=dict, blank=True)
    once = models.CharField(max_length=160, blank=True, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.QUEUED)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(null=True, blank=True)
    says = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    token = models.CharField(max_length=80, blank=True, editable=False)
    heartbeat = models.DateTimeField(null=True, blank=True, editable=False)
    cancel_asked = models.BooleanField(default=False, editable=False)
    error = models.TextField(_("error"), blank=True)
    result = models.JSONField(default=dict, blank=True)
    fault_count = models.PositiveIntegerField(default=0, editable=False)
    user = models.ForeignKey(
        "accounts.User",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="jobs",
        verbose_name=_("started by"),
    )
    organisation = models.ForeignKey(
        "accounts.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("organisation"),
    )
    not_before = models.DateTimeField(default=timezone.now, editable=False)
    sent_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    finished_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        """Options."""

        verbose_name = _("job")
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["state", "heartbeat"], name="job_by_state"),
            models.Index(fields=["user", "-id"], name="job_by_user"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["once"],
                condition=~Q(once="") & Q(state__in=[State.QUEUED, State.RUNNING, State.DONE]),
                name="job_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.pk}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("jobs:job", args=[self.pk])

    @property
    def open(self) -> bool:
        """Whether it has not ended yet."""
        return self.state in OPEN

    @property
    def percent(self) -> int | None:
        """How much is done, from 0 to 100; None while that is not known."""
        if self.state == State.DONE:
            return 100
        return min(100, 100 * self.done // self.total) if self.total else None


class JobFault(models.Model):
    """A row that a job could not use, for the person who started it."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="faults")
    number = models.PositiveIntegerField()
    content = EncryptedJSONField()

    class Meta:
        """Options."""

        verbose_name = _("row that a job could not use")
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["job", "number"], name="job_fault_number")]

    def __str__(self) -> str:
        return f"{self.job_id}/{self.number}"


class JobStep(models.Model):
    """An item of a job that is done; written in the transaction that did it."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="steps")
    key = models.CharField(max_length=160)

    class Meta:
        """Options."""

        verbose_name = _("step of a job")
        constraints: ClassVar = [models.UniqueConstraint(fields=["job", "key"], name="job_step_once")]

    def __str__(self) -> str:
        return f"{self.job_id}: {self.key}"
