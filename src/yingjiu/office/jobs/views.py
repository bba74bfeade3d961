"""Pages of jobs: the list, one job with its live progress, cancel, run again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yingjiu.office.accounts.permissions import permitted
from yingjiu.office.frame.middleware import quiet
from yingjiu.office.frame.once import done, once
from yingjiu.office.frame.pages import page_of
from yingjiu.office.jobs import selectors, services
from yingjiu.office.jobs.models import Job
from yingjiu.office.jobs.states import State

__all__: list[str] = []

_SWAPPED = "jobs-table"


@require_GET
@permitted("jobs.see")
def job_list(request: HttpRequest) -> HttpResponse:
    """Jobs, the newest first; the table renews itself while one is open."""
    state = request.GET.get("state", "")
    rows = selectors.listed(request.user)  # type: ignore[arg-type] # permitted() lets only users in
    if state in State.values:
        rows = rows.filter(state=state)
    page = page_of(rows, request)
    context = {"page": page, "state": state, "states": State.choices, "live": any(job.open for job in page)}
    if request.headers.get("HX-Target") == _SWAPPED:
        return quiet(render(request, "jobs/table.html", context))
    return render(request, "jobs/list.html", context)


@require_GET
@permitted("jobs.see")
def job(request: HttpRequest, pk: int) -> HttpResponse:
    """One job."""
    return render(request, "jobs/job.html", _context(request, _job(request, pk)))


@require_GET
@permitted("jobs.see")
def state(request: HttpRequest, pk: int) -> HttpResponse:
    """Where a job stands, for a page that shows it live.

    With ``?then=reload`` the whole page is loaded again when the job has ended.
    """
    found = _job(request, pk)
    response = quiet(render(request, "jobs/state.html", _context(request, found)))
    if request.GET.get("then") == "reload" and not found.open:
        response["HX-Refresh"] = "true"
    return response


@require_POST
@permitted("jobs.see")
def cancel(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Cancel a job."""
    found = _job(request, pk)
    if (earlier := once(request)) is not None:
        return HttpResponseRedirect(earlier)
    with transaction.atomic():
        services.cancel(job=found, user=request.user)  # type: ignore[arg-type] # as above
        messages.success(request, _("the job is being cancelled"))
        return done(request, found.get_absolute_url())


@require_POST
@permitted("jobs.see")
def retry(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Run a job again that failed or was cancelled."""
    found = _job(request, pk)
    if (earlier := once(request)) is not None:
        return HttpResponseRedirect(earlier)
    with transaction.atomic():
        services.retry(job=found, user=request.user)  # type: ignore[arg-type] # as above
        messages.success(request, _("the job waits to be run again"))
        return done(request, found.get_absolute_url())


def _job(request: HttpRequest, pk: int) -> Job:
    return get_object_or_404(selectors.listed(request.user), pk=pk)  # type: ignore[arg-type] # as above


def _context(request: HttpRequest, found: Job) -> dict[str, Any]:
    user: Any = request.user
    return {
        "job": found,
        "title": selectors.title_of(found),
        "link": selectors.link_of(found, user),
        "faults": selectors.faults_for(found, user),
        "mine": found.user_id == user.pk,
        "then": request.GET.get("then", ""),
    }
