"""The list of cases, one case, opening, assigning, replaying."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from django.contrib import messages
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yingjiu.office.accounts.permissions import permitted
from yingjiu.office.accounts.roles import Role
from yingjiu.office.audit.services import Action, record
from yingjiu.office.frame.export import Column, table_response
from yingjiu.office.frame.masking import reveal, show
from yingjiu.office.frame.once import done, once
from yingjiu.office.frame.pages import page_of, sorted_by
from yingjiu.office.frame.views import submit
from yingjiu.office.leads.models import Lead
from yingjiu.office.people.models import Person
from yingjiu.office.relief import catalogue, selectors, services, timing
from yingjiu.office.relief.acts import offers_of
from yingjiu.office.relief.application_form import FIELDS
from yingjiu.office.relief.errors import SealError
from yingjiu.office.relief.forms import AssignForm, FilterForm, NewCaseForm, SecrecyForm
from yingjiu.office.relief.models import ReliefCase
from yingjiu.office.relief.one_time import earlier_relief
from yingjiu.office.relief.outline import outline
from yingjiu.office.relief.panel import fact_rows, panel_of
from yingjiu.office.relief.replay import replay
from yingjiu.office.relief.states import OPEN, TRACK, UNDECIDED, State, Urgent
from yingjiu.office.relief.turns import turns_of
from yingjiu.office.relief.views.asking import case_or_404, page_for, signed_in, url_of, version_of
from yingjiu.office.relief.words import history_of

SORTS: Final = {"opened": ("opened_on",), "number": ("year", "serial"), "amount": ("decided_amount",)}


def _filtered(rows: QuerySet[ReliefCase], form: FilterForm, request: HttpRequest) -> QuerySet[ReliefCase]:
    asked = form.cleaned_data if form.is_valid() else {}
    if asked.get("q"):
        rows = rows.filter(Q(number__icontains=asked["q"]) | Q(case_no__icontains=asked["q"]))
    if asked.get("state") == "open":
        rows = rows.filter(state__in=OPEN)
    elif asked.get("state"):
        rows = rows.filter(state=asked["state"])
    if asked.get("harm"):
        rows = rows.filter(harm=asked["harm"])
    if asked.get("mine"):
        rows = rows.filter(handler=request.user.pk)
    return rows


@require_GET
@permitted("relief.see")
def cases(request: HttpRequest) -> HttpResponse:
    """The list."""
    user = signed_in(request)
    form = FilterForm(request.GET)
    rows = _filtered(selectors.cases_for(user), form, request)
    rows = sorted_by(rows, request, SORTS, "-opened")
    if form.is_valid() and form.cleaned_data.get("q"):
        record(Action.SEARCH, user=user, detail={"of": "relief", "by": "number"}, request=request)
    page = page_of(rows, request)
    context = {"page": page, "filter": form, "may_export": user.has_perm("relief.export")}
    return render(request, "relief/cases.html", context)


@require_http_methods(["GET", "POST"])
@permitted("relief.export")
def export(request: HttpRequest) -> HttpResponseBase:
    """The list as a table; names stay masked."""
    rows = _filtered(selectors.cases_for(signed_in(request)), FilterForm(request.GET), request)
    columns = [
        Column(_("Number"), lambda case: case.number, 24),
        Column(_("Applicant for relief"), lambda case: case.person.name_masked),
        Column(_("Original case"), lambda case: case.case_no, 28),
        Column(_("Charge"), lambda case: case.charge, 20),
        Column(_("State"), lambda case: case.state_label),
        Column(_("Handler"), lambda case: str(case.handler or "")),
        Column(_("Opened on"), lambda case: case.opened_on),
        Column(_("Decided on"), lambda case: case.decided_on),
        Column(_("Decided, yuan"), lambda case: case.decided_amount),
        Column(_("Paid, yuan"), lambda case: case.paid_total),
    ]
    return table_response(request, rows, columns, name="relief-cases")


@require_GET
@permitted("relief.see")
def case(request: HttpRequest, pk: int) -> HttpResponse:
    """One case on one page."""
    user = signed_in(request)
    found = case_or_404(request, pk)
    record(Action.READ, user=user, subject=found, detail={"page": "relief.case"}, request=request)
    return render(request, "relief/case.html", _context(request, found))


def _context(request: HttpRequest, found: ReliefCase) -> dict[str, Any]:
    user = signed_in(request)
    mine = user.has_role(Role.HANDLER) and found.handler_id == user.pk
    offers = list(offers_of(found, user))
    application = getattr(found, "application", None)
    supplements = list(found.supplements.all())
    parts = outline(found)
    return {
        "case": found,
        "mine": mine,
        "track": _track(found),
        "offers": [each for each in offers if each.main and each.kind != "others"],
        "waits": [each for each in offers if each.kind == "others"],
        "turns": list(turns_of(found, user)),
        "others": [each for each in offers if not each.main and each.kind != "others"],
        "clocks": timing.clocks_of(found),
        "application": application,
        "form_rows": _form_rows(application),
        "materials": list(found.materials.all()),
        "supplements": supplements,
        "review": _review(found),
        "earlier": earlier_relief(found),
        "facts": fact_rows(found),
        "panel": panel_of(found),
        "newer_rules": services.has_newer_rules(found),
        "computation": found.computation,
        "history": history_of(found),
        "editable": mine
        and found.state in UNDECIDED
        and found.state not in {State.PROPOSED, State.IN_APPROVAL},
        "may_review": mine and found.state in {State.ACCEPTED, State.REVIEWING},
        "may_serve": mine and found.state in {State.GRANTED, State.REFUSED, State.REFERRED},
        "may_plan": mine and found.state == State.GRANTED,
        "may_notice": mine and found.state in {State.GRANTED, State.PAYING, State.PAID},
        "may_visit": mine and found.state in {State.PAYING, State.PAID, State.FOLLOWING_UP},
        "has_urgent": found.urgent_state != Urgent.NONE,
        "may_assign": user.has_perm("relief.assign") and user.procuratorate == found.organisation,
        "may_reveal": user.has_perm("relief.reveal"),
        "account_masked": show(user, application.account, "account") if application else "",
        "parts": parts,
        "today": timing.today(),
    }


def _track(found: ReliefCase) -> list[dict[str, Any]]:
    """The stops of the case's way: passed, here, or to come."""
    ended = found.state in {State.WITHDRAWN, State.ABANDONED}
    at = next((number for number, (_says, states) in enumerate(TRACK) if found.state in states), -1)
    if ended:
        at = 1 if found.applied_on else 0
    days = {
        0: found.opened_on,
        1: found.applied_on,
        2: found.accepted_on,
        3: found.proposed_on,
        5: found.decided_on,
        6: found.paid_on,
        8: found.archived_on,
    }
    return [
        {
            "says": says,
            "here": number == at,
            "passed": number < at,
            "on": days.get(number) if number <= at else None,
        }
        for number, (says, _states) in enumerate(TRACK)
    ]


def _form_rows(application: Any) -> list[tuple[Any, str]]:
    """The application's fields that are not personal data."""
    if application is None:
        return []
    shown = {
        "relation_to_victim",
        "case_title",
        "case_facts",
        "harm",
        "compensation",
        "other_relief",
        "hardship",
        "request",
    }
    return [(each.label, application.form.get(each.key, "")) for each in FIELDS if each.key in shown]


def _review(found: ReliefCase) -> list[dict[str, Any]]:
    """The questions with their answers and what the models saw."""
    answers = {each.question: each for each in found.answers.all()}
    truths = _truths(found)
    return [
        {
            "question": question,
            "given": answers.get(question.id),
            "models": [truths[name] for name in question.from_models if name in truths],
        }
        for question in catalogue.questions()
    ]


def _truths(found: ReliefCase) -> dict[str, dict[str, Any]]:
    """The conditions of the lead's models by their identifiers."""
    if found.lead is None:
        return {}
    finding = found.lead.finding
    conditions = finding.get("conditions", [])
    return {
        name: conditions[place]
        for reason in finding.get("reasons", [])
        for name, place in reason.get("conditions", [])
        if 0 <= place < len(conditions)
    }


_FIELDS: Final = {
    "name": ("person", "name"),
    "id_number": ("person", "id_number"),
    "phone": ("person", "phone"),
    "address": ("person", "address"),
    "account": ("application", "account"),
    "account_name": ("application", "account_name"),
}


@require_http_methods(["GET", "POST"])
@permitted("relief.reveal")
def reveal_field(request: HttpRequest, pk: int, field: str) -> HttpResponse:
    """Open a masked value for a purpose."""
    found = case_or_404(request, pk)
    if field not in _FIELDS:
        raise Http404
    part, name = _FIELDS[field]

    def value() -> str:
        return str(getattr(getattr(found, part, None), name, "") or "")

    return reveal(request, subject=found, value=value, what=field)


@require_POST
@permitted("relief.open")
def open_from_lead(request: HttpRequest, lead: int) -> HttpResponseBase:
    """Open a case from a lead."""
    user = signed_in(request)
    given = get_object_or_404(Lead.objects.visible_to(user), pk=lead)
    earlier = once(request)
    if earlier is not None:
        return HttpResponseRedirect(earlier)
    version = version_of(request) if "version" in request.POST else given.version
    with transaction.atomic():
        opened = services.open_case(
            lead=given,
            how=request.POST.get("how", ""),
            user=user,
            version=version,
            reason=request.POST.get("reason", ""),
        )
        messages.success(request, _("Relief case {number} is open").format(number=opened.number))
        return done(request, url_of(opened))


@require_http_methods(["GET", "POST"])
@permitted("relief.open")
def new(request: HttpRequest, person: int) -> HttpResponseBase:
    """Open a case for a person without a lead."""
    user = signed_in(request)
    applicant = get_object_or_404(Person.objects.visible_to(user), pk=person)

    def act(form: NewCaseForm) -> str:
        return url_of(services.open_case(person=applicant, user=user, **form.cleaned_data))

    return submit(request, NewCaseForm, act, "relief/new.html", {"person": applicant})


@require_http_methods(["GET", "POST"])
@permitted("relief.assign")
def assign(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Give the case to a handler."""
    found = case_or_404(request, pk)

    def act(form: AssignForm) -> None:
        told = form.cleaned_data
        services.assign(
            case=found,
            handler=told["handler"],
            reason=told["reason"],
            user=signed_in(request),
            version=told["version"],
        )

    return page_for(
        request, found, partial(AssignForm, case=found), act, title=_("Assign the case"), part="history"
    )


@require_http_methods(["GET", "POST"])
@permitted("relief.assign")
def secrecy(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Change how secret the case is; the head's act, with a reason."""
    found = case_or_404(request, pk)
    user = signed_in(request)

    def act(form: SecrecyForm) -> None:
        services.set_secrecy(case=found, user=user, **form.cleaned_data)

    return page_for(
        request,
        found,
        partial(SecrecyForm, clearance=user.clearance),
        act,
        title=_("Change the secrecy"),
        says=_("Whoever has a lower clearance no longer sees the case, its clocks and its documents."),
        initial={"secrecy": found.secrecy},
        part="history",
    )


@require_GET
@permitted("relief.replay")
def replay_record(request: HttpRequest, pk: int, record: int) -> HttpResponse:
    """Compute a sealed decision again, in a fragment."""
    found = case_or_404(request, pk)
    sealed = get_object_or_404(found.sealed.all(), pk=record)
    try:
        result, error = replay(sealed), None
    except SealError as problem:
        result, error = None, problem.faults[0]
    return render(request, "relief/replay.html", {"record": sealed, "replay": result, "error": error})
