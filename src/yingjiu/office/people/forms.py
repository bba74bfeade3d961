"""Forms about people."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yingjiu.office.errors import said
from yingjiu.office.frame.purposes import PurposeForm
from yingjiu.office.people.errors import PeopleError
from yingjiu.office.people.models import SearchKind
from yingjiu.office.people.searching import term_of

__all__ = ["BenchForm", "PartForm", "PersonExportForm", "SearchForm"]


class SearchForm(PurposeForm):
    """Asks whom to look for, and why."""

    kind = forms.ChoiceField(label=_("Search by"), choices=SearchKind.choices, initial=SearchKind.NAME)
    term = forms.CharField(
        label=_("Name, number or case number"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "translate": "no"}),
        help_text=_("two characters of a name or more; numbers and case numbers whole"),
    )
    field_order = ("kind", "term", "purpose", "words")

    def clean(self) -> dict[str, Any]:
        """What cannot be searched for is said at the field."""
        cleaned = super().clean()
        if cleaned.get("kind") and cleaned.get("term"):
            try:
                term_of(cleaned["kind"], cleaned["term"])
            except PeopleError as error:
                for fault in error.faults:
                    self.add_error("term", said(fault))
        return cleaned


class PersonExportForm(PurposeForm):
    """Asks what for, and for what kind of file."""

    format = forms.ChoiceField(
        label=_("File"),
        choices=[("xlsx", _("Excel workbook (.xlsx)")), ("json", _("data for other programs (.json)"))],
    )


class BenchForm(forms.Form):
    """A decision about a pair."""

    choice = forms.ChoiceField(
        choices=[("same", _("one person")), ("not_same", _("two people")), ("later", _("put off"))]
    )
    reason = forms.CharField(label=_("Reason"), max_length=300)
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class PartForm(forms.Form):
    """Takes a merge back."""

    reason = forms.CharField(label=_("Reason"), max_length=500)
