"""Referrals in templates."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from yingjiu.office.phrases import continued, labelled
from yingjiu.office.referrals.models import Offer, Referral, ReferralEvent
from yingjiu.office.referrals.of_others import TONES
from yingjiu.office.referrals.states import EventKind, OfferState, OnWhoseWord, State

__all__ = [
    "certainty",
    "event_icon",
    "event_title",
    "offer_tone",
    "outcome",
    "outcome_tone",
    "truth",
    "truth_icon",
]

register = template.Library()

ICONS = {
    EventKind.CREATED: "file-plus",
    EventKind.CHANGED: "pencil",
    EventKind.GROUND: "signature",
    EventKind.SENT: "send",
    EventKind.SEEN: "eye",
    EventKind.ACCEPTED: "check",
    EventKind.REJECTED: "x",
    EventKind.ASKED_TIME: "clock-question",
    EventKind.GIVEN_TIME: "clock-plus",
    EventKind.REFUSED_TIME: "clock-x",
    EventKind.DONE: "circle-check",
    EventKind.REOPENED: "rotate",
    EventKind.WITHDRAWN: "arrow-back-up",
}


@register.filter
def referral_tone(referral: Referral) -> str:
    """The colour of its state."""
    return TONES[State(referral.state)]


@register.filter
def offer_tone(offer: Offer) -> str:
    """The colour of its state."""
    return {OfferState.SENT: "blue", OfferState.TAKEN: "green", OfferState.RETURNED: "secondary"}[
        OfferState(offer.state)
    ]


@register.filter
def event_icon(event: ReferralEvent) -> str:
    """Its icon."""
    return ICONS[EventKind(event.kind)]


@register.filter
def event_title(event: ReferralEvent) -> str:
    """What happened, with the day or the person it was about."""
    title = str(event.get_kind_display())
    if event.on_whose_word:
        title = labelled(title, OnWhoseWord(event.on_whose_word).label)
    if event.until:
        title = continued(title, _("until {day}").format(day=event.until.isoformat()))
    return title


@register.filter
def truth(value: bool | None) -> str:
    """True, false or unknown, in words."""
    return {True: pgettext("answer", "true"), False: pgettext("answer", "false"), None: _("unknown")}[value]


@register.filter
def truth_icon(value: bool | None) -> str:
    """True, false or unknown, as an icon."""
    return {True: "circle-check", False: "circle-x", None: "help-circle"}[value]


@register.filter
def outcome(word: str) -> str:
    """What the catalogue says of a measure."""
    return {
        "match": _("fits"),
        "possible": _("possible, something is unknown"),
        "already": _("has it already, or is excluded"),
        "no": _("does not fit"),
    }[word]


@register.filter
def outcome_tone(word: str) -> str:
    """The colour of it."""
    return {"match": "green", "possible": "yellow", "already": "blue", "no": "secondary"}[word]


@register.filter
def certainty(word: str) -> str:
    """How sure we are of a rule."""
    return {
        "read": _("checked against the text"),
        "source": _("as a public source says; the text was not checked"),
        "unconfirmed": _("unconfirmed"),
    }[word]
