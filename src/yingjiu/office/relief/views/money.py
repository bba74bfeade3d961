"""From the decision to the archive: serve, plan, check, pay, visit, recover, archive."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from yingjiu.office.accounts.permissions import permitted
from yingjiu.office.audit.services import Action, record
from yingjiu.office.frame.masking import reveal, show
from yingjiu.office.frame.pages import page_of
from yingjiu.office.relief import selectors, services, timing
from yingjiu.office.relief.forms import DayForm, ReasonForm
from yingjiu.office.relief.funds import funds_of
from yingjiu.office.relief.machine import steps_of
from yingjiu.office.relief.models import Payment, Recovery, Visit
from yingjiu.office.relief.money_forms import (
    ArchiveForm,
    CheckPaymentForm,
    DemandForm,
    PayForm,
    PlanForm,
    ReceiveBackForm,
    ServeForm,
    VisitForm,
)
from yingjiu.office.relief.services.paying import PlannedPayment
from yingjiu.office.relief.states import PaymentKind, PaymentState
from yingjiu.office.relief.views.asking import case_or_404, page_for, signed_in, uploaded


@require_http_methods(["GET", "POST"])
@permitted("relief.work")
def serve(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The decision was served."""
    case = case_or_404(request, pk)

    def act(form: ServeForm) -> None:
        services.serve_decision(case=case, user=signed_in(request), **form.cleaned_data)

    return page_for(
        request, case, ServeForm, act, title=_("Record the service of the decision"), part="decision"
    )


@require_http_methods(["GET", "POST"])
@permitted("relief.work")
def plan(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Plan the payments."""
    case = case_or_404(request, pk)
    user = signed_in(request)
    shares = sum(each.amount for each in case.shares.all())
    held = sum(
        each.amount
        for each in case.payments.all()
        if each.kind == PaymentKind.URGENT and each.state == PaymentState.PAID
    )
    own = case.payable - held - shares

    def act(form: PlanForm) -> None:
        files = uploaded(request, "agreement_file")
        rows = form.planned()
        services.plan_payments(
            case=case,
            payments=[PlannedPayment(**each, agreement=files[0] if files else None) for each in rows],
            minor_reason=form.cleaned_data["minor_reason"],
            user=user,
            version=form.cleaned_data["version"],
        )

    return page_for(
        request,
        case,
        PlanForm,
        act,
        title=_("Plan the payments"),
        part="payments",
        template="relief/plan.html",
        initial={
            "kind": PaymentKind.CUSTODY if case.applicant_minor else PaymentKind.SINGLE,
            "amount_1": own,
            "minor_reason": case.minor_payment_reason,
        },
        context={"own": own, "shares": list(case.shares.all()), "held": held},
        draft=f"relief.plan.{case.pk}",
    )


@require_http_methods(["GET", "POST"])
@permitted("relief.work")
def notice(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The applicant was told to receive the money."""
    case = case_or_404(request, pk)

    def act(form: DayForm) -> None:
        services.notice_payment(case=case, user=signed_in(request), **form.cleaned_data)

    return page_for(
        request, case, DayForm, act, title=_("Record the notice to receive the money"), part="payments"
    )


@require_http_methods(["GET", "POST"])
@permitted("relief.work")
def plan_visit(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Plan a visit."""
    case = case_or_404(request, pk)

    def act(form: DayForm) -> None:
        services.plan_visit(case=case, user=signed_in(request), **form.cleaned_data)

    return page_for(request, case, DayForm, act, title=_("Plan a follow-up visit"), part="visits")


@require_http_methods(["GET", "POST"])
@permitted("relief.work")
def visit(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Record a visit."""
    found = get_object_or_404(Visit.objects.visible_to(request.user), pk=pk)
    case = case_or_404(request, found.case_id)
    found.case = case

    def act(form: VisitForm) -> None:
        services.record_visit(
            visit=found, photos=uploaded(request, "photos"), user=signed_in(request), **form.cleaned_data
        )

    return page_for(
        request,
        case,
        VisitForm,
        act,
        title=_("Record the visit"),
        part="visits",
        template="relief/visit.html",
        draft=f"relief.visit.{found.pk}",
    )


@require_http_methods(["GET", "POST"])
@permitted("relief.work")
def demand(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Demand money back."""
    case = case_or_404(request, pk)

    def act(form: DemandForm) -> None:
        services.demand(case=case, user=signed_in(request), **form.cleaned_data)

    return page_for(
        request,
        case,
        DemandForm,
        act,
        title=_("Demand money back"),
        says=_(
            "For relief obtained by deceit, compensation received afterwards, or urgent relief "
            "beyond the decision."
        ),
        part="recovery",
        initial={"amount": case.overpaid or None, "ground": "settlement" if case.overpaid else None},
        draft=f"relief.demand.{case.pk}",
    )


def _recovery(request: HttpRequest, pk: int) -> Recovery:
    found = get_object_or_404(Recovery.objects.visible_to(request.user), pk=pk)
    found.case = case_or_404(request, found.case_id)
    return found


@require_http_methods(["GET", "POST"])
@permitted("relief.work")
def receive_back(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Money came back."""
    found = _recovery(request, pk)

    def act(form: ReceiveBackForm) -> None:
        services.receive_back(recovery=found, user=signed_in(request), **form.cleaned_data)

    return page_for(
        request, found.case, ReceiveBackForm, act, title=_("Record money that came back"), part="recovery"
    )


@require_http_methods(["GET", "POST"])
@permitted("relief.assign")
def waive(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Waive the rest."""
    found = _recovery(request, pk)

    def act(form: ReasonForm) -> None:
        services.waive(recovery=found, user=signed_in(request), **form.cleaned_data)

    return page_for(
        request, found.case, ReasonForm, act, title=_("Waive the rest of the demand"), part="recovery"
    )


@require_http_methods(["GET", "POST"])
@permitted("relief.work")
def archive(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Archive the file, after its check-list."""
    case = case_or_404(request, pk)
    step = next((each for each in steps_of(case) if each.name == "archive"), None)

    def act(form: ArchiveForm) -> None:
        services.archive(case=case, user=signed_in(request), **form.cleaned_data)

    return page_for(
        request,
        case,
        ArchiveForm,
        act,
        title=_("Archive"),
        template="relief/archive.html",
        context={
            "unmet": [each for each in (step.unmet if step else ()) if each.key != "archive_number"],
            "met": step,
        },
    )


# -- finance -----------------------------------------------------------------------------------------------


@require_GET
@permitted("relief.pay")
def payments(request: HttpRequest) -> HttpResponse:
    """What finance checks and pays: only cases in payment, only what finance needs."""
    user = signed_in(request)
    rows = selectors.payments_for(user)
    state = request.GET.get("state", "open")
    if state == "open":
        rows = rows.filter(state__in=[PaymentState.PLANNED, PaymentState.CHECKED, PaymentState.STOPPED])
    elif state in PaymentState.values:
        rows = rows.filter(state=state)
    context = {
        "page": page_of(rows, request),
        "state": state,
        "states": [
            ("open", _("still open")),
            (PaymentState.PAID, PaymentState.PAID.label),
            ("all", _("all")),
        ],
    }
    return render(request, "relief/payments.html", context)


def _payment_or_404(request: HttpRequest, pk: int) -> Payment:
    found = selectors.payments_for(signed_in(request)).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@require_GET
@permitted("relief.pay")
def payment(request: HttpRequest, pk: int) -> HttpResponse:
    """One payment for finance."""
    user = signed_in(request)
    found = _payment_or_404(request, pk)
    record(Action.READ, user=user, subject=found, detail={"page": "relief.payment"}, request=request)
    first = {"version": found.case.version}
    context = {
        "payment": found,
        "case": found.case,
        "account_masked": show(user, found.account, "account"),
        "name_masked": show(user, found.account_name, "name"),
        "check_form": CheckPaymentForm(initial={**first, "note": found.check_note}),
        "pay_form": PayForm(initial=first, auto_id="pay_%s"),
        "funds_form": DayForm(initial=first, auto_id="funds_%s"),
        "funds": funds_of(user, [found.payer], timing.today().year)[found.payer],
        "siblings": selectors.payments_for(user).filter(case=found.case),
    }
    return render(request, "relief/payment.html", context)


def _finance(request: HttpRequest, pk: int, form_class: Any, act: Any, title: str) -> HttpResponseBase:
    found = _payment_or_404(request, pk)
    to = reverse("relief:payment", args=[found.pk])
    return page_for(
        request,
        found.case,
        form_class,
        partial(act, found),
        title=title,
        to=to,
        template="relief/finance_form.html",
    )


@require_http_methods(["GET", "POST"])
@permitted("relief.pay")
def check(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The finance check."""

    def act(found: Payment, form: CheckPaymentForm) -> None:
        services.check_payment(payment=found, user=signed_in(request), **form.cleaned_data)

    return _finance(request, pk, CheckPaymentForm, act, _("Finance check"))


@require_http_methods(["GET", "POST"])
@permitted("relief.pay")
def pay(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The payment was made."""

    def act(found: Payment, form: PayForm) -> None:
        files = uploaded(request, "proof")
        services.pay(
            payment=found, proof=files[0] if files else None, user=signed_in(request), **form.cleaned_data
        )

    return _finance(request, pk, PayForm, act, _("Record the payment"))


@require_http_methods(["GET", "POST"])
@permitted("relief.pay")
def funds(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The treasury's money arrived."""

    def act(found: Payment, form: DayForm) -> None:
        services.note_funds(payment=found, user=signed_in(request), **form.cleaned_data)

    return _finance(request, pk, DayForm, act, _("Note that the funds arrived"))


@require_http_methods(["GET", "POST"])
@permitted("relief.work")
def receipt(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The applicant signed for a payment."""
    found = get_object_or_404(Payment.objects.visible_to(request.user), pk=pk)
    found.case = case_or_404(request, found.case_id)

    def act(form: DayForm) -> None:
        services.receipt(payment=found, user=signed_in(request), **form.cleaned_data)

    return page_for(request, found.case, DayForm, act, title=_("Record the signed receipt"), part="payments")


_REVEALED: Final = {"account": "account", "account_name": "account_name"}


@require_http_methods(["GET", "POST"])
@permitted("relief.pay")
def reveal_payment(request: HttpRequest, pk: int, field: str) -> HttpResponse:
    """Open the account of a payment for a purpose."""
    found = _payment_or_404(request, pk)
    if field not in _REVEALED:
        raise Http404
    return reveal(request, subject=found, value=lambda: str(getattr(found, _REVEALED[field])), what=field)
