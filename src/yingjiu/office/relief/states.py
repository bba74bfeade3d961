"""The words of a relief case: its states, ways, kinds; labels are in the user's language."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

__all__ = [
    "CLOSED",
    "OPEN",
    "TRACK",
    "UNDECIDED",
    "Answer",
    "ApprovalState",
    "ChainKind",
    "How",
    "MaterialState",
    "PaymentKind",
    "PaymentState",
    "Proposal",
    "State",
    "Urgent",
    "Way",
]


class State(models.TextChoices):
    """Where a case stands, from informing to archive."""

    INFORMING = "informing", _("informing")
    APPLIED = "applied", _("applied")
    SUPPLEMENTING = "supplementing", _("materials being completed")
    ACCEPTED = "accepted", _("accepted")
    REVIEWING = "reviewing", _("under review")
    PROPOSED = "proposed", _("opinion written")
    IN_APPROVAL = "in_approval", _("in approval")
    GRANTED = "granted", _("relief granted")
    REFUSED = "refused", _("relief refused")
    REFERRED = "referred", _("referred to social assistance")
    PAYING = "paying", _("in payment")
    PAID = "paid", _("paid")
    FOLLOWING_UP = "following_up", _("in follow-up")
    RECOVERING = "recovering", _("in recovery")
    WITHDRAWN = "withdrawn", _("withdrawn")
    ABANDONED = "abandoned", _("deemed abandoned")
    ARCHIVED = "archived", _("archived")


UNDECIDED: Final = (
    State.INFORMING,
    State.APPLIED,
    State.SUPPLEMENTING,
    State.ACCEPTED,
    State.REVIEWING,
    State.PROPOSED,
    State.IN_APPROVAL,
)
"""States before the decision."""

CLOSED: Final = (State.REFUSED, State.REFERRED, State.WITHDRAWN, State.ABANDONED, State.ARCHIVED)
"""States in which nothing is owed to the applicant any more."""

OPEN: Final = tuple(state for state in State if state not in CLOSED)
"""States in which somebody works on the case."""

TRACK: Final = (
    (_("Inform"), (State.INFORMING,)),
    (_("Apply"), (State.APPLIED, State.SUPPLEMENTING)),
    (_("Accept"), (State.ACCEPTED,)),
    (_("Review"), (State.REVIEWING, State.PROPOSED)),
    (_("Approval"), (State.IN_APPROVAL,)),
    (_("Decision on relief"), (State.GRANTED, State.REFUSED, State.REFERRED)),
    (_("Pay"), (State.PAYING, State.PAID)),
    (_("Follow up"), (State.FOLLOWING_UP, State.RECOVERING)),
    (_("Archive"), (State.ARCHIVED,)),
)
"""The way of a case as people see it: each stop and its states."""


class Urgent(models.TextChoices):
    """Urgent relief first (先行救助): it runs beside the case and is settled with its decision."""

    NONE = "none", _("not asked for")
    IN_APPROVAL = "in_approval", _("in approval")
    APPROVED = "approved", _("approved")
    REFUSED = "refused", _("refused")
    PAID = "paid", _("paid first")
    SETTLED = "settled", _("settled with the decision")


class How(models.TextChoices):
    """How a person was informed or told."""

    IN_PERSON = "in_person", _("in person")
    PHONE = "phone", _("by telephone")
    LETTER = "letter", _("by letter")
    ONLINE = "online", _("by 12309 or message")
    GUARDIAN = "guardian", _("through the guardian")


class Way(models.TextChoices):
    """How relief is applied for."""

    WRITTEN = "written", _("written application")
    ORAL = "oral", _("oral application with a record")
    EX_OFFICIO = "ex_officio", _("ex officio, from a lead")
    GUARDIAN = "guardian", _("by the guardian")
    AGENT = "agent", _("by an agent")


class MaterialState(models.TextChoices):
    """Where one material stands."""

    NEEDED = "needed", _("missing")
    PROVEN = "proven", _("proven by agencies' data")
    RECEIVED = "received", _("received")
    WAIVED = "waived", _("not needed here")


class Answer(models.TextChoices):
    """An answer to a question of the review."""

    YES = "yes", _("yes")
    NO = "no", _("no")
    UNCLEAR = "unclear", _("unclear")


class Proposal(models.TextChoices):
    """What the handler proposes, and the office decides."""

    GRANT = "grant", _("grant relief")
    REFUSE = "refuse", _("refuse relief")
    REFER = "refer", _("no relief, refer to social assistance")


class ChainKind(models.TextChoices):
    """What an approval chain is for."""

    GRANT = "grant", _("granting")
    REFUSE = "refuse", _("refusing")
    REFER = "refer", _("referring")
    URGENT = "urgent", _("urgent relief first")
    JOINT = "joint", _("share in joint relief")
    CAP = "cap", _("passing the cap")


class ApprovalState(models.TextChoices):
    """Where one step of a chain stands."""

    LATER = "later", _("not yet its turn")
    WAITING = "waiting", _("waiting for approval")
    APPROVED = "approved", _("approved")
    RETURNED = "returned", _("returned")
    VOID = "void", _("no longer needed")


class PaymentKind(models.TextChoices):
    """How money is paid."""

    SINGLE = "single", _("single payment")
    INSTALMENT = "instalment", _("instalment")
    CUSTODY = "custody", _("bank custody under a tripartite agreement")
    URGENT = "urgent", _("urgent relief first")


class PaymentState(models.TextChoices):
    """Where one payment stands."""

    PLANNED = "planned", _("waiting for the finance check")
    STOPPED = "stopped", _("stopped by the finance check")
    CHECKED = "checked", _("checked, to be paid")
    PAID = "paid", _("paid")
    CANCELLED = "cancelled", _("cancelled")
