"""What the audit administrator asks for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yingjiu.office.audit.models import Action
from yingjiu.office.audit.selectors import subject_title, subject_types

__all__ = ["ExportForm", "SearchForm"]


class Day(forms.DateInput):
    """A field for a day, with the frame's calendar."""

    def __init__(self) -> None:
        super().__init__({"data-date": ""}, format="%Y-%m-%d")


class SearchForm(forms.Form):
    """Filters of the log."""

    user = forms.CharField(label=_("Account or name"), max_length=100, required=False)
    action = forms.ChoiceField(label=_("Action"), required=False)
    subject_type = forms.ChoiceField(label=_("Kind of subject"), required=False)
    subject_id = forms.CharField(label=_("Number of the subject"), max_length=40, required=False)
    purpose = forms.CharField(label=_("Purpose contains"), max_length=100, required=False)
    since = forms.DateField(label=_("From"), required=False, widget=Day())
    until = forms.DateField(label=_("To"), required=False, widget=Day())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everything = ("", _("all"))
        self.fields["action"].choices = [everything, *Action.choices]  # type: ignore[attr-defined] # a choice field
        self.fields["subject_type"].choices = [  # type: ignore[attr-defined] # as above
            everything,
            *sorted(((label, subject_title(label)) for label in subject_types()), key=lambda each: each[1]),
        ]

    def clean(self) -> dict[str, Any]:
        """The first day is not after the last."""
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and since > until:
            self.add_error("until", _("this day is before the first one"))
        return cleaned


class ExportForm(forms.Form):
    """Why events are taken out."""

    purpose = forms.CharField(label=_("Purpose"), min_length=4, max_length=200)
