"""Forms of the intake."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from yingjiu.codes import CODE_LISTS, OFFENCES
from yingjiu.language import catalogue_text
from yingjiu.office.accounts.models import User
from yingjiu.office.intake.declared import sources_for
from yingjiu.office.intake.screening import models
from yingjiu.office.intake.services import run_day

__all__ = ["PartyForm", "RunForm", "TakeBackForm", "UploadForm"]

_DAY: Final = {"type": "date"}


def _day(label: Any, *, required: bool = False, help_text: Any = "") -> forms.DateField:
    widget = forms.DateInput(attrs=_DAY, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=widget, help_text=help_text)


class UploadForm(forms.Form):
    """Files of an agency; the files themselves come as keys of stored files."""

    source = forms.ChoiceField(label=_("Source"), required=False)
    data_date = _day(
        _("Data date"), help_text=_("only if it does not stand in the name of the file as it usually does")
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(each.source, catalogue_text(each.title)) for each in sources_for(user)]
        self.fields["source"].choices = [("", _("as the name of the file says")), *offered]  # type: ignore[attr-defined] # a ChoiceField


class RunForm(forms.Form):
    """A run of the models."""

    run_date = _day(_("Run date"), required=True, help_text=_("the day for which the models are asked"))
    wide = forms.MultipleChoiceField(
        label=_("May select more than declared, this once"),
        required=False,
        help_text=_("only after a run said that a model selects more than is plausible, and you know why"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["run_date"].initial = run_day
        self.fields["wide"].choices = [(each.id, catalogue_text(each.title)) for each in models()]  # type: ignore[attr-defined] # a MultipleChoiceField


class TakeBackForm(forms.Form):
    """Why a load is taken back."""

    reason = forms.CharField(label=_("Reason"), max_length=200, widget=forms.TextInput)


def _codes(name: str, *, only: tuple[str, ...] = ()) -> list[tuple[str, Any]]:
    codes = only or tuple(CODE_LISTS[name].codes)
    return [("", _("not known")), *((code, CODE_LISTS[name].label(code)) for code in codes)]


_ROLES: Final = (
    "victim",
    "near_relative",
    "plaintiff",
    "enforcement_applicant",
    "petitioner",
    "informant",
    "witness",
)
_FLAGS: Final = [("", _("not known")), ("true", _("yes")), ("false", _("no"))]


def _flag(text: str) -> bool | None:
    return {"true": True, "false": False}.get(text)


class PartyForm(forms.Form):
    """A party of a case, entered by hand."""

    name = forms.CharField(label=_("Name"), max_length=50)
    id_raw = forms.CharField(
        label=_("ID number"), max_length=20, required=False, help_text=_("as on the resident ID card")
    )
    sex = forms.ChoiceField(label=_("Sex"), required=False)
    birth_date = _day(_("Date of birth"), help_text=_("only without an ID number"))
    phone = forms.CharField(label=_("Telephone"), max_length=30, required=False)
    address = forms.CharField(label=_("Address"), max_length=120, required=False)

    case_no = forms.CharField(label=_("Case number"), max_length=60)
    role = forms.ChoiceField(label=_("Role in the case"))
    charge = forms.CharField(label=_("Charge"), max_length=60, required=False)
    stage = forms.ChoiceField(label=_("Stage"), required=False)
    incident_on = _day(_("Date of the incident"))

    harm = forms.ChoiceField(label=_("Harm"), required=False)
    harm_grade = forms.ChoiceField(label=_("Injury grade"), required=False)
    injury_disability_grade = forms.TypedChoiceField(
        label=_("Injury disability grade"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", _("not known")), *((grade, grade) for grade in range(1, 11))],
    )
    urgent_treatment = forms.TypedChoiceField(
        label=_("In urgent need of treatment"), required=False, choices=_FLAGS, coerce=_flag, empty_value=None
    )
    working_capacity_lost = forms.TypedChoiceField(
        label=_("Unable to work"), required=False, choices=_FLAGS, coerce=_flag, empty_value=None
    )
    fault = forms.ChoiceField(label=_("Own fault"), required=False)
    loss = forms.DecimalField(
        label=_("Property loss (yuan)"), required=False, min_value=0, max_digits=12, decimal_places=2
    )
    medical_cost = forms.DecimalField(
        label=_("Medical cost (yuan)"), required=False, min_value=0, max_digits=12, decimal_places=2
    )
    awarded = forms.DecimalField(
        label=_("Compensation awarded (yuan)"), required=False, min_value=0, max_digits=12, decimal_places=2
    )
    received = forms.DecimalField(
        label=_("Compensation received (yuan)"), required=False, min_value=0, max_digits=12, decimal_places=2
    )
    settled = forms.TypedChoiceField(
        label=_("Settled or mediated"), required=False, choices=_FLAGS, coerce=_flag, empty_value=None
    )

    sections: Final = (
        (_("The person"), ("name", "id_raw", "sex", "birth_date", "phone", "address")),
        (_("The case"), ("case_no", "role", "charge", "stage", "incident_on")),
        (
            _("The harm"),
            (
                "harm",
                "harm_grade",
                "injury_disability_grade",
                "urgent_treatment",
                "working_capacity_lost",
                "fault",
                "loss",
                "medical_cost",
                "awarded",
                "received",
                "settled",
            ),
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, list_name in (
            ("sex", "sex"),
            ("stage", "stage"),
            ("harm", "harm"),
            ("harm_grade", "injury_grade"),
            ("fault", "fault"),
        ):
            self.fields[name].choices = _codes(list_name)  # type: ignore[attr-defined] # a ChoiceField
        roles = [("", _("choose")), *((code, CODE_LISTS["role"].label(code)) for code in _ROLES)]
        self.fields["role"].choices = roles  # type: ignore[attr-defined] # as above
        self.fields["charge"].widget.attrs["list"] = "charges"

    @property
    def parts(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """The fields by section."""
        return [(title, [self[name] for name in names]) for title, names in self.sections]

    @staticmethod
    def charges() -> list[str]:
        """Charges to choose from while typing."""
        return sorted({f"{name}罪" for offence in OFFENCES.values() for name in offence.names})

    def values(self) -> dict[str, Any]:
        """Columns of the canonical tables; what is not known is left out."""
        told = {name: value for name, value in self.cleaned_data.items() if value not in {None, ""}}
        if "charge" in told:
            told |= {"kind": "criminal", **_article(told["charge"])}
        return told


def _article(charge: str) -> dict[str, str]:
    """The article of the Criminal Law that a charge stands in, if it is one."""
    name = charge.removesuffix("罪")
    found = (each.article for each in OFFENCES.values() if name in {*each.names, *each.aliases})
    article = next(found, None)
    return {} if article is None else {"article": article}
