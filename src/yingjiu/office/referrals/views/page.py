"""One referral, for both sides, and what it opens for a purpose."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from yingjiu.office.accounts.models import User
from yingjiu.office.accounts.permissions import permitted
from yingjiu.office.accounts.roles import Role
from yingjiu.office.audit.services import Action, record
from yingjiu.office.frame.masking import reveal
from yingjiu.office.referrals import services
from yingjiu.office.referrals.forms import (
    AcceptForm,
    FinishForm,
    GroundForm,
    ReasonForm,
    ReopenForm,
    TimeForm,
)
from yingjiu.office.referrals.machine import CONDITIONS, open_steps
from yingjiu.office.referrals.models import Referral
from yingjiu.office.referrals.states import EventKind, State
from yingjiu.office.referrals.views.asking import referral_of, signed_in

__all__ = ["contact", "referral", "referral_context"]

AGENCY_STEPS = frozenset({"accept", "reject", "ask_time", "finish"})


@require_GET
@permitted("referrals.open")
def referral(request: HttpRequest, pk: int) -> HttpResponse:
    """One page for both sides: what is asked, where it stands, what can be done now."""
    found, user = referral_of(request, pk), signed_in(request)
    if found.agency_id == user.organisation_id and found.at_agency:
        services.seen(referral=found, user=user)
    record(Action.READ, user=user, subject=found, request=request)
    return render(request, "referrals/referral.html", referral_context(request, found))


def referral_context(request: HttpRequest, found: Referral, **forms: Any) -> dict[str, Any]:
    """What the page shows; ``forms`` replaces a form by one that was sent and is wrong."""
    user = signed_in(request)
    agency_side = found.agency_id == user.organisation_id
    works = _works(found, user)
    steps = open_steps(found)
    mine = {step for step in steps if (step in AGENCY_STEPS) == agency_side and (agency_side or works)}
    withdrawn = found.state == State.WITHDRAWN
    context: dict[str, Any] = {
        "referral": found,
        "person": found.person,
        "agency_side": agency_side,
        "may_change": works and found.state == State.DRAFT,
        "may_reveal": (agency_side and not withdrawn) or works,
        "hide_texts": agency_side and withdrawn,
        "steps": mine,
        "measures": list(found.measures.all()),
        "events": _events(found, agency_side=agency_side),
        "unmet": [each for each in CONDITIONS["send"] if not each(found)] if "send" in mine else [],
        "overdue": found.due_on is not None and found.due_on < timezone.localdate(),
        "asked": found.events.filter(kind=EventKind.ASKED_TIME).last() if found.asked_until else None,
    }
    context |= {
        "ground_form": GroundForm(
            prefix="ground",
            initial={
                "ground": found.ground,
                "ground_text": found.ground_text,
                "consent_on": found.consent_on,
            },
        ),
        "accept_form": AcceptForm(prefix="accept"),
        "reject_form": ReasonForm(prefix="reject"),
        "time_form": TimeForm(prefix="time"),
        "refuse_time_form": ReasonForm(prefix="refuse"),
        "reopen_form": ReopenForm(prefix="reopen"),
        "withdraw_form": ReasonForm(prefix="withdraw"),
        "finish_form": FinishForm(prefix="finish", referral=found) if "finish" in mine else None,
    }
    return {**context, **forms}


def _works(found: Referral, user: User) -> bool:
    office = user.procuratorate
    if office is None or office.pk != found.organisation_id:
        return False
    return user.has_role(Role.HEAD, Role.DEPUTY_CHIEF) or (
        user.has_role(Role.HANDLER) and found.handler_id in {user.pk, None}
    )


def _events(found: Referral, *, agency_side: bool) -> list[Any]:
    """What happened, newest first; what was drafted before it was sent stays inside the procuratorate."""
    events = found.events.select_related("user", "user__organisation").order_by("-pk")
    if agency_side:
        events = events.exclude(kind__in=[EventKind.CREATED, EventKind.CHANGED, EventKind.GROUND])
    return list(events[:200])


@require_http_methods(["GET", "POST"])
@permitted("referrals.open")
def contact(request: HttpRequest, pk: int, field: str) -> HttpResponseBase:
    """A masked field of the person, for a purpose; the agency opens what it needs to act, and no more."""
    found, user = referral_of(request, pk), signed_in(request)
    agency_side = found.agency_id == user.organisation_id
    labels = {
        "name": _("the name"),
        "id_number": _("ID number"),
        "phone": _("telephone"),
        "address": _("address"),
    }
    closed_to_agency = agency_side and found.state == State.WITHDRAWN
    if field not in labels or closed_to_agency or not (agency_side or _works(found, user)):
        raise Http404
    return reveal(request, subject=found, value=lambda: getattr(found.person, field), what=labels[field])
