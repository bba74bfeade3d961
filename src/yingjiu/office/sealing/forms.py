"""What is asked when records are sealed, applied for, decided on."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yingjiu.office.accounts.models import User
from yingjiu.office.sealing.models import LiftGround, QueryGround, SealGround
from yingjiu.office.sealing.selectors import colleagues, found_seal
from yingjiu.office.sealing.services import LONGEST_OPEN_DAYS, OPEN_DAYS

__all__ = ["ApplyForm", "DecideForm", "LiftForm", "SealForm"]

GRANT, REFUSE = "grant", "refuse"


class SealForm(forms.Form):
    """Seal a record."""

    ground = forms.ChoiceField(label=_("Ground"), choices=SealGround)
    joint_case = forms.BooleanField(
        label=_("joint case with adults: mark the file"),
        required=False,
        help_text=_("the adults' file is not sealed; it is marked as containing sealed information"),
    )
    note = forms.CharField(
        label=_("Note"), required=False, max_length=2000, widget=forms.Textarea({"rows": 3})
    )


class LiftForm(forms.Form):
    """Lift a seal for good."""

    ground = forms.ChoiceField(label=_("Ground"), choices=LiftGround)
    reason = forms.CharField(
        label=_("What was decided, and where"), max_length=2000, widget=forms.Textarea({"rows": 4})
    )


class ApplyForm(forms.Form):
    """Record a written application to look behind a seal."""

    number = forms.CharField(
        label=_("Number of the seal"),
        max_length=20,
        help_text=_("as 2026-0003: it stands on the seal notice"),
    )
    applicant = forms.CharField(label=_("Applying organ or unit"), max_length=120)
    reference = forms.CharField(label=_("Number of the application letter"), max_length=120)
    received_on = forms.DateField(
        label=_("Received on"), widget=forms.DateInput({"data-date": ""}, format="%Y-%m-%d")
    )
    ground = forms.ChoiceField(label=_("Ground"), choices=QueryGround)
    provision = forms.CharField(
        label=_("Provision of the State's rules"),
        required=False,
        max_length=200,
        help_text=_("needed when a unit asks under rules of the State"),
    )
    application = forms.CharField(
        label=_("What the application asks for, and why"),
        min_length=10,
        max_length=5000,
        widget=forms.Textarea({"rows": 5}),
    )
    opened_for = forms.ModelChoiceField(label=_("To be opened for"), queryset=User.objects.none())

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._office = user.procuratorate
        self.fields["opened_for"].queryset = colleagues(user)  # type: ignore[attr-defined] # a choice of models
        self.fields["received_on"].initial = timezone.localdate

    def clean_number(self) -> str:
        """A standing seal of this office has this number."""
        number: str = self.cleaned_data["number"]
        seal = found_seal(self._office, number)
        if seal is None:
            raise forms.ValidationError(_("your procuratorate has no such seal"))
        self.cleaned_data["seal"] = seal
        return number


class DecideForm(forms.Form):
    """Grant or refuse."""

    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[(GRANT, pgettext_lazy("seal", "grant")), (REFUSE, pgettext_lazy("seal", "refuse"))],
        widget=forms.RadioSelect,
    )
    days = forms.IntegerField(
        label=_("Open for how many days"), initial=OPEN_DAYS, min_value=1, max_value=LONGEST_OPEN_DAYS
    )
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("needed for a refusal"),
    )

    def clean(self) -> dict[str, Any]:
        """A refusal has a reason."""
        cleaned = super().clean() or {}
        if cleaned.get("decision") == REFUSE and not (cleaned.get("reason") or "").strip():
            self.add_error("reason", _("a refusal needs a reason"))
        return cleaned
