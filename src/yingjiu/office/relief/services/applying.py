"""Inform, apply, take materials in, tell what is missing, accept, withdraw, deem abandoned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from yingjiu.office.accounts.models import User
from yingjiu.office.accounts.visibility import Secrecy, handed_on
from yingjiu.office.files.models import StoredFile
from yingjiu.office.relief import timing
from yingjiu.office.relief.application_form import FIELDS
from yingjiu.office.relief.errors import CaseDataError, NotAllowedError, fault
from yingjiu.office.relief.materials import prepare
from yingjiu.office.relief.models import Application, Informing, Material, ReliefCase, SupplementList
from yingjiu.office.relief.services.acting import (
    acting,
    check_day,
    check_handler,
    check_head,
    checked,
    move,
    reason_of,
)
from yingjiu.office.relief.states import UNDECIDED, MaterialState, State, Way

__all__ = [
    "abandon",
    "accept",
    "apply",
    "ask_supplement",
    "inform",
    "receive_materials",
    "set_secrecy",
    "supplemented",
    "withdraw",
    "write_application",
]


def _check_undecided(case: ReliefCase, *, until: Sequence[str] = UNDECIDED) -> None:
    if case.state not in until:
        raise NotAllowedError(
            fault(
                "REL-005",
                _("this cannot be changed any more: the case is “{state}”").format(state=case.state_label),
                _("open the case again to see where it stands"),
            )
        )


_OPEN_FORM = (State.INFORMING, State.APPLIED, State.SUPPLEMENTING, State.ACCEPTED, State.REVIEWING)


def inform(
    *, case: ReliefCase, told_on: date, how: str, told_by: str, note: str = "", user: User, version: int
) -> Informing:
    """Record that the person was told of the right to apply (告知)."""
    check_handler(case, user)
    _check_undecided(case)
    check_day(told_on, label=_("told on"))
    with acting(case, user=user, version=version, act="inform"):
        told = Informing(case=case, told_on=told_on, how=how, told_by=told_by, note=note, recorded_by=user)
        checked(told)
    return told


def write_application(
    *,
    case: ReliefCase,
    way: str,
    applied_on: date,
    form: Mapping[str, Any],
    reason: str = "",
    requested: Decimal | None = None,
    record: str = "",
    bank: str = "",
    account_name: str = "",
    account: str = "",
    authority: StoredFile | None = None,
    user: User,
    version: int,
) -> Application:
    """Write the application down; it may be incomplete, and is completed until the opinion.

    Args:
        case: the case.
        way: :class:`~..states.Way`.
        applied_on: the day of the application, or of starting ex officio.
        form: fields of :mod:`~..application_form`; others are refused.
        reason: why relief is asked for.
        requested: yuan asked for.
        record: what was said at an oral application.
        bank: where the account is held.
        account_name: whose account it is.
        account: its number.
        authority: proof of guardianship or power of attorney.
        user: the handler.
        version: of the case.

    Raises:
        CaseDataError: ``REL-010``, ``REL-012``, ``REL-016`` a field that the form does not have, ``REL-017``
            another ex officio way without a lead.
    """
    check_handler(case, user)
    _check_undecided(case, until=_OPEN_FORM)
    check_day(applied_on, label=_("applied on"))
    known = {each.key for each in FIELDS}
    strange = sorted(set(form) - known)
    if strange:
        raise CaseDataError(
            fault(
                "REL-016",
                _("the application form has no such field"),
                _("open the page again"),
                ", ".join(strange)[:80],
            )
        )
    if way == Way.EX_OFFICIO and case.lead_id is None:
        raise CaseDataError(
            fault(
                "REL-017",
                _("a case without a lead cannot be started ex officio"),
                _("choose the way in which the person applies"),
            )
        )
    with acting(case, user=user, version=version, act="write_application"):
        application = Application.objects.filter(case=case).first() or Application(case=case)
        application.way = way
        application.applied_on = applied_on
        application.form = {key: value for key, value in form.items() if value not in {None, ""}}
        application.reason, application.requested, application.record = reason, requested, record
        application.bank, application.account_name, application.account = bank, account_name, account
        application.authority = authority or application.authority
        application.changed_by = user
        checked(application)
        case.way = application.way
        prepare(case)
    return application


def apply(*, case: ReliefCase, user: User, version: int) -> ReliefCase:
    """Take the application: the case moves on, and the time for telling what is missing begins."""
    check_handler(case, user)
    with acting(case, user=user, version=version, act="apply"):
        move(case, "apply")
        case.applied_on = case.application.applied_on
        prepare(case)
        timing.begin(case, "relief.supplement_notice", on=case.applied_on, user=user)
    return case


def receive_materials(
    *, case: ReliefCase, received: Mapping[str, Mapping[str, Any]], on: date, user: User, version: int
) -> ReliefCase:
    """Take materials in, or say that one is not needed here.

    Args:
        case: the case.
        received: from the material's identifier to ``state`` (received, waived, needed), ``copies``,
            ``original``, ``file`` and ``note``; a waived one needs a note.
        on: the day on which they came in.
        user: the handler.
        version: of the case.

    Raises:
        CaseDataError: ``REL-018`` no such material, ``REL-019`` waived without a reason.
    """
    check_handler(case, user)
    _check_undecided(case)
    check_day(on, label=_("received on"))
    with acting(case, user=user, version=version, act="receive_materials"):
        rows = {each.item: each for each in case.materials.select_for_update(no_key=True)}
        for item, told in received.items():
            row = rows.get(item)
            if row is None:
                raise CaseDataError(
                    fault("REL-018", _("this case has no such material"), _("open the page again"))
                )
            _receive(row, told, on, user)
    return case


def _receive(row: Material, told: Mapping[str, Any], on: date, user: User) -> None:
    row.state = MaterialState(told.get("state") or row.state)
    row.note = str(told.get("note") or row.note)
    if row.state == MaterialState.WAIVED and len(row.note.strip()) < 4:
        raise CaseDataError(
            fault(
                "REL-019",
                _("“{title}” is left out without a reason").format(title=row.title),
                _("write why it is not needed in this case"),
            )
        )
    row.received_on = on if row.state == MaterialState.RECEIVED else None
    row.copies = int(told.get("copies") or row.copies)
    row.original = bool(told.get("original", row.original))
    row.file = told.get("file") or row.file
    row.changed_by = user
    checked(row)


def ask_supplement(
    *, case: ReliefCase, on: date, new_facts: str = "", user: User, version: int
) -> SupplementList:
    """Tell at one time what is missing; the applicant has thirty days, and the decision's time rests.

    A second list is refused by the machine unless ``new_facts`` says what has come up since.
    """
    check_handler(case, user)
    check_day(on, label=_("told on"), not_before=case.applied_on)
    with acting(case, user=user, version=version, act="ask_supplement", reason=new_facts):
        case.new_facts = new_facts
        missing = [
            {"item": each.item, "title": each.title}
            for each in case.materials.all()
            if each.required and not each.settled
        ]
        move(case, "ask_supplement")
        given = SupplementList(
            case=case,
            number=case.supplements.count() + 1,
            asked_on=on,
            items=missing,
            new_facts=new_facts,
            asked_by=user,
        )
        checked(given)
        timing.end(case, "relief.supplement_notice", on=on, user=user)
        timing.rest(
            case, "relief.decision", on=on, reason=gettext_noop("materials are being completed"), user=user
        )
        timing.begin(case, "relief.supplement", on=on, user=user)
    return given


def supplemented(*, case: ReliefCase, on: date, user: User, version: int) -> ReliefCase:
    """The missing materials are there: the time for the decision goes on."""
    check_handler(case, user)
    asked = case.supplements.last()
    check_day(on, label=_("completed on"), not_before=asked.asked_on if asked else None)
    with acting(case, user=user, version=version, act="supplemented"):
        move(case, "supplemented")
        case.supplements.filter(answered_on=None).update(answered_on=on)
        timing.end(case, "relief.supplement", on=on, user=user)
        timing.go_on(case, "relief.decision", on=on, user=user)
    return case


def accept(*, case: ReliefCase, on: date, user: User, version: int) -> ReliefCase:
    """Accept the application (受理): the ten working days for the decision begin."""
    check_handler(case, user)
    check_day(on, label=_("accepted on"), not_before=case.applied_on)
    with acting(case, user=user, version=version, act="accept"):
        move(case, "accept")
        case.accepted_on = case.accepted_on or on
        timing.end(case, "relief.supplement_notice", on=on, user=user)
        timing.begin(case, "relief.decision", on=case.accepted_on, user=user)
    return case


def abandon(*, case: ReliefCase, reason: str, user: User, version: int) -> ReliefCase:
    """Deem the application abandoned, after the time for completing it: a person's act, with a reason."""
    check_handler(case, user)
    with acting(case, user=user, version=version, act="abandon", reason=reason_of(reason)):
        move(case, "abandon")
        timing.drop_all(case, on=timing.today(), reason=gettext_noop("deemed abandoned"), user=user)
    return case


def withdraw(*, case: ReliefCase, reason: str, user: User, version: int) -> ReliefCase:
    """Record that the person does not want relief any more."""
    check_handler(case, user)
    with acting(case, user=user, version=version, act="withdraw", reason=reason_of(reason)):
        move(case, "withdraw")
        timing.drop_all(case, on=timing.today(), reason=gettext_noop("withdrawn by the applicant"), user=user)
    return case


def set_secrecy(*, case: ReliefCase, secrecy: int, reason: str, user: User, version: int) -> ReliefCase:
    """Change how secret a case is; only the head, and never to sealed (that is the law's own procedure)."""
    check_head(case, user)
    if secrecy not in {Secrecy.NORMAL, Secrecy.RESTRICTED, Secrecy.SECRET} or secrecy > user.clearance:
        raise CaseDataError(
            fault("REL-020", _("this secrecy cannot be set here"), _("choose one within your own clearance"))
        )
    with acting(case, user=user, version=version, act="set_secrecy", reason=reason_of(reason)):
        case.secrecy = secrecy
        handed_on.send(ReliefCase, matters=[case])
    return case
