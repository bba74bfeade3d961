"""Matched measures of a lead or case, and the draft that is made of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yingjiu.office import speech
from yingjiu.office.accounts.models import Organisation
from yingjiu.office.accounts.permissions import permitted
from yingjiu.office.audit.services import Action, record
from yingjiu.office.frame.views import submit
from yingjiu.office.leads.models import Lead
from yingjiu.office.phrases import in_language
from yingjiu.office.referrals import selectors, services
from yingjiu.office.referrals.drafts import first_texts
from yingjiu.office.referrals.facts import catalogue
from yingjiu.office.referrals.forms import DraftForm
from yingjiu.office.referrals.matching import MatchedMeasure
from yingjiu.office.referrals.views.asking import asked_version, referral_of, signed_in, subject_of
from yingjiu.office.relief.models import ReliefCase
from yingjiu.screening.logic import Truth

__all__ = ["change", "create", "propose"]


@dataclass(frozen=True, slots=True)
class AgencyGroup:
    """The measures that agencies of one kind give.

    Attributes:
        code: of the catalogue.
        title: what such agencies are called.
        partners: the procuratorate's partners of this kind; none if there is no account yet.
        measures: what they give, the best founded first.
    """

    code: str
    title: str
    partners: Sequence[Organisation]
    measures: Sequence[MatchedMeasure]

    @property
    def fits(self) -> int:
        """How many fit."""
        return sum(each.outcome == "match" for each in self.measures)


@require_http_methods(["GET", "POST"])
@permitted("referrals.write")
def propose(request: HttpRequest) -> HttpResponse:
    """The measures of the catalogue, judged for one person; POST judges anew with what the handler knows."""
    subject = subject_of(request)
    answers, numbers = _answers(request)
    matched = services.propose(subject, answers=answers, numbers=numbers)
    record(Action.READ, user=signed_in(request), subject=subject, detail={"what": "propose"}, request=request)
    context = {
        **_about(subject),
        "groups": _groups(request, [each for each in matched if each.outcome != "no"]),
        "not_fitting": [each for each in matched if each.outcome == "no"],
        "questions": _questions(matched, answers),
        "numbers": [
            {"key": key, "title": in_language(number.title), "value": numbers.get(key, "")}
            for key, number in catalogue().numbers.items()
        ],
        "earlier": selectors.earlier(subject.person, request.user),
    }
    return render(request, "referrals/propose.html", context)


@require_http_methods(["GET", "POST"])
@permitted("referrals.write")
def create(request: HttpRequest) -> HttpResponseBase:
    """Draft a referral: GET, or POST with ``begin``, shows the form with what is known."""
    subject, user = subject_of(request), signed_in(request)
    answers, numbers = _answers(request)
    matched = services.propose(subject, answers=answers, numbers=numbers)
    begun = request.method == "POST" and "begin" in request.POST
    asked = request.POST if request.method == "POST" else request.GET
    ticked = asked.getlist("measures") or [each.key for each in matched if each.suggested]
    context = {
        **_about(subject),
        "rows": _rows(matched, ticked, asked),
        "answers": {
            **{f"fact-{k}": _word(v) for k, v in answers.items()},
            **{f"number-{k}": v for k, v in numbers.items()},
        },
    }
    initial = {**first_texts(subject, matched, user), "agency": asked.get("agency"), "measures": ticked}
    if begun:
        return render(
            request, "referrals/create.html", {**context, "form": DraftForm(user=user, initial=initial)}
        )

    def act(form: DraftForm) -> str:
        with speech.in_language("zh-hans"):  # what is kept is Chinese, whatever the handler reads
            kept = services.propose(subject, answers=answers, numbers=numbers)
        referral = services.create(
            subject=subject,
            agency=form.cleaned_data["agency"],
            measures=form.cleaned_data["measures"],
            reasons=form.reasons(),
            matched=kept,
            urgent=form.cleaned_data["urgent"],
            user=user,
            **form.texts(),
        )
        messages.success(request, _("drafted; record the legal ground, then send it"))
        return referral.get_absolute_url()

    return submit(request, DraftForm, act, "referrals/create.html", context, initial=initial, user=user)


@require_http_methods(["GET", "POST"])
@permitted("referrals.write")
def change(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Change a draft."""
    referral, user = referral_of(request, pk), signed_in(request)
    matched = services.propose(referral.case or referral.lead or referral.person)
    held = {each.key: each.reason for each in referral.measures.all()}
    asked = (
        request.POST if request.method == "POST" else {f"reason-{key}": text for key, text in held.items()}
    )
    ticked = request.POST.getlist("measures") if request.method == "POST" else list(held)
    context = {
        "referral": referral,
        "person": referral.person,
        "rows": _rows(matched, ticked, asked),
    }
    initial = {name: getattr(referral, name) for name in _CHANGED} | {"measures": ticked}

    def act(form: DraftForm) -> str:
        services.change(
            referral=referral,
            user=user,
            version=asked_version(request),
            measures=form.cleaned_data["measures"],
            reasons=form.reasons(),
            urgent=form.cleaned_data["urgent"],
            **form.texts(),
        )
        return referral.get_absolute_url()

    return submit(
        request, DraftForm, act, "referrals/create.html", context, initial=initial, user=user, fixed=True
    )


_CHANGED = ("case_summary", "hardship", "relief_given", "reason", "contact_name", "contact_phone", "urgent")


def _about(subject: Lead | ReliefCase) -> dict[str, Any]:
    is_lead = isinstance(subject, Lead)
    return {
        "subject": subject,
        "person": subject.person,
        "subject_name": "lead" if is_lead else "case",
    }


def _answers(request: HttpRequest) -> tuple[dict[str, Truth], dict[str, Decimal]]:
    """What the handler knows and entered; anything that is no answer says nothing."""
    words: dict[str, Truth] = {"true": True, "false": False, "unknown": None}
    answers = {
        key: words[request.POST[f"fact-{key}"]]
        for key in catalogue().facts
        if request.POST.get(f"fact-{key}") in words
    }
    numbers: dict[str, Decimal] = {}
    for key in catalogue().numbers:
        text = request.POST.get(f"number-{key}", "").strip()
        try:
            number = Decimal(text) if text else None
        except InvalidOperation:
            number = None
        if number is not None and number.is_finite() and 0 <= number < 100_000_000:
            numbers[key] = number
    return answers, numbers


def _word(truth: Truth) -> str:
    return {True: "true", False: "false", None: "unknown"}[truth]


def _groups(request: HttpRequest, matched: Sequence[MatchedMeasure]) -> list[AgencyGroup]:
    partners: dict[str, list[Organisation]] = {}
    for each in selectors.agencies_of(request.user):
        partners.setdefault(each.agency, []).append(each)
    codes = list(dict.fromkeys(each.measure.agency for each in matched))
    return [
        AgencyGroup(
            code,
            in_language(catalogue().agencies[code].title),
            partners.get(code, []),
            [each for each in matched if each.measure.agency == code],
        )
        for code in codes
    ]


def _rows(matched: Sequence[MatchedMeasure], ticked: Sequence[str], asked: Any) -> list[dict[str, Any]]:
    """One row a measure: those that fit or may fit, and what is ticked."""
    return [
        {
            "match": each,
            "ticked": each.key in ticked,
            "reason": asked.get(f"reason-{each.key}") or each.reason,
        }
        for each in matched
        if each.outcome in {"match", "possible"} or each.key in ticked
    ]


def _questions(matched: Sequence[MatchedMeasure], answers: dict[str, Truth]) -> list[dict[str, Any]]:
    """The facts that are open, and those that the handler answered."""
    facts = catalogue().facts
    open_ = [fact.key for each in matched for fact in each.open if facts[fact.key].origin != "number"]
    return [
        {
            "key": key,
            "says": in_language(facts[key].says),
            "answer": _word(answers.get(key)),
        }
        for key in dict.fromkeys([*answers, *open_])
    ]
