"""Forms of clocks."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from yingjiu.office.clocks.catalogue import limits
from yingjiu.office.phrases import in_language

__all__ = ["BreachForm", "FilterForm"]

STATES = (
    ("", _("all that are open")),
    ("overdue", _("overdue")),
    ("soon", _("due soon")),
    ("paused", _("paused")),
)


class FilterForm(forms.Form):
    """Narrows the list."""

    state = forms.ChoiceField(label=_("State"), required=False, choices=STATES)
    limit = forms.ChoiceField(label=_("Time limit"), required=False)
    whose = forms.ChoiceField(
        label=_("Whose"), required=False, choices=[("", _("all that I see")), ("mine", _("my own"))]
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type] # handed on
        known = [(key, in_language(limit.title)) for key, limit in limits().items()]
        self.fields["limit"].choices = [("", _("all")), *known]  # type: ignore[attr-defined] # a ChoiceField


class BreachForm(forms.Form):
    """Asks why a limit was missed."""

    reason = forms.CharField(
        label=_("Reason"),
        widget=forms.Textarea(attrs={"rows": 3}),
        min_length=4,
        max_length=500,
        help_text=_("no names and no ID numbers: the reason stands in lists and reports"),
    )
