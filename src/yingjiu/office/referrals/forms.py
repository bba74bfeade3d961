"""Forms of referrals: a choice offers only what the user may choose, and services check it again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yingjiu.office.accounts.models import Organisation
from yingjiu.office.phrases import in_language
from yingjiu.office.referrals import selectors
from yingjiu.office.referrals.facts import catalogue
from yingjiu.office.referrals.models import Referral
from yingjiu.office.referrals.services.answering import MeasureResult
from yingjiu.office.referrals.states import Ground, OfferState, OnWhoseWord, Result, State

__all__ = [
    "AcceptForm",
    "DraftForm",
    "FinishForm",
    "GroundForm",
    "InboxFilter",
    "OfferFilter",
    "OfferForm",
    "OutboxFilter",
    "ReasonForm",
    "ReopenForm",
    "TimeForm",
]


def _text(label: Any, *, rows: int = 3, required: bool = True, hint: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        widget=forms.Textarea(attrs={"rows": rows}),
        max_length=4000,
        required=required,
        help_text=hint,
    )


def _day(label: Any, *, required: bool = True) -> forms.DateField:
    return forms.DateField(
        label=label, required=required, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


def measure_choices() -> list[tuple[str, str]]:
    """Every measure of the catalogue."""
    return [(key, in_language(measure.title)) for key, measure in catalogue().measures.items()]


class DraftForm(forms.Form):
    """A referral to one agency."""

    agency = forms.ModelChoiceField(label=_("Receiving unit"), queryset=Organisation.objects.none())
    measures = forms.MultipleChoiceField(label=_("Measures"), widget=forms.CheckboxSelectMultiple)
    case_summary = _text(
        _("What the letter says about the case"),
        hint=_("only what the unit needs; nothing about a juvenile's record"),
    )
    hardship = _text(_("Hardship of the family"))
    relief_given = _text(pgettext_lazy("referral", "Judicial relief"), rows=2)
    reason = _text(_("Why this help is needed"))
    contact_name = forms.CharField(label=_("Contact person"), max_length=60)
    contact_phone = forms.CharField(label=_("Work telephone"), max_length=30)
    urgent = forms.BooleanField(label=_("Urgent: the unit is asked to act at once"), required=False)

    def __init__(self, *args: Any, user: Any, fixed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["measures"].choices = measure_choices()  # type: ignore[attr-defined] # it has choices
        if fixed:
            del self.fields["agency"]
        else:
            self.fields["agency"].queryset = selectors.agencies_of(user)  # type: ignore[attr-defined] # as above
        for name in ("case_summary", "hardship", "relief_given", "reason"):
            self.fields[name].widget.attrs["lang"] = "zh-CN"  # so is the letter, whatever the page is

    def reasons(self) -> dict[str, str]:
        """What the letter says each measure rests on, from the fields beside the ticks."""
        return {
            key: str(self.data.get(f"reason-{key}", "")).strip()[:1000]
            for key in self.cleaned_data.get("measures", [])
        }

    def texts(self) -> dict[str, str]:
        """The texts of the letter."""
        names = ("case_summary", "hardship", "relief_given", "reason", "contact_name", "contact_phone")
        return {name: self.cleaned_data[name] for name in names}


class GroundForm(forms.Form):
    """Why the person's data may be given to the agency."""

    ground = forms.ChoiceField(label=_("Legal ground"), choices=Ground.choices)
    ground_text = forms.CharField(
        label=_("The rule with its article, or how consent was given"), min_length=2, max_length=300
    )
    consent_on = _day(_("Consented on"), required=False)


class ReasonForm(forms.Form):
    """Asks for a reason."""

    reason = forms.CharField(
        label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}), min_length=4, max_length=2000
    )


class ReopenForm(ReasonForm):
    """Why the agency is asked again, and on whose word."""

    on_whose_word = forms.ChoiceField(label=_("On whose word"), choices=OnWhoseWord.choices)
    field_order = ("on_whose_word", "reason")


class TimeForm(ReasonForm):
    """A new day."""

    until = _day(_("New day"))
    field_order = ("until", "reason")


class AcceptForm(forms.Form):
    """A note with the acceptance."""

    note = _text(_("Note"), rows=2, required=False)


class FinishForm(forms.Form):
    """What became of each measure, and the proof."""

    proof_text = _text(
        _("Proof in words"),
        rows=2,
        required=False,
        hint=_("number of the notice, or where the list of payments is kept"),
    )

    def __init__(self, *args: Any, referral: Referral, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = list(referral.measures.all())
        for row in self.rows:
            self.fields[f"result-{row.key}"] = forms.ChoiceField(
                label=_("Result"),
                choices=[(value, label) for value, label in Result.choices if value],
                initial=Result.GIVEN,
            )
            self.fields[f"note-{row.key}"] = forms.CharField(
                label=_("since when, how much, or why not"), required=False, max_length=500
            )
            self.fields[f"amount-{row.key}"] = forms.DecimalField(
                label=_("Amount, yuan"), required=False, min_value=0, max_digits=12, decimal_places=2
            )

    def lines(self) -> list[dict[str, Any]]:
        """The fields of each measure, for the page."""
        return [
            {
                "title": in_language(row.title),
                "result": self[f"result-{row.key}"],
                "note": self[f"note-{row.key}"],
                "amount": self[f"amount-{row.key}"],
            }
            for row in self.rows
        ]

    def results(self) -> Mapping[str, MeasureResult]:
        """What was entered, by measure."""
        told = self.cleaned_data
        return {
            row.key: MeasureResult(
                told[f"result-{row.key}"], told[f"note-{row.key}"], told[f"amount-{row.key}"]
            )
            for row in self.rows
        }


class OfferForm(forms.Form):
    """A person who may need judicial relief."""

    name = forms.CharField(label=_("Name"), max_length=60)
    id_number = forms.CharField(label=_("ID number"), max_length=30)
    phone = forms.CharField(label=_("Telephone"), max_length=30, required=False)
    address = forms.CharField(label=_("Address"), max_length=200, required=False)
    case_known = forms.CharField(
        label=_("Case, as far as it is known"),
        max_length=200,
        required=False,
        help_text=_("number or kind of the case, court or police station; no names"),
    )
    reason = _text(_("Why judicial relief may be needed"), rows=4)
    ground = forms.ChoiceField(label=_("Legal ground"), choices=Ground.choices, initial=Ground.STATUTE)
    ground_text = forms.CharField(
        label=_("The rule with its article, or how consent was given"), min_length=2, max_length=300
    )
    urgent = forms.BooleanField(label=_("Urgent: life or health is at risk"), required=False)


class OutboxFilter(forms.Form):
    """Narrows the list of a procuratorate's referrals."""

    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("all states")), ("open", _("open")), *State.choices]
    )
    agency = forms.ChoiceField(label=_("Receiving unit"), required=False)
    measure = forms.ChoiceField(label=_("Measure"), required=False)
    overdue = forms.ChoiceField(label=_("Due"), required=False, choices=[("", _("all")), ("1", _("overdue"))])
    mine = forms.ChoiceField(
        label=_("Whose"), required=False, choices=[("", _("all that I see")), ("1", _("my own"))]
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        partners = [(str(each.pk), each.name) for each in selectors.agencies_of(user)]
        self.fields["agency"].choices = [("", _("all units")), *partners]  # type: ignore[attr-defined] # a ChoiceField
        self.fields["measure"].choices = [("", _("all measures")), *measure_choices()]  # type: ignore[attr-defined] # as above


class InboxFilter(forms.Form):
    """Narrows what an agency received."""

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("all states")),
            ("open", _("open")),
            ("closed", _("closed")),
            *((value, label) for value, label in State.choices if value != State.DRAFT),
        ],
    )


class OfferFilter(forms.Form):
    """Narrows the people named by agencies."""

    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("all states")), *OfferState.choices]
    )
