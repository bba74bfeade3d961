"""What the papers of a relief case say about social assistance: what fits, and what was asked of whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from yingjiu.office.documents.wording import chinese_date
from yingjiu.office.referrals.facts import catalogue
from yingjiu.office.referrals.models import Referral, ReferralQuerySet
from yingjiu.office.referrals.services.drafting import propose
from yingjiu.office.referrals.states import Result, State
from yingjiu.office.relief.models import ReliefCase

if TYPE_CHECKING:
    from yingjiu.office.accounts.models import User

__all__ = ["proposed", "referred"]

_TOLD = {
    State.SENT: "尚未答复",
    State.ACCEPTED: "已受理，正在办理",
    State.MORE_TIME: "已受理，请求延长办理时间",
    State.REJECTED: "答复不予受理",
    State.DONE: "已办结",
    State.REOPENED: "已再次移送，正在办理",
}
"""How a paper tells where a letter stands; drafts and withdrawn letters are not told."""


def proposed(case: ReliefCase, user: User) -> list[str]:
    """Measures that the data speak for, and that no letter has named yet, by agency."""
    asked = set(_letters(case, user).values_list("measures__key", flat=True))
    fitting: dict[str, list[str]] = {}
    for each in propose(case):
        if each.outcome == "match" and each.key not in asked:
            why = each.reason.replace("；", "，")
            says = f"{each.measure.title}（{why}）" if why else each.measure.title
            fitting.setdefault(each.measure.agency, []).append(says)
    agencies = catalogue().agencies
    return [f"建议向{agencies[agency].title}提出：{'；'.join(says)}" for agency, says in fitting.items()]


def referred(case: ReliefCase, user: User) -> list[str]:
    """Letters that were sent in the matter of a case, with what came of each."""
    told = []
    letters = _letters(case, user).select_related("agency").prefetch_related("measures")
    for each in letters.order_by("sent_on", "pk"):
        rows = list(each.measures.all())
        day = chinese_date(each.sent_on) if each.sent_on else ""
        done = [row.title for row in rows if row.result == Result.GIVEN]
        result = f"已落实{'、'.join(done)}" if done else _TOLD[State(each.state)]
        told.append(f"{day}已向{each.agency.name}提出{'、'.join(row.title for row in rows)}，{result}")
    return told


def _letters(case: ReliefCase, user: User) -> ReferralQuerySet:
    """What was sent from a case or its lead, and who makes the paper sees."""
    matter = Q(case=case)
    if case.lead_id is not None:
        matter |= Q(lead=case.lead_id)
    return Referral.objects.visible_to(user).filter(matter, state__in=list(_TOLD))
