"""What the views of referrals have in common: whom, what, which version, once."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from yingjiu.errors import Fault
from yingjiu.office.accounts.models import User
from yingjiu.office.frame.errors import OfficeError
from yingjiu.office.frame.once import done, once
from yingjiu.office.leads.models import Lead
from yingjiu.office.people.models import Person
from yingjiu.office.referrals.models import Offer, Referral
from yingjiu.office.relief.models import ReliefCase

__all__ = ["act_once", "asked_version", "checked", "offer_of", "referral_of", "signed_in", "subject_of"]


def signed_in(request: HttpRequest) -> User:
    """The user; ``permitted`` lets only users in."""
    assert isinstance(request.user, User)  # noqa: S101 - as above
    return request.user


def referral_of(request: HttpRequest, pk: int) -> Referral:
    """A referral that the user may see; otherwise there is none."""
    seen = Referral.objects.visible_to(request.user).select_related(
        "agency", "person", "organisation", "handler", "letter", "lead", "case", "proof", "consent_file"
    )
    return get_object_or_404(seen, pk=pk)


def offer_of(request: HttpRequest, pk: int) -> Offer:
    """A person named by an agency whom the user may see; otherwise there is none."""
    seen = Offer.objects.visible_to(request.user).select_related("agency", "organisation", "made_by")
    return get_object_or_404(seen, pk=pk)


def subject_of(request: HttpRequest) -> Lead | ReliefCase:
    """The lead (``lead``) or case (``case``) that a page is asked about."""
    asked = request.POST if request.method == "POST" else request.GET
    for name, model in (("case", ReliefCase), ("lead", Lead)):
        text = asked.get(name) or request.GET.get(name) or ""
        if text.isascii() and text.isdigit() and len(text) < 19:
            people = Person.objects.filter(sealed=False).values("pk")
            found = get_object_or_404(
                model.objects.visible_to(request.user).filter(person__in=people).select_related("person"),
                pk=int(text),
            )
            assert isinstance(found, (Lead, ReliefCase))  # noqa: S101 - the two models above
            return found
    raise Http404


def asked_version(request: HttpRequest) -> int:
    """The version that the user's page showed.

    Raises:
        OfficeError: ``REF-021`` the form does not say.
    """
    text = request.POST.get("version", "")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise OfficeError(
            Fault(
                "REF-021",
                _("this form is not complete"),
                hint=_("open the page again and send the form there"),
            )
        )
    return int(text)


def checked(form: BaseForm) -> None:
    """A form that is not valid is refused with every field that is wrong.

    Raises:
        OfficeError: ``REF-022``.
    """
    if form.is_valid():
        return
    faults = []
    for name, errors in form.errors.items():
        label = form.fields[name].label if name in form.fields else ""
        says = f"{label} {' '.join(str(each) for each in errors)}".strip()
        hint = _("go back, correct it and send it again; what you typed is kept as a draft")
        faults.append(Fault("REF-022", says, hint=hint))
    raise OfficeError(*faults)


def act_once(request: HttpRequest, act: Callable[[], str]) -> HttpResponseBase:
    """Carry a submission out once, in one transaction; ``act`` returns where to go."""
    earlier = once(request)
    if earlier is not None:
        return HttpResponseRedirect(earlier)
    with transaction.atomic():
        return done(request, act())
