"""The case itself: who, which matter, where it stands, and the money it is good for."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField

from yingjiu.office.accounts.roles import Role
from yingjiu.office.accounts.visibility import CaseData, Secrecy, case_scope
from yingjiu.office.frame.models import Versioned
from yingjiu.office.relief.machine import CaseMachine
from yingjiu.office.relief.states import OPEN, PaymentState, Proposal, State, Urgent, Way
from yingjiu.office.sealing.querysets import SealableQuerySet
from yingjiu.office.vault.fields import EncryptedJSONField, EncryptedTextField

if TYPE_CHECKING:
    from yingjiu.office.accounts.models import User

__all__ = ["MONEY_STATES", "ReliefCase", "ReliefCaseQuerySet"]

MONEY_STATES = (State.GRANTED, State.PAYING, State.PAID, State.FOLLOWING_UP, State.RECOVERING)
"""States in which finance has to do with a case."""


def money_field(label: Any, **options: Any) -> models.DecimalField[Any, Any]:
    """A field for an amount in yuan."""
    return models.DecimalField(label, max_digits=12, decimal_places=2, **options)


class ReliefCaseQuerySet(SealableQuerySet["ReliefCase"]):
    """Relief cases."""

    def scope(self, user: User) -> Q:
        """The usual rule, and heads and deputies of a procuratorate that pays a share of joint relief."""
        scope = case_scope(user)
        office = user.procuratorate
        if office is not None and user.has_role(Role.HEAD, Role.DEPUTY_CHIEF):
            shares: Any = self.model._meta.get_field("shares").related_model
            joint = shares._default_manager.filter(organisation=office).values("case")
            scope |= Q(pk__in=joint, secrecy__lte=min(user.clearance, Secrecy.SECRET))
        return scope

    def payable_by(self, user: User) -> Self:
        """Cases with money to check or to pay by the finance officer's own procuratorate."""
        office = user.procuratorate
        if not getattr(user, "is_authenticated", False) or office is None or not user.has_role(Role.FINANCE):
            return self.none()
        payments: Any = self.model._meta.get_field("payments").related_model
        owed = payments._default_manager.filter(payer=office).exclude(state=PaymentState.CANCELLED)
        return self.filter(
            Q(state__in=MONEY_STATES) | ~Q(urgent_state=Urgent.NONE), pk__in=owed.values("case")
        )

    def open(self) -> Self:
        """Cases that somebody works on."""
        return self.filter(state__in=OPEN)


class ReliefCase(CaseMachine, CaseData, Versioned):
    """One applicant's relief in one matter (细则第二条; 一案一次).

    ``state`` moves only by the transitions of :class:`CaseMachine`, which only services call. ``payable`` is
    the amount that has been decided so far; the database itself keeps what is planned and paid below it.
    """

    year = models.PositiveSmallIntegerField(editable=False)
    serial = models.PositiveIntegerField(editable=False)
    number = models.CharField(_("case number"), max_length=60)
    person = models.ForeignKey(
        "people.Person", models.PROTECT, related_name="relief_cases", verbose_name=_("applicant")
    )
    lead = models.ForeignKey(
        "leads.Lead",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="relief_cases",
        verbose_name=_("lead"),
    )
    case_no = models.CharField(_("number of the original case"), max_length=100, blank=True)
    case_key = models.CharField(max_length=120, blank=True, db_index=True, editable=False)
    charge = models.CharField(_("charge or cause of action"), max_length=200, blank=True)
    stage = models.CharField(_("stage of the original case"), max_length=40, blank=True)
    region = models.CharField(_("region code"), max_length=6, blank=True)
    harm = models.CharField(_("harm"), max_length=20, blank=True)
    minor = models.BooleanField(_("the applicant or the victim is a minor"), default=False)

    state = FSMField(
        _("state"), max_length=20, choices=State.choices, default=State.INFORMING, protected=True
    )
    urgent_state = FSMField(
        _("urgent relief first"), max_length=20, choices=Urgent.choices, default=Urgent.NONE, protected=True
    )
    way = models.CharField(_("way of applying"), max_length=20, choices=Way, blank=True)
    proposal = models.CharField(_("opinion"), max_length=10, choices=Proposal, blank=True)
    opinion = EncryptedTextField(blank=True)
    band_reason = EncryptedTextField(blank=True)
    facts = EncryptedJSONField(default=dict)
    computation = models.ForeignKey(
        "relief.Computation", models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )

    urgent_amount = money_field(_("urgent relief first, yuan"), null=True, blank=True)
    urgent_reason = EncryptedTextField(blank=True)
    proposed_amount = money_field(_("proposed amount, yuan"), null=True, blank=True)
    decided_amount = money_field(_("decided amount, yuan"), null=True, blank=True)
    payable = money_field(_("amount good for payment, yuan"), default=Decimal(0))
    planned_total = money_field(_("planned payments, yuan"), default=Decimal(0))
    paid_total = money_field(_("paid, yuan"), default=Decimal(0))

    opened_on = models.DateField(_("opened on"))
    applied_on = models.DateField(_("applied on"), null=True, blank=True)
    accepted_on = models.DateField(_("accepted on"), null=True, blank=True)
    proposed_on = models.DateField(_("opinion written on"), null=True, blank=True)
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    minor_payment_reason = EncryptedTextField(blank=True)
    notified_on = models.DateField(_("decision served on"), null=True, blank=True)
    notified_how = models.CharField(_("how the decision was served"), max_length=20, blank=True)
    funds_arrived_on = models.DateField(_("funds arrived on"), null=True, blank=True)
    pay_noticed_on = models.DateField(_("told to receive the money on"), null=True, blank=True)
    paid_on = models.DateField(_("paid in full on"), null=True, blank=True)
    archived_on = models.DateField(_("archived on"), null=True, blank=True)
    archive_number = models.CharField(_("archive number"), max_length=60, blank=True)

    objects = ReliefCaseQuerySet.as_manager()

    class Meta:
        """Options."""

        verbose_name = _("relief case")
        ordering: ClassVar = ["-year", "-serial", "-pk"]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "state", "-opened_on"], name="relief_case_list"),
            models.Index(fields=["handler", "state"], name="relief_case_mine"),
            models.Index(fields=["person", "case_no"], name="relief_case_person"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "year", "serial"], name="relief_number_once"),
            # one relief for one person in one matter, as far as it is still open
            models.UniqueConstraint(
                fields=["organisation", "person", "case_no"],
                condition=Q(state__in=sorted(OPEN)) & ~Q(case_no=""),
                name="relief_one_open_case",
            ),
            models.UniqueConstraint(
                fields=["lead"], condition=Q(state__in=sorted(OPEN)), name="relief_one_open_case_a_lead"
            ),
            # what is planned and paid never exceeds what was decided
            models.CheckConstraint(
                condition=Q(planned_total__lte=F("payable")), name="relief_planned_in_decided"
            ),
            models.CheckConstraint(
                condition=Q(paid_total__lte=F("planned_total")), name="relief_paid_in_planned"
            ),
            models.CheckConstraint(
                condition=Q(payable__gte=0, planned_total__gte=0, paid_total__gte=0),
                name="relief_money_positive",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """The page of this case."""
        return reverse("relief:case", args=[self.pk])

    @property
    def owed(self) -> Decimal:
        """What was decided and is not yet planned for payment."""
        return Decimal(self.payable - self.planned_total)

    @property
    def overpaid(self) -> Decimal:
        """What was paid first beyond the decided amount."""
        if self.decided_amount is None and self.state not in {State.REFUSED, State.REFERRED}:
            return Decimal(0)
        return Decimal(max(Decimal(0), self.paid_total - (self.decided_amount or Decimal(0))))

    @property
    def applicant_minor(self) -> bool:
        """Whether the applicant is a minor, as the facts say; custody of the money rests on it."""
        return bool((self.facts or {}).get("applicant_minor", {}).get("value") is True)

    def seals_intact(self) -> bool:
        """Whether every sealed record of this case still has the digest it was sealed with."""
        from yingjiu.office.relief.seal import is_intact  # noqa: PLC0415 - needs these models

        return all(is_intact(record) for record in self.sealed.all())

    @property
    def state_label(self) -> str:
        """The state in the user's language."""
        return str(State(self.state).label)

    @property
    def tone(self) -> str:
        """The colour in which the state is shown."""
        if self.state in {State.REFUSED, State.ABANDONED, State.WITHDRAWN, State.ARCHIVED, State.REFERRED}:
            return "secondary"
        if self.state in {State.SUPPLEMENTING, State.RECOVERING}:
            return "yellow"
        return "green" if self.state in MONEY_STATES else "blue"
