"""Forms of leads. What a choice may be is limited to what the user may choose; services check it again."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yingjiu.language import catalogue_text
from yingjiu.office.accounts.models import Organisation, User
from yingjiu.office.leads import selectors
from yingjiu.office.leads.models import Lead
from yingjiu.office.leads.states import Answer, CheckKind, HandoverResult, Kind, Level, Outcome, State
from yingjiu.screening import shipped_models

__all__ = [
    "AskForm",
    "AssignForm",
    "CheckForm",
    "DecideForm",
    "FilterForm",
    "ReasonForm",
    "ReportForm",
    "VisitForm",
]

_HEADING: Final = re.compile(r"^(model|title):[ \t]*[\"']?(.*?)[\"']?[ \t]*$", re.MULTILINE)
DUE = (
    ("", _("all deadlines")),
    ("over", _("overdue")),
    ("today", _("due today")),
    ("week", _("due within 7 days")),
)


@lru_cache(maxsize=4)
def model_titles(own: Path) -> tuple[tuple[str, str], ...]:
    """Ids and Chinese titles of the models, shipped ones and the office's own; read once in a process.

    Only the two headings are read: to parse all models takes more than a second, and a list needs no more.
    """
    found: dict[str, str] = {}
    for folder in (shipped_models(), own):
        for file in sorted(folder.glob("*.yaml")) if folder.is_dir() else []:
            headings: dict[str, str] = dict(_HEADING.findall(file.read_text(encoding="utf-8-sig")))
            if "model" in headings:
                found[headings["model"]] = headings.get("title", headings["model"])
    return tuple(found.items())


def model_choices() -> list[tuple[str, str]]:
    """The models by title, in the language of the page."""
    return [(name, catalogue_text(title)) for name, title in model_titles(settings.YINGJIU_FOLDER / "models")]


class FilterForm(forms.Form):
    """Narrows the inbox."""

    q = forms.CharField(label=_("Case number"), required=False, max_length=80)
    level = forms.ChoiceField(
        label=_("Level"), required=False, choices=[("", _("all levels")), *Level.choices]
    )
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("all kinds")), *Kind.choices])
    model = forms.ChoiceField(label=_("Model"), required=False)
    due = forms.ChoiceField(label=_("Deadline"), required=False, choices=DUE)
    town = forms.CharField(label=_("Town"), required=False, max_length=60)
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("all states")), *State.choices]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["model"].choices = [("", _("all models")), *model_choices()]  # type: ignore[attr-defined] # a ChoiceField


class ReasonForm(forms.Form):
    """Asks for a reason."""

    reason = forms.CharField(
        label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2000, min_length=4
    )


class ReportForm(forms.Form):
    """Asks what came of a supervision lead."""

    result = forms.ChoiceField(
        label=pgettext_lazy("handover", "Result"), choices=HandoverResult.choices, widget=forms.RadioSelect
    )
    details = forms.CharField(
        label=_("What was done"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=4000,
        min_length=4,
        help_text=_("numbers of documents, what was asked of whom, and what is still open"),
    )


class _UserChoice(forms.ModelChoiceField):  # type: ignore[type-arg] # generic in the stubs only
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj} · {obj.organisation}"


class AssignForm(forms.Form):
    """Asks to whom a lead goes."""

    handler = _UserChoice(
        label=_("Handler"),
        queryset=User.objects.none(),
        widget=forms.Select(attrs={"class": "form-select"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["handler"].queryset = selectors.handlers_of(user.procuratorate)  # type: ignore[attr-defined] # a ModelChoiceField


class DecideForm(ReasonForm):
    """Asks what becomes of a lead, short of a relief case."""

    outcome = forms.ChoiceField(
        label=pgettext_lazy("model", "Outcome"),
        choices=[
            (Outcome.REFER, _("Refer only: hardship, but no relief case (Rules art. 5)")),
            (Outcome.SUPERVISION, _("Hand over to another department as a supervision lead")),
            (Outcome.DISMISSED, _("Dismiss")),
        ],
        widget=forms.RadioSelect,
    )
    to_department = forms.ModelChoiceField(
        label=_("Department"), queryset=Organisation.objects.none(), required=False
    )
    field_order = ("outcome", "to_department", "reason")

    def __init__(self, *args: Any, lead: Lead, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to_department"].queryset = selectors.departments_for(lead)  # type: ignore[attr-defined] # a ModelChoiceField

    def clean(self) -> dict[str, Any]:
        """A supervision lead needs a department."""
        cleaned = super().clean() or {}
        if cleaned.get("outcome") == Outcome.SUPERVISION and not cleaned.get("to_department"):
            self.add_error("to_department", _("choose the department that takes it over"))
        return cleaned


class _AnswersForm(forms.Form):
    """A form with one question for each condition; the fields are named ``answer-<condition>``."""

    def __init__(self, *args: Any, conditions: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conditions = list(conditions)
        for condition in self.conditions:
            self.fields[f"answer-{condition.name}"] = forms.ChoiceField(
                label=condition.says,
                required=False,
                choices=Answer.choices,
                widget=forms.RadioSelect,
            )

    @property
    def questions(self) -> list[Any]:
        """The fields of the questions."""
        return [self[f"answer-{condition.name}"] for condition in self.conditions]

    def answers(self) -> dict[str, str]:
        """Condition id → answer, for the questions that were answered."""
        return {
            name.removeprefix("answer-"): value
            for name, value in self.cleaned_data.items()
            if name.startswith("answer-") and value
        }


class CheckForm(_AnswersForm):
    """Records a check that the handler made."""

    kind = forms.ChoiceField(
        label=_("How"),
        choices=[
            (CheckKind.PHONE, pgettext_lazy("way", "telephone")),
            (CheckKind.VISIT, _("visit")),
            (CheckKind.DOCUMENT, _("document seen")),
        ],
    )
    note = forms.CharField(
        label=_("What was found"), widget=forms.Textarea(attrs={"rows": 4}), max_length=4000, required=False
    )


class AnswerForm(_AnswersForm):
    """Records what a grid worker or an agency found."""

    note = forms.CharField(
        label=_("What was found"), widget=forms.Textarea(attrs={"rows": 4}), max_length=4000
    )


class _AskingForm(forms.Form):
    """Asks somebody to find something out."""

    question = forms.CharField(
        label=_("What to find out"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
        help_text=_("no more about the case than is needed"),
    )
    due = forms.DateField(
        label=_("Due"),
        required=False,
        widget=forms.DateInput(attrs={"data-date": "", "placeholder": "YYYY-MM-DD"}),
    )
    conditions = forms.MultipleChoiceField(
        label=_("Questions to settle"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, user: User, lead: Lead, conditions: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del user, lead
        self.fields["conditions"].choices = [(each.name, each.says) for each in conditions]  # type: ignore[attr-defined] # a choice field
        if not self.fields["conditions"].choices:  # type: ignore[attr-defined] # as above
            del self.fields["conditions"]


class VisitForm(_AskingForm):
    """Asks a grid worker to visit."""

    worker = _UserChoice(label=_("Grid worker"), queryset=User.objects.none())
    field_order = ("worker", "question", "conditions", "due")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.fields["worker"].queryset = selectors.grid_workers_of(user.procuratorate)  # type: ignore[attr-defined] # a ModelChoiceField


class AskForm(_AskingForm):
    """Asks an agency."""

    agency = forms.ModelChoiceField(label=_("Agency"), queryset=Organisation.objects.none())
    basis = forms.ChoiceField(
        label=_("Legal basis"),
        choices=[
            ("casework", _("verification while handling the case (Rules on relief, review)")),
            ("consent", _("the person's consent is on record")),
        ],
    )
    field_order = ("agency", "basis", "question", "conditions", "due")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.fields["agency"].queryset = selectors.agencies_of(user.procuratorate)  # type: ignore[attr-defined] # a ModelChoiceField
