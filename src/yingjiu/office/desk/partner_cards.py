"""Cards of partners: agency liaisons and grid workers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from yingjiu.office.desk.addresses import address, page_of
from yingjiu.office.desk.cards import SHOWN, Card, Row
from yingjiu.office.desk.casework_cards import day_mark
from yingjiu.office.leads import selectors as leads
from yingjiu.office.referrals import selectors as referrals

if TYPE_CHECKING:
    from yingjiu.office.accounts.models import User

__all__ = ["asked_visits", "questions", "referred"]


def referred(user: User) -> Card:
    """What was referred to an agency and is not finished."""
    found = referrals.inbox(user, {"state": "open"})
    shown = list(found[: SHOWN + 1])
    rows = []
    for each in shown[:SHOWN]:
        mark, tone = day_mark(each.due_on)
        rows.append(
            Row(
                str(each.person),
                page_of(each),
                f"{each.organisation} · {each.get_state_display()}",
                mark,
                tone,
            )
        )
    return Card(
        _("Referrals to act on"),
        "inbox",
        rows,
        found.count() if len(shown) > SHOWN else len(shown),
        url=address("referrals:inbox"),
        empty=_("nothing waits for your agency"),
    )


def questions(user: User) -> Card:
    """Questions to an agency that are still to be answered."""
    found = leads.open_questions(user)
    rows = []
    for check in found[:SHOWN]:
        mark, tone = day_mark(check.due)
        rows.append(
            Row(
                str(check.lead.person),
                address("leads:question", check.pk),
                str(check.lead.organisation),
                mark,
                tone,
            )
        )
    return Card(
        _("Questions to my agency"),
        "message-question",
        rows,
        found.count(),
        url=address("leads:questions"),
        empty=_("no question waits"),
    )


def asked_visits(user: User) -> Card:
    """Visits asked of a grid worker."""
    found = leads.open_visits(user)
    rows = []
    for check in found[:SHOWN]:
        mark, tone = day_mark(check.due)
        rows.append(
            Row(str(check.lead.person), address("leads:visit", check.pk), check.lead.town, mark, tone)
        )
    return Card(
        _("Visits to make"),
        "map-pin",
        rows,
        found.count(),
        url=address("leads:visits"),
        empty=_("no visit waits"),
    )
