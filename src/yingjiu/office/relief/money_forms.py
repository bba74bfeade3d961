"""Forms from the decision to the archive: service, payments, visits, recovery."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yingjiu.office.relief import timing
from yingjiu.office.relief.forms import StepForm, day_field, styled, text_field, yuan_field
from yingjiu.office.relief.models import Recovery
from yingjiu.office.relief.states import How, PaymentKind

__all__ = [
    "ArchiveForm",
    "CheckPaymentForm",
    "DemandForm",
    "PayForm",
    "PlanForm",
    "ReceiveBackForm",
    "ServeForm",
    "VisitForm",
]


class ServeForm(StepForm):
    """Service of the decision."""

    on = day_field(_("Served on"))
    how = forms.ChoiceField(label=_("Way"), choices=How.choices)


class PlanForm(StepForm):
    """The payments of this procuratorate's own part: up to six."""

    kind = forms.ChoiceField(
        label=_("How it is paid"),
        choices=[each for each in PaymentKind.choices if each[0] != PaymentKind.URGENT],
        widget=forms.RadioSelect,
    )
    minor_reason = text_field(_("Why a minor's money does not go into custody"), rows=2, required=False)
    most = 6

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(1, self.most + 1):
            self.fields[f"amount_{number}"] = yuan_field(_("Amount, yuan"), required=False)
            self.fields[f"due_{number}"] = day_field(_("Planned for"), required=False)
            self.fields[f"condition_{number}"] = forms.CharField(
                label=_("Use or condition"), max_length=200, required=False
            )
        styled(self)

    def rows(self) -> Iterator[dict[str, Any]]:
        """The lines of the plan."""
        for number in range(1, self.most + 1):
            yield {
                "number": number,
                **{name: self[f"{name}_{number}"] for name in ("amount", "due", "condition")},
            }

    def planned(self) -> list[dict[str, Any]]:
        """The lines that are filled in."""
        cleaned = self.cleaned_data
        return [
            {
                "kind": cleaned["kind"],
                "amount": cleaned[f"amount_{number}"],
                "due_on": cleaned.get(f"due_{number}") or timing.today(),
                "condition": cleaned.get(f"condition_{number}") or "",
            }
            for number in range(1, self.most + 1)
            if cleaned.get(f"amount_{number}")
        ]


class CheckPaymentForm(StepForm):
    """The finance check."""

    name_agrees = forms.BooleanField(
        label=_("The account is the applicant's own, the guardian's or the custody account"), required=False
    )
    in_budget = forms.BooleanField(label=_("The budget holds the amount"), required=False)
    note = text_field(_("What does not agree"), rows=2, required=False)


class PayForm(StepForm):
    """A payment that was made."""

    paid_on = day_field(_("Paid on"))
    voucher = forms.CharField(label=_("Voucher number"), max_length=60)


class VisitForm(StepForm):
    """A visit that was made."""

    done_on = day_field(_("Done on"))
    how = forms.ChoiceField(label=_("Way"), choices=How.choices)
    life = text_field(_("How the family lives now"))
    use_of_money = text_field(_("What the money was used for"), rows=2)
    needs = text_field(_("What they still need"), rows=2, required=False)


class DemandForm(StepForm):
    """A demand for money back."""

    ground = forms.ChoiceField(label=_("Ground"), choices=Recovery.Ground.choices)
    amount = yuan_field(_("Amount, yuan"))
    on = day_field(_("Demanded on"))
    reason = text_field(_("Reason"))


class ReceiveBackForm(StepForm):
    """Money that came back."""

    amount = yuan_field(_("Amount, yuan"))
    on = day_field(_("Received on"))
    voucher = forms.CharField(label=_("Voucher number"), max_length=60)


class ArchiveForm(StepForm):
    """The archive."""

    archive_number = forms.CharField(label=_("Archive number"), max_length=60)
