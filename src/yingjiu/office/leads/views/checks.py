"""Finding out: what the handler records, what a grid worker visits for, what an agency answers."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yingjiu.office.accounts.permissions import permitted
from yingjiu.office.audit.services import Action, record
from yingjiu.office.frame.errors import OfficeError
from yingjiu.office.frame.pages import page_of
from yingjiu.office.leads import selectors, services
from yingjiu.office.leads.forms import AnswerForm, AskForm, CheckForm, VisitForm
from yingjiu.office.leads.models import LeadCheck
from yingjiu.office.leads.shown import ShownCondition, shown_finding
from yingjiu.office.leads.views.acting import act_once
from yingjiu.office.leads.views.asking import asked_version, lead_of, open_person_field, refusal, signed_in
from yingjiu.office.leads.views.lead import lead_again
from yingjiu.office.leads.views.photos import stored_photos

__all__ = [
    "ask_agency",
    "ask_visit",
    "call_off",
    "check",
    "open_for_question",
    "open_for_visit",
    "question",
    "questions",
    "visit",
    "visits",
]


@require_POST
@permitted("leads.check")
def check(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Record a call, a visit of one's own, or a document."""
    found = lead_of(request, pk)
    form = CheckForm(request.POST, conditions=shown_finding(found.finding).to_settle, prefix="check")
    again = partial(lead_again, request, pk, check_form=form)
    if not form.is_valid():
        return again()

    def act() -> str:
        services.record_check(
            lead=found,
            kind=form.cleaned_data["kind"],
            user=signed_in(request),
            note=form.cleaned_data["note"],
            answers=form.answers(),
            photos=stored_photos(request),
        )
        messages.success(request, _("the check is recorded"))
        return found.get_absolute_url()

    return act_once(request, act, again)


@require_POST
@permitted("leads.check")
def ask_visit(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Ask a grid worker to visit."""
    found = lead_of(request, pk)
    user = signed_in(request)
    to_settle = shown_finding(found.finding).to_settle
    form = VisitForm(request.POST, user=user, lead=found, conditions=to_settle, prefix="visit")
    again = partial(lead_again, request, pk, visit_form=form)
    if not form.is_valid():
        return again()

    def act() -> str:
        asked = form.cleaned_data
        services.ask_visit(
            lead=found,
            worker=asked["worker"],
            question=asked["question"],
            conditions=asked.get("conditions", ()),
            due=asked["due"],
            user=user,
        )
        messages.success(request, _("{person} is asked to visit").format(person=asked["worker"]))
        return found.get_absolute_url()

    return act_once(request, act, again)


@require_POST
@permitted("leads.check")
def ask_agency(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Ask an agency."""
    found = lead_of(request, pk)
    user = signed_in(request)
    to_settle = shown_finding(found.finding).to_settle
    form = AskForm(request.POST, user=user, lead=found, conditions=to_settle, prefix="ask")
    again = partial(lead_again, request, pk, ask_form=form)
    if not form.is_valid():
        return again()

    def act() -> str:
        asked = form.cleaned_data
        services.ask_agency(
            lead=found,
            agency=asked["agency"],
            question=asked["question"],
            basis=asked["basis"],
            conditions=asked.get("conditions", ()),
            due=asked["due"],
            user=user,
        )
        messages.success(request, _("the question went to {agency}").format(agency=asked["agency"]))
        return found.get_absolute_url()

    return act_once(request, act, again)


@require_POST
@permitted("leads.check")
def call_off(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Call off a visit or a question."""
    user = signed_in(request)
    asked = get_object_or_404(LeadCheck.objects.visible_to(user).select_related("lead"), pk=pk)

    def act() -> str:
        services.call_off(check=asked, user=user, version=asked_version(request))
        messages.success(request, _("called off"))
        return asked.lead.get_absolute_url()

    return act_once(request, act)


# -- the grid worker -----------------------------------------------------------------------------------------


@require_GET
@permitted("leads.visit")
def visits(request: HttpRequest) -> HttpResponseBase:
    """The visits that a grid worker is asked to make, and those made."""
    user = signed_in(request)
    done = _own(request).filter(worker=user.pk, done_at__isnull=False)
    context = {
        "open": list(selectors.open_visits(user)[:200]),
        "page": page_of(done.order_by("-done_at", "-pk"), request, size=20),
        "today": timezone.localdate(),
    }
    return render(request, "leads/visits.html", context)


@require_http_methods(["GET", "POST"])
@permitted("leads.visit")
def visit(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One visit: whom, what to find out, and what was found."""
    asked = get_object_or_404(_own(request), pk=pk, worker=request.user.pk)
    return _answer_page(request, asked, "leads/visit.html", reverse("leads:visits"))


@require_http_methods(["GET", "POST"])
@permitted("leads.visit")
def open_for_visit(request: HttpRequest, pk: int, field: str) -> HttpResponseBase:
    """Name, address or telephone of whom to visit, for a purpose, while the visit is still to be made."""
    asked = get_object_or_404(_own(request), pk=pk, worker=request.user.pk, done_at=None, cancelled_at=None)
    return open_person_field(request, asked.lead.person, field, ("name", "address", "phone"))


# -- the agency ----------------------------------------------------------------------------------------------


@require_GET
@permitted("leads.answer")
def questions(request: HttpRequest) -> HttpResponseBase:
    """The questions to the user's agency, and those answered."""
    user = signed_in(request)
    done = _own(request).filter(agency=user.organisation_id, done_at__isnull=False)
    context = {
        "open": list(selectors.open_questions(user)[:200]),
        "page": page_of(done.order_by("-done_at", "-pk"), request, size=20),
        "today": timezone.localdate(),
    }
    return render(request, "leads/questions.html", context)


@require_http_methods(["GET", "POST"])
@permitted("leads.answer")
def question(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One question: what, about whom, and the answer. Nothing else of the lead is shown."""
    user = signed_in(request)
    asked = get_object_or_404(_own(request), pk=pk, agency=user.organisation_id)
    return _answer_page(request, asked, "leads/question.html", reverse("leads:questions"))


@require_http_methods(["GET", "POST"])
@permitted("leads.answer")
def open_for_question(request: HttpRequest, pk: int, field: str) -> HttpResponseBase:
    """Whom a question concerns, for a purpose, while it is to be answered."""
    user = signed_in(request)
    asked = get_object_or_404(
        _own(request), pk=pk, agency=user.organisation_id, done_at=None, cancelled_at=None
    )
    return open_person_field(request, asked.lead.person, field, ("name", "id_number"))


def _own(request: HttpRequest) -> QuerySet[LeadCheck]:
    rows = LeadCheck.objects.visible_to(signed_in(request))
    return rows.select_related(
        "lead__person", "lead__organisation", "asked_by", "done_by", "agency", "worker"
    )


def _answer_page(request: HttpRequest, asked: LeadCheck, template: str, back: str) -> HttpResponseBase:
    user = signed_in(request)
    conditions = _asked_conditions(asked)
    context: dict[str, Any] = {"check": asked, "conditions": conditions, "today": timezone.localdate()}
    form = AnswerForm(request.POST or None, conditions=conditions)
    if request.method != "POST":
        record(Action.READ, user=user, subject=asked, request=request)
        return render(request, template, {**context, "form": form})

    def again(error: OfficeError | None = None) -> HttpResponseBase:
        now = get_object_or_404(_own(request), pk=asked.pk)
        record(Action.READ, user=user, subject=now, request=request)
        told = {**context, "check": now, "form": form, **refusal(error, form, shown=now.open)}
        return render(request, template, told, status=error.status if error else 422)

    if not form.is_valid():
        return again()

    def act() -> str:
        services.answer_check(
            check=asked,
            user=user,
            version=asked_version(request),
            note=form.cleaned_data["note"],
            answers=form.answers(),
            photos=stored_photos(request),
        )
        messages.success(
            request, _("thank you, the answer has gone to {person}").format(person=asked.asked_by)
        )
        return back

    return act_once(request, act, again)


def _asked_conditions(asked: LeadCheck) -> list[ShownCondition]:
    """Only what was asked: the partner learns nothing else of the lead."""
    known = shown_finding(asked.lead.finding).all
    return [each for each in known if set(each.names) & set(asked.conditions)]
