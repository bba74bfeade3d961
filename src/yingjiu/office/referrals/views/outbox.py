"""Lists: what a procuratorate sent, what an agency received."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from yingjiu.office.accounts.permissions import permitted
from yingjiu.office.frame.export import Column, table_response
from yingjiu.office.frame.pages import page_of
from yingjiu.office.phrases import in_language, listed
from yingjiu.office.referrals import selectors
from yingjiu.office.referrals.forms import InboxFilter, OutboxFilter
from yingjiu.office.referrals.views.asking import signed_in

__all__ = ["export", "inbox", "outbox"]

COLUMNS = (
    Column(gettext_lazy("number"), lambda row: row.pk),
    Column(pgettext_lazy("party", "person"), lambda row: row.person.name_masked),
    Column(gettext_lazy("receiving unit"), lambda row: row.agency.name, 24),
    Column(gettext_lazy("measures"), lambda row: listed(map(in_language, row.measures.all())), 40),
    Column(gettext_lazy("state"), lambda row: str(row.get_state_display())),
    Column(gettext_lazy("handler"), lambda row: str(row.handler or "")),
    Column(gettext_lazy("sent on"), lambda row: row.sent_on),
    Column(gettext_lazy("due on"), lambda row: row.due_on),
    Column(gettext_lazy("answered on"), lambda row: row.answered_on),
    Column(gettext_lazy("closed on"), lambda row: row.closed_on),
)


@require_GET
@permitted("referrals.read")
def outbox(request: HttpRequest) -> HttpResponse:
    """The referrals of the procuratorate, newest first."""
    form = OutboxFilter(request.GET, user=request.user)
    form.is_valid()
    rows = selectors.outbox(request.user, form.cleaned_data)
    context = {
        "page": page_of(rows, request),
        "filter": form,
        "today": timezone.localdate(),
        "outstanding": selectors.outstanding_by_agency(request.user),
    }
    return render(request, "referrals/outbox.html", context)


@require_http_methods(["GET", "POST"])
@permitted("referrals.export")
def export(request: HttpRequest) -> HttpResponseBase:
    """The list as a table, for a purpose."""
    form = OutboxFilter(request.GET, user=request.user)
    form.is_valid()
    rows = selectors.outbox(request.user, form.cleaned_data)
    return table_response(request, rows, COLUMNS, name=_("referrals"))


@require_GET
@permitted("referrals.answer")
def inbox(request: HttpRequest) -> HttpResponse:
    """What the agency received: what it owes first."""
    form = InboxFilter(request.GET)
    form.is_valid()
    rows = selectors.inbox(signed_in(request), form.cleaned_data)
    context = {"page": page_of(rows, request), "filter": form, "today": timezone.localdate()}
    return render(request, "referrals/inbox.html", context)
