"""Pages of clocks: the due list, the arithmetic of one clock, the reason for being overdue."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from yingjiu.office.accounts.permissions import permitted
from yingjiu.office.clocks import selectors, services
from yingjiu.office.clocks.forms import BreachForm, FilterForm
from yingjiu.office.clocks.matters import with_matters
from yingjiu.office.clocks.models import Clock, ClockQuerySet, State
from yingjiu.office.frame.pages import page_of
from yingjiu.office.frame.views import submit

__all__: list[str] = []


@require_GET
@permitted("clocks.read")
def mine(request: HttpRequest) -> HttpResponse:
    """What is due, first due first."""
    form = FilterForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    rows = _of_state(request, asked.get("state", ""))
    if asked.get("limit"):
        rows = rows.filter(limit=asked["limit"])
    if asked.get("whose") == "mine":
        rows = rows.filter(handler=request.user.pk)
    page = page_of(with_matters(rows), request)
    context = {"page": page, "filter": form, "may_write": request.user.has_perm("clocks.write")}
    return render(request, "clocks/mine.html", context)


def _of_state(request: HttpRequest, state: str) -> ClockQuerySet:
    if state == "overdue":
        return selectors.overdue(request.user)
    if state == "soon":
        return selectors.due_soon(request.user)
    rows = selectors.due_for(request.user)
    return rows.filter(state=State.PAUSED) if state == "paused" else rows


@require_GET
@permitted("clocks.read")
def explain(request: HttpRequest, pk: int) -> HttpResponse:
    """The arithmetic of one clock, for a page that unfolds it."""
    clock = get_object_or_404(Clock.objects.visible_to(request.user), pk=pk)
    return render(request, "clocks/arithmetic.html", {"steps": clock.explain()})


@require_http_methods(["GET", "POST"])
@permitted("clocks.write")
def explain_breach(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Say why a limit was missed."""
    overdue = Clock.objects.visible_to(request.user).filter(state=State.BREACHED)
    clock = get_object_or_404(overdue, pk=pk)

    def act(form: BreachForm) -> str:
        services.explain_breach(clock, reason=form.cleaned_data["reason"], user=request.user)  # type: ignore[arg-type] # permitted() lets only users in
        messages.success(request, _("the reason is recorded"))
        return reverse("clocks:mine")

    context = {"clock": clock, "steps": clock.explain()}
    initial = {"reason": clock.breach_reason}
    return submit(request, BreachForm, act, "clocks/breach.html", context, initial=initial)
