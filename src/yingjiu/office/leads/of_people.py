"""Leads and the people they are about: what the dossier shows of leads, and a lead of its person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from yingjiu.office.accounts.models import User
from yingjiu.office.leads.models import Lead
from yingjiu.office.leads.shown import Row, ShownFinding
from yingjiu.office.leads.states import Outcome, State
from yingjiu.office.people.models import Person
from yingjiu.office.people.registry import SECTIONS, Entry

__all__ = ["leads_of", "people_by_case", "people_of_own_leads", "relief_before", "sections_of"]

TONES = {
    State.NEW: "blue",
    State.ASSIGNED: "secondary",
    State.CHECKING: "orange",
    State.DECIDED: "secondary",
    State.REOPENED: "red",
}


def leads_of(person: Person, user: User) -> Sequence[Entry]:
    """The leads about a person that a user may see, for the dossier."""
    rows = (
        Lead.objects.visible_to(user)
        .filter(person=person)
        .defer("key", "finding", "gist")
        .order_by("-arrived_at")[:100]
    )
    return [
        Entry(
            title=str(lead),
            url=reverse("leads:lead", args=[lead.pk]),
            on=timezone.localtime(lead.arrived_at).date(),
            state=str(Outcome(lead.outcome_decided).label)
            if lead.outcome_decided
            else lead.get_state_display(),
            tone=TONES[State(lead.state)],
            detail=lead.get_level_display(),
        )
        for lead in rows
    ]


def people_of_own_leads(user: User) -> QuerySet[Any, Any]:
    """Keys of the people of whose leads a user is the handler."""
    return Lead.objects.filter(handler=user.pk).values("person")


def people_by_case(case_no: str, user: User) -> Iterable[int]:
    """Keys of the people of leads in a case that a user may see."""
    return Lead.objects.visible_to(user).filter(case_key=case_no).values_list("person", flat=True)[:500]


def sections_of(lead: Lead, user: User) -> list[tuple[Any, Sequence[Entry]]]:
    """What other apps tell of the lead's person: relief cases and referrals; leads have their own list."""
    found = [
        (section.title, section.entries(lead.person, user))
        for section in SECTIONS
        if section.entries is not leads_of
    ]
    return [(title, entries) for title, entries in found if entries]


def relief_before(finding: ShownFinding) -> tuple[Row, ...]:
    """Rows about earlier relief among the evidence of a lead: one case, one relief (一案一次).

    Args:
        finding: of a lead, as its page shows it.

    Returns:
        The rows, each once.
    """
    rows = (row for condition in finding.all for row in condition.rows if row.code == "relief_history")
    return tuple(dict.fromkeys(rows))
