"""Open a case, from a lead or for a person, and assign it."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from yingjiu.codes import age_on, normalise_case_no
from yingjiu.office.accounts.models import Organisation, User
from yingjiu.office.accounts.roles import Role
from yingjiu.office.accounts.visibility import Secrecy, handed_on
from yingjiu.office.audit.services import Action, record
from yingjiu.office.leads import services as leads
from yingjiu.office.leads.models import Lead
from yingjiu.office.people.models import Person
from yingjiu.office.relief import facts as case_facts
from yingjiu.office.relief import timing
from yingjiu.office.relief.errors import CaseDataError, NotAllowedError, fault
from yingjiu.office.relief.models import ReliefCase
from yingjiu.office.relief.services.acting import acting, check_head, checked, note, reason_of
from yingjiu.office.relief.states import OPEN, Way
from yingjiu.office.sealing.querysets import everything

__all__ = ["assign", "open_case"]


@transaction.atomic
def open_case(
    *,
    lead: Lead | None = None,
    person: Person | None = None,
    how: str = "",
    user: User,
    version: int | None = None,
    case_no: str = "",
    charge: str = "",
    stage: str = "",
    reason: str = "",
) -> ReliefCase:
    """Open a relief case; a lead is decided in the same transaction.

    Args:
        lead: where it comes from; its person, case and handler are taken over, its data prefill the facts.
        person: the applicant, when there is no lead.
        how: the way of applying, if it is known (:class:`~..states.Way`); ``ex_officio`` needs a lead.
        user: the handler of the lead, or a handler.
        version: of the lead, as the page showed it.
        case_no: number of the original case, without a lead.
        charge: its charge or cause of action, without a lead.
        stage: its stage, without a lead.
        reason: kept with the decision on the lead.

    Returns:
        The case, in the state ``informing``.

    Raises:
        NotAllowedError: ``REL-003`` not a handler of this procuratorate.
        CaseDataError: ``REL-013`` neither lead nor person, ``REL-014`` this person has an open case in this
            matter already.
        LeadError, Conflict: as :func:`yingjiu.office.leads.services.decide`.
    """
    office = user.procuratorate
    if office is None or not user.has_role(Role.HANDLER, Role.HEAD):
        raise NotAllowedError(
            fault("REL-003", _("only a handler may open a relief case"), _("assign the lead to a handler"))
        )
    applicant = lead.person if lead is not None else person
    if applicant is None or applicant.organisation_id != office.pk:
        raise CaseDataError(
            fault(
                "REL-013",
                _("a case needs a lead or a person of this procuratorate"),
                _("open it from a lead, or find the person first"),
            )
        )
    if lead is not None:
        case_no, charge, stage = lead.case_no, lead.charge, lead.stage
    # one case of an office is opened after the other: each has a number of its own, and none is opened twice
    Organisation.objects.select_for_update(no_key=True).get(pk=office.pk)
    _check_not_open(office, applicant, lead, case_no)
    on = timing.today()
    finding = lead.finding if lead is not None else {}
    facts = case_facts.prefill(
        finding,
        person_id=applicant.person_id,
        birth_date=applicant.birth_date,
        role=lead.role if lead is not None else "",
        on=on,
    )
    minor = facts.get("applicant_minor", {}).get("value") is True or _minor(applicant.birth_date, on)
    restricted = case_facts.default_secrecy_reason(charge=charge, minor=minor)
    year, serial, number = _number(office, on)
    case = ReliefCase(  # type: ignore[misc] # JSON, where the stubs see a text
        organisation=office,
        department=(lead.department if lead is not None else None) or user.department,
        handler=(lead.handler if lead is not None else None)
        or (user if user.has_role(Role.HANDLER) else None),
        secrecy=max(
            lead.secrecy if lead is not None else Secrecy.NORMAL,
            applicant.secrecy,
            Secrecy.RESTRICTED if restricted else Secrecy.NORMAL,
        ),
        year=year,
        serial=serial,
        number=number,
        person=applicant,
        lead=lead,
        case_no=case_no,
        case_key=normalise_case_no(case_no) if case_no else "",
        charge=charge,
        stage=stage,
        region=(lead.region if lead is not None else applicant.region)[:6],
        harm=str(facts.get("harm", {}).get("value") or ""),
        minor=minor,
        way=Way(how) if how else "",
        facts=facts,
        opened_on=on,
        changed_by=user,
    )
    checked(case)
    if lead is not None and lead.outcome_decided != "relief_case":
        leads.decide(
            lead=lead,
            outcome="relief_case",
            reason=reason or number,
            user=user,
            version=lead.version if version is None else version,
        )
    note(case, user=user, act="open", reason=restricted or reason)
    record(
        Action.DECISION,
        user=user,
        subject=case,
        detail={"what": "relief.open", "lead": lead.pk if lead else None},
    )
    return case


def _minor(born: date | None, on: date) -> bool:
    return born is not None and age_on(born, on) < 18


def _check_not_open(office: Organisation, person: Person, lead: Lead | None, case_no: str) -> None:
    held = ReliefCase.objects.filter(organisation=office, state__in=OPEN)
    same = held.filter(person=person, case_no=case_no) if case_no else held.none()
    found = same.first() or (held.filter(lead=lead).first() if lead is not None else None)
    if found is not None:
        raise CaseDataError(
            fault(
                "REL-014",
                _("this person already has an open relief case in this matter: {number}").format(
                    number=found.number
                ),
                _("go on with that case: one relief for one person in one case"),
            )
        )


def _number(office: Organisation, on: date) -> tuple[int, int, str]:
    every = everything(ReliefCase).filter(organisation=office, year=on.year)  # sealed ones keep theirs
    last = every.aggregate(last=Max("serial"))["last"]
    serial = (last or 0) + 1
    return on.year, serial, f"{office.short_name or office.name}救案〔{on.year}〕{serial}号"


def assign(*, case: ReliefCase, handler: User, reason: str, user: User, version: int) -> ReliefCase:
    """Give a case to a handler of its procuratorate.

    Raises:
        NotAllowedError: ``REL-004``. CaseDataError: ``REL-011``, ``REL-015`` no handler of this office.
    """
    check_head(case, user)
    told = reason_of(reason)
    if (
        not handler.is_active
        or not handler.has_role(Role.HANDLER)
        or handler.procuratorate != case.organisation
    ):
        raise CaseDataError(
            fault(
                "REL-015", _("this person is no handler of this procuratorate"), _("choose one from the list")
            )
        )
    with acting(case, user=user, version=version, act="assign", reason=told):
        case.handler = handler
        case.department = handler.department
        handed_on.send(ReliefCase, matters=[case])
    return case
