"""Supervision leads that went to another department: both departments' list, and the page of each."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yingjiu.office.accounts.permissions import permitted
from yingjiu.office.audit.services import Action, record
from yingjiu.office.clocks.models import Clock
from yingjiu.office.frame.errors import OfficeError
from yingjiu.office.frame.pages import page_of
from yingjiu.office.leads import services
from yingjiu.office.leads.forms import ReasonForm, ReportForm
from yingjiu.office.leads.models import Lead, LeadHandover
from yingjiu.office.leads.services.guards import reads_answer, receives
from yingjiu.office.leads.states import HandoverState
from yingjiu.office.leads.views.acting import act_once
from yingjiu.office.leads.views.asking import asked_version, refusal, signed_in

__all__ = [
    "accept_handover",
    "handover",
    "handovers",
    "note_answer",
    "report_handover",
    "return_handover",
]

_UNREAD: Final = ("lead__finding", "lead__key", "lead__gist")
"""What no page of handing over shows; to read it is to decrypt it."""


@require_GET
@permitted("leads.see")
def handovers(request: HttpRequest) -> HttpResponseBase:
    """Leads handed over: those that one's department received, and those it sent."""
    user = signed_in(request)
    side = request.GET.get("side", "")
    rows = LeadHandover.objects.visible_to(user)
    if side == "received":
        rows = rows.received_by(user)
    elif side == "sent" and user.department is not None:
        rows = rows.filter(from_department=user.department)
    else:
        side = ""
    rows = rows.select_related(
        "lead__person", "lead__organisation", "from_department", "to_department", "receiver"
    ).defer(*_UNREAD)
    titles = {"": _("All"), "received": _("Received by us"), "sent": _("Handed over by us")}
    context = {
        "page": page_of(rows.order_by("-at", "-pk"), request),
        "tabs": [(title, name, name == side) for name, title in titles.items()],
        "today": timezone.localdate(),
    }
    return render(request, "leads/handovers.html", context)


@require_GET
@permitted("leads.see")
def handover(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One lead handed over: why, until when, what came of it, and the letters."""
    found = _handover_of(request, pk)
    record(Action.READ, user=signed_in(request), subject=found, request=request)
    return render(request, "leads/handover.html", _context(request, found))


@require_POST
@permitted("leads.decide")
def accept_handover(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Take it over."""
    told = _("the lead is accepted; report the result when it is known")
    return _act(request, pk, services.accept_handover, told)


@require_POST
@permitted("leads.decide")
def return_handover(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Give it back with a reason."""
    form = ReasonForm(request.POST, prefix="return")
    told = _("the lead went back to {department}")
    return _send(request, pk, services.return_handover, told, return_form=form)


@require_POST
@permitted("leads.decide")
def report_handover(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Report what came of it."""
    form = ReportForm(request.POST, prefix="report")
    told = _("the result went to {department}")
    return _send(request, pk, services.report_handover, told, report_form=form)


@require_POST
@permitted("leads.decide")
def note_answer(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Say that the answer was read."""
    return _act(request, pk, services.note_answer, _("noted; it leaves the desk"))


def _send(
    request: HttpRequest, pk: int, service: Callable[..., object], told: str, **named: forms.Form
) -> HttpResponseBase:
    """Carry a form of the page out, or show the page again with what was typed."""
    ((name, form),) = named.items()

    def again(error: OfficeError | None = None) -> HttpResponseBase:
        found = _handover_of(request, pk)
        record(Action.READ, user=signed_in(request), subject=found, request=request)
        context = {**_context(request, found), name: form}
        context |= refusal(error, form, shown=context[f"may_{name.removesuffix('_form')}"])
        return render(request, "leads/handover.html", context, status=error.status if error else 422)

    if not form.is_valid():
        return again()
    return _act(request, pk, partial(service, **form.cleaned_data), told, again)


def _act(
    request: HttpRequest,
    pk: int,
    service: Callable[..., object],
    told: str,
    again: Callable[[OfficeError], HttpResponseBase] | None = None,
) -> HttpResponseBase:
    found = _handover_of(request, pk)

    def act() -> str:
        service(handover=found, user=signed_in(request), version=asked_version(request))
        sender = found.from_department or found.organisation
        messages.success(request, told.format(department=sender))
        return found.get_absolute_url()

    return act_once(request, act, again)


def _handover_of(request: HttpRequest, pk: int) -> LeadHandover:
    rows = LeadHandover.objects.visible_to(signed_in(request)).select_related(
        *("lead__person", "lead__organisation", "lead__handler", "decision__by"),
        *("from_department", "to_department", "receiver", "answered_by", "by"),
    )
    return get_object_or_404(rows.defer(*_UNREAD), pk=pk)


def _context(request: HttpRequest, found: LeadHandover) -> dict[str, Any]:
    user = signed_in(request)
    receiving = receives(found, user)
    answered = found.state in {HandoverState.REPORTED, HandoverState.RETURNED}
    return {
        "handover": found,
        "lead": found.lead,
        "sees_lead": Lead.objects.visible_to(user).filter(pk=found.lead_id).exists(),
        "clocks": list(Clock.objects.visible_to(user).of(found)),
        "answered": answered,
        "may_accept": receiving and found.state == HandoverState.SENT,
        "may_return": receiving and found.open,
        "may_report": receiving and found.state == HandoverState.ACCEPTED,
        "may_note": answered and found.noted_at is None and reads_answer(found, user),
        "return_form": ReasonForm(prefix="return"),
        "report_form": ReportForm(prefix="report"),
        "today": timezone.localdate(),
    }
