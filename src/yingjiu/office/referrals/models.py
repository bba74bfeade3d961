"""Referrals to agencies, and people whom agencies name to the procuratorate."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import FSMField

from yingjiu.office.accounts.roles import Role
from yingjiu.office.accounts.visibility import NOTHING, CaseData, case_scope
from yingjiu.office.frame.models import Versioned
from yingjiu.office.referrals.machine import ReferralMachine
from yingjiu.office.referrals.states import (
    AT_AGENCY,
    EventKind,
    Ground,
    OfferState,
    OnWhoseWord,
    Result,
    State,
)
from yingjiu.office.sealing.querysets import SealableQuerySet
from yingjiu.office.vault.fields import BlindIndexField, EncryptedJSONField, EncryptedTextField
from yingjiu.office.vault.index import normalise_id

if TYPE_CHECKING:
    from yingjiu.office.accounts.models import User

__all__ = ["Offer", "Referral", "ReferralEvent", "ReferralMeasure"]


def agency_scope(user: User, prefix: str = "") -> Q:
    """What an agency's liaison sees: what was sent to the agency, never a draft."""
    if not user.has_role(Role.LIAISON) or user.organisation_id is None:
        return NOTHING
    return Q(**{f"{prefix}agency": user.organisation_id, f"{prefix}sent_on__isnull": False})


class ReferralQuerySet(SealableQuerySet["Referral"]):
    """Referrals."""

    def scope(self, user: User) -> Q:
        """Inside the procuratorate as its lead or case; outside, what was sent to one's own agency."""
        return case_scope(user) | agency_scope(user)

    def at_agency(self) -> ReferralQuerySet:
        """Those with which an agency has something to do."""
        return self.filter(state__in=AT_AGENCY)


class Referral(ReferralMachine, CaseData, Versioned):
    """A suggestion to one agency to help one person (社会救助建议函), with the measures it names.

    The agency sees the person's name and what the letter says; contact data are opened for a purpose. Nothing
    is sent without a recorded ground. ``asked_from`` is the state that a request for more time returns to.
    """

    agency = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, related_name="+", verbose_name=_("receiving unit")
    )
    person = models.ForeignKey(
        "people.Person",
        models.PROTECT,
        related_name="referrals",
        verbose_name=pgettext_lazy("party", "person"),
    )
    lead = models.ForeignKey(
        "leads.Lead", models.PROTECT, null=True, blank=True, related_name="referrals", verbose_name=_("lead")
    )
    case = models.ForeignKey(
        "relief.ReliefCase",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="referrals",
        verbose_name=_("relief case"),
    )
    state = FSMField(_("state"), max_length=12, choices=State.choices, default=State.DRAFT, protected=True)
    urgent = models.BooleanField(_("urgent"), default=False)

    case_summary = EncryptedTextField(_("what the letter says about the case"), blank=True)
    hardship = EncryptedTextField(_("hardship of the family"), blank=True)
    relief_given = EncryptedTextField(pgettext_lazy("referral", "judicial relief"), blank=True)
    reason = EncryptedTextField(_("why this help is needed"), blank=True)

    contact_name = models.CharField(_("contact person"), max_length=60, blank=True)
    contact_phone = models.CharField(_("work telephone"), max_length=30, blank=True)

    ground = models.CharField(_("legal ground"), max_length=10, choices=Ground, blank=True)
    ground_text = models.CharField(_("rule, or how consent was given"), max_length=300, blank=True)
    consent_on = models.DateField(_("consented on"), null=True, blank=True)
    consent_file = models.ForeignKey(
        "files.StoredFile",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("signed consent"),
    )
    ground_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    ground_at = models.DateTimeField(null=True, blank=True, editable=False)

    letter = models.ForeignKey(
        "documents.Document",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("letter"),
    )
    created_at = models.DateTimeField(_("drafted at"), auto_now_add=True)
    sent_on = models.DateField(_("sent on"), null=True, blank=True)
    due_on = models.DateField(_("answer due on"), null=True, blank=True)
    answered_on = models.DateField(_("answered on"), null=True, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    asked_from = models.CharField(max_length=12, choices=State.choices, blank=True, editable=False)
    asked_until = models.DateField(_("new day asked for"), null=True, blank=True)
    answer = EncryptedTextField(_("answer of the agency"), blank=True)
    proof = models.ForeignKey(
        "files.StoredFile",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("proof"),
    )
    proof_text = EncryptedTextField(_("proof in words"), blank=True)

    objects = ReferralQuerySet.as_manager()

    class Meta:
        """Options."""

        verbose_name = _("referral")
        ordering: ClassVar = ["-pk"]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "state", "due_on"], name="referral_by_state"),
            models.Index(fields=["agency", "state", "due_on"], name="referral_by_agency"),
            models.Index(fields=["handler", "state"], name="referral_by_handler"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state=State.DRAFT) | Q(state=State.WITHDRAWN) | ~Q(ground=""),
                name="referral_has_ground",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[State.DRAFT, State.WITHDRAWN]) | Q(sent_on__isnull=False),
                name="referral_has_day",
            ),
        ]

    def __str__(self) -> str:
        return str(_("referral")) + f" {self.pk}"

    def get_absolute_url(self) -> str:
        """Its page, for both sides."""
        return reverse("referrals:referral", args=[self.pk])

    def clean(self) -> None:
        """It is about a lead or a case of the same person and procuratorate."""
        for about in (self.lead, self.case):
            if about is not None and (
                about.organisation_id != self.organisation_id or about.person_id != self.person_id
            ):
                raise ValidationError(_("the referral and what it comes from are about the same person"))
        if self.ground == Ground.CONSENT and self.consent_on is None:
            raise ValidationError({"consent_on": _("consent has a day")})

    @property
    def ground_recorded(self) -> bool:
        """Whether it may be sent: consent with its day, or a rule by name."""
        if self.ground == Ground.CONSENT:
            return self.consent_on is not None and bool(self.ground_text.strip())
        return bool(self.ground) and bool(self.ground_text.strip())

    @property
    def measure(self) -> str:
        """Key of the first measure."""
        first = self.measures.first()
        return first.key if first else ""

    @property
    def at_agency(self) -> bool:
        """Whether the agency has something to do."""
        return self.state in AT_AGENCY


def part_scope(user: User) -> Q:
    """What belongs to a referral is seen by who sees the referral."""
    return case_scope(user, "referral__") | agency_scope(user, "referral__")


class ReferralMeasureQuerySet(SealableQuerySet["ReferralMeasure"]):
    """Measures of referrals."""

    sealed_with = ("referral__",)

    def scope(self, user: User) -> Q:
        """As the referral."""
        return part_scope(user)


class ReferralEventQuerySet(SealableQuerySet["ReferralEvent"]):
    """Events of referrals."""

    sealed_with = ("referral__",)

    def scope(self, user: User) -> Q:
        """As the referral."""
        return part_scope(user)


class ReferralMeasure(models.Model):
    """One measure that a letter names, and what became of it."""

    referral = models.ForeignKey(Referral, models.CASCADE, related_name="measures")
    key = models.CharField(_("measure"), max_length=60)
    title = models.CharField(_("measure"), max_length=100)
    reason = EncryptedTextField(_("what it rests on"), blank=True)
    basis = models.CharField(_("basis"), max_length=300, blank=True)
    result = models.CharField(_("result"), max_length=12, choices=Result, blank=True, default=Result.OPEN)
    note = EncryptedTextField(_("note"), blank=True)
    amount = models.DecimalField(_("amount, yuan"), max_digits=12, decimal_places=2, null=True, blank=True)

    objects = ReferralMeasureQuerySet.as_manager()

    class Meta:
        """Options."""

        verbose_name = _("measure of a referral")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["referral", "key"], name="referral_measure_once"),
        ]

    def __str__(self) -> str:
        return self.title


class ReferralEvent(models.Model):
    """Something that happened to a referral; never changed afterwards."""

    referral = models.ForeignKey(Referral, models.CASCADE, related_name="events")
    kind = models.CharField(_("kind"), max_length=15, choices=EventKind)
    at = models.DateTimeField(_("at"), auto_now_add=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    on_whose_word = models.CharField(max_length=15, choices=OnWhoseWord, blank=True)
    until = models.DateField(null=True, blank=True)
    text = EncryptedTextField(_("in words"), blank=True)

    objects = ReferralEventQuerySet.as_manager()

    class Meta:
        """Options."""

        verbose_name = _("event of a referral")
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return str(self.get_kind_display())


class OfferQuerySet(SealableQuerySet["Offer"]):
    """People named by agencies."""

    def scope(self, user: User) -> Q:
        """Inside the procuratorate as a matter nobody handles yet; outside, those of one's own agency."""
        scope = case_scope(user)
        if user.has_role(Role.LIAISON) and user.organisation_id is not None:
            scope |= Q(agency=user.organisation_id)
        return scope

    def waiting(self) -> OfferQuerySet:
        """Those without an answer."""
        return self.filter(state=OfferState.SENT)


class Offer(CaseData, Versioned):
    """A person whom an agency names because they may need judicial relief (高检发〔2019〕3号).

    The procuratorate takes it as a lead or returns it with a reason.
    """

    agency = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, related_name="+", verbose_name=_("sent by")
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("entered by")
    )
    name = EncryptedTextField(pgettext_lazy("person", "name"))
    name_masked = models.CharField(_("name, masked"), max_length=80, editable=False)
    id_number = EncryptedTextField(_("ID number"))
    id_index = BlindIndexField(source="id_number", normalise=normalise_id)
    phone = EncryptedTextField(_("telephone"), blank=True)
    address = EncryptedTextField(_("address"), blank=True)
    case_known = models.CharField(_("case, as far as it is known"), max_length=200, blank=True)
    reason = EncryptedTextField(_("why judicial relief may be needed"))
    ground = models.CharField(_("legal ground"), max_length=10, choices=Ground)
    ground_text = models.CharField(_("rule, or how consent was given"), max_length=300)
    urgent = models.BooleanField(_("urgent"), default=False)
    sent_on = models.DateField(_("sent on"))
    due_on = models.DateField(_("answer due on"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=OfferState, default=OfferState.SENT)
    answer = EncryptedTextField(_("answer"), blank=True)
    answered_on = models.DateField(_("answered on"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    lead = models.ForeignKey("leads.Lead", models.PROTECT, null=True, blank=True, related_name="offers")

    objects = OfferQuerySet.as_manager()

    class Meta:
        """Options."""

        verbose_name = _("person named by an agency")
        ordering: ClassVar = ["-pk"]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "state", "due_on"], name="offer_by_state"),
            models.Index(fields=["agency", "state"], name="offer_by_agency"),
            models.Index(fields=["handler"], name="offer_by_handler"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "agency", "id_index"],
                condition=Q(state=OfferState.SENT),
                name="offer_waits_once",
            ),
        ]

    def __str__(self) -> str:
        return str(_("person named by an agency")) + f" {self.pk}"

    def get_absolute_url(self) -> str:
        """Its page, for both sides."""
        return reverse("referrals:offer", args=[self.pk])


class ProposalQuerySet(SealableQuerySet["Proposal"]):
    """What was known about a person's eligibility."""

    sealed_with = ("referral__",)

    def scope(self, user: User) -> Q:
        """Inside the procuratorate only: agencies see the letter, not what it was chosen from."""
        return case_scope(user, "referral__")


class Proposal(models.Model):
    """What the catalogue said when a referral was drafted: each measure's conditions and their truth."""

    referral = models.OneToOneField(Referral, models.CASCADE, related_name="proposal")
    told = EncryptedJSONField()
    made_at = models.DateTimeField(auto_now_add=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        """Options."""

        verbose_name = _("proposed measures")

    def __str__(self) -> str:
        return str(self.referral)
