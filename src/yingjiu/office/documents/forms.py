"""Forms of this app."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

__all__ = ["ReplaceForm", "VoidForm"]


class VoidForm(forms.Form):
    """Why a document is made void."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
    )


class ReplaceForm(forms.Form):
    """A template that replaces the one in use."""

    file = forms.FileField(
        label=_("Word file (.docx)"),
        widget=forms.ClearableFileInput(
            attrs={"accept": ".docx,application/vnd.openxmlformats-officedocument.wordprocessingml.document"}
        ),
    )
    reason = forms.CharField(label=_("Why it is replaced"), max_length=200)
