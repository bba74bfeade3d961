"""The one-time rule (一案一人一次): earlier relief of the same person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from yingjiu.codes import CODE_LISTS, normalise_case_no
from yingjiu.office.people.reading import loaded, rows_of
from yingjiu.office.relief.models import ReliefCase
from yingjiu.office.relief.states import State

__all__ = ["Earlier", "earlier_relief"]


@dataclass(frozen=True, slots=True)
class Earlier:
    """Relief that the same person was given, refused, or is about to be given.

    Attributes:
        where: which organ, in words.
        case_no: number of the original case.
        outcome: in words.
        on: the day, as text.
        amount: yuan, as text.
        same: whether it is the same case, as far as the numbers tell.
        granted: whether it was given or is under way.
    """

    where: str
    case_no: str
    outcome: str
    on: str
    amount: str
    same: bool
    granted: bool


def earlier_relief(case: ReliefCase) -> list[Earlier]:
    """Everything that is known of earlier relief for the applicant, the same case first.

    Other offices' cases are shown with their organ and outcome only.
    """
    found = [*_own(case), *_told(case)]
    return sorted(found, key=lambda each: (not each.same, not each.granted))


def _own(case: ReliefCase) -> list[Earlier]:
    mine = normalise_case_no(case.case_no)
    others = (
        ReliefCase.objects.filter(person__key_index=case.person.key_index)
        .exclude(pk=case.pk)
        .select_related("organisation")
    )
    return [
        Earlier(
            str(each.organisation),
            each.case_no,
            each.state_label,
            (each.decided_on or each.opened_on).isoformat(),
            f"{each.decided_amount:,.2f}" if each.decided_amount is not None else "",
            bool(mine) and normalise_case_no(each.case_no) == mine,
            each.state not in {State.REFUSED, State.REFERRED, State.WITHDRAWN, State.ABANDONED},
        )
        for each in others
    ]


def _told(case: ReliefCase) -> list[Earlier]:
    state = loaded()
    if state is None:
        return []
    mine = normalise_case_no(case.case_no)
    outcomes = CODE_LISTS["relief_outcome"]
    rows: list[Any] = rows_of(state, "relief_history", [case.person.person_id])
    found = []
    for row in rows:
        number = str(row.get("case_no") or row.get("case_id") or "")
        outcome = str(row.get("outcome") or "")
        amount = row.get("amount")
        found.append(
            Earlier(
                str(row.get("organ") or _("another organ")),
                number,
                outcomes.label(outcome) if outcome in outcomes.codes else outcome,
                str(row.get("decided_on") or ""),
                f"{amount:,.2f}" if amount is not None else "",
                bool(mine) and normalise_case_no(number) == mine,
                outcome in {"granted", "in_progress"},
            )
        )
    return found
