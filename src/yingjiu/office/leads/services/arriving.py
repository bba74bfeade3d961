"""Leads that come from outside: an agency tells of a person in need (高检发〔2019〕3号)."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from yingjiu.office.accounts.models import Function, Kind, Organisation, User
from yingjiu.office.audit.services import Action, record
from yingjiu.office.leads import first_check
from yingjiu.office.leads.deadlines import deadline
from yingjiu.office.leads.errors import refuse
from yingjiu.office.leads.facts import digest_of, facts_of
from yingjiu.office.leads.models import Lead
from yingjiu.office.leads.services.guards import check_reason, note_event
from yingjiu.office.leads.services.handing_over import come_back, taken_over
from yingjiu.office.leads.states import EventKind, Level, Origin, State, Strength
from yingjiu.office.leads.states import Kind as LeadKind
from yingjiu.office.people.models import Person
from yingjiu.office.sealing.querysets import everything, is_sealed
from yingjiu.office.sealing.services import seal_along
from yingjiu.office.vault.index import BlindIndex, blind_index

__all__ = ["complaints_department", "key_index_of", "open_from_agency"]


def key_index_of(key: str) -> BlindIndex:
    """The blind index of an engine's lead key."""
    return blind_index("leads.Lead.key", key)


def complaints_department(organisation: Organisation) -> Organisation | None:
    """The department that takes leads in: complaints and appeals, if there is exactly one."""
    found = list(
        organisation.children.filter(kind=Kind.DEPARTMENT, function=Function.COMPLAINTS, active=True)[:2]
    )
    return found[0] if len(found) == 1 else None


@transaction.atomic
def open_from_agency(
    organisation: Organisation,
    *,
    person: Person,
    agency: Organisation,
    reason: str,
    user: User,
    level: str = Level.ORANGE,
) -> Lead:
    """Take in a lead that an agency sends.

    Args:
        organisation: the procuratorate.
        person: whom it is about.
        agency: who sends it.
        reason: what the agency says; personal data are masked by who writes it, and it is kept encrypted.
        user: who takes it in, or the agency's liaison.
        level: how soon it wants a person; red for an urgent one.

    Returns:
        The lead; the one that is open already if this agency sent this person before.

    Raises:
        LeadError: ``LEA-003``, ``LEA-008``.
    """
    told = check_reason(reason)
    if agency.kind != Kind.AGENCY or agency.parent_id != organisation.pk:
        raise refuse("LEA-008", _("this is no partner of this procuratorate"), _("choose one from the list"))
    key = f"agency\x1f{agency.pk}\x1f{person.pk}"
    known = everything(Lead).select_for_update(no_key=True)
    held = known.filter(organisation=organisation, key_index=key_index_of(key)).first()
    now, today = timezone.now(), timezone.localdate()
    finding: dict[str, Any] = {
        "reasons": [],
        "conditions": [],
        "rows": [],
        "hardship": [],
        "age": None,
        "estimate": None,
        "told": told,
    }
    digest = digest_of(facts_of(finding))
    if held is not None:
        return held if is_sealed(held) else _again(held, finding, user)
    lead = Lead(
        organisation=organisation,
        department=complaints_department(organisation),
        agency=agency,
        secrecy=person.secrecy,
        person=person,
        key=key,
        kind=LeadKind.JUDICIAL_RELIEF,
        outcome=Strength.POSSIBLE,
        level=Level(level),
        models=[],
        title=_("sent by {agency}").format(agency=agency.name),
        region=person.region,
        deadline=deadline(str(level), today),
        origin=Origin.AGENCY,
        first_seen=today,
        last_seen=today,
        arrived_at=now,
        finding=finding,  # type: ignore[misc] # JSON, where the stubs see a text
        facts_digest=digest,
        told_digest=digest,
    )
    lead.full_clean()
    lead.save()
    note_event(lead, EventKind.FOUND, user, agency=str(agency))
    seal_along([lead], subject=person)
    record(Action.DECISION, user=user, subject=lead, detail={"what": "open_from_agency", "agency": agency.pk})
    return lead


def _again(lead: Lead, finding: dict[str, Any], user: User) -> Lead:
    """The agency sends the same person again: new words, and a decided lead comes back.

    One that another department has accepted stays with that department.
    """
    if lead.finding.get("told") == finding["told"]:
        return lead
    now = timezone.now()
    if lead.state == State.DECIDED and not taken_over(lead):
        come_back(lead, user, now)
    lead.finding = finding
    lead.arrived_at, lead.last_seen = now, timezone.localdate()
    lead.version += 1
    lead.changed_by, lead.changed_at = user, now
    lead.save()
    if lead.state == State.REOPENED:
        first_check.begin(lead, user)
    note_event(lead, EventKind.RETURNED, user, agency=str(lead.agency))
    return lead
