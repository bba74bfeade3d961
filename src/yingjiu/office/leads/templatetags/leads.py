"""``{% load leads %}``: events, changes and answers in words."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from django import template
from django.utils.translation import gettext as _

from yingjiu.language import catalogue_text
from yingjiu.office.leads.models import LeadCheck, LeadEvent
from yingjiu.office.leads.shown import ShownFinding
from yingjiu.office.leads.states import Answer, EventKind, HandoverResult, Outcome
from yingjiu.office.phrases import continued, labelled

register = template.Library()

_ICONS: Final[Mapping[str, str]] = {
    EventKind.FOUND: "sparkles",
    EventKind.CHANGED: "refresh",
    EventKind.RETURNED: "arrow-back-up",
    EventKind.GONE: "ghost",
    EventKind.FOUND_AGAIN: "sparkles",
    EventKind.ASSIGNED: "user-plus",
    EventKind.CLAIMED: "hand-grab",
    EventKind.RELEASED: "user-minus",
    EventKind.CHECK_ASKED: "message-question",
    EventKind.CHECK_DONE: "clipboard-check",
    EventKind.CHECK_CANCELLED: "clipboard-x",
    EventKind.DECIDED: "gavel",
    EventKind.REOPENED: "lock-open",
    EventKind.HANDOVER_ACCEPTED: "arrows-exchange",
    EventKind.HANDOVER_RETURNED: "arrow-back-up",
    EventKind.HANDOVER_REPORTED: "message-reply",
    EventKind.HANDOVER_WITHDRAWN: "arrows-exchange",
}


@register.filter
def event_icon(event: LeadEvent) -> str:
    """The icon of an event."""
    return _ICONS.get(event.kind, "point")


@register.filter
def grouped(amount: Decimal) -> str:
    """The lower end of a range in whole yuan, ``186,100``; the unit stands at the upper end."""
    return f"{amount:,.0f}"


@register.filter
def event_text(event: LeadEvent) -> str:
    """What happened, in a line."""
    told = str(EventKind(event.kind).label)
    detail = event.detail
    if event.kind == EventKind.DECIDED:
        outcome = str(Outcome(detail["outcome"]).label)
        more = continued(outcome, detail["department"]) if detail.get("department") else outcome
    elif detail.get("result"):
        more = str(HandoverResult(detail["result"]).label)
    else:
        more = str(detail.get("name") or detail.get("of") or detail.get("agency") or "")
    return labelled(told, more) if more else told


@register.filter
def change_text(change: Mapping[str, str]) -> str:
    """One changed fact, in a line: from what to what."""
    says = catalogue_text(change["says"])
    words = dict(Answer.choices)
    if change["what"] == "truth":
        return _("{condition}: {before} → {after}").format(
            condition=says,
            before=words.get(change["before"], change["before"]),
            after=words.get(change["after"], change["after"]),
        )
    if change["what"] == "rows":
        return _("{condition}: the rows behind it changed").format(condition=says)
    if change["what"] == "model":
        return _("a further model speaks for it: {model}").format(model=says)
    return _("a model no longer speaks for it: {model}").format(model=says)


@register.filter
def asked_says(check: LeadCheck, finding: ShownFinding) -> list[str]:
    """The conditions that a check asks about, in words."""
    asked = set(check.conditions)
    return [each.says for each in finding.all if asked & set(each.names)]


@register.filter
def answers_says(check: LeadCheck, finding: ShownFinding) -> list[tuple[str, Any]]:
    """The answers of a check: what was asked, in words, and what was found."""
    words = dict(Answer.choices)
    says = {name: each.says for each in finding.all for name in each.names}
    return [(says.get(name, name), words.get(answer, answer)) for name, answer in check.answers.items()]
