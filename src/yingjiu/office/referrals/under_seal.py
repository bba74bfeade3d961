"""Referrals are sealed with the person, lead and case they are about; so is what an agency said of one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from yingjiu.office.clocks.under_seal import clocks_of
from yingjiu.office.documents.under_seal import documents_about
from yingjiu.office.files.under_seal import files_with
from yingjiu.office.leads.models import Lead
from yingjiu.office.people.models import Person
from yingjiu.office.referrals.models import Offer, Referral
from yingjiu.office.relief.models import ReliefCase
from yingjiu.office.sealing.querysets import everything
from yingjiu.office.sealing.registry import register, told
from yingjiu.office.vault.index import blind_index, normalise_id

__all__ = ["offers_of", "register_all"]


def offers_of(person: Person) -> QuerySet[Offer]:
    """What agencies said about a person to the same procuratorate, sealed ones too."""
    offers = everything(Offer).filter(organisation=person.organisation_id)
    number = normalise_id(person.id_number)
    return (
        offers.filter(id_index=blind_index("referrals.Offer.id_number", number))
        if number
        else offers.filter(lead__person=person.pk)
    )


def _with_referral(referral: Referral) -> Iterable[QuerySet[Any]]:
    return [
        clocks_of(referral),
        documents_about(referral),
        files_with([referral.consent_file_id, referral.proof_id]),
    ]


def _referral(referral: Referral) -> Mapping[str, Any]:
    shown = dict(_REFERRAL(referral))
    shown[str(_("person"))] = referral.person.name
    return shown


_REFERRAL = told(
    "agency", "state", "sent_on", "due_on", "answered_on", "case_summary", "hardship", "reason", "answer"
)
_OFFER = told("agency", "name", "id_number", "phone", "address", "reason", "sent_on", "state", "answer")


def register_all() -> None:
    """Say what is sealed with a person, a lead and a case, and what the page of an opened seal shows."""
    register(Person, related=lambda person: [everything(Referral).filter(person=person), offers_of(person)])
    register(
        Lead,
        related=lambda lead: [everything(Referral).filter(lead=lead), everything(Offer).filter(lead=lead)],
    )
    register(ReliefCase, related=lambda case: [everything(Referral).filter(case=case)])
    register(Referral, related=_with_referral, shows=_referral)
    register(Offer, related=lambda offer: [clocks_of(offer), documents_about(offer)], shows=_OFFER)
