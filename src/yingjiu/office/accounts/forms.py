"""Forms of accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yingjiu.office.accounts import selectors
from yingjiu.office.accounts.models import Organisation, User
from yingjiu.office.accounts.roles import Role
from yingjiu.office.accounts.visibility import Secrecy

__all__ = [
    "AccountForm",
    "CodeForm",
    "LoginForm",
    "NewAccountForm",
    "OrganisationForm",
    "PasswordForm",
    "ProfileForm",
    "RightsForm",
]


if TYPE_CHECKING:
    _OfOrganisation = forms.ModelForm[Organisation]
else:  # Django's class takes no parameter when it runs
    _OfOrganisation = forms.ModelForm


class LoginForm(forms.Form):
    """User name and password."""

    username = forms.CharField(
        label=_("User name"),
        max_length=150,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autofocus": True, "autocapitalize": "none"}
        ),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class CodeForm(forms.Form):
    """A code of the second factor."""

    code = forms.CharField(
        label=_("Verification code"),
        max_length=16,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autofocus": True, "spellcheck": "false"}
        ),
    )


class PasswordForm(forms.Form):
    """The old password, and twice the new one."""

    old = forms.CharField(
        label=_("Present password"),
        strip=False,
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new = forms.CharField(
        label=_("New password"),
        strip=False,
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("New password again"),
        strip=False,
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.policy = password_validators_help_texts()

    def clean_old(self) -> str:
        """The present password must be right."""
        old: str = self.cleaned_data["old"]
        if not check_password(old, self.user.password):
            raise ValidationError(gettext("this is not your present password"))
        return old

    def clean_new(self) -> str:
        """The new one must pass the policy."""
        new: str = self.cleaned_data["new"]
        validate_password(new, self.user)
        return new

    def clean(self) -> dict[str, Any]:
        """Both must be the same."""
        cleaned = super().clean() or {}
        if cleaned.get("new") and cleaned.get("new") != cleaned.get("again"):
            self.add_error("again", gettext("the two are not the same"))
        return cleaned


class ProfileForm(forms.Form):
    """What one may change of one's own account."""

    phone = forms.CharField(label=_("Work telephone"), max_length=30, required=False)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)


class OrganisationForm(_OfOrganisation):
    """An organisation of the tree."""

    region = forms.CharField(
        label=_("Region code"),
        required=False,
        validators=[RegexValidator(r"^\d{6}$", _("six digits, such as 320999"))],
    )

    class Meta:
        """Options."""

        model = Organisation
        fields: ClassVar = [
            *("parent", "kind", "name", "short_name", "level", "function", "agency", "region", "active"),
        ]

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parent = self.fields["parent"]
        assert isinstance(parent, forms.ModelChoiceField)  # noqa: S101 - for the type checker
        # the top of the tree, and one's own office, stand where they stand
        fixed = self.instance.pk is not None and self.instance.pk == getattr(by.procuratorate, "pk", None)
        parent.queryset = (
            Organisation.objects.filter(children=self.instance) if fixed else selectors.offices(by)
        )
        parent.required = not fixed
        parent.disabled = fixed


class NewAccountForm(forms.Form):
    """A new account."""

    username = forms.CharField(
        label=_("User name"),
        max_length=60,
        validators=[RegexValidator(r"^[a-z][a-z0-9._-]{2,}$", _("small letters, digits, dots and dashes"))],
        help_text=_("small letters, digits, dots and dashes"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    display_name = forms.CharField(label=_("Name"), max_length=60)
    organisation = forms.ModelChoiceField(label=_("Organisation"), queryset=Organisation.objects.none())
    phone = forms.CharField(label=_("Work telephone"), max_length=30, required=False)

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place = self.fields["organisation"]
        assert isinstance(place, forms.ModelChoiceField)  # noqa: S101 - for the type checker
        place.queryset = selectors.organisations(by).filter(active=True)
        place.label_from_instance = _in_its_place  # type: ignore[assignment]  # as Django documents

    def clean_username(self) -> str:
        """No name twice."""
        name: str = self.cleaned_data["username"]
        if User.objects.filter(username__iexact=name).exists():
            raise ValidationError(gettext("this user name is taken"))
        return name


class AccountForm(NewAccountForm):
    """An account that is there."""

    username = None  # type: ignore[assignment] # a user name is never changed

    def clean_username(self) -> str:
        """Not asked for."""
        return ""


def _in_its_place(organisation: Any) -> str:
    return f"{organisation.parent} · {organisation}" if organisation.parent else str(organisation)


class RightsForm(forms.Form):
    """Roles and clearance."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"), choices=Role.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    clearance = forms.TypedChoiceField(
        label=_("Clearance"),
        choices=[choice for choice in Secrecy.choices if choice[0] != Secrecy.SEALED],
        coerce=int,
        help_text=_("the highest secrecy of cases that this person sees beyond their own"),
    )
