"""What handlers and heads do with leads. Each form is carried out once, however often it is sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from django.contrib import messages
from django.db import transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from yingjiu.errors import Fault
from yingjiu.office.accounts.permissions import permitted
from yingjiu.office.frame.errors import NoSpace, OfficeError
from yingjiu.office.frame.once import done, once
from yingjiu.office.leads import services
from yingjiu.office.leads.forms import AssignForm, DecideForm, ReasonForm
from yingjiu.office.leads.models import Lead
from yingjiu.office.leads.states import Outcome
from yingjiu.office.leads.views.asking import asked_version, lead_of, signed_in
from yingjiu.office.leads.views.lead import lead_again

__all__ = ["assign", "assign_many", "claim", "claim_many", "decide", "dismiss_many", "release", "reopen"]


def act_once(
    request: HttpRequest,
    act: Callable[[], str],
    again: Callable[[OfficeError], HttpResponseBase] | None = None,
) -> HttpResponseBase:
    """Carry a submission out once, in one transaction.

    Args:
        request: the submission.
        act: does it, and returns where to go.
        again: shows a form that has a text once more, with what was typed and why it was refused.
    """
    try:
        earlier = once(request)
        if earlier is not None:
            return HttpResponseRedirect(earlier)
        with transaction.atomic():
            return done(request, act())
    except OfficeError as error:
        if again is None or isinstance(error, NoSpace):  # to show the form again is to write
            raise
        error.put_on_record(request.user, request)
        return again(error)


def checked(form: BaseForm) -> None:
    """A form that a page of ours could not have sent is refused as a whole.

    Raises:
        OfficeError: ``LEA-014`` with every field that is wrong.
    """
    if form.is_valid():
        return
    faults = [
        Fault("LEA-014", " ".join(str(error) for error in errors), path=name, hint=_("choose from the list"))
        for name, errors in form.errors.items()
    ]
    raise OfficeError(*faults)


@require_POST
@permitted("leads.claim")
def claim(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Take a lead."""
    found = lead_of(request, pk)

    def act() -> str:
        services.claim(lead=found, user=signed_in(request), version=asked_version(request))
        messages.success(request, _("the lead is yours now"))
        return found.get_absolute_url()

    return act_once(request, act)


@require_POST
@permitted("leads.assign")
def assign(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Give a lead to a handler."""
    found = lead_of(request, pk)
    user = signed_in(request)
    form = AssignForm(request.POST, user=user)
    checked(form)

    def act() -> str:
        handler = form.cleaned_data["handler"]
        services.assign(lead=found, handler=handler, user=user, version=asked_version(request))
        messages.success(request, _("assigned to {person}").format(person=handler))
        return found.get_absolute_url()

    return act_once(request, act)


@require_POST
@permitted("leads.decide")
def release(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Give a lead back."""
    found = lead_of(request, pk)

    def act() -> str:
        services.release(lead=found, user=signed_in(request), version=asked_version(request))
        messages.success(request, _("the lead is back in the department's inbox"))
        return reverse("leads:inbox")

    return act_once(request, act)


@require_POST
@permitted("leads.decide")
def decide(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Decide what becomes of a lead; what was typed is kept if something is missing."""
    found = lead_of(request, pk)
    user = signed_in(request)
    form = DecideForm(request.POST, lead=found)
    again = partial(lead_again, request, pk, decide_form=form)
    if not form.is_valid():
        return again()

    def act() -> str:
        outcome = Outcome(form.cleaned_data["outcome"])
        services.decide(
            lead=found,
            outcome=outcome,
            reason=form.cleaned_data["reason"],
            user=user,
            version=asked_version(request),
            to_department=form.cleaned_data["to_department"],
        )
        messages.success(request, _("decided: {outcome}").format(outcome=outcome.label))
        return _after(found, outcome)

    return act_once(request, act, again)


def _after(found: Lead, outcome: Outcome) -> str:
    """Referral goes on to the choice of measures, if that app is there; else back to the lead."""
    if outcome is Outcome.REFER:
        try:
            return f"{reverse('referrals:create')}?lead={found.pk}"
        except NoReverseMatch:
            pass
    return found.get_absolute_url()


@require_POST
@permitted("leads.decide")
def reopen(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Take a decision back."""
    found = lead_of(request, pk)
    form = ReasonForm(request.POST, prefix="reopen")
    again = partial(lead_again, request, pk, reopen_form=form)
    if not form.is_valid():
        return again()

    def act() -> str:
        services.reopen(
            lead=found,
            reason=form.cleaned_data["reason"],
            user=signed_in(request),
            version=asked_version(request),
        )
        messages.success(request, _("the lead is open again"))
        return found.get_absolute_url()

    return act_once(request, act, again)


@require_POST
@permitted("leads.assign")
def assign_many(request: HttpRequest) -> HttpResponseBase:
    """Give the leads that are ticked to a handler."""
    user = signed_in(request)
    chosen = _chosen(request)
    form = AssignForm(request.POST, user=user)
    checked(form)

    def act() -> str:
        handler = form.cleaned_data["handler"]
        count = services.assign_many(leads=chosen, handler=handler, user=user)
        told = ngettext("{count} lead assigned to {person}", "{count} leads assigned to {person}", count)
        messages.success(request, told.format(count=count, person=handler))
        return _back(request)

    return act_once(request, act)


@require_POST
@permitted("leads.claim")
def claim_many(request: HttpRequest) -> HttpResponseBase:
    """Take the leads that are ticked."""
    chosen = _chosen(request)

    def act() -> str:
        count = services.claim_many(leads=chosen, user=signed_in(request))
        told = ngettext("{count} lead is yours now", "{count} leads are yours now", count)
        messages.success(request, told.format(count=count))
        return _back(request)

    return act_once(request, act)


@require_POST
@permitted("leads.decide")
def dismiss_many(request: HttpRequest) -> HttpResponseBase:
    """Dismiss the leads that are ticked, for one reason."""
    user = signed_in(request)
    chosen = _chosen(request)
    form = ReasonForm(request.POST, prefix="bulk")
    checked(form)

    def act() -> str:
        count = services.dismiss_many(leads=chosen, reason=form.cleaned_data["reason"], user=user)
        told = ngettext("{count} lead dismissed", "{count} leads dismissed", count)
        messages.success(request, told.format(count=count))
        return _back(request)

    return act_once(request, act)


def _chosen(request: HttpRequest) -> Sequence[Lead]:
    """The ticked leads with the versions that the page showed, as ``key.version``.

    A key that the user may not see is left out, and then something is missing: nothing is done.

    Raises:
        OfficeError: ``LEA-013`` a value that no page of ours sends, ``LEA-015`` a lead that is not there.
    """
    asked: dict[int, int] = {}
    for text in request.POST.getlist("lead"):
        key, dot, version = text.partition(".")
        if not (dot and text.isascii() and key.isdigit() and version.isdigit() and len(text) < 30):
            raise OfficeError(Fault("LEA-013", _("this form is not complete"), hint=_("open the page again")))
        asked[int(key)] = int(version)
    found = list(Lead.objects.visible_to(signed_in(request)).filter(pk__in=list(asked)[:1000]).order_by("pk"))
    if len(found) != len(asked):
        raise OfficeError(
            Fault(
                "LEA-015",
                _("one of the leads is not in your list any more; nothing was done"),
                hint=_("open the list again and choose anew"),
            )
        )
    for lead in found:
        lead.version = asked[lead.pk]
    return found


def _back(request: HttpRequest) -> str:
    """The list from which a bulk action came."""
    query = request.POST.get("back", "")
    address = reverse("leads:inbox")
    return f"{address}?{query}" if query and len(query) < 500 and "\n" not in query else address
