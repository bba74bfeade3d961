"""Forms: one a step. They check what was typed; what may be done is the machine's to say."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yingjiu.codes import CODE_LISTS
from yingjiu.office.accounts.models import Kind, Organisation, User
from yingjiu.office.accounts.roles import Role
from yingjiu.office.accounts.visibility import Secrecy
from yingjiu.office.relief import catalogue, timing
from yingjiu.office.relief.application_form import FIELDS, GROUP_WAYS, GROUPS, FormField
from yingjiu.office.relief.joint import joint_partners
from yingjiu.office.relief.models import ReliefCase
from yingjiu.office.relief.states import Answer, How, Proposal, State, Way

__all__ = [
    "ApplicationForm",
    "AssignForm",
    "DayForm",
    "DelegationForm",
    "FilterForm",
    "InformForm",
    "MaterialsForm",
    "NewCaseForm",
    "ProposeForm",
    "ReasonForm",
    "RemarkForm",
    "ReviewForm",
    "SecrecyForm",
    "SupplementForm",
    "UrgentForm",
]

_EMPTY = ("", "---------")


def day_field(label: Any, **more: Any) -> forms.DateField:
    """A day, today unless changed."""
    widget = forms.DateInput(attrs={"data-date": "", "autocomplete": "off"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, initial=timing.today, **more)


def yuan_field(label: Any, **more: Any) -> forms.DecimalField:
    """An amount in yuan."""
    more.setdefault("min_value", Decimal(0))
    return forms.DecimalField(label=label, max_digits=12, decimal_places=2, **more)


def text_field(label: Any, rows: int = 3, **more: Any) -> forms.CharField:
    """A text of some lines."""
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": rows}), max_length=4000, **more)


def styled(form: forms.Form) -> None:
    """Give the widgets of a form that a template lays out by hand the look of the others."""
    for field in form.fields.values():
        widget = field.widget
        if isinstance(widget, forms.CheckboxInput):
            widget.attrs["class"] = "form-check-input"
        elif isinstance(widget, forms.Select) and not isinstance(widget, forms.RadioSelect):
            widget.attrs["class"] = "form-select"
        elif isinstance(widget, forms.TextInput | forms.NumberInput | forms.DateInput | forms.Textarea):
            widget.attrs["class"] = "form-control"


class StepForm(forms.Form):
    """Base: every form carries the version of the case that its page showed."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class FilterForm(forms.Form):
    """Narrows the list."""

    q = forms.CharField(label=_("Number of the case or of the original case"), required=False, max_length=100)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("all")), ("open", _("being handled")), *State.choices],
    )
    harm = forms.ChoiceField(
        label=_("Harm"),
        required=False,
        choices=lambda: [
            ("", _("all")),
            *((code, CODE_LISTS["harm"].label(code)) for code in CODE_LISTS["harm"].codes),
        ],
    )
    mine = forms.ChoiceField(
        label=_("Handler"), required=False, choices=[("", _("all")), ("mine", _("mine"))]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        styled(self)


class NewCaseForm(forms.Form):
    """A case for a person without a lead."""

    case_no = forms.CharField(label=_("Number of the original case"), max_length=100, required=False)
    charge = forms.CharField(label=_("Charge or cause of action"), max_length=200)
    stage = forms.ChoiceField(
        label=_("Stage"),
        choices=lambda: [(code, CODE_LISTS["stage"].label(code)) for code in CODE_LISTS["stage"].codes],
    )


class ReasonForm(StepForm):
    """A reason."""

    reason = text_field(_("Reason"))


class RemarkForm(StepForm):
    """A remark that may be left out."""

    reason = text_field(_("Remark"), rows=2, required=False)


class SecrecyForm(StepForm):
    """How secret a case is; sealing has its own procedure, and nobody sets more than they may see."""

    secrecy = forms.TypedChoiceField(label=_("Secrecy"), coerce=int)
    reason = text_field(_("Reason"))

    def __init__(self, *args: Any, clearance: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["secrecy"]
        field.choices = [
            choice for choice in Secrecy.choices if choice[0] <= clearance and choice[0] != Secrecy.SEALED
        ]


class DayForm(StepForm):
    """A day."""

    on = day_field(_("Day"))


class AssignForm(StepForm):
    """Who handles the case."""

    handler = forms.ModelChoiceField(label=_("Handler"), queryset=User.objects.none())
    reason = forms.CharField(label=_("Reason"), max_length=500)

    def __init__(self, *args: Any, case: ReliefCase, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["handler"]
        field.queryset = User.objects.filter(
            grants__role=Role.HANDLER,
            is_active=True,
            organisation__path__startswith=case.organisation.path or "-",
        ).exclude(organisation__kind=Kind.AGENCY)


class InformForm(StepForm):
    """Informing."""

    told_on = day_field(_("Told on"))
    how = forms.ChoiceField(label=_("Way"), choices=How.choices)
    told_by = forms.CharField(label=_("Told by"), max_length=60)
    note = text_field(_("What was said"), rows=2, required=False)


def _form_field(each: FormField) -> forms.Field:
    options: dict[str, Any] = {"label": each.label, "required": False, "help_text": each.hint}
    if each.kind == "text":
        return forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), max_length=4000, **options)
    if each.kind == "money":
        return forms.DecimalField(max_digits=12, decimal_places=2, min_value=Decimal(0), **options)
    if each.kind == "date":
        return forms.DateField(widget=forms.DateInput(attrs={"data-date": ""}, format="%Y-%m-%d"), **options)
    if each.kind == "time":
        return forms.TimeField(
            widget=forms.TimeInput(attrs={"placeholder": "09:30"}, format="%H:%M"), **options
        )
    return forms.CharField(max_length=300, **options)


class ApplicationForm(StepForm):
    """The application with its long form; may be saved incomplete."""

    way = forms.ChoiceField(label=_("Way of applying"), choices=Way.choices)
    applied_on = day_field(_("Applied on, or begun ex officio on"))
    reason = text_field(_("Reason of the application"), required=False)
    requested = yuan_field(_("Amount asked for, yuan"), required=False)
    record = text_field(_("What was asked and answered (oral application)"), rows=5, required=False)
    bank = forms.CharField(label=_("Bank"), max_length=100, required=False)
    account_name = forms.CharField(label=_("Name of the account"), max_length=60, required=False)
    account = forms.CharField(
        label=_("Bank account"),
        max_length=40,
        required=False,
        help_text=_("left empty, the account that is on file stays"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for each in FIELDS:
            self.fields[each.key] = _form_field(each)

    def groups(self) -> Iterator[tuple[str, Any, tuple[str, ...], list[Any]]]:
        """The long form in its groups: key, title, ways of applying it is for (none: all), bound fields."""
        own = {
            "claim": ["reason", "requested"],
            "bank": ["bank", "account_name", "account"],
            "record": ["record"],
        }
        for key, title in GROUPS.items():
            names = [each.key for each in FIELDS if each.group == key] + own.get(key, [])
            yield key, title, GROUP_WAYS.get(key, ()), [self[name] for name in names]

    def form_values(self) -> dict[str, Any]:
        """The long form's own fields, as JSON keeps them."""
        told = {}
        for each in FIELDS:
            value = self.cleaned_data.get(each.key)
            if value not in {None, ""}:
                told[each.key] = value.strftime("%H:%M") if each.kind == "time" else str(value)
        return told

    def clean_account(self) -> str:
        """Digits only."""
        text = str(self.cleaned_data.get("account") or "").replace(" ", "").replace("-", "")
        if text and not (text.isdigit() and 8 <= len(text) <= 32):
            raise forms.ValidationError(_("an account number has 8 to 32 digits"))
        return text


class MaterialsForm(StepForm):
    """Materials taken in: for each row what became of it."""

    on = day_field(_("Received on"))

    def __init__(self, *args: Any, case: ReliefCase, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.materials = list(case.materials.all())
        choices = [
            ("", _("unchanged")),
            ("received", _("received")),
            ("waived", _("not needed here")),
            ("needed", _("missing")),
        ]
        for each in self.materials:
            self.fields[f"state_{each.item}"] = forms.ChoiceField(
                label=each.title, choices=choices, required=False
            )
            self.fields[f"copies_{each.item}"] = forms.IntegerField(
                label=_("Copies"), min_value=1, max_value=99, initial=each.copies, required=False
            )
            self.fields[f"original_{each.item}"] = forms.BooleanField(
                label=_("Original"), initial=each.original, required=False
            )
            self.fields[f"note_{each.item}"] = forms.CharField(
                label=_("Remark, or why it is not needed"), max_length=300, required=False
            )
        styled(self)

    def rows(self) -> Iterator[dict[str, Any]]:
        """Each material with its fields."""
        for each in self.materials:
            yield {
                "material": each,
                **{name: self[f"{name}_{each.item}"] for name in ("state", "copies", "original", "note")},
            }

    def received(self) -> dict[str, dict[str, Any]]:
        """What changed, for the service."""
        told = {}
        for each in self.materials:
            state = self.cleaned_data.get(f"state_{each.item}")
            if state:
                told[each.item] = {
                    "state": state,
                    **{
                        name: self.cleaned_data.get(f"{name}_{each.item}")
                        for name in ("copies", "original", "note")
                    },
                }
        return told


class SupplementForm(StepForm):
    """The one-time list."""

    on = day_field(_("Told on"))
    new_facts = text_field(
        _("New facts (only for a second list)"),
        rows=2,
        required=False,
        help_text=_("what has come up since the first list"),
    )


class ReviewForm(StepForm):
    """Every question of the review."""

    def __init__(self, *args: Any, case: ReliefCase, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = catalogue.questions()
        held = {each.question: each for each in case.answers.all()}
        for question in self.questions:
            given = held.get(question.id)
            self.fields[f"answer_{question.id}"] = forms.ChoiceField(
                label=_("Answer"),
                choices=[_EMPTY, *Answer.choices],
                required=False,
                initial=given.answer if given else "",
            )
            self.fields[f"evidence_{question.id}"] = forms.CharField(
                label=_("Evidence"), max_length=500, required=False, initial=given.evidence if given else ""
            )
            self.fields[f"reason_{question.id}"] = forms.CharField(
                label=_("Reason"), max_length=1000, required=False, initial=given.reason if given else ""
            )
        styled(self)

    def rows(self, group: str) -> Iterator[dict[str, Any]]:
        """The questions of a group with their fields."""
        for question in self.questions:
            if question.group == group:
                yield {
                    "question": question,
                    **{name: self[f"{name}_{question.id}"] for name in ("answer", "evidence", "reason")},
                }

    def groups(self) -> Iterator[tuple[Any, list[dict[str, Any]]]]:
        """The groups in their order."""
        for key, title in (
            ("eligibility", _("Situations of article 7")),
            ("hardship", _("Hardship")),
            ("exclusion", _("Situations of article 8")),
            ("one_time", _("One relief for one person in one case")),
        ):
            yield title, list(self.rows(key))

    def answers(self) -> dict[str, dict[str, str]]:
        """What was answered, for the service."""
        return {
            question.id: {
                name: self.cleaned_data.get(f"{name}_{question.id}") or ""
                for name in ("answer", "evidence", "reason")
            }
            for question in self.questions
        }


class ProposeForm(StepForm):
    """The opinion."""

    proposal = forms.ChoiceField(label=_("Opinion"), choices=Proposal.choices, widget=forms.RadioSelect)
    amount = yuan_field(_("Amount, yuan"), required=False)
    band_reason = text_field(
        _("Why the amount leaves the band"), rows=2, required=False, help_text=_("only when it lies outside")
    )
    opinion = text_field(_("Reasons"), rows=6)
    partner = forms.ModelChoiceField(
        label=_("Joint relief with"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=_("no joint relief"),
    )
    partner_amount = yuan_field(_("Share of that procuratorate, yuan"), required=False)
    second_partner = forms.ModelChoiceField(
        label=_("And with"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=_("nobody else"),
    )
    second_amount = yuan_field(_("Share of that one, yuan"), required=False)

    def __init__(self, *args: Any, case: ReliefCase, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = joint_partners(case)
        for name in ("partner", "second_partner"):
            field: Any = self.fields[name]
            field.queryset = others

    def clean(self) -> dict[str, Any]:
        """A partner has a share, and a share a partner."""
        cleaned = super().clean() or {}
        for partner, amount in (("partner", "partner_amount"), ("second_partner", "second_amount")):
            if bool(cleaned.get(partner)) != bool(cleaned.get(amount)):
                self.add_error(amount, _("a partner and its share go together"))
        if cleaned.get("partner") and cleaned.get("partner") == cleaned.get("second_partner"):
            self.add_error("second_partner", _("choose another one"))
        return cleaned

    def shares(self) -> dict[Organisation, Decimal]:
        """What others pay."""
        pairs = (("partner", "partner_amount"), ("second_partner", "second_amount"))
        return {
            self.cleaned_data[partner]: self.cleaned_data[amount]
            for partner, amount in pairs
            if self.cleaned_data.get(partner)
        }


class UrgentForm(StepForm):
    """Urgent relief first."""

    amount = yuan_field(_("Amount, yuan"))
    reason = text_field(_("The emergency"))


class DelegationForm(forms.Form):
    """Somebody stands in for somebody."""

    principal = forms.ModelChoiceField(label=_("Who is absent"), queryset=User.objects.none())
    role = forms.ChoiceField(
        label=pgettext_lazy("approval", "Role"),
        choices=[(each.value, each.label) for each in (Role.HEAD, Role.DEPUTY_CHIEF)],
    )
    deputy = forms.ModelChoiceField(label=_("Who stands in"), queryset=User.objects.none())
    first_day = day_field(_("First day"))
    last_day = day_field(_("Last day"))
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        office = user.procuratorate
        people = (
            User.objects.filter(
                grants__role__in=[Role.HEAD, Role.DEPUTY_CHIEF], organisation__path__startswith=office.path
            ).distinct()
            if office is not None and office.path
            else User.objects.none()
        )
        below = people.select_related("organisation__parent")
        people = people.filter(pk__in=[each.pk for each in below if each.procuratorate == office])
        for name in ("principal", "deputy"):
            field: Any = self.fields[name]
            field.queryset = people
