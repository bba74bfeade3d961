"""Pages of sealed records: applications, decisions, what was opened; seals for those who decide."""

from __future__ import annotations

from typing import cast

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yingjiu.office.accounts.models import User
from yingjiu.office.accounts.permissions import permitted
from yingjiu.office.audit.services import Action, record
from yingjiu.office.frame.pages import page_of
from yingjiu.office.frame.views import submit
from yingjiu.office.sealing import services
from yingjiu.office.sealing.forms import GRANT, ApplyForm, DecideForm, LiftForm, SealForm
from yingjiu.office.sealing.models import LiftGround, QueryGround, Seal, SealGround, State, UnsealRequest
from yingjiu.office.sealing.selectors import grant_in_hand, open_rows_of, sealable


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)  # @permitted lets nobody else in


@permitted("sealing.view")
@require_GET
def requests(request: HttpRequest) -> HttpResponse:
    """Applications that the user may see, the pending ones first."""
    rows = UnsealRequest.objects.visible_to(_user(request)).select_related("seal", "opened_for")
    state = request.GET.get("state", "")
    if state in State.values:
        rows = rows.filter(state=state)
    context = {"page": page_of(rows, request), "states": State.choices, "state": state}
    return render(request, "sealing/requests.html", context)


@permitted("sealing.apply")
@require_http_methods(["GET", "POST"])
def apply(request: HttpRequest) -> HttpResponseBase:
    """Record an application."""
    user = _user(request)

    def act(form: ApplyForm) -> str:
        told = form.cleaned_data
        made = services.request(
            seal=told["seal"],
            applicant=told["applicant"],
            reference=told["reference"],
            ground=QueryGround(told["ground"]),
            provision=told["provision"],
            application=told["application"],
            received_on=told["received_on"],
            opened_for=told["opened_for"],
            user=user,
            http=request,
        )
        return reverse("sealing:request", args=[made.pk])

    return submit(request, ApplyForm, act, "sealing/apply.html", user=user)


@permitted("sealing.view")
@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, pk: int) -> HttpResponseBase:
    """An application, and the form that decides on it for those who may."""
    user = _user(request)
    rows = UnsealRequest.objects.visible_to(user).select_related(
        "seal", "opened_for", "recorded_by", "decided_by"
    )
    found = get_object_or_404(rows, pk=pk)
    deciding = found.state == State.PENDING and services.may_decide(found, user)
    if request.method == "GET":
        record(Action.READ, user=user, subject=found, request=request)

    def act(form: DecideForm) -> str:
        reason = form.cleaned_data["reason"]
        if form.cleaned_data["decision"] == GRANT:
            services.grant(
                request=found, user=user, days=form.cleaned_data["days"], reason=reason, http=request
            )
        else:
            services.refuse(request=found, user=user, reason=reason, http=request)
        return reverse("sealing:request", args=[found.pk])

    context = {"found": found, "deciding": deciding, "mine": found.opened_for_id == user.pk}
    return submit(request, DecideForm, act, "sealing/request.html", context)


@permitted("sealing.view")
@require_POST
@never_cache
def opened(request: HttpRequest, pk: int) -> HttpResponse:
    """What an application opens, shown once; showing it again is another event."""
    grant = grant_in_hand(_user(request), pk, request)
    context = {"found": grant.permit, "rows": open_rows_of(grant)}
    return render(request, "sealing/opened.html", context)


@permitted("sealing.seal")
@require_http_methods(["GET", "POST"])
def seal(request: HttpRequest, label: str, key: int) -> HttpResponseBase:
    """Seal a row that the user sees, with all that belongs to it."""
    user = _user(request)
    subject = sealable(user, label, str(key))
    if subject is None:
        raise Http404

    def act(form: SealForm) -> str:
        services.seal(
            subject=subject,
            ground=SealGround(form.cleaned_data["ground"]),
            joint_case=form.cleaned_data["joint_case"],
            note=form.cleaned_data["note"],
            user=user,
            request=request,
        )
        return reverse("sealing:requests")

    return submit(request, SealForm, act, "sealing/seal.html", {"subject": subject})


@permitted("sealing.decide")
@require_GET
def seals(request: HttpRequest) -> HttpResponse:
    """Seals of the office: numbers and grounds, nothing of the persons."""
    rows = Seal.objects.visible_to(_user(request)).select_related("by")
    return render(request, "sealing/seals.html", {"page": page_of(rows, request)})


@permitted("sealing.lift")
@require_http_methods(["GET", "POST"])
def lift(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Lift a seal for good."""
    user = _user(request)
    found = get_object_or_404(Seal.objects.visible_to(user).standing(), pk=pk)

    def act(form: LiftForm) -> str:
        services.lift(
            seal=found,
            ground=LiftGround(form.cleaned_data["ground"]),
            reason=form.cleaned_data["reason"],
            user=user,
            request=request,
        )
        return reverse("sealing:seals")

    return submit(request, LiftForm, act, "sealing/lift.html", {"seal": found})
