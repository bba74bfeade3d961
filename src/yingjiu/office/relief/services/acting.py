"""How every service acts on a case: right person, version seen, one transaction, a line of history."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from yingjiu.office.accounts.models import User
from yingjiu.office.accounts.roles import Role
from yingjiu.office.audit.services import Action, record
from yingjiu.office.frame.versions import claim
from yingjiu.office.phrases import clauses, labelled
from yingjiu.office.relief import timing
from yingjiu.office.relief.errors import CaseDataError, NotAllowedError, fault
from yingjiu.office.relief.machine import ACTS, perform
from yingjiu.office.relief.models import CaseEvent, ReliefCase

__all__ = [
    "acting",
    "check_day",
    "check_handler",
    "check_head",
    "checked",
    "move",
    "note",
    "reason_of",
]

_SHORTEST_REASON: Final = 4


@contextmanager
def acting(case: ReliefCase, *, user: User, version: int, act: str, reason: str = "") -> Iterator[ReliefCase]:
    """Change a case in one transaction.

    Args:
        case: the case.
        user: who changes it; the caller checks that they may.
        version: as the page showed it.
        act: what is done, for the history.
        reason: why; kept encrypted.

    Yields:
        The case as it stands now. It is saved afterwards, with a line of history and an audit event.

    Raises:
        Conflict: somebody changed it meanwhile; nothing is written.
    """
    with transaction.atomic():
        claim(case, version, user)
        case.stated_reason = reason
        before = (case.state, case.urgent_state)
        yield case
        checked(case)
        note(case, user=user, act=act, before=before[0], reason=reason)
        record(
            Action.DECISION,
            user=user,
            subject=case,
            detail={
                "what": f"relief.{act}",
                "from": before[0],
                "to": case.state,
                "urgent": case.urgent_state,
            },
        )


def checked(row: models.Model) -> None:
    """Check a row's fields and save it; what the state machine holds is the machine's own.

    Raises:
        CaseDataError: ``REL-010`` a field is wrong, one fault for each.
    """
    exclude = [each.name for each in row._meta.concrete_fields if getattr(each, "protected", False)]
    try:
        row.full_clean(exclude=exclude, validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        raise CaseDataError(
            *(
                fault("REL-010", labelled(_label(row, name), clauses(told)))
                for name, told in error.message_dict.items()
            )
        ) from None
    row.save()


def _label(row: models.Model, name: str) -> str:
    return str(getattr(row._meta.get_field(name), "verbose_name", name))


def note(case: ReliefCase, *, user: User, act: str, before: str = "", reason: str = "") -> CaseEvent:
    """Write a line of history."""
    return CaseEvent.objects.create(
        case=case, by=user, act=act, before=before, after=case.state, version=case.version, reason=reason
    )


def move(case: ReliefCase, act: str) -> None:
    """Move a case by a transition of its machine.

    Raises:
        NotAllowedError: ``REL-001``, ``REL-002``.
    """
    perform(case, act)


def check_handler(case: ReliefCase, user: User) -> None:
    """Only the handler of the case does its casework.

    Raises:
        NotAllowedError: ``REL-003``.
    """
    if (
        not user.has_role(Role.HANDLER)
        or case.handler_id != user.pk
        or user.procuratorate != case.organisation
    ):
        raise NotAllowedError(
            fault(
                "REL-003",
                _("only the handler of this case may do this"),
                _("ask the department head to assign the case to you"),
            )
        )


def check_head(case: ReliefCase, user: User) -> None:
    """The head or a deputy chief procurator of the case's own procuratorate.

    Raises:
        NotAllowedError: ``REL-004``.
    """
    if not user.has_role(Role.HEAD, Role.DEPUTY_CHIEF) or user.procuratorate != case.organisation:
        raise NotAllowedError(
            fault(
                "REL-004",
                _("only the head of the procuratorate's department may do this"),
                _("ask the head"),
            )
        )


def reason_of(text: str) -> str:
    """A reason is more than a dot.

    Raises:
        CaseDataError: ``REL-011``.
    """
    told = text.strip()
    if len(told) < _SHORTEST_REASON:
        raise CaseDataError(
            fault(
                "REL-011",
                _("a reason is missing"),
                _("write in a sentence what it rests on; whoever reads the file later must understand it"),
            )
        )
    return told


def check_day(on: date, *, label: Any, not_before: date | None = None) -> date:
    """A day on which something happened is not in the future, nor before what it follows.

    Raises:
        CaseDataError: ``REL-012``.
    """
    if on > timing.today():
        raise CaseDataError(
            fault(
                "REL-012",
                _("{label}: this day is in the future").format(label=label),
                _("enter the day on which it happened"),
                on.isoformat(),
            )
        )
    if not_before is not None and on < not_before:
        raise CaseDataError(
            fault(
                "REL-012",
                _("{label}: this day is before what it follows ({day})").format(
                    label=label, day=not_before.isoformat()
                ),
                _("check the days"),
                on.isoformat(),
            )
        )
    return on


def act_label(act: str) -> str:
    """What an act is called in the history."""
    return str(ACTS.get(act) or act)
