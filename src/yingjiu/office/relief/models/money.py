"""Payments, visits and recovery."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yingjiu.office.accounts.roles import Role
from yingjiu.office.relief.models.case import ReliefCase, money_field
from yingjiu.office.relief.models.part import PartQuerySet
from yingjiu.office.relief.states import How, PaymentKind, PaymentState
from yingjiu.office.vault.fields import EncryptedTextField

if TYPE_CHECKING:
    from yingjiu.office.accounts.models import User

__all__ = ["Payment", "Recovery", "RecoveryReceipt", "Visit"]


class PaymentQuerySet(PartQuerySet["Payment"]):
    """Payments."""

    def scope(self, user: User) -> Q:
        """Those of visible cases; finance sees those that their own procuratorate pays."""
        scope = super().scope(user)
        office = user.procuratorate
        if office is not None and user.has_role(Role.FINANCE):
            scope |= Q(payer=office)
        return scope


class Payment(models.Model):
    """One payment: planned by the handler, checked and paid by finance, once."""

    case = models.ForeignKey(ReliefCase, models.CASCADE, related_name="payments")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(_("kind"), max_length=10, choices=PaymentKind)
    payer = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, related_name="+", verbose_name=_("payer")
    )
    amount = money_field(_("amount, yuan"))
    due_on = models.DateField(_("planned for"))
    state = models.CharField(_("state"), max_length=10, choices=PaymentState, default=PaymentState.PLANNED)
    account_name = EncryptedTextField(blank=True)
    bank = models.CharField(_("bank"), max_length=100, blank=True)
    account = EncryptedTextField(blank=True)
    condition = EncryptedTextField(blank=True)
    agreement = models.ForeignKey("files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+")
    name_agrees = models.BooleanField(
        _("the account is the applicant's or the guardian's"), null=True, blank=True
    )
    in_budget = models.BooleanField(_("the budget holds it"), null=True, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    checked_at = models.DateTimeField(null=True, blank=True)
    check_note = EncryptedTextField(blank=True)
    paid_on = models.DateField(_("paid on"), null=True, blank=True)
    voucher = models.CharField(_("voucher number"), max_length=60, blank=True)
    proof = models.ForeignKey("files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+")
    paid_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    receipt_on = models.DateField(_("receipt signed on"), null=True, blank=True)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        """Options."""

        verbose_name = _("payment")
        ordering: ClassVar = ["case", "number"]
        indexes: ClassVar = [models.Index(fields=["payer", "state", "due_on"], name="relief_payment_waiting")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "number"], name="relief_payment_once"),
            models.UniqueConstraint(
                fields=["payer", "voucher"], condition=~Q(voucher=""), name="relief_voucher_once"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="relief_payment_positive"),
            models.CheckConstraint(
                condition=~Q(state="paid") | Q(paid_on__isnull=False, checked_at__isnull=False),
                name="relief_paid_after_check",
            ),
        ]

    @property
    def state_label(self) -> str:
        """The state in the user's language."""
        return str(PaymentState(self.state).label)

    @property
    def kind_label(self) -> str:
        """The kind in the user's language."""
        return str(PaymentKind(self.kind).label)


class Visit(models.Model):
    """A follow-up visit (跟踪回访): planned, then done with notes and photos."""

    case = models.ForeignKey(ReliefCase, models.CASCADE, related_name="visits")
    planned_on = models.DateField(_("planned for"))
    done_on = models.DateField(_("done on"), null=True, blank=True)
    how = models.CharField(_("how"), max_length=20, choices=How, blank=True)
    life = EncryptedTextField(blank=True)
    use_of_money = EncryptedTextField(blank=True)
    needs = EncryptedTextField(blank=True)
    photos = models.ManyToManyField("files.StoredFile", blank=True, related_name="+")
    visited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    planned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = PartQuerySet.as_manager()

    class Meta:
        """Options."""

        verbose_name = _("follow-up visit")
        ordering: ClassVar = ["planned_on", "pk"]


class Recovery(models.Model):
    """Money demanded back: fraud, or urgent relief beyond the decision."""

    class Ground(models.TextChoices):
        """Why money is demanded back."""

        FRAUD = "fraud", _("relief obtained by deceit")
        SETTLEMENT = "settlement", _("urgent relief beyond the decision")
        COMPENSATED = "compensated", _("compensated afterwards by the liable party")

    case = models.ForeignKey(ReliefCase, models.CASCADE, related_name="recoveries")
    ground = models.CharField(_("ground"), max_length=20, choices=Ground)
    demanded = money_field(_("demanded, yuan"))
    received = money_field(_("received, yuan"), default=Decimal(0))
    waived = money_field(_("waived, yuan"), default=Decimal(0))
    demanded_on = models.DateField(_("demanded on"))
    reason = EncryptedTextField()
    waive_reason = EncryptedTextField(blank=True)
    demanded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    resumes = models.CharField(max_length=20)

    objects = PartQuerySet.as_manager()

    class Meta:
        """Options."""

        verbose_name = _("recovery")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(demanded__gt=0), name="relief_recovery_positive"),
            models.CheckConstraint(
                condition=Q(received__gte=0, waived__gte=0) & Q(demanded__gte=F("received") + F("waived")),
                name="relief_recovery_in_demand",
            ),
        ]

    @property
    def open_amount(self) -> Decimal:
        """What is still to come, yuan."""
        return Decimal(self.demanded - self.received - self.waived)


class ReceiptQuerySet(PartQuerySet["RecoveryReceipt"]):
    """Money that came back."""

    sealed_with = ("recovery__case__",)

    def scope(self, user: User) -> Q:
        """Those of visible cases."""
        visible: Any = ReliefCase.objects.visible_to(user).values("pk")
        return Q(recovery__case__in=visible)


class RecoveryReceipt(models.Model):
    """Money that came back."""

    recovery = models.ForeignKey(Recovery, models.CASCADE, related_name="receipts")
    amount = money_field(_("amount, yuan"))
    received_on = models.DateField(_("received on"))
    voucher = models.CharField(_("voucher number"), max_length=60)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        """Options."""

        verbose_name = _("money recovered")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["recovery", "voucher"], name="relief_recovery_voucher_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="relief_recovery_receipt_positive"),
        ]
