"""The form of the facts of an award: each as it stands; what is changed is recorded."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yingjiu.awards import INPUTS, Input
from yingjiu.awards.inputs import NO_GRADE, code_label
from yingjiu.office.relief.forms import StepForm
from yingjiu.office.relief.models import ReliefCase

__all__ = ["FactsForm", "fact_field"]


class LackableAmountField(forms.DecimalField):
    """An amount that may not exist yet: a number, or the word for none in the user's language."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> Any:
        """``"none"`` for either language's word, else the amount.

        Args:
            value: as typed; thousands separators are allowed.
        """
        text = str(value or "").strip()
        if text in {NO_GRADE, "无"}:
            return NO_GRADE
        try:
            return super().to_python(text.replace(",", "").replace("，", ""))
        except forms.ValidationError as error:
            raise forms.ValidationError(_("this should be a number, or none")) from error

    def validate(self, value: Any) -> None:
        """Nothing to check where there is none."""
        if value != NO_GRADE:
            super().validate(value)

    def run_validators(self, value: Any) -> None:
        """The bounds of an amount; none has no bounds."""
        if value != NO_GRADE:
            super().run_validators(value)

    def prepare_value(self, value: Any) -> Any:
        """What the page shows for it."""
        return gettext("none") if value == NO_GRADE else value


def fact_field(item: Input) -> forms.Field:
    """The field that enters a fact of the award."""
    options: dict[str, Any] = {"label": item.says, "required": False, "help_text": item.settled_by}
    if item.kind == "flag":
        return forms.ChoiceField(
            choices=[("", _("unknown")), ("true", _("yes")), ("false", _("no"))], **options
        )
    if item.kind in {"code", "grade"}:
        choices = [("", _("unknown")), *((code, code_label(item.name, code)) for code in item.codes)]
        return forms.ChoiceField(choices=choices, **options)
    if item.kind in {"codes", "grades"}:
        choices = [(code, code_label(item.name, code)) for code in item.codes]
        return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **options)
    if item.kind == "count":
        return forms.IntegerField(min_value=0, max_value=int(item.most), **options)
    if item.may_lack:
        options["help_text"] = _("a number, or none when there is no judgment yet")
        return LackableAmountField(min_value=Decimal(0), max_digits=12, decimal_places=2, **options)
    return forms.DecimalField(min_value=Decimal(0), max_digits=12, decimal_places=2, **options)


def _initial(item: Input, held: Any) -> Any:
    value = (held or {}).get("value")
    if item.kind == "flag":
        return "" if value is None else str(value).lower()
    return "" if value is None else value


class FactsForm(StepForm):
    """The facts of the award, each as it stands; only what is changed is recorded."""

    source = forms.CharField(
        label=_("Source of what is changed"), max_length=200, help_text=_("the document that shows it")
    )
    reason = forms.CharField(label=_("Reason of the change"), max_length=500)

    def __init__(self, *args: Any, case: ReliefCase, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.facts = case.facts
        for name, item in INPUTS.items():
            self.fields[f"fact_{name}"] = fact_field(item)
            self.fields[f"fact_{name}"].initial = _initial(item, case.facts.get(name))

    def fact_fields(self) -> list[Any]:
        """The fields of the facts."""
        return [self[f"fact_{name}"] for name in INPUTS]

    def changes(self) -> dict[str, Any]:
        """What differs from what the case holds."""
        told: dict[str, Any] = {}
        for name, item in INPUTS.items():
            value = self._value(item, self.cleaned_data.get(f"fact_{name}"))
            held = (self.facts.get(name) or {}).get("value")
            if not _same(item, value, held):
                told[name] = value
        return told

    def _value(self, item: Input, found: Any) -> Any:
        if item.kind in {"codes", "grades"}:
            held = (self.facts.get(item.name) or {}).get("value")
            return list(found) if found or held is not None else None
        if found in {None, ""}:
            return None
        if item.kind == "flag":
            return found == "true"
        return found


def _same(item: Input, value: Any, held: Any) -> bool:
    if value is None or held is None:
        return value is None and held is None
    if item.kind in {"codes", "grades"}:
        return sorted(value) == sorted(held)
    if item.kind in {"money", "count"} and NO_GRADE not in {value, held}:
        return Decimal(str(value)) == Decimal(str(held))
    return bool(str(value) == str(held))
