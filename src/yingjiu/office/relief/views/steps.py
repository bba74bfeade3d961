"""The steps from informing to the opinion: each a button or a page with one form."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from yingjiu.office.accounts.permissions import permitted
from yingjiu.office.frame.once import done, once
from yingjiu.office.relief import selectors, services, timing
from yingjiu.office.relief.conditions import MISSING
from yingjiu.office.relief.fact_forms import FactsForm
from yingjiu.office.relief.forms import (
    ApplicationForm,
    InformForm,
    MaterialsForm,
    ProposeForm,
    ReasonForm,
    ReviewForm,
    SupplementForm,
    UrgentForm,
)
from yingjiu.office.relief.models import ReliefCase
from yingjiu.office.relief.one_time import earlier_relief
from yingjiu.office.relief.panel import panel_of
from yingjiu.office.relief.states import Way
from yingjiu.office.relief.views.asking import case_or_404, page_for, signed_in, uploaded, url_of, version_of
from yingjiu.office.relief.words import act_title

_DATED: Final = {"supplemented", "accept"}
_SERVICES: Final[dict[str, Callable[..., Any]]] = {
    "apply": services.apply,
    "supplemented": services.supplemented,
    "accept": services.accept,
    "revise": services.revise,
    "submit": services.submit,
    "begin_payment": services.begin_payment,
    "close_without_payment": services.close_without_payment,
    "begin_follow_up": services.begin_follow_up,
    "end_recovery": services.end_recovery,
}


def _once(
    request: HttpRequest, case: ReliefCase, act: Callable[[], Any], says: str, part: str
) -> HttpResponseBase:
    """Carry out a one-click act once, and come back to the case."""
    earlier = once(request)
    if earlier is not None:
        return HttpResponseRedirect(earlier)
    with transaction.atomic():
        act()
        messages.success(request, says)
        return done(request, url_of(case, part))


@require_POST
@permitted("relief.work")
def step(request: HttpRequest, pk: int, act: str) -> HttpResponseBase:
    """A transition that one click carries out."""
    case = case_or_404(request, pk)
    service = _SERVICES.get(act)
    if service is None:
        raise Http404
    given: dict[str, Any] = {"case": case, "user": signed_in(request), "version": version_of(request)}
    if act in _DATED:
        given["on"] = timing.today()
    return _once(request, case, partial(service, **given), act_title(act), "")


@require_http_methods(["GET", "POST"])
@permitted("relief.work")
def inform(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Record that the person was informed."""
    case = case_or_404(request, pk)
    user = signed_in(request)

    def act(form: InformForm) -> None:
        services.inform(case=case, user=user, **form.cleaned_data)

    return page_for(
        request,
        case,
        InformForm,
        act,
        title=_("Record the informing"),
        says=_("Whoever may get relief is told of the right to apply, by whom the case is handled."),
        part="inform",
        initial={"told_by": str(user)},
    )


@require_http_methods(["GET", "POST"])
@permitted("relief.work")
def application(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The application form; saved as often as needed."""
    case = case_or_404(request, pk)
    held = getattr(case, "application", None)

    def act(form: ApplicationForm) -> None:
        told = form.cleaned_data
        files = uploaded(request, "authority")
        services.write_application(
            case=case,
            way=told["way"],
            applied_on=told["applied_on"],
            form=form.form_values(),
            reason=told["reason"],
            requested=told["requested"],
            record=told["record"],
            bank=told["bank"],
            account_name=told["account_name"],
            account=told["account"] or (held.account if held else ""),
            authority=files[0] if files else None,
            user=signed_in(request),
            version=told["version"],
        )

    return page_for(
        request,
        case,
        ApplicationForm,
        act,
        title=_("Application"),
        part="application",
        template="relief/application.html",
        initial=_application_initial(case, held),
        context={"held": held, "missing": [] if held is None else selectors.missing_of(held)},
        button=_("Save the application"),
        draft=f"relief.application.{case.pk}",
    )


def _application_initial(case: ReliefCase, held: Any) -> dict[str, Any]:
    """What is known already need not be typed."""
    if held is not None:
        own = ("way", "applied_on", "reason", "requested", "record", "bank", "account_name")
        return {**held.form, **{name: getattr(held, name) for name in own}}
    person = case.person
    victim = case.lead is not None and case.lead.role == "victim"
    return {
        "way": case.way or (Way.WRITTEN if case.lead is None else Way.EX_OFFICIO),
        "applicant_address": person.address,
        "applicant_phone": person.phone,
        "victim_name": person.name if victim else "",
        "relation_to_victim": _("the victim personally") if victim else "",
        "case_title": case.charge,
        "account_name": person.name,
        "request": _("national judicial relief"),
    }


@require_http_methods(["GET", "POST"])
@permitted("relief.work")
def materials(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Take materials in."""
    case = case_or_404(request, pk)

    def act(form: MaterialsForm) -> None:
        received = form.received()
        for each in form.materials:
            files = uploaded(request, f"file_{each.item}")
            if files:
                received.setdefault(each.item, {"state": "received"})["file"] = files[0]
        told = form.cleaned_data
        services.receive_materials(
            case=case, received=received, on=told["on"], user=signed_in(request), version=told["version"]
        )

    return page_for(
        request,
        case,
        partial(MaterialsForm, case=case),
        act,
        title=_("Take materials in"),
        part="materials",
        template="relief/materials_form.html",
        draft=f"relief.materials.{case.pk}",
    )


@require_http_methods(["GET", "POST"])
@permitted("relief.work")
def supplement(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Tell at one time what is missing."""
    case = case_or_404(request, pk)

    def act(form: SupplementForm) -> None:
        services.ask_supplement(case=case, user=signed_in(request), **form.cleaned_data)

    return page_for(
        request,
        case,
        SupplementForm,
        act,
        title=_("Tell what is missing"),
        says=_(
            "Everything that is missing is told at one time. The applicant has thirty days; the time "
            "for the decision stands still meanwhile."
        ),
        part="materials",
        template="relief/supplement.html",
        context={
            "missing": [each for each in case.materials.all() if each.required and not each.settled],
            "possible": MISSING(case),
        },
        draft=f"relief.supplement.{case.pk}",
    )


def _reasoned(
    request: HttpRequest, pk: int, service: Callable[..., Any], *, title: str, says: str, part: str
) -> HttpResponseBase:
    case = case_or_404(request, pk)

    def act(form: ReasonForm) -> None:
        service(case=case, user=signed_in(request), **form.cleaned_data)

    return page_for(request, case, ReasonForm, act, title=title, says=says, part=part)


@require_http_methods(["GET", "POST"])
@permitted("relief.work")
def withdraw(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The person does not want relief any more."""
    return _reasoned(
        request,
        pk,
        services.withdraw,
        title=_("Record the withdrawal"),
        says=_("Record what the person said, and how. The case then ends without a decision."),
        part="",
    )


@require_http_methods(["GET", "POST"])
@permitted("relief.work")
def abandon(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Deemed abandoned, after the time for completing the materials."""
    return _reasoned(
        request,
        pk,
        services.abandon,
        title=_("Deem the application abandoned"),
        says=_("The time for completing the materials is over. Say what was done to reach the person."),
        part="materials",
    )


@require_http_methods(["GET", "POST"])
@permitted("relief.work")
def review(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Answer the questions of the review."""
    case = case_or_404(request, pk)

    def act(form: ReviewForm) -> None:
        services.answer(
            case=case, answers=form.answers(), user=signed_in(request), version=form.cleaned_data["version"]
        )

    return page_for(
        request,
        case,
        partial(ReviewForm, case=case),
        act,
        title=_("Review"),
        part="review",
        template="relief/review_form.html",
        context={"earlier": earlier_relief(case)},
        button=_("Save the answers"),
        draft=f"relief.review.{case.pk}",
    )


@require_http_methods(["GET", "POST"])
@permitted("relief.work")
def facts(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Change the facts of the award."""
    case = case_or_404(request, pk)

    def act(form: FactsForm) -> None:
        told = form.cleaned_data
        changes = form.changes()
        if changes:
            services.change_facts(
                case=case,
                changes=changes,
                source=told["source"],
                reason=told["reason"],
                user=signed_in(request),
                version=told["version"],
            )

    return page_for(
        request,
        case,
        partial(FactsForm, case=case),
        act,
        title=_("Facts of the award"),
        says=_(
            "Only what you change is recorded, with its source and reason; what the data said stays "
            "beside it."
        ),
        part="award",
        template="relief/facts_form.html",
        button=_("Save the facts"),
        draft=f"relief.facts.{case.pk}",
    )


@require_POST
@permitted("relief.work")
def reset_facts(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Take the facts from the data again."""
    case = case_or_404(request, pk)
    act = partial(services.reset_facts, case=case, user=signed_in(request), version=version_of(request))
    return _once(request, case, act, _("Facts taken from the data again"), "award")


@require_POST
@permitted("relief.work")
def compute(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Compute the award; ``newest=1`` takes the rules as they are now, on purpose."""
    case = case_or_404(request, pk)
    act = partial(
        services.compute_award,
        case=case,
        newest=request.POST.get("newest") == "1",
        user=signed_in(request),
        version=version_of(request),
    )
    return _once(request, case, act, _("Award computed"), "award")


@require_http_methods(["GET", "POST"])
@permitted("relief.work")
def cap(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Ask for approval to pass a cap."""
    return _reasoned(
        request,
        pk,
        services.ask_cap,
        title=_("Ask to pass the cap"),
        says=_(
            "Only for especially heavy loss and an especially hard life, under strict approval. The "
            "limit of what the court should award is never passed."
        ),
        part="award",
    )


@require_http_methods(["GET", "POST"])
@permitted("relief.work")
def propose(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Write the opinion."""
    case = case_or_404(request, pk)
    panel = panel_of(case)

    def act(form: ProposeForm) -> None:
        told = form.cleaned_data
        services.propose(
            case=case,
            proposal=told["proposal"],
            amount=told["amount"],
            band_reason=told["band_reason"],
            opinion=told["opinion"],
            shares=form.shares(),
            user=signed_in(request),
            version=told["version"],
        )

    computation = case.computation
    exact = computation is not None and computation.exact
    return page_for(
        request,
        case,
        partial(ProposeForm, case=case),
        act,
        title=_("Opinion"),
        part="opinion",
        template="relief/propose.html",
        initial={
            "proposal": case.proposal or None,
            "amount": case.proposed_amount
            or (computation.low if computation is not None and exact else None),
            "band_reason": case.band_reason,
            "opinion": case.opinion,
        },
        context={"panel": panel, "computation": computation},
        button=_("Write the opinion"),
        draft=f"relief.propose.{case.pk}",
    )


@require_http_methods(["GET", "POST"])
@permitted("relief.work")
def urgent(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Ask for urgent relief first."""
    case = case_or_404(request, pk)

    def act(form: UrgentForm) -> None:
        services.ask_urgent(case=case, user=signed_in(request), **form.cleaned_data)

    return page_for(
        request,
        case,
        UrgentForm,
        act,
        title=_("Urgent relief first"),
        says=_(
            "For danger to life or treatment that cannot wait. It is paid at once and settled with "
            "the decision: topped up, or the rest demanded back."
        ),
        part="urgent",
        draft=f"relief.urgent.{case.pk}",
    )
