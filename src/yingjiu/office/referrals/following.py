"""Letters go along with their matter: who handles the case handles what was asked of agencies for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.dispatch import receiver

from yingjiu.office.accounts.visibility import CaseData, Secrecy, handed_on
from yingjiu.office.leads.models import Lead
from yingjiu.office.referrals.models import Referral
from yingjiu.office.relief.models import ReliefCase
from yingjiu.office.sealing.querysets import everything

__all__: list[str] = []


@receiver(handed_on, sender=ReliefCase, dispatch_uid="referrals of cases")
def _follow_cases(matters: Sequence[ReliefCase], **_said: Any) -> None:
    _follow({case.pk: case for case in matters}, "case_id")


@receiver(handed_on, sender=Lead, dispatch_uid="referrals of leads")
def _follow_leads(matters: Sequence[Lead], **_said: Any) -> None:
    """A letter of a case follows the case, even if a lead led to it."""
    _follow({lead.pk: lead for lead in matters}, "lead_id", case=None)


def _follow(matters: dict[int, Any], of: str, **only: Any) -> None:
    open_to_us = everything(Referral).exclude(secrecy=Secrecy.SEALED)
    letters = list(open_to_us.filter(**{f"{of}__in": matters}, **only))
    for letter in letters:
        matter: CaseData = matters[getattr(letter, of)]
        letter.handler, letter.department = matter.handler, matter.department
        letter.secrecy = matter.secrecy
    everything(Referral).bulk_update(letters, ["handler", "department", "secrecy"])
    if letters:
        handed_on.send(Referral, matters=letters)
