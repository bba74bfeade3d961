"""The words of a referral: where it stands, on what ground it was sent, what happened."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

__all__ = [
    "ANSWERABLE",
    "AT_AGENCY",
    "CLOSED",
    "EventKind",
    "Ground",
    "OfferState",
    "OnWhoseWord",
    "Result",
    "State",
]


class State(models.TextChoices):
    """Where a referral stands."""

    DRAFT = "draft", _("draft")
    SENT = "sent", _("sent")
    ACCEPTED = "accepted", _("accepted")
    MORE_TIME = "more_time", _("more time asked for")
    REJECTED = "rejected", _("rejected")
    DONE = "done", pgettext_lazy("referral", "done")
    REOPENED = "reopened", _("reopened")
    WITHDRAWN = "withdrawn", _("withdrawn")


ANSWERABLE: Final = (State.SENT, State.REOPENED)
"""The agency owes an answer."""

AT_AGENCY: Final = (State.SENT, State.REOPENED, State.ACCEPTED, State.MORE_TIME)
"""The agency has something to do."""

CLOSED: Final = (State.REJECTED, State.DONE, State.WITHDRAWN)
"""Nobody has anything to do, unless it is reopened."""


class Ground(models.TextChoices):
    """Why personal data may be given to an agency (PIPL art. 13, 34)."""

    CONSENT = "consent", _("consent of the person or their guardian")
    STATUTE = "statute", _("a rule that demands or allows it")
    URGENT = "urgent", _("protection of life or health in an emergency")


class Result(models.TextChoices):
    """What became of one measure."""

    OPEN = "", _("not answered yet")
    GIVEN = "given", _("given")
    IN_PROGRESS = "in_progress", _("in progress by the agency's own procedure")
    REFUSED = "refused", _("does not qualify")


class OnWhoseWord(models.TextChoices):
    """Who says that a closed referral is not settled."""

    PROCURATORATE = "procuratorate", _("the procuratorate's own check")
    PERSON = "person", _("the person says that no help arrived")


class EventKind(models.TextChoices):
    """What happens to a referral."""

    CREATED = "created", _("drafted")
    CHANGED = "changed", _("changed")
    GROUND = "ground", _("ground recorded")
    SENT = "sent", _("sent")
    SEEN = "seen", _("opened by the agency")
    ACCEPTED = "accepted", _("accepted")
    REJECTED = "rejected", _("rejected")
    ASKED_TIME = "asked_time", _("more time asked for")
    GIVEN_TIME = "given_time", _("more time given")
    REFUSED_TIME = "refused_time", _("more time refused")
    DONE = "done", pgettext_lazy("referral", "done")
    REOPENED = "reopened", _("reopened")
    WITHDRAWN = "withdrawn", _("withdrawn")


class OfferState(models.TextChoices):
    """Where a person named by an agency stands."""

    SENT = "sent", _("waiting for the procuratorate")
    TAKEN = "taken", _("taken as a lead")
    RETURNED = "returned", _("returned with a reason")
