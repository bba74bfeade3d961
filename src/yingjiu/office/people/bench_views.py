"""Pages of the bench of uncertain matches."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from yingjiu.errors import Fault
from yingjiu.office.accounts.permissions import permitted
from yingjiu.office.audit.services import Action, record
from yingjiu.office.frame.once import done, once
from yingjiu.office.frame.purposes import PurposeForm
from yingjiu.office.jobs import enqueue
from yingjiu.office.people import bench as desk
from yingjiu.office.people import reading
from yingjiu.office.people.bench_sides import compared, sides_of
from yingjiu.office.people.errors import BenchError
from yingjiu.office.people.evidence import shipped_policy
from yingjiu.office.people.forms import BenchForm
from yingjiu.office.people.views import signed_in
from yingjiu.people import reason_text
from yingjiu.people.store import links_id

__all__ = ["bench", "decide", "link", "pair", "start", "undo"]

_PURPOSE: Final = "people.bench.purpose"
"""Key in the session: the purpose for which spellings are shown in clear."""
WHY: Final = {
    "between": gettext_lazy("the weight lies between the thresholds"),
    "rivals": gettext_lazy("two candidates are nearly equal"),
    "two_under_one": gettext_lazy("two names stand under one number"),
    "two_numbers": gettext_lazy("two people in lists look like one"),
}
REASONS: Final = (
    gettext_lazy("name, date of birth and address agree"),
    gettext_lazy("checked by telephone"),
    gettext_lazy("checked in the household register"),
    gettext_lazy("the same name, but two people"),
    gettext_lazy("not enough is known; look again later"),
)
"""What is often the reason; keys 1 to 5 write it into the form."""
_SHOWN: Final = 30


@require_GET
@permitted("people.bench")
def bench(request: HttpRequest) -> HttpResponse:
    """How many pairs wait, what was decided last, and where to begin."""
    found = desk.open_bench()
    context: dict[str, Any] = {
        "bench": found,
        "has_data": reading.loaded() is not None,
        "form": PurposeForm(),
        "purpose": request.session.get(_PURPOSE, ""),
    }
    if found is not None:
        context |= {
            "counts": found.counts,
            "next": next(iter(found.waiting), None),
            "latest": [
                (decision, _code_in(found, decision))
                for decision in reversed(found.decisions.every[-_SHOWN:])
            ],
            "stale": _is_stale(found),
        }
    return render(request, "people/bench.html", context)


def _code_in(found: desk.Bench, decision: Any) -> str:
    wanted = {decision.left, decision.right}
    return next((one.code for one in found.pairs if {one.review.left, one.review.right} == wanted), "")


def _is_stale(found: desk.Bench) -> bool:
    """Whether data or decisions are newer than the links."""
    state = reading.loaded()
    if state is None:
        return False
    made = links_id(state.view.identity(), shipped_policy().digest, found.decisions.digest())
    return made != found.links.id


@require_POST
@permitted("people.bench")
def start(request: HttpRequest) -> HttpResponseBase:
    """Say what the spellings are opened for; it holds until the session ends."""
    form = PurposeForm(request.POST)
    found = desk.open_bench()
    if not form.is_valid():
        return render(
            request,
            "people/bench.html",
            {"bench": found, "form": form, "has_data": True, "counts": found.counts if found else {}},
            status=422,
        )
    request.session[_PURPOSE] = form.text()
    following = next(iter(found.waiting), None) if found else None
    return redirect("people:pair", code=following.code) if following else redirect("people:bench")


@require_POST
@permitted("people.bench")
def link(request: HttpRequest) -> HttpResponseBase:
    """Link the records anew, so that the decisions count."""
    job = enqueue("people.link", user=signed_in(request))
    messages.success(request, _("the records are being linked anew, as job {number}").format(number=job.pk))
    return redirect("people:bench")


@require_GET
@permitted("people.bench")
def pair(request: HttpRequest, code: str) -> HttpResponseBase:
    """Two records beside each other."""
    purpose = request.session.get(_PURPOSE)
    if not purpose:
        messages.info(request, _("say first what you open the records for"))
        return redirect("people:bench")
    return render(request, "people/pair.html", _pair_context(request, code, purpose, BenchForm()))


def _pair_context(request: HttpRequest, code: str, purpose: str, form: BenchForm) -> dict[str, Any]:
    found = desk.open_bench()
    if found is None:
        raise BenchError(
            Fault(
                "PER-050",
                _("the records have not been linked yet"),
                hint=_("load data, and link the records"),
            )
        )
    shown = found.pair(code)
    place = found.place(code) or 0
    state = reading.loaded()
    left, right = sides_of(state, shown.review) if state is not None else (None, None)
    record(
        Action.REVEAL,
        user=signed_in(request),
        purpose=purpose,
        detail={"pair": code, "part": "both records"},
        request=request,
    )
    return {
        "bench": found,
        "pair": shown,
        "number": place + 1,
        "total": len(found.pairs),
        "done": found.done,
        "left": left,
        "right": right,
        "fields": compared(left, right) if left and right else (),
        "why": WHY[shown.review.why],
        "sides": (left, right) if left and right else (),
        "weight": "" if shown.review.weight is None else f"{shown.review.weight:+.1f}",
        "reasons_text": reason_text(shown.review.reasons, shipped_policy()),
        "previous": found.pairs[place - 1].code if place else "",
        "next": found.pairs[place + 1].code if place + 1 < len(found.pairs) else "",
        "reasons": REASONS,
        "form": form,
        "purpose": purpose,
    }


@require_POST
@permitted("people.bench")
def decide(request: HttpRequest, code: str) -> HttpResponseBase:
    """Decide about a pair, and go on to the next one that waits."""
    form = BenchForm(request.POST)
    if not form.is_valid():
        purpose = request.session.get(_PURPOSE)
        if not purpose:
            return redirect("people:bench")
        return render(request, "people/pair.html", _pair_context(request, code, purpose, form), status=422)
    earlier = once(request)
    if earlier is not None:
        return HttpResponseRedirect(earlier)
    desk.decide_pair(
        code=code,
        choice=form.cleaned_data["choice"],
        reason=form.cleaned_data["reason"],
        user=signed_in(request),
        seen=form.cleaned_data["seen"],
    )
    label = dict(form.fields["choice"].choices)[form.cleaned_data["choice"]]  # type: ignore[attr-defined] # a ChoiceField
    messages.success(request, _("pair {code}: {decision}").format(code=code, decision=label))
    now = desk.open_bench()
    following = now.after(code) if now else None
    return done(
        request, reverse("people:pair", args=[following.code]) if following else reverse("people:bench")
    )


@require_POST
@permitted("people.bench")
def undo(request: HttpRequest) -> HttpResponseBase:
    """Take a decision back: one's own last one, or that of a pair."""
    earlier = once(request)
    if earlier is not None:
        return HttpResponseRedirect(earlier)
    code = request.POST.get("code", "")
    user = signed_in(request)
    taken = desk.take_back(user=user, code=code, reason=request.POST.get("reason") or _("taken back"))
    messages.success(request, _("the decision was taken back; the pair waits again"))
    now = desk.open_bench()
    there = _code_in(now, taken) if now and request.session.get(_PURPOSE) else ""
    return done(request, reverse("people:pair", args=[there]) if there else reverse("people:bench"))
