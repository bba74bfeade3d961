"""Leads are sealed with their person, and all that came of a lead with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from yingjiu.office.clocks.under_seal import clocks_of
from yingjiu.office.documents.under_seal import documents_about
from yingjiu.office.files.under_seal import files_with
from yingjiu.office.leads.models import Lead, LeadCheck, LeadDecision, LeadHandover
from yingjiu.office.people.models import Person
from yingjiu.office.sealing.querysets import everything
from yingjiu.office.sealing.registry import register, told

__all__ = ["register_all"]


def _with_lead(lead: Lead) -> Iterable[QuerySet[Any]]:
    photos = everything(LeadCheck).filter(lead=lead).values_list("photos", flat=True)
    handovers = everything(LeadHandover).filter(lead=lead)
    return [
        clocks_of(lead),
        documents_about(lead),
        files_with(photos),
        *(found for each in handovers for found in (clocks_of(each), documents_about(each))),
    ]


def _shown(lead: Lead) -> Mapping[str, Any]:
    shown = dict(_PLAIN(lead))
    shown[str(_("person"))] = lead.person.name
    for place, decision in enumerate(everything(LeadDecision).filter(lead=lead).order_by("at", "pk"), 1):
        shown[_("decision") + f" {place}"] = f"{decision} {decision.reason}".strip()
    return shown


_PLAIN = told("title", "case_no", "charge", "stage", "level", "state", "first_seen", "last_seen")


def register_all() -> None:
    """Say what is sealed with a person and a lead, and what the page of an opened seal shows of a lead."""
    register(Person, related=lambda person: [everything(Lead).filter(person=person)])
    register(Lead, related=_with_lead, shows=_shown)
