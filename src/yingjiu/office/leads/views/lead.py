"""The page of a lead, and what it opens for a purpose."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from yingjiu.office.accounts.models import User
from yingjiu.office.accounts.permissions import permitted
from yingjiu.office.accounts.roles import Role
from yingjiu.office.audit.services import Action, record
from yingjiu.office.clocks.models import Clock
from yingjiu.office.frame.errors import OfficeError
from yingjiu.office.frame.purposes import PurposeForm
from yingjiu.office.leads import selectors
from yingjiu.office.leads.forms import AskForm, AssignForm, CheckForm, DecideForm, ReasonForm, VisitForm
from yingjiu.office.leads.models import Lead, LeadEvent, LeadHandover
from yingjiu.office.leads.of_people import relief_before, sections_of
from yingjiu.office.leads.services.guards import acts_on, receives
from yingjiu.office.leads.shown import ShownFinding, shown_finding
from yingjiu.office.leads.states import EventKind, HandoverState, Outcome, State
from yingjiu.office.leads.views.asking import lead_of, open_person_field, refusal, signed_in

__all__ = ["lead", "lead_again", "open_evidence", "open_field"]

_SHOWN_IF: Final = {"decide_form": "may_decide", "reopen_form": "may_reopen"}


@require_GET
@permitted("leads.see")
def lead(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Why this lead, what is known and unknown, what was done, and what can be done."""
    user = signed_in(request)
    found = lead_of(request, pk)
    record(Action.READ, user=user, subject=found, request=request)
    return render(request, "leads/lead.html", lead_context(request, found))


def lead_context(request: HttpRequest, found: Lead, **forms: Any) -> dict[str, Any]:
    """What the page shows; ``forms`` replaces a form by one that was sent and is wrong."""
    user = signed_in(request)
    checks = list(
        found.checks.select_related("worker", "agency", "asked_by", "done_by")
        .prefetch_related("photos")
        .order_by("-asked_at", "-pk")
    )
    finding = shown_finding(found.finding, checks)
    acts = acts_on(found, user)
    handovers = list(
        LeadHandover.objects.visible_to(user)
        .filter(lead=found)
        .exclude(state=HandoverState.WITHDRAWN)
        .select_related("to_department")
        .order_by("-at", "-pk")
    )
    events = list(found.events.select_related("by").order_by("-at", "-pk")[:100])
    taken = next((each for each in handovers if each.state == HandoverState.ACCEPTED), None)
    context: dict[str, Any] = {
        "lead": found,
        "finding": finding,
        "checks": checks,
        "open_checks": [each for each in checks if each.open],
        "decision": found.decisions.filter(ended_at__isnull=True)
        .select_related("by", "to_department")
        .first(),
        "events": events,
        "returned": _changed_back(found, events),
        "clocks": list(Clock.objects.visible_to(user).of(found)),
        "handovers": handovers,
        "receives": any(receives(each, user) for each in handovers if each.open),
        "sections": sections_of(found, user),
        "others": list(selectors.same_person(found, user)[:20]),
        "relief_before": relief_before(finding),
        "today": timezone.localdate(),
        "overdue": found.state != State.DECIDED and found.deadline < timezone.localdate(),
        "may_reveal": user.has_perm("leads.reveal"),
        "may_claim": _may_claim(found, user),
        "may_assign": user.has_perm("leads.assign") and _own_office(found, user) and not found.decided,
        "may_act": acts,
        "may_decide": acts and not found.decided,
        "may_reopen": acts and found.decided and found.outcome_decided != Outcome.RELIEF_CASE and not taken,
        "taken_over": taken,
    }
    if context["may_assign"]:
        context["assign_form"] = AssignForm(user=user, initial={"handler": found.handler_id})
    if acts:
        context |= _act_forms(found, user, finding)
    return {**context, **forms}


def lead_again(
    request: HttpRequest, pk: int, error: OfficeError | None = None, **form: Form
) -> HttpResponseBase:
    """The lead as it stands now, with the form that was refused: nothing is lost to who was second."""
    found = lead_of(request, pk)
    record(Action.READ, user=signed_in(request), subject=found, request=request)
    context = lead_context(request, found, **form)
    ((name, sent),) = form.items()
    context |= refusal(error, sent, shown=context[_SHOWN_IF.get(name, "may_act")])
    return render(request, "leads/lead.html", context, status=error.status if error else 422)


def _changed_back(found: Lead, events: Sequence[LeadEvent]) -> LeadEvent | None:
    """Why a dismissed lead is open again, if it is changed facts that brought it back last."""
    back = (EventKind.RETURNED, EventKind.HANDOVER_RETURNED, EventKind.REOPENED)
    last = next((each for each in events if each.kind in back), None)
    if found.state != State.REOPENED or last is None or not last.detail.get("changes"):
        return None
    return last


def _act_forms(found: Lead, user: User, finding: ShownFinding) -> dict[str, Any]:
    to_settle = finding.to_settle
    return {
        "decide_form": DecideForm(lead=found),
        "reopen_form": ReasonForm(prefix="reopen"),
        "check_form": CheckForm(conditions=to_settle, prefix="check"),
        "visit_form": VisitForm(user=user, lead=found, conditions=to_settle, prefix="visit"),
        "ask_form": AskForm(user=user, lead=found, conditions=to_settle, prefix="ask"),
    }


def _own_office(found: Lead, user: User) -> bool:
    return user.procuratorate is not None and found.organisation_id == user.procuratorate.pk


def _may_claim(found: Lead, user: User) -> bool:
    if not (user.has_role(Role.HANDLER) and _own_office(found, user)) or found.decided:
        return False
    if found.department_id is not None and found.department_id != user.organisation_id:
        return False
    return found.handler_id is None or (
        found.handler_id == user.pk and found.state in {State.NEW, State.REOPENED}
    )


@require_http_methods(["GET", "POST"])
@permitted("leads.reveal")
def open_field(request: HttpRequest, pk: int, field: str) -> HttpResponseBase:
    """A masked field of the person, for a purpose."""
    person = lead_of(request, pk).person
    return open_person_field(request, person, field, ("name", "id_number", "phone", "address"))


@require_http_methods(["GET", "POST"])
@permitted("leads.reveal")
def open_evidence(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The rows of evidence as the agencies wrote them, for a purpose."""
    found = lead_of(request, pk)
    form = PurposeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        record(
            Action.REVEAL,
            user=signed_in(request),
            subject=found,
            purpose=form.text(),
            detail={"field": "evidence"},
            request=request,
        )
        checks = found.checks.select_related("done_by")
        context = {
            "lead": found,
            "finding": shown_finding(found.finding, checks, reveal=True),
            "opened": True,
        }
        response: HttpResponse = render(request, "leads/conditions.html", context)
        response["HX-Trigger"] = "close-dialog"
        response["HX-Retarget"] = "#conditions"
        response["HX-Reswap"] = "innerHTML"
        return response
    context = {
        "form": form,
        "what": _("rows of evidence"),
        "slot": "conditions",
        "action": request.get_full_path(),
    }
    return render(request, "frame/purpose.html", context)
