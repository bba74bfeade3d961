"""What a letter says at first: a handler reads it, corrects it, and answers for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.template.defaultfilters import date as date_text

from yingjiu.codes import CODE_LISTS
from yingjiu.language import speaking
from yingjiu.office.leads.models import Lead
from yingjiu.office.people.reading import loaded, rows_of
from yingjiu.office.referrals.matching import MatchedMeasure
from yingjiu.office.relief.models import ReliefCase

if TYPE_CHECKING:
    from yingjiu.office.accounts.models import User
    from yingjiu.office.people.models import Person

__all__ = ["first_texts"]


def first_texts(subject: Lead | ReliefCase, matched: Sequence[MatchedMeasure], user: User) -> dict[str, str]:
    """The texts of a new draft; in Chinese, as the letter is.

    Args:
        subject: the lead or case.
        matched: the measures, judged.
        user: who drafts it.
    """
    case = subject if isinstance(subject, ReliefCase) else None
    fits = [each.reason for each in matched if each.outcome == "match" and each.reason]
    return {
        "case_summary": "，".join(part for part in (subject.case_no, subject.charge) if part),
        "hardship": _hardship(subject.person),
        "relief_given": _relief(case),
        "reason": "；".join(dict.fromkeys(fits)),
        "contact_name": user.display_name,
        "contact_phone": user.phone,
    }


def _hardship(person: Person) -> str:
    """The lists that name the person."""
    state = loaded()
    if state is None:
        return ""
    lists = dict.fromkeys(row["list"] for row in rows_of(state, "hardship", [person.person_id]))
    with speaking("zh"):  # the letter is Chinese, whatever the handler reads
        return "、".join(CODE_LISTS["hardship_list"].label(code) for code in lists)


def _relief(case: ReliefCase | None) -> str:
    if case is None:
        return "尚未给予司法救助"
    if case.decided_amount is None:
        return "司法救助案件正在办理"
    day = f"于{date_text(case.decided_on, 'Y年n月j日')}" if case.decided_on else ""
    return f"已{day}决定给予国家司法救助金{case.decided_amount:.2f}元"
