"""Relief material is sealed with the person and the lead it belongs to (实施办法: 司法救助材料)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from yingjiu.office.clocks.under_seal import clocks_of
from yingjiu.office.documents.under_seal import documents_about
from yingjiu.office.files.under_seal import files_with
from yingjiu.office.leads.models import Lead
from yingjiu.office.people.models import Person
from yingjiu.office.relief.models import Application, Material, Payment, ReliefCase, Visit
from yingjiu.office.sealing.querysets import everything
from yingjiu.office.sealing.registry import register, told

__all__ = ["register_all"]

_FILES = (
    (Application, "authority"),
    (Material, "file"),
    (Payment, "agreement"),
    (Payment, "proof"),
    (Visit, "photos"),
)
"""Where a case keeps files."""


def _with_case(case: ReliefCase) -> Iterable[QuerySet[Any]]:
    files = chain.from_iterable(
        everything(model).filter(case=case).values_list(field, flat=True) for model, field in _FILES
    )
    return [
        everything(Lead).filter(relief_cases=case),
        clocks_of(case),
        documents_about(case),
        files_with(files),
    ]


def _shown(case: ReliefCase) -> Mapping[str, Any]:
    return {**_PLAIN(case), str(_("applicant")): case.person.name}


def _links(case: ReliefCase, permit: int) -> Mapping[str, str]:
    """The files of a case, each by what it is; documents have their own rows."""
    kept = [
        (_("proof of guardianship or authority"), each.authority_id)
        for each in everything(Application).filter(case=case)
    ]
    kept += [(each.title, each.file_id) for each in everything(Material).filter(case=case)]
    for each in everything(Payment).filter(case=case):
        kept.append((_("agreement of payment {number}").format(number=each.number), each.agreement_id))
        kept.append((_("proof of payment {number}").format(number=each.number), each.proof_id))
    photos = everything(Visit).filter(case=case).values_list("photos", flat=True)
    kept += [(_("photo of a follow-up visit"), photo) for photo in photos]
    files = [(label, key) for label, key in kept if key is not None]
    return {
        f"{place}. {label}": reverse("files:opened", args=[permit, key])
        for place, (label, key) in enumerate(files, 1)
    }


_PLAIN = told(
    *("number", "case_no", "charge", "stage", "state", "opened_on", "applied_on", "decided_on"),
    *("decided_amount", "paid_total", "archived_on", "archive_number"),
)


def register_all() -> None:
    """Say what is sealed with a person, a lead and a case, and what the page of an opened seal shows."""
    register(Person, related=lambda person: [everything(ReliefCase).filter(person=person)])
    register(Lead, related=lambda lead: [everything(ReliefCase).filter(lead=lead)])
    register(ReliefCase, related=_with_case, shows=_shown, links=_links)
