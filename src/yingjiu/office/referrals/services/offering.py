"""Leads the other way: an agency names a person, the procuratorate takes them as a lead or says why not."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from yingjiu.codes import mask_name, parse_id
from yingjiu.codes.errors import IdNumberError
from yingjiu.office.accounts.models import Kind, User
from yingjiu.office.accounts.roles import Role
from yingjiu.office.audit.services import Action, record
from yingjiu.office.clocks import services as clocks
from yingjiu.office.frame.versions import claim
from yingjiu.office.leads.models import Lead
from yingjiu.office.leads.services import open_from_agency
from yingjiu.office.leads.services.arriving import complaints_department
from yingjiu.office.people.services import take_person
from yingjiu.office.referrals.errors import NotAllowedError, ReferralDataError, fault
from yingjiu.office.referrals.models import Offer
from yingjiu.office.referrals.services.guards import check_works, needs
from yingjiu.office.referrals.states import OfferState
from yingjiu.office.sealing.registry import related_rows
from yingjiu.office.sealing.services import seal_along

__all__ = ["offer", "return_offer", "take_offer"]

LIMIT = "referral.incoming"


def offer(
    *,
    user: User,
    name: str,
    id_number: str,
    reason: str,
    ground: str,
    ground_text: str,
    phone: str = "",
    address: str = "",
    case_known: str = "",
    urgent: bool = False,
) -> Offer:
    """Name a person who may need judicial relief to the procuratorate that the agency works with.

    Args:
        user: a liaison.
        name: of the person.
        id_number: their resident ID number.
        reason: what the agency knows: the case, the hardship.
        ground: why the agency may give the data (PIPL art. 13, 34).
        ground_text: the rule, or how consent was given.
        phone: their telephone.
        address: where they live.
        case_known: number or kind of the case, as far as it is known.
        urgent: life or health is at risk; the procuratorate sees it first.

    Returns:
        What waits for the procuratorate, with its clock.

    Raises:
        NotAllowedError: ``REF-008`` no liaison of an agency.
        ReferralDataError: ``REF-010`` something is missing, ``REF-019`` no valid ID number, ``REF-020`` this
            agency has named this person already and waits for an answer.
    """
    agency = user.organisation
    if (
        agency is None
        or agency.kind != Kind.AGENCY
        or agency.parent is None
        or not user.has_role(Role.LIAISON)
    ):
        raise NotAllowedError(
            fault("REF-008", _("only a liaison of an agency may do this"), _("ask the system administrator"))
        )
    try:
        number = parse_id(id_number).number
    except IdNumberError as error:
        raise ReferralDataError(
            fault("REF-019", _("this is no valid ID number"), _("compare it with the card"))
        ) from error
    today = timezone.localdate()
    named = Offer(
        organisation=agency.parent,
        department=complaints_department(agency.parent),
        agency=agency,
        made_by=user,
        name=needs(name, _("the name")),
        name_masked=mask_name(name.strip()),
        id_number=number,
        phone=phone.strip(),
        address=address.strip(),
        case_known=case_known.strip(),
        reason=needs(reason, _("the reason")),
        ground=ground,
        ground_text=needs(ground_text, _("the rule, or how consent was given")),
        urgent=urgent,
        sent_on=today,
        changed_by=user,
        changed_at=timezone.now(),
    )
    named.full_clean(validate_constraints=False)
    try:
        with transaction.atomic():
            return _placed(named, user)
    except IntegrityError as error:
        raise ReferralDataError(
            fault(
                "REF-020",
                _("your unit has named this person already, and waits for an answer"),
                _("look in the list of those you have named"),
            )
        ) from error


def _placed(named: Offer, user: User) -> Offer:
    named.save()
    clock = clocks.start(
        named,
        LIMIT,
        on=named.sent_on,
        organisation=named.organisation,
        department=named.department,
        secrecy=named.secrecy,
        user=user,
    )
    named.due_on = clock.due_on
    named.save(update_fields=["due_on"])
    record(Action.DECISION, user=user, subject=named, detail={"what": "offer", "agency": named.agency_id})
    return named


@transaction.atomic
def take_offer(*, named: Offer, user: User, version: int) -> Lead:
    """Take a person whom an agency named as a lead.

    Args:
        named: waits for an answer.
        user: a handler or head of the procuratorate.
        version: what the user's page showed.

    Returns:
        The lead.

    Raises:
        NotAllowedError: ``REF-001`` it is answered already, ``REF-007``.
    """
    named = _claimed(named, user, version)
    known = parse_id(named.id_number)
    person = take_person(
        named.organisation,
        person_id=known.key,
        name=named.name,
        id_number=known.number,
        phone=named.phone,
        address=named.address,
    )
    reason = "\n".join(part for part in (named.reason, named.case_known) if part)
    lead = open_from_agency(
        named.organisation,
        person=person,
        agency=named.agency,
        reason=reason,
        user=user,
        **({"level": "red"} if named.urgent else {}),
    )
    named.lead = lead
    _answered(named, OfferState.TAKEN, "", user)
    seal_along(related_rows(named), subject=person)
    return lead


@transaction.atomic
def return_offer(*, named: Offer, reason: str, user: User, version: int) -> Offer:
    """Tell the agency why the person is not taken as a lead.

    Raises:
        NotAllowedError: ``REF-001``, ``REF-007``.
        ReferralDataError: ``REF-010`` no reason.
    """
    told = needs(reason, _("the reason"))
    named = _claimed(named, user, version)
    _answered(named, OfferState.RETURNED, told, user)
    return named


def _claimed(named: Offer, user: User, version: int) -> Offer:
    check_works(named.organisation, named.handler, user)
    named = claim(Offer.objects.select_for_update(no_key=True).get(pk=named.pk), version, user)
    if named.state != OfferState.SENT:
        raise NotAllowedError(
            fault(
                "REF-001",
                _("this was answered already: {state}").format(state=named.get_state_display()),
                _("open its page again"),
            )
        )
    return named


def _answered(named: Offer, state: OfferState, answer: str, user: User) -> None:
    today = timezone.localdate()
    named.state, named.answer = state, answer
    named.answered_on, named.answered_by, named.due_on = today, user, None
    named.handler = named.handler or (user if user.has_role(Role.HANDLER) else None)
    named.full_clean(validate_constraints=False)
    named.save()
    clocks.stop_if_running(named, LIMIT, on=today, user=user, reason=answer)
    record(Action.DECISION, user=user, subject=named, detail={"what": str(state.value)})
