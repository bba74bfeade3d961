"""What came in: files of agencies, runs of the models, parties entered by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yingjiu.office.accounts.roles import Role
from yingjiu.office.accounts.visibility import NOTHING, VisibleQuerySet
from yingjiu.office.sealing.querysets import SealableQuerySet
from yingjiu.office.vault.fields import EncryptedJSONField, EncryptedTextField

if TYPE_CHECKING:
    from yingjiu.office.accounts.models import User

__all__ = ["AgencyFile", "FileState", "ModelRun", "PartyEntry", "PoolKeeper"]


class PoolKeeper(models.Model):
    """The procuratorate whose data the pool of this installation holds; one row.

    Two procuratorates that load the same source would replace each other's data, so one loads for itself and
    for those below it.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    organisation = models.OneToOneField("accounts.Organisation", models.PROTECT, related_name="+")
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        """Options."""

        verbose_name = _("keeper of the pool")
        constraints: ClassVar = [models.CheckConstraint(condition=Q(id=1), name="one_pool_keeper")]

    def __str__(self) -> str:
        return str(self.organisation)


class FileState(models.TextChoices):
    """Where a file of an agency stands."""

    CHECKING = "checking", _("under check")
    CHECKED = "checked", _("checked, to be loaded")
    REFUSED = "refused", _("cannot be loaded")
    LOADING = "loading", _("being loaded")
    LOADED = "loaded", _("loaded")
    UNCHANGED = "unchanged", _("the same content was loaded before")
    TAKEN_BACK = "taken_back", _("taken back")
    DISCARDED = "discarded", _("not wanted")


AT_WORK: Final = (FileState.CHECKING, FileState.LOADING)
"""A job has the file."""


class AgencyFileQuerySet(VisibleQuerySet["AgencyFile"]):
    """Files of agencies."""

    def scope(self, user: User) -> Q:
        """An analyst sees those of the own procuratorate, a liaison those of the own agency."""
        if user.has_role(Role.ANALYST) and user.procuratorate is not None:
            return Q(organisation=user.procuratorate.pk)
        if user.has_role(Role.LIAISON) and user.organisation_id is not None:
            return Q(agency=user.organisation_id)
        return NOTHING


class AgencyFile(models.Model):
    """A file that an agency sent for one of its sources, and what became of it.

    ``report`` is what the check or the load says: rows read, accepted and held back by rule, faults of the
    whole, warnings. ``quarantine`` holds the rows that were held back, for the agency to correct.
    """

    organisation = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, related_name="+", verbose_name=_("procuratorate")
    )
    agency = models.ForeignKey(
        "accounts.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("agency"),
    )
    source = models.CharField(_("source"), max_length=80)
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+", verbose_name=_("file"))
    data_date = models.DateField(_("data date"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=FileState, default=FileState.CHECKING)
    report = EncryptedJSONField(default=dict, blank=True)
    quarantine = models.ForeignKey(
        "files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+"
    )
    batch = models.CharField(_("batch"), max_length=40, blank=True)
    loads = models.PositiveSmallIntegerField(default=0, editable=False)
    job = models.ForeignKey("jobs.Job", models.SET_NULL, null=True, blank=True, related_name="+")
    uploaded_by = models.ForeignKey(
        "accounts.User", models.PROTECT, related_name="+", verbose_name=_("uploaded by")
    )
    uploaded_at = models.DateTimeField(_("uploaded at"), default=timezone.now)
    loaded_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("loaded by")
    )
    loaded_at = models.DateTimeField(_("loaded"), null=True, blank=True)

    objects = AgencyFileQuerySet.as_manager()

    class Meta:
        """Options."""

        verbose_name = _("file of an agency")
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "state"], name="agency_file_by_state"),
            models.Index(fields=["organisation", "source", "-id"], name="agency_file_by_source"),
            models.Index(fields=["batch"], name="agency_file_by_batch"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.pk}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("intake:file", args=[self.pk])

    @property
    def lost(self) -> bool:
        """Whether a job has it that is gone or has ended: nothing more happens until somebody asks again."""
        return self.state in AT_WORK and (self.job is None or not self.job.open)


class Why(models.TextChoices):
    """What a run of the models was asked for."""

    BY_HAND = "by_hand", _("asked for")
    AFTER_LOAD = "after_load", _("after a load")
    AFTER_ROLLBACK = "rollback", _("after a load was taken back")


class OwnProcuratorate(VisibleQuerySet["ModelRun"]):
    """Runs of the models."""

    def scope(self, user: User) -> Q:
        """Of the own procuratorate, for those who work with leads there."""
        if user.procuratorate is None or not user.has_role(Role.ANALYST, Role.HEAD, Role.DEPUTY_CHIEF):
            return NOTHING
        return Q(organisation=user.procuratorate.pk)


class ModelRun(models.Model):
    """A run of the models over the whole pool, and what came of it; counts only, no people."""

    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    run_date = models.DateField(_("run date"))
    why = models.CharField(_("why"), max_length=12, choices=Why, default=Why.BY_HAND)
    wide = models.JSONField(default=list, blank=True)
    asked_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("started by")
    )
    asked_at = models.DateTimeField(_("asked at"), default=timezone.now)
    job = models.ForeignKey("jobs.Job", models.SET_NULL, null=True, blank=True, related_name="+")
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    skipped = models.BooleanField(default=False, editable=False)
    run = models.CharField(_("run"), max_length=40, blank=True)
    leads = models.PositiveIntegerField(_("leads"), default=0)
    new = models.PositiveIntegerField(_("new leads"), default=0)
    changed = models.PositiveIntegerField(_("changed leads"), default=0)
    returned = models.PositiveIntegerField(_("came back"), default=0)
    gone = models.PositiveIntegerField(_("no longer found"), default=0)
    funnels = models.JSONField(default=list, blank=True)
    warnings = models.JSONField(default=list, blank=True)

    objects = OwnProcuratorate.as_manager()

    class Meta:
        """Options."""

        verbose_name = _("run of the models")
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.run_date} {self.run}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("intake:model_run", args=[self.pk])


class PartyEntryQuerySet(SealableQuerySet["PartyEntry"]):
    """Parties entered by hand."""

    def scope(self, user: User) -> Q:
        """Those one entered oneself; an analyst's and a head's procuratorate's."""
        scope = Q(entered_by=user.pk) if user.has_role(Role.HANDLER, Role.ANALYST) else NOTHING
        if user.procuratorate is not None and user.has_role(Role.ANALYST, Role.HEAD):
            scope |= Q(organisation=user.procuratorate.pk)
        return scope


class PartyEntry(models.Model):
    """A party of a case whom somebody entered, before any agency's file names them.

    ``values`` holds canonical columns of the tables ``party`` and ``case``. ``leads`` are the keys of the
    leads that were found.
    """

    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    entered_by = models.ForeignKey(
        "accounts.User", models.PROTECT, related_name="+", verbose_name=_("entered by")
    )
    entered_at = models.DateTimeField(_("entered"), default=timezone.now)
    values = EncryptedJSONField()
    name = EncryptedTextField(blank=True)
    case_no = models.CharField(_("number of the case"), max_length=120)
    batch = models.CharField(_("batch"), max_length=40, blank=True)
    job = models.ForeignKey("jobs.Job", models.SET_NULL, null=True, blank=True, related_name="+")
    screened_at = models.DateTimeField(_("screened"), null=True, blank=True)
    leads = models.JSONField(default=list, blank=True)
    sealed = models.BooleanField(_("sealed"), default=False, editable=False)

    objects = PartyEntryQuerySet.as_manager()

    class Meta:
        """Options."""

        verbose_name = _("party entered by hand")
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.case_no} {self.pk}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("intake:entry", args=[self.pk])
