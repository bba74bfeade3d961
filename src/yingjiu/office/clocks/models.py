"""Clocks: time limits that run for a matter, and everything that happened to each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _said
from django.utils.translation import gettext_lazy as _

from yingjiu.office.accounts.roles import Role
from yingjiu.office.accounts.visibility import CaseData, case_scope
from yingjiu.office.clocks.arithmetic import Period, Unit
from yingjiu.office.sealing.querysets import SealableQuerySet

if TYPE_CHECKING:
    from yingjiu.office.accounts.models import User
    from yingjiu.office.clocks.arithmetic import Computation
    from yingjiu.office.clocks.limits import Limit

__all__ = ["OPEN", "Clock", "ClockEvent", "EventKind", "PeriodUnit", "State"]


class State(models.TextChoices):
    """How a clock stands."""

    RUNNING = "running", _("running")
    PAUSED = "paused", _("paused")
    MET = "met", _("met")
    BREACHED = "breached", _("overdue")
    CANCELLED = "cancelled", _("cancelled")


OPEN = (State.RUNNING, State.PAUSED, State.BREACHED)
"""What a clock that has not been stopped may be; an overdue one is open until ``finished_on``."""


class EventKind(models.TextChoices):
    """What happens to a clock."""

    STARTED = "started", _("started")
    PAUSED = "paused", _("paused")
    RESUMED = "resumed", _("resumed")
    EXTENDED = "extended", _("extended")
    REMINDED = "reminded", _("due soon")
    RECOUNTED = "recounted", _("counted anew")
    BREACHED = "breached", _("overdue")
    EXPLAINED = "explained", _("reason for being overdue")
    MET = "met", _("met")
    CANCELLED = "cancelled", _("cancelled")


class PeriodUnit(models.TextChoices):
    """What a period counts."""

    WORKING_DAYS = Unit.WORKING_DAYS.value, _("working days")
    CALENDAR_DAYS = Unit.CALENDAR_DAYS.value, _("calendar days")
    MONTHS = Unit.MONTHS.value, _("months")


class ClockQuerySet(SealableQuerySet["Clock"]):
    """Clocks."""

    def scope(self, user: User) -> Q:
        """As the matter they run for; a liaison also sees what binds their agency."""
        scope = case_scope(user)
        if user.has_role(Role.LIAISON) and user.organisation_id:
            scope |= Q(agency=user.organisation_id)
        return scope

    def of(self, subject: models.Model) -> ClockQuerySet:
        """The clocks of a matter, oldest first."""
        kind = ContentType.objects.get_for_model(subject)
        return self.filter(subject_type=kind, subject_id=subject.pk).order_by("started_on", "pk")

    def open(self) -> ClockQuerySet:
        """Those that have not been stopped."""
        return self.filter(finished_on=None)


class Clock(CaseData):
    """A time limit that runs for a matter.

    Length, unit and expiry rule are copied from the catalogue when it starts: a later change of the
    catalogue does not move a running limit. ``due_on`` is the last day in time; None while it is paused. An
    overdue clock stays overdue when the act follows late: then ``finished_on`` says when.
    """

    subject_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
    subject_id = models.PositiveBigIntegerField()
    subject = GenericForeignKey("subject_type", "subject_id")
    limit = models.CharField(_("time limit"), max_length=60)
    agency = models.ForeignKey(
        "accounts.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("bound agency"),
    )
    length = models.PositiveSmallIntegerField(_("length"))
    unit = models.CharField(_("unit"), max_length=15, choices=PeriodUnit)
    expiry_moves = models.BooleanField(default=True)
    started_on = models.DateField(_("started on"))
    due_on = models.DateField(_("due on"), null=True, blank=True)
    remind_on = models.DateField(null=True, blank=True, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.RUNNING)
    finished_on = models.DateField(_("finished on"), null=True, blank=True)
    breach_reason = models.CharField(_("reason for being overdue"), max_length=500, blank=True)

    objects = ClockQuerySet.as_manager()

    class Meta:
        """Options."""

        verbose_name = _("clock")
        ordering: ClassVar = ["due_on", "pk"]
        indexes: ClassVar = [
            models.Index(fields=["subject_type", "subject_id"], name="clock_by_subject"),
            models.Index(fields=["organisation"], name="clock_by_office"),
            models.Index(fields=["handler"], name="clock_by_handler"),
            models.Index(
                fields=["handler", "due_on"], name="clock_open_by_handler", condition=Q(finished_on=None)
            ),
            models.Index(
                fields=["organisation", "due_on"], name="clock_open_by_office", condition=Q(finished_on=None)
            ),
            models.Index(
                fields=["agency", "due_on"], name="clock_open_by_agency", condition=Q(finished_on=None)
            ),
            models.Index(fields=["state", "due_on"], name="clock_by_state"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["subject_type", "subject_id", "limit"],
                condition=Q(finished_on=None),
                name="clock_runs_once",
            ),
            models.CheckConstraint(condition=Q(length__gte=1), name="clock_has_length"),
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """It ends when it has started."""
        if self.finished_on and self.started_on and self.finished_on < self.started_on:
            raise ValidationError({"finished_on": _("a clock cannot stop before it starts")})

    @property
    def rule(self) -> Limit | None:
        """The limit in the catalogue; None if an office took it out since."""
        from yingjiu.office.clocks.catalogue import limits  # noqa: PLC0415 - reads the settings

        return limits().get(self.limit)

    @property
    def title(self) -> str:
        """What must be done."""
        return self.rule.title if self.rule else self.limit

    @property
    def period(self) -> Period:
        """How long."""
        return Period(self.length, Unit(self.unit))

    @property
    def open(self) -> bool:
        """Whether it has not been stopped."""
        return self.finished_on is None

    def compute(self) -> Computation:
        """Count it from its events."""
        from yingjiu.office.clocks.counting import computation  # noqa: PLC0415 - needs this module

        return computation(self)

    def explain(self) -> list[str]:
        """Its arithmetic in words, one sentence a step."""
        from yingjiu.office.clocks.words import explained  # noqa: PLC0415 - needs this module

        return explained(self)

    def working_days_left(self, today: Any = None) -> int | None:
        """Working days until it is due: 0 on the day, negative after it; None while paused or stopped."""
        from yingjiu.office.clocks.counting import days_left  # noqa: PLC0415 - needs this module

        return days_left(self, today)


class ClockEventQuerySet(SealableQuerySet["ClockEvent"]):
    """Events of clocks."""

    sealed_with = ("clock__",)

    def scope(self, user: User) -> Q:
        """As their clocks."""
        scope = case_scope(user, "clock__")
        if user.has_role(Role.LIAISON) and user.organisation_id:
            scope |= Q(clock__agency=user.organisation_id)
        return scope


class ClockEvent(models.Model):
    """Something that happened to a clock; never changed afterwards."""

    clock = models.ForeignKey(Clock, models.CASCADE, related_name="events")
    kind = models.CharField(_("kind"), max_length=10, choices=EventKind)
    on = models.DateField(_("day"))
    at = models.DateTimeField(_("recorded at"), auto_now_add=True)
    user = models.ForeignKey("accounts.User", models.PROTECT, null=True, blank=True, related_name="+")
    approved_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    length = models.PositiveSmallIntegerField(null=True, blank=True)
    unit = models.CharField(max_length=15, choices=PeriodUnit, blank=True)
    until = models.DateField(null=True, blank=True)

    objects = ClockEventQuerySet.as_manager()

    class Meta:
        """Options."""

        verbose_name = _("event of a time limit")
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.on}"

    @property
    def shown_reason(self) -> str:
        """The reason as the page's reader reads it: somebody's own words, or what the office says."""
        return _said(self.reason) if self.reason else ""
