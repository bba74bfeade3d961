"""Seals, what they cover, and the applications to look behind them."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from yingjiu.office.accounts.models import Organisation, User
from yingjiu.office.accounts.roles import Role
from yingjiu.office.accounts.visibility import NOTHING, VisibleQuerySet
from yingjiu.office.vault.fields import EncryptedTextField

__all__ = [
    "LiftGround",
    "QueryGround",
    "Seal",
    "SealGround",
    "SealedRow",
    "State",
    "UnsealRequest",
]


class SealGround(models.TextChoices):
    """Why records are sealed."""

    CONVICTION = "conviction", _("under 18 at the time, sentenced to five years or less")
    EXEMPTED = "exempted", _("under 18 at the time, exempted from punishment")
    NOT_PROSECUTED = "not_prosecuted", _("decision not to prosecute a juvenile")
    ENDED = "ended", _("case against a juvenile withdrawn, ended, or without liability")
    PENALTY = "penalty", _("public-security penalty or corrective education of a juvenile")

    @property
    def article(self) -> str:
        """The article that orders the seal."""
        return {
            SealGround.CONVICTION: "刑事诉讼法第二百八十六条；人民检察院刑事诉讼规则第四百八十二条",
            SealGround.EXEMPTED: "刑事诉讼法第二百八十六条；关于未成年人犯罪记录封存的实施办法",
            SealGround.NOT_PROSECUTED: "人民检察院刑事诉讼规则第四百八十六条",
            SealGround.ENDED: "关于未成年人犯罪记录封存的实施办法",
            SealGround.PENALTY: "预防未成年人犯罪法第五十九条",
        }[self]


class LiftGround(models.TextChoices):
    """When a seal is lifted for good (规则第四百八十五条; 实施办法), and to undo a mistaken seal."""

    NEW_OFFENCE = "new_offence", _("new offence, together more than five years")
    OMITTED_OFFENCE = "omitted_offence", _("earlier offence found, together more than five years")
    RETRIAL = "retrial", _("sentenced to more than five years on retrial")
    MISTAKE = "mistake", _("sealed by mistake: the conditions were never met")


class QueryGround(models.TextChoices):
    """Who may look behind a seal (Criminal Procedure Law art. 286 para. 2): there is no other ground."""

    JUDICIAL = "judicial", _("a judicial organ needs it for a case it handles")
    STATE_RULES = "state_rules", _("a unit asks under rules of the State")


class State(models.TextChoices):
    """Where an application stands."""

    PENDING = "pending", _("to be decided")
    GRANTED = "granted", pgettext_lazy("seal", "granted")
    REFUSED = "refused", pgettext_lazy("seal", "refused")


class SealQuerySet(VisibleQuerySet["Seal"]):
    """Seals."""

    def scope(self, user: User) -> Q:
        """Those of one's own procuratorate, for a head and a deputy chief procurator."""
        office = user.procuratorate
        if office is None or not user.has_role(Role.HEAD, Role.DEPUTY_CHIEF):
            return NOTHING
        return Q(organisation=office.pk)

    def standing(self) -> SealQuerySet:
        """Seals that have not been lifted."""
        return self.filter(lifted_at=None)


class Seal(models.Model):
    """That records are sealed: which, why, by whom.

    ``joint_case`` marks a file that also concerns adults: it is not sealed as a whole, and carries the mark
    that it contains sealed information (实施办法).
    """

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="seals", verbose_name=_("procuratorate")
    )
    year = models.PositiveSmallIntegerField(editable=False)
    serial = models.PositiveIntegerField(editable=False)
    subject_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
    subject_id = models.PositiveBigIntegerField()
    ground = models.CharField(_("ground"), max_length=20, choices=SealGround)
    article = models.CharField(_("article"), max_length=200)
    joint_case = models.BooleanField(_("joint case with adults"), default=False)
    note = EncryptedTextField(_("note"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("sealed at"))
    lift_ground = models.CharField(_("lifted because"), max_length=20, choices=LiftGround, blank=True)
    lift_reason = EncryptedTextField(blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    lifted_at = models.DateTimeField(null=True, blank=True)

    objects = SealQuerySet.as_manager()

    class Meta:
        """Options."""

        verbose_name = pgettext_lazy("seal", "seal")
        ordering: ClassVar = ["-at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "year", "serial"], name="seal_number_once"),
            models.UniqueConstraint(
                fields=["subject_type", "subject_id"],
                condition=Q(lifted_at__isnull=True),
                name="one_seal_on_a_subject",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number under which applications name it: nothing of the person is in it."""
        return f"{self.year}-{self.serial:04d}"


class SealedRow(models.Model):
    """One row that a seal covers, and what it was before."""

    seal = models.ForeignKey(Seal, models.PROTECT, related_name="rows")
    subject_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
    subject_id = models.PositiveBigIntegerField()
    secrecy_before = models.PositiveSmallIntegerField(null=True)

    class Meta:
        """Options."""

        verbose_name = _("sealed row")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["seal", "subject_type", "subject_id"], name="sealed_row_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["subject_type", "subject_id"], name="seals_of_row")]

    def __str__(self) -> str:
        return f"{self.subject_type_id} {self.subject_id}"


class UnsealRequestQuerySet(VisibleQuerySet["UnsealRequest"]):
    """Applications."""

    def scope(self, user: User) -> Q:
        """Those of one's own procuratorate for a head and a deputy chief; a handler's own otherwise."""
        office = user.procuratorate
        if office is None:
            return NOTHING
        if user.has_role(Role.HEAD, Role.DEPUTY_CHIEF):
            return Q(organisation=office.pk)
        if user.has_role(Role.HANDLER):
            return Q(organisation=office.pk) & (Q(recorded_by=user.pk) | Q(opened_for=user.pk))
        return NOTHING

    def pending(self) -> UnsealRequestQuerySet:
        """Applications that wait for a decision."""
        return self.filter(state=State.PENDING)


class UnsealRequest(models.Model):
    """A written application to look behind a seal, and what was decided on it.

    It is decided within seven days of its receipt (规则第四百八十四条), by somebody other than who recorded
    it. What is granted is opened for one user until ``expires_at``.
    """

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("procuratorate")
    )
    seal = models.ForeignKey(
        Seal, models.PROTECT, related_name="requests", verbose_name=pgettext_lazy("seal", "seal")
    )
    applicant = models.CharField(_("applying organ or unit"), max_length=120)
    reference = models.CharField(_("number of the application letter"), max_length=120)
    ground = models.CharField(_("ground"), max_length=20, choices=QueryGround)
    provision = models.CharField(_("provision of the State's rules"), max_length=200, blank=True)
    application = EncryptedTextField(_("text of the application"))
    received_on = models.DateField(_("received on"))
    due_on = models.DateField(_("to be decided by"), editable=False)
    opened_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("opened for")
    )
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PENDING)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = EncryptedTextField(_("reason"), blank=True)
    expires_at = models.DateTimeField(_("open until"), null=True, blank=True)

    objects = UnsealRequestQuerySet.as_manager()

    class Meta:
        """Options."""

        verbose_name = _("application to look behind a seal")
        ordering: ClassVar = ["-received_on", "-id"]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "state", "due_on"], name="unseal_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.applicant} {self.reference}"

    def clean(self) -> None:
        """A unit that asks under rules of the State names them; nothing is received tomorrow."""
        faults = {}
        if self.ground == QueryGround.STATE_RULES and not self.provision.strip():
            faults["provision"] = gettext("name the law or rule under which the unit asks")
        if self.received_on and self.received_on > timezone.localdate():
            faults["received_on"] = gettext("this day has not come yet")
        if len(self.application.strip()) < 10:
            faults["application"] = gettext("write down what the application asks for, and why")
        if faults:
            raise ValidationError(faults)

    @property
    def open(self) -> bool:
        """Whether what was granted is open now."""
        return (
            self.state == State.GRANTED and self.expires_at is not None and timezone.now() < self.expires_at
        )

    @property
    def overdue(self) -> bool:
        """Whether the seven days are over without a decision."""
        return self.state == State.PENDING and timezone.localdate() > self.due_on

    @property
    def days_left(self) -> int:
        """Days until it must be decided."""
        return (self.due_on - date.fromisoformat(str(timezone.localdate()))).days
