"""What referrals tell other apps: the dossier of a person, and who may see a referral's files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from yingjiu.office.people.registry import Entry
from yingjiu.office.phrases import in_language, labelled, listed
from yingjiu.office.referrals.models import Referral
from yingjiu.office.referrals.states import State

if TYPE_CHECKING:
    from yingjiu.office.accounts.models import User
    from yingjiu.office.files.models import StoredFile
    from yingjiu.office.people.models import Person

__all__ = ["TONES", "may_see_file", "referrals_of"]

TONES = {
    State.DRAFT: "secondary",
    State.SENT: "blue",
    State.ACCEPTED: "info",
    State.MORE_TIME: "yellow",
    State.REJECTED: "red",
    State.DONE: "green",
    State.REOPENED: "orange",
    State.WITHDRAWN: "secondary",
}


def referrals_of(person: Person, user: User) -> Sequence[Entry]:
    """The referrals of a person, for the dossier."""
    found = Referral.objects.visible_to(user).filter(person=person).select_related("agency")
    return [
        Entry(
            title=labelled(each.agency, listed(in_language(row.title) for row in each.measures.all())),
            url=each.get_absolute_url(),
            on=each.sent_on or each.created_at.date(),
            state=str(each.get_state_display()),
            tone=TONES[State(each.state)],
        )
        for each in found.prefetch_related("measures")
    ]


def may_see_file(user: Any, file: StoredFile) -> bool:
    """Proof is seen by both sides; a signed consent by the procuratorate only."""
    seen = Referral.objects.visible_to(user)
    owned = Q(proof=file)
    if getattr(user, "procuratorate", None) is not None:
        owned |= Q(consent_file=file)
    return seen.filter(owned).exists()
