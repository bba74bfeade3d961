"""What both sides do with a referral. Each form is carried out once, however often it is sent."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yingjiu.office.accounts.permissions import permitted
from yingjiu.office.files.selectors import own_file
from yingjiu.office.referrals import services
from yingjiu.office.referrals.forms import (
    AcceptForm,
    FinishForm,
    GroundForm,
    ReasonForm,
    ReopenForm,
    TimeForm,
)
from yingjiu.office.referrals.models import Referral
from yingjiu.office.referrals.views.asking import act_once, asked_version, checked, referral_of, signed_in

__all__ = [
    "accept",
    "finish",
    "give_time",
    "ground",
    "more_time",
    "refuse_time",
    "reject",
    "reopen",
    "send",
    "withdraw",
]


def _done(
    request: HttpRequest, referral: Referral, act: Callable[..., Any], says: str, **told: Any
) -> HttpResponseBase:
    """Carry one act out, say so, and show the referral again."""

    def carried_out() -> str:
        act(referral=referral, user=signed_in(request), version=asked_version(request), **told)
        messages.success(request, says)
        return referral.get_absolute_url()

    return act_once(request, carried_out)


@require_POST
@permitted("referrals.write")
def ground(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Record consent or another legal ground."""
    referral = referral_of(request, pk)
    form = GroundForm(request.POST, prefix="ground")
    checked(form)
    told = form.cleaned_data
    return _done(
        request,
        referral,
        services.record_ground,
        _("the ground is recorded"),
        ground=told["ground"],
        text=told["ground_text"],
        consent_on=told["consent_on"],
        consent_file=own_file(request.user, request.POST.get("consent_file")) or referral.consent_file,
    )


@require_POST
@permitted("referrals.write")
def send(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Issue the letter and send it."""
    referral = referral_of(request, pk)
    return _done(request, referral, partial(services.send, request=request), _("sent; the unit sees it now"))


@require_POST
@permitted("referrals.write")
def withdraw(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Take it back."""
    referral = referral_of(request, pk)
    form = ReasonForm(request.POST, prefix="withdraw")
    checked(form)
    return _done(request, referral, services.withdraw, _("withdrawn"), reason=form.cleaned_data["reason"])


@require_POST
@permitted("referrals.write")
def reopen(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Ask the agency again."""
    referral = referral_of(request, pk)
    form = ReopenForm(request.POST, prefix="reopen")
    checked(form)
    return _done(
        request, referral, services.reopen, _("reopened; the unit sees it again"), **form.cleaned_data
    )


@require_POST
@permitted("referrals.write")
def give_time(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Approve more time."""
    return _done(request, referral_of(request, pk), services.give_time, _("more time is given"))


@require_POST
@permitted("referrals.write")
def refuse_time(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Refuse more time."""
    referral = referral_of(request, pk)
    form = ReasonForm(request.POST, prefix="refuse")
    checked(form)
    says = _("the day stays as it was")
    return _done(request, referral, services.refuse_time, says, reason=form.cleaned_data["reason"])


@require_POST
@permitted("referrals.answer")
def accept(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The agency takes it on."""
    referral = referral_of(request, pk)
    form = AcceptForm(request.POST, prefix="accept")
    checked(form)
    return _done(request, referral, services.accept, _("accepted"), note=form.cleaned_data["note"])


@require_POST
@permitted("referrals.answer")
def reject(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The agency refuses, with a reason."""
    referral = referral_of(request, pk)
    form = ReasonForm(request.POST, prefix="reject")
    checked(form)
    says = _("rejected; the procuratorate reads your reason")
    return _done(request, referral, services.reject, says, reason=form.cleaned_data["reason"])


@require_POST
@permitted("referrals.answer")
def more_time(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The agency asks for a later day."""
    referral = referral_of(request, pk)
    form = TimeForm(request.POST, prefix="time")
    checked(form)
    says = _("asked; the procuratorate decides")
    return _done(request, referral, services.ask_more_time, says, **form.cleaned_data)


@require_POST
@permitted("referrals.answer")
def finish(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The agency reports what was done."""
    referral = referral_of(request, pk)
    form = FinishForm(request.POST, prefix="finish", referral=referral)
    checked(form)
    return _done(
        request,
        referral,
        services.finish,
        _("reported; thank you"),
        results=form.results(),
        proof=own_file(request.user, request.POST.get("proof")),
        proof_text=form.cleaned_data["proof_text"],
    )
