"""Clocks in templates."""

from __future__ import annotations

from typing import Any

from django import template
from django.db.models import Model
from django.template.context import Context
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yingjiu.office.clocks.models import Clock, State

__all__ = ["clocks_of", "left", "tone"]

register = template.Library()

TONES = {
    State.RUNNING: "blue",
    State.PAUSED: "secondary",
    State.MET: "green",
    State.BREACHED: "red",
    State.CANCELLED: "secondary",
}


@register.inclusion_tag("clocks/of.html", takes_context=True)
def clocks_of(context: Context, subject: Model) -> dict[str, Any]:
    """The clocks of a matter that the user may see, each with its arithmetic: ``{% clocks_of case %}``."""
    request = context["request"]
    return {"clocks": list(Clock.objects.of(subject).visible_to(request.user)), "request": request}


@register.filter
def tone(clock: Clock) -> str:
    """The colour of a clock: red overdue, orange due within two working days."""
    days = clock.working_days_left()
    if clock.state == State.RUNNING and days is not None and days <= 2:
        return "red" if days < 0 else "orange"
    return TONES[State(clock.state)]


@register.filter
def left(clock: Clock) -> str:
    """How much time there is: ``3 working days left``, ``due today``, ``overdue by 1 working day``."""
    days = clock.working_days_left()
    if days is None or not clock.open:
        return str(clock.get_state_display())
    if days < 0:
        return ngettext("overdue by {n} working day", "overdue by {n} working days", -days).format(n=-days)
    if days == 0:
        return _("due today")
    return ngettext("{n} working day left", "{n} working days left", days).format(n=days)
