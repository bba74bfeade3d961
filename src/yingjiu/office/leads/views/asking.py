"""What the views of leads share: who asks, and for which lead."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yingjiu.errors import Fault
from yingjiu.office.accounts.models import User
from yingjiu.office.frame.errors import OfficeError
from yingjiu.office.frame.masking import reveal
from yingjiu.office.leads.models import Lead
from yingjiu.office.people.models import Person

__all__ = ["asked_version", "lead_of", "open_person_field", "refusal", "signed_in"]

FIELDS: Final[dict[str, Any]] = {
    "name": pgettext_lazy("person", "name"),
    "id_number": _("ID number"),
    "phone": _("telephone"),
    "address": _("address"),
}


def signed_in(request: HttpRequest) -> User:
    """The user; views behind ``permitted`` always have one."""
    assert isinstance(request.user, User)  # noqa: S101 - see above
    return request.user


def lead_of(request: HttpRequest, pk: int) -> Lead:
    """A lead that the user may see; otherwise it is not found."""
    rows = Lead.objects.visible_to(signed_in(request))
    return get_object_or_404(
        rows.select_related(
            "person", "organisation", "department", "handler", "to_department", "agency", "changed_by"
        ),
        pk=pk,
    )


def asked_version(request: HttpRequest, name: str = "version") -> int:
    """The version that the page showed.

    Raises:
        OfficeError: ``LEA-013`` it is missing or no number: the form does not come from a page of ours.
    """
    text = request.POST.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise OfficeError(
            Fault("LEA-013", str(_("this form is not complete")), hint=str(_("open the page again")))
        )
    return int(text)


def refusal(error: OfficeError | None, form: forms.Form, *, shown: bool) -> dict[str, Any]:
    """What a page says above a form that could not be carried out.

    Args:
        error: why; None if the form itself says it.
        form: as it was sent.
        shown: whether the page still has the form; if not, what was typed stands in the message.
    """
    if error is None:
        return {}
    texts = [field.name for field in form if isinstance(field.field.widget, forms.Textarea)]
    typed = "" if shown else "\n".join(form.cleaned_data[name] for name in texts)
    return {"refused": error.faults, "typed": typed}


def open_person_field(
    request: HttpRequest, person: Person, field: str, allowed: tuple[str, ...]
) -> HttpResponseBase:
    """One field of a person, for a purpose; other fields are not found."""
    if field not in allowed:
        raise Http404
    return reveal(request, subject=person, value=lambda: getattr(person, field), what=str(FIELDS[field]))
