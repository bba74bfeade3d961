"""Approvals that wait for a user, one approval, and who stands in for whom."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yingjiu.office.accounts.permissions import permitted
from yingjiu.office.audit.services import Action, record
from yingjiu.office.frame.pages import page_of
from yingjiu.office.frame.views import submit
from yingjiu.office.relief import selectors, services
from yingjiu.office.relief.forms import DelegationForm, ReasonForm, RemarkForm
from yingjiu.office.relief.models import Approval, Delegation
from yingjiu.office.relief.panel import panel_of
from yingjiu.office.relief.views.asking import case_or_404, page_for, signed_in


@require_GET
@permitted("relief.approve")
def approvals(request: HttpRequest) -> HttpResponse:
    """What waits for the user's approval, and what they decided lately."""
    user = signed_in(request)
    mine = (
        Approval.objects.visible_to(user)
        .filter(acted_by=user)
        .select_related("case__person", "case__organisation")
        .order_by("-acted_at")[:20]
    )
    context = {"page": page_of(selectors.waiting_approvals(user), request), "mine": mine}
    return render(request, "relief/approvals.html", context)


def _approval_or_404(request: HttpRequest, pk: int) -> Approval:
    found = (
        Approval.objects.visible_to(request.user)
        .select_related("organisation", "share__organisation")
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise Http404
    found.case = case_or_404(request, found.case_id)
    return found


@require_GET
@permitted("relief.approve")
def approval(request: HttpRequest, pk: int) -> HttpResponse:
    """One step: what is to be approved, and on what it rests."""
    user = signed_in(request)
    found = _approval_or_404(request, pk)
    case = found.case
    record(Action.READ, user=user, subject=case, detail={"page": "relief.approval"}, request=request)
    context = {
        "approval": found,
        "case": case,
        "reasons": services.why_not(found, user),
        "panel": panel_of(case),
        "computation": case.computation,
        "steps": [each for each in case.approvals.all() if each.round == found.round],
        "approve_form": RemarkForm(initial={"version": case.version}),
        "return_form": ReasonForm(initial={"version": case.version}, prefix=None, auto_id="return_%s"),
        "newer_rules": services.has_newer_rules(case),
    }
    return render(request, "relief/approval.html", context)


def _acted(
    request: HttpRequest, pk: int, form_class: Callable[..., Any], service: Callable[..., Any], title: str
) -> HttpResponseBase:
    found = _approval_or_404(request, pk)

    def act(form: Any) -> None:
        service(approval=found, user=signed_in(request), **form.cleaned_data)

    to = reverse("relief:approvals")
    return page_for(request, found.case, form_class, act, title=title, to=to)


@require_http_methods(["GET", "POST"])
@permitted("relief.approve")
def approve(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Approve."""
    return _acted(request, pk, RemarkForm, services.approve, _("Approve"))


@require_http_methods(["GET", "POST"])
@permitted("relief.approve")
def send_back(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Return to the handler."""
    return _acted(request, pk, ReasonForm, services.send_back, _("Return to the handler"))


@require_http_methods(["GET", "POST"])
@permitted("relief.assign")
def deputies(request: HttpRequest) -> HttpResponseBase:
    """Who stands in for whom."""
    user = signed_in(request)

    def act(form: DelegationForm) -> str:
        services.delegate(user=user, **form.cleaned_data)
        messages.success(request, _("Recorded who stands in"))
        return reverse("relief:deputies")

    given = Delegation.objects.visible_to(user).select_related("principal", "deputy")[:50]
    return submit(request, partial(DelegationForm, user=user), act, "relief/deputies.html", {"given": given})


@require_POST
@permitted("relief.assign")
def end_deputy(request: HttpRequest, pk: int) -> HttpResponseBase:
    """End it early."""
    user = signed_in(request)
    given = get_object_or_404(Delegation.objects.visible_to(user), pk=pk)
    services.end_delegation(delegation=given, user=user)
    messages.success(request, _("Ended"))
    return HttpResponse(status=302, headers={"Location": reverse("relief:deputies")})
