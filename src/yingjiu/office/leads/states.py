"""The words of a lead's life: states, outcomes, kinds of checks and of events."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

__all__ = [
    "LEVELS",
    "OPEN_HANDOVER",
    "Answer",
    "CheckKind",
    "EventKind",
    "HandoverResult",
    "HandoverState",
    "Kind",
    "Level",
    "Origin",
    "Outcome",
    "Pile",
    "State",
    "Strength",
]


class State(models.TextChoices):
    """Where a lead stands. It is never a decision about relief."""

    NEW = "new", _("new")
    ASSIGNED = "assigned", _("assigned")
    CHECKING = "checking", _("being checked")
    DECIDED = "decided", _("decided")
    REOPENED = "reopened", _("back, to be decided anew")


class Pile(models.IntegerChoices):
    """On which pile a lead lies; computed by the database from its state."""

    GONE = 0, _("no longer found, and nobody took it up")
    WAITING = 1, _("waiting")
    IN_WORK = 2, _("in work")
    DECIDED = 3, _("decided")


class Kind(models.TextChoices):
    """What a lead may lead to."""

    JUDICIAL_RELIEF = "judicial_relief", _("judicial relief")
    SOCIAL_ASSISTANCE = "social_assistance", _("social assistance")
    SUPERVISION = "supervision", _("supervision")


class Level(models.TextChoices):
    """How soon a lead wants a person."""

    RED = "red", _("red")
    ORANGE = "orange", _("orange")
    YELLOW = "yellow", _("yellow")


LEVELS: Final = tuple(Level.values)


class Strength(models.TextChoices):
    """What the models say of it."""

    MATCH = "match", _("meets the conditions")
    POSSIBLE = "possible", _("possible, to be settled")


class Outcome(models.TextChoices):
    """What a person decided about a lead."""

    RELIEF_CASE = "relief_case", _("relief case opened")
    REFER = "refer", _("referred only")
    SUPERVISION = "supervision", _("supervision lead handed over")
    DISMISSED = "dismissed", _("dismissed")


class Origin(models.TextChoices):
    """Where a lead came from."""

    RUN = "run", _("run of the models")
    ENTRY = "entry", _("party entered by hand")
    AGENCY = "agency", _("sent by an agency")


class CheckKind(models.TextChoices):
    """How something is found out."""

    PHONE = "phone", pgettext_lazy("way", "telephone")
    VISIT = "visit", _("visit")
    DOCUMENT = "document", _("document seen")
    AGENCY = "agency", _("question to an agency")


class Answer(models.TextChoices):
    """What a check found about a condition."""

    TRUE = "true", _("true")
    FALSE = "false", _("false")
    UNKNOWN = "unknown", _("still unknown")


class EventKind(models.TextChoices):
    """What happened to a lead."""

    FOUND = "found", _("found")
    CHANGED = "changed", _("data changed")
    RETURNED = "returned", _("came back")
    GONE = "gone", _("no longer found")
    FOUND_AGAIN = "found_again", _("found again")
    ASSIGNED = "assigned", _("assigned")
    CLAIMED = "claimed", _("claimed")
    RELEASED = "released", _("given back")
    CHECK_ASKED = "check_asked", _("check asked")
    CHECK_DONE = "check_done", _("check recorded")
    CHECK_CANCELLED = "check_cancelled", _("check called off")
    DECIDED = "decided", _("decided")
    REOPENED = "reopened", _("reopened by a person")
    HANDOVER_ACCEPTED = "handover_accepted", _("accepted by the other department")
    HANDOVER_RETURNED = "handover_returned", _("returned by the other department")
    HANDOVER_REPORTED = "handover_reported", _("result reported by the other department")
    HANDOVER_WITHDRAWN = "handover_withdrawn", _("handing over withdrawn")


class HandoverState(models.TextChoices):
    """Where a lead stands that another department took over."""

    SENT = "sent", _("handed over")
    ACCEPTED = "accepted", pgettext_lazy("handover", "accepted")
    RETURNED = "returned", _("returned")
    REPORTED = "reported", _("result reported")
    WITHDRAWN = "withdrawn", _("withdrawn")


OPEN_HANDOVER: Final = (HandoverState.SENT.value, HandoverState.ACCEPTED.value)
"""States in which the other department must still answer."""


class HandoverResult(models.TextChoices):
    """What came of a supervision lead in the department that took it over."""

    FILED = "filed", _("supervision case opened")
    PROTESTED = "protested", _("protest made, or asked of the procuratorate above")
    SUGGESTED = "suggested", _("procuratorial suggestion made")
    CORRECTED = "corrected", _("opinion on correcting unlawful acts issued")
    OTHER = "other", _("dealt with in another way")
    UNFOUNDED = "unfounded", _("no ground for supervision found")
