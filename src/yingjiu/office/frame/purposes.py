"""Why somebody opens personal data or takes it away: a purpose is chosen or written, and stays on record."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from yingjiu.office.phrases import labelled

__all__ = ["PURPOSES", "PurposeForm"]

OTHER: Final = "other"
PURPOSES: Final = (
    ("check", _("checking a lead")),
    ("case", _("handling a relief case")),
    ("visit", _("follow-up visit")),
    ("referral", _("referring to an agency")),
    ("payment", _("paying relief money")),
    ("statistics", _("statistics and reports")),
    ("audit", _("audit")),
    (OTHER, _("another purpose")),
)
"""What the list offers; ``another purpose`` wants words."""


class PurposeForm(forms.Form):
    """Asks for the purpose."""

    purpose = forms.ChoiceField(label=_("Purpose"), choices=[("", "---------"), *PURPOSES])
    words = forms.CharField(
        label=_("In words"),
        max_length=200,
        required=False,
        help_text=_("needed for another purpose; never an ID number or a name"),
    )

    def clean(self) -> dict[str, Any]:
        """Another purpose wants words."""
        cleaned = super().clean() or {}
        if cleaned.get("purpose") == OTHER and len((cleaned.get("words") or "").strip()) < 4:
            self.add_error("words", _("say in a few words what it is for"))
        return cleaned

    def text(self) -> str:
        """The purpose as it goes on record."""
        label = str(dict(PURPOSES)[self.cleaned_data["purpose"]])
        words = (self.cleaned_data.get("words") or "").strip()
        return labelled(label, words) if words else label


class ExportForm(PurposeForm):
    """Asks for the purpose and the kind of file."""

    format = forms.ChoiceField(
        label=_("File"), choices=[("xlsx", _("Excel workbook (.xlsx)")), ("csv", _("text table (.csv)"))]
    )
