"""People whom agencies name: the agency's form, the list of both sides, taking and returning."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yingjiu.office.accounts.models import User
from yingjiu.office.accounts.permissions import permitted
from yingjiu.office.accounts.roles import Role
from yingjiu.office.audit.services import Action, record
from yingjiu.office.frame.masking import reveal
from yingjiu.office.frame.pages import page_of
from yingjiu.office.frame.views import submit
from yingjiu.office.leads.models import Lead
from yingjiu.office.referrals import selectors, services
from yingjiu.office.referrals.forms import OfferFilter, OfferForm, ReasonForm
from yingjiu.office.referrals.models import Offer
from yingjiu.office.referrals.states import OfferState
from yingjiu.office.referrals.views.asking import act_once, asked_version, checked, offer_of, signed_in

__all__ = ["field", "incoming", "offer", "offers", "return_", "take"]


@require_GET
@permitted("referrals.open")
def offers(request: HttpRequest) -> HttpResponse:
    """The people whom agencies named: those that wait first."""
    form = OfferFilter(request.GET)
    form.is_valid()
    rows = selectors.offers(request.user, form.cleaned_data)
    context = {
        "page": page_of(rows, request),
        "filter": form,
        "today": timezone.localdate(),
        "may_name": request.user.has_perm("referrals.answer"),
    }
    return render(request, "referrals/offers.html", context)


@require_http_methods(["GET", "POST"])
@permitted("referrals.answer")
def incoming(request: HttpRequest) -> HttpResponseBase:
    """An agency names a person."""
    user = signed_in(request)

    def act(form: OfferForm) -> str:
        named = services.offer(user=user, **form.cleaned_data)
        messages.success(request, _("sent to the procuratorate"))
        return named.get_absolute_url()

    return submit(request, OfferForm, act, "referrals/incoming.html")


@require_GET
@permitted("referrals.open")
def offer(request: HttpRequest, pk: int) -> HttpResponse:
    """One person named by an agency, for both sides."""
    named, user = offer_of(request, pk), signed_in(request)
    record(Action.READ, user=user, subject=named, request=request)
    context = {
        "offer": named,
        "agency_side": named.agency_id == user.organisation_id,
        "may_answer": _answers(named, user) and named.state == OfferState.SENT,
        "may_reveal": _opens(named, user),
        "lead": _seen_lead(named.lead_id, user),
        "return_form": ReasonForm(prefix="return"),
        "overdue": named.due_on is not None and named.due_on < timezone.localdate(),
    }
    return render(request, "referrals/offer.html", context)


def _seen_lead(key: int | None, user: User) -> Lead | None:
    return None if key is None else Lead.objects.visible_to(user).filter(pk=key).first()


def _answers(named: Offer, user: User) -> bool:
    office = user.procuratorate
    return (
        office is not None
        and office.pk == named.organisation_id
        and user.has_role(Role.HANDLER, Role.HEAD, Role.DEPUTY_CHIEF)
    )


def _opens(named: Offer, user: User) -> bool:
    return named.agency_id == user.organisation_id or _answers(named, user)


@require_POST
@permitted("referrals.write")
def take(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Take the person as a lead."""
    named = offer_of(request, pk)

    def act() -> str:
        user = signed_in(request)
        lead = services.take_offer(named=named, user=user, version=asked_version(request))
        messages.success(request, _("taken as a lead"))
        seen = _seen_lead(lead.pk, user)  # a colleague has it, or it went behind a seal at once
        return reverse("referrals:offers") if seen is None else seen.get_absolute_url()

    return act_once(request, act)


@require_POST
@permitted("referrals.write")
def return_(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Return it with a reason."""
    named = offer_of(request, pk)
    form = ReasonForm(request.POST, prefix="return")
    checked(form)

    def act() -> str:
        services.return_offer(
            named=named,
            reason=form.cleaned_data["reason"],
            user=signed_in(request),
            version=asked_version(request),
        )
        messages.success(request, _("returned; the agency reads your reason"))
        return named.get_absolute_url()

    return act_once(request, act)


@require_http_methods(["GET", "POST"])
@permitted("referrals.open")
def field(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    """A masked field, for a purpose."""
    named, user = offer_of(request, pk), signed_in(request)
    labels = {
        "name": _("the name"),
        "id_number": _("ID number"),
        "phone": _("telephone"),
        "address": _("address"),
    }
    if name not in labels or not _opens(named, user):
        raise Http404
    return reveal(request, subject=named, value=lambda: getattr(named, name), what=labels[name])
