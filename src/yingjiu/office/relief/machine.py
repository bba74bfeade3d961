"""The state machine of a relief case: its transitions, and what each asks before it is open.

Only services call transitions. A transition moves the state and nothing else; what goes with it is written
by the service in the same transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_fsm import GET_STATE, transition

from yingjiu.office.phrases import clauses
from yingjiu.office.relief import conditions as when
from yingjiu.office.relief.conditions import Condition
from yingjiu.office.relief.errors import NotAllowedError, fault
from yingjiu.office.relief.states import UNDECIDED, Proposal, State, Urgent

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["ACTS", "CaseMachine", "Step", "perform", "steps_of"]

ACTS: dict[str, Any] = {
    "apply": gettext_lazy("Take the application"),
    "ask_supplement": gettext_lazy("Tell what is missing"),
    "supplemented": gettext_lazy("Materials are complete"),
    "abandon": gettext_lazy("Deem abandoned"),
    "withdraw": gettext_lazy("Record the withdrawal"),
    "accept": gettext_lazy("Accept"),
    "begin_review": gettext_lazy("Begin the review"),
    "propose": gettext_lazy("Write the opinion"),
    "revise": gettext_lazy("Revise the opinion"),
    "submit": gettext_lazy("Submit for approval"),
    "send_back": gettext_lazy("Return to the handler"),
    "grant": gettext_lazy("Grant relief"),
    "refuse": gettext_lazy("Refuse relief"),
    "refer": gettext_lazy("Refer to social assistance"),
    "begin_payment": gettext_lazy("Hand over to finance"),
    "close_without_payment": gettext_lazy("Nothing more to pay"),
    "finish_payment": gettext_lazy("Payment is complete"),
    "begin_follow_up": gettext_lazy("Begin follow-up"),
    "recover": gettext_lazy("Demand money back"),
    "end_recovery": gettext_lazy("End the recovery"),
    "archive": gettext_lazy("Archive"),
    "ask_urgent": gettext_lazy("Ask for urgent relief first"),
    "approve_urgent": gettext_lazy("Approve urgent relief"),
    "refuse_urgent": gettext_lazy("Refuse urgent relief"),
    "urgent_is_paid": gettext_lazy("Urgent relief is paid"),
    "settle_urgent": gettext_lazy("Settle urgent relief"),
}
"""Every transition and what a button or the history calls it."""

_TO_PROPOSE = (
    when.ANSWERED,
    when.OPINION,
    when.ELIGIBLE,
    when.HARDSHIP,
    when.EXCLUSIONS,
    when.ONE_TIME,
    when.GROUND,
    when.COMPUTED,
    when.CURRENT,
    when.AMOUNT,
    when.BAND,
    when.CAPS,
)


F = TypeVar("F", bound=Callable[..., None])


def moves(**how: Any) -> Callable[[F], F]:
    """``django_fsm.transition``, with its type."""
    decorate: Callable[[F], F] = transition(**how)
    return decorate


class CaseMachine(models.Model):
    """Mixin with the transitions of ``state`` and ``urgent_state``.

    ``stated_reason`` and ``new_facts`` are what the user says with the step; they are not stored here.
    """

    stated_reason: str = ""
    new_facts: str = ""
    machine_fields: ClassVar = ("state", "urgent_state")

    class Meta:
        """Options."""

        abstract = True

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        """Read the row again; the machine's fields are protected against all other assignment."""
        wanted = kwargs.get("fields") or (args[1] if len(args) > 1 else None)
        for name in self.machine_fields:
            if wanted is None or name in wanted:
                self.__dict__.pop(name, None)
        super().refresh_from_db(*args, **kwargs)

    # -- from informing to the decision ------------------------------------------------------------------

    @moves(
        field="state",
        source=State.INFORMING,
        target=State.APPLIED,
        conditions=[when.INFORMED, when.APPLICATION, when.AUTHORITY, when.FROM_LEAD],
    )
    def apply(self) -> None:
        """The person applies, or the procuratorate begins on its own."""

    @moves(
        field="state",
        source=[State.APPLIED, State.ACCEPTED, State.REVIEWING],
        target=State.SUPPLEMENTING,
        conditions=[when.MISSING, when.ONE_LIST],
    )
    def ask_supplement(self) -> None:
        """Missing materials are told at one time; the time for the decision stands still."""

    @moves(field="state", source=State.SUPPLEMENTING, target=State.APPLIED, conditions=[when.MATERIALS])
    def supplemented(self) -> None:
        """What was missing is there."""

    @moves(
        field="state",
        source=State.SUPPLEMENTING,
        target=State.ABANDONED,
        conditions=[when.SUPPLEMENT_OVER, when.REASON, when.NOTHING_PAID, when.URGENT_RESTS],
    )
    def abandon(self) -> None:
        """Deemed abandoned: only by a person's act, never by the clock alone."""

    @moves(
        field="state",
        source=[
            State.INFORMING,
            State.APPLIED,
            State.SUPPLEMENTING,
            State.ACCEPTED,
            State.REVIEWING,
            State.PROPOSED,
        ],
        target=State.WITHDRAWN,
        conditions=[when.REASON, when.NOTHING_PAID, when.URGENT_RESTS],
    )
    def withdraw(self) -> None:
        """The person does not want relief any more."""

    @moves(
        field="state", source=State.APPLIED, target=State.ACCEPTED, conditions=[when.MATERIALS, when.HANDLER]
    )
    def accept(self) -> None:
        """The application is accepted."""

    @moves(field="state", source=State.ACCEPTED, target=State.REVIEWING, conditions=[when.HANDLER])
    def begin_review(self) -> None:
        """The review begins."""

    @moves(field="state", source=State.REVIEWING, target=State.PROPOSED, conditions=list(_TO_PROPOSE))
    def propose(self) -> None:
        """The handler writes the opinion."""

    @moves(field="state", source=State.PROPOSED, target=State.REVIEWING)
    def revise(self) -> None:
        """The handler takes the opinion back."""

    @moves(
        field="state",
        source=State.PROPOSED,
        target=State.IN_APPROVAL,
        conditions=[*_TO_PROPOSE, when.CHAIN, when.URGENT_RESTS],
    )
    def submit(self) -> None:
        """The opinion goes to those who decide."""

    @moves(field="state", source=State.IN_APPROVAL, target=State.REVIEWING, conditions=[when.REASON])
    def send_back(self) -> None:
        """An approver returns it."""

    @moves(
        field="state",
        source=State.IN_APPROVAL,
        target=State.GRANTED,
        conditions=[when.proposes(Proposal.GRANT), *_TO_PROPOSE, when.APPROVED, when.SHARES, when.SEALED],
    )
    def grant(self) -> None:
        """Relief is granted."""

    @moves(
        field="state",
        source=State.IN_APPROVAL,
        target=State.REFUSED,
        conditions=[when.proposes(Proposal.REFUSE), when.APPROVED, when.SEALED],
    )
    def refuse(self) -> None:
        """Relief is refused."""

    @moves(
        field="state",
        source=State.IN_APPROVAL,
        target=State.REFERRED,
        conditions=[when.proposes(Proposal.REFER), when.APPROVED, when.SEALED],
    )
    def refer(self) -> None:
        """No relief, but help of other agencies (细则第五条)."""

    # -- money, follow-up, archive -----------------------------------------------------------------------

    @moves(
        field="state",
        source=State.GRANTED,
        target=State.PAYING,
        conditions=[when.SERVED, when.PLANNED, when.CUSTODY, when.AGREEMENT],
    )
    def begin_payment(self) -> None:
        """The payments go to finance."""

    @moves(
        field="state",
        source=State.GRANTED,
        target=State.PAID,
        conditions=[when.SERVED, when.ALL_PAID, when.NOT_OVERPAID],
    )
    def close_without_payment(self) -> None:
        """Urgent relief already covers the decided amount."""

    @moves(field="state", source=State.PAYING, target=State.PAID, conditions=[when.ALL_PAID])
    def finish_payment(self) -> None:
        """Everything is paid."""

    @moves(
        field="state",
        source=State.PAID,
        target=State.FOLLOWING_UP,
        conditions=[when.VISIT_PLANNED, when.PAY_NOTICED],
    )
    def begin_follow_up(self) -> None:
        """Follow-up begins."""

    @moves(
        field="state",
        source=[State.PAID, State.FOLLOWING_UP, State.REFUSED, State.REFERRED],
        target=State.RECOVERING,
        conditions=[when.DEMANDED],
    )
    def recover(self) -> None:
        """Money is demanded back."""

    @moves(
        field="state",
        source=State.RECOVERING,
        target=GET_STATE(
            lambda case: case.resumes, states=[State.PAID, State.FOLLOWING_UP, State.REFUSED, State.REFERRED]
        ),
        conditions=[when.RECOVERED],
    )
    def end_recovery(self) -> None:
        """The recovery is over; the case goes on where it stood."""

    @moves(
        field="state",
        source=State.FOLLOWING_UP,
        target=State.ARCHIVED,
        conditions=[
            when.VISITS_DONE,
            when.RECEIPTS,
            when.NOT_OVERPAID,
            when.RECOVERED,
            when.INTACT,
            when.ARCHIVE_NUMBER,
        ],
    )
    @moves(
        field="state",
        source=[State.REFUSED, State.REFERRED],
        target=State.ARCHIVED,
        conditions=[when.SERVED, when.NOT_OVERPAID, when.RECOVERED, when.INTACT, when.ARCHIVE_NUMBER],
    )
    @moves(
        field="state",
        source=[State.WITHDRAWN, State.ABANDONED],
        target=State.ARCHIVED,
        conditions=[when.ARCHIVE_NUMBER],
    )
    def archive(self) -> None:
        """The file is closed."""

    # -- urgent relief first -----------------------------------------------------------------------------

    @moves(
        field="urgent_state",
        source=[Urgent.NONE, Urgent.REFUSED],
        target=Urgent.IN_APPROVAL,
        conditions=[when.URGENT_UNDECIDED, when.URGENT_ASKED, when.URGENT_LIMIT],
    )
    def ask_urgent(self) -> None:
        """Urgent relief first is asked for."""

    @moves(
        field="urgent_state",
        source=Urgent.IN_APPROVAL,
        target=Urgent.APPROVED,
        conditions=[when.URGENT_APPROVED],
    )
    def approve_urgent(self) -> None:
        """It is approved."""

    @moves(field="urgent_state", source=Urgent.IN_APPROVAL, target=Urgent.REFUSED, conditions=[when.REASON])
    def refuse_urgent(self) -> None:
        """It is returned."""

    @moves(
        field="urgent_state", source=Urgent.APPROVED, target=Urgent.PAID, conditions=[when.URGENT_ALL_PAID]
    )
    def urgent_is_paid(self) -> None:
        """It is paid."""

    @moves(field="urgent_state", source=[Urgent.APPROVED, Urgent.PAID], target=Urgent.SETTLED)
    def settle_urgent(self) -> None:
        """The decision counts it in."""

    @property
    def resumes(self) -> str:
        """The state in which a recovery found the case."""
        last = list(self.recoveries.all())  # type: ignore[attr-defined] # the model's related manager
        return last[-1].resumes if last else State.FOLLOWING_UP


@dataclass(frozen=True, slots=True)
class Step:
    """A transition that a case's state has, and whether it is open.

    Attributes:
        name: of the transition.
        title: what a button calls it.
        unmet: the conditions that do not hold.
    """

    name: str
    title: str
    unmet: tuple[Condition, ...]

    @property
    def open(self) -> bool:
        """Whether every condition holds."""
        return not self.unmet


def _conditions(case: CaseMachine, name: str) -> tuple[Condition, ...] | None:
    """The conditions of a transition from where the case stands; None if it has no such transition."""
    meta: Any = getattr(type(case), name)._django_fsm
    state = getattr(case, meta.field.name)
    if not meta.has_transition(state):
        return None
    return tuple(meta.get_transition(state).conditions)


def steps_of(case: Any) -> Iterator[Step]:
    """The transitions from where a case stands, each with its unmet conditions.

    Args:
        case: the case.
    """
    for name, title in ACTS.items():
        found = _conditions(case, name)
        if found is not None and not (name.endswith("urgent") and case.state not in UNDECIDED):
            yield Step(name, str(title), tuple(each for each in found if not each(case)))


def perform(case: Any, name: str) -> None:
    """Move a case.

    Args:
        case: the case; its ``stated_reason`` and ``new_facts`` are set.
        name: of the transition.

    Raises:
        NotAllowedError: ``REL-001`` its state has no such transition; ``REL-002`` a condition does not hold,
            one fault for each.
    """
    found = _conditions(case, name)
    if found is None:
        raise NotAllowedError(
            fault(
                "REL-001",
                _("“{act}” is not possible while the case is “{state}”").format(
                    act=ACTS[name], state=case.state_label
                ),
                _("open the case again: somebody may have moved it on"),
            )
        )
    unmet = [each for each in found if not each(case)]
    if unmet:
        raise NotAllowedError(
            *(
                fault(
                    "REL-002",
                    _("“{act}” needs: {condition}").format(act=ACTS[name], condition=each.says),
                    each.todo,
                    clauses(each.detail(case)) or None,
                )
                for each in unmet
            )
        )
    getattr(case, name)()
