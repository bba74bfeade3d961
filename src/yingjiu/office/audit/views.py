"""Pages of the audit administrator: search the log, take events out, prove that it is whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yingjiu.office.accounts.models import User
from yingjiu.office.accounts.permissions import permitted
from yingjiu.office.audit import permissions  # noqa: F401 - registers the permissions
from yingjiu.office.audit.exporting import MOST_ROWS, table
from yingjiu.office.audit.forms import ExportForm, SearchForm
from yingjiu.office.audit.models import Event
from yingjiu.office.audit.selectors import Found, page, search, shown_detail, subject_title
from yingjiu.office.audit.services import Action, record
from yingjiu.office.audit.verification import verify as verify_log


@dataclass(frozen=True, slots=True)
class Line:
    """One event as the page shows it."""

    event: Event
    subject: str
    detail: str


@permitted("audit.search")
@require_GET
def events(request: HttpRequest) -> HttpResponse:
    """Events, latest first; ``before`` is the number from which older ones are shown."""
    user = cast("User", request.user)
    form = SearchForm(request.GET)
    before = request.GET.get("before", "")
    below = int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None
    found = page(user, form.cleaned_data, below) if form.is_valid() else Found([], None)
    asked = _asked(form)
    context = {
        "form": form,
        "lines": [Line(row, subject_title(row.subject_type), shown_detail(row)) for row in found.events],
        "found": found,
        "older": found.older,
        "filtered": bool(asked),
        "paged": bool(before),
        "query": _query(request),
    }
    record(
        Action.SEARCH,
        user=user,
        detail={"name": "audit", "filters": asked, "rows": len(found.events)},
        request=request,
    )
    return render(request, "audit/events.html", context, status=200 if form.is_valid() else 422)


@permitted("audit.export")
@require_http_methods(["GET", "POST"])
def export(request: HttpRequest) -> HttpResponseBase:
    """Ask for a purpose, then send the events that fit the filters as a table."""
    user = cast("User", request.user)
    filters = SearchForm(request.GET)
    form = ExportForm(request.POST or None)
    if request.method != "POST" or not form.is_valid() or not filters.is_valid():
        context = {"form": form, "what": _("log of events"), "action": request.get_full_path()}
        return render(request, "audit/export.html", context)
    rows = search(user, filters.cleaned_data)
    count = min(rows.count(), MOST_ROWS)
    record(
        Action.EXPORT,
        user=user,
        purpose=form.cleaned_data["purpose"],
        detail={"name": "audit", "filters": _asked(filters), "rows": count, "format": "csv"},
        request=request,
    )
    return table(rows[:count], by=user, purpose=form.cleaned_data["purpose"])


@permitted("audit.verify")
@require_POST
def verify(request: HttpRequest) -> HttpResponse:
    """Read the whole log and say whether it is whole."""
    found = verify_log()
    record(
        Action.ADMINISTER,
        user=cast("User", request.user),
        detail={
            "name": "audit verify",
            "count": found.events,
            "outcome": "intact" if found.intact else "broken",
            "findings": len(found.findings),
        },
        request=request,
    )
    return render(request, "audit/verification.html", {"found": found, "findings": found.findings[:200]})


def _asked(form: SearchForm) -> dict[str, Any]:
    """The filters that were set."""
    return {name: value for name, value in getattr(form, "cleaned_data", {}).items() if value}


def _query(request: HttpRequest) -> str:
    asked = request.GET.copy()
    asked.pop("before", None)
    return asked.urlencode()
