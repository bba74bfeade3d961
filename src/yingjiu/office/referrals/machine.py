"""The state machine of a referral: its transitions, and what each asks before it is open.

Only services call transitions. A transition moves the state and nothing else; what goes with it is written by
the service in the same transaction. Nothing is sent without a recorded ground: that is a condition here, not
of a button.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_fsm import RETURN_VALUE, can_proceed, transition

from yingjiu.office.referrals.errors import NotAllowedError, fault
from yingjiu.office.referrals.states import ANSWERABLE, State

if TYPE_CHECKING:
    from yingjiu.office.referrals.models import Referral

__all__ = ["ACTS", "Condition", "ReferralMachine", "check_open", "open_steps", "perform"]


F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Condition:
    """One precondition of a transition.

    Attributes:
        code: code of the fault when it does not hold.
        says: what must hold.
        todo: what to do when it does not.
        holds: asks a referral.
    """

    do_not_call_in_templates: ClassVar = True  # a template would call it, and show nothing of it

    code: str
    says: Any
    todo: Any
    holds: Callable[[Any], bool]

    def __call__(self, referral: Referral) -> bool:
        """Whether it holds."""
        return self.holds(referral)


GROUND = Condition(
    "REF-002",
    _("consent or another legal ground is recorded"),
    _("record the consent with its day, or name the rule"),
    lambda referral: referral.ground_recorded,
)
MEASURES = Condition(
    "REF-003",
    _("at least one measure is proposed"),
    _("tick a measure"),
    lambda referral: referral.measures.exists(),
)
PARTNER = Condition(
    "REF-004",
    _("the receiving unit is an active partner of this procuratorate"),
    _("choose a unit from the list, or ask the system administrator to add it"),
    lambda referral: referral.agency.active and referral.agency.parent_id == referral.organisation_id,
)
NOT_SEALED = Condition(
    "REF-005",
    _("the person's records are not sealed"),
    _("sealed records are given to nobody (Criminal Procedure Law art. 286)"),
    lambda referral: not referral.person.sealed,
)
REASON = Condition(
    "REF-006",
    _("the reason is written"),
    _("say in a few sentences why the person needs this help"),
    lambda referral: bool(referral.reason.strip()),
)

_SEND = (GROUND, MEASURES, PARTNER, NOT_SEALED, REASON)

ACTS: dict[str, Any] = {
    "send": _("Send"),
    "accept": _("Accept"),
    "reject": _("Reject"),
    "ask_time": _("Ask for more time"),
    "give_time": _("Give more time"),
    "refuse_time": _("Refuse more time"),
    "finish": _("Report what was done"),
    "reopen": _("Ask the unit again"),
    "withdraw": _("Withdraw"),
}
"""Every transition and what a button calls it."""

CONDITIONS: dict[str, tuple[Condition, ...]] = {"send": _SEND, "reopen": (GROUND, PARTNER, NOT_SEALED)}


def _transition(**options: Any) -> Callable[[F], F]:
    """As the library's decorator, which has no types."""
    return cast("Callable[[F], F]", transition(**options))


class ReferralMachine(models.Model):
    """Mixin with the transitions of ``state``."""

    class Meta:
        """Options."""

        abstract = True

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        """Read the row again; the state is protected against all other assignment."""
        wanted = kwargs.get("fields") or (args[1] if len(args) > 1 else None)
        if wanted is None or "state" in wanted:
            self.__dict__.pop("state", None)
        super().refresh_from_db(*args, **kwargs)

    def clean_fields(self, exclude: Any = None) -> None:
        """As Django's; the state is only ever written by a transition."""
        super().clean_fields(exclude={*(exclude or ()), "state"})

    @_transition(field="state", source=State.DRAFT, target=State.SENT, conditions=[*_SEND])
    def send(self) -> None:
        """The letter goes out."""

    @_transition(field="state", source=[*ANSWERABLE], target=State.ACCEPTED)
    def accept(self) -> None:
        """The agency takes it on."""

    @_transition(field="state", source=[*ANSWERABLE, State.ACCEPTED], target=State.REJECTED)
    def reject(self) -> None:
        """The agency does not, and says why."""

    @_transition(field="state", source=[*ANSWERABLE, State.ACCEPTED], target=State.MORE_TIME)
    def ask_time(self) -> None:
        """The agency asks for more time, with a new day and a reason."""

    @_transition(
        field="state",
        source=State.MORE_TIME,
        target=RETURN_VALUE(State.SENT, State.REOPENED, State.ACCEPTED),
    )
    def give_time(self) -> str:
        """The procuratorate approves."""
        return str(getattr(self, "asked_from"))  # noqa: B009 - a field of the model that mixes this in

    @_transition(
        field="state",
        source=State.MORE_TIME,
        target=RETURN_VALUE(State.SENT, State.REOPENED, State.ACCEPTED),
    )
    def refuse_time(self) -> str:
        """The procuratorate does not; the day stays as it was."""
        return str(getattr(self, "asked_from"))  # noqa: B009 - as above

    @_transition(field="state", source=State.ACCEPTED, target=State.DONE)
    def finish(self) -> None:
        """The agency reports what was done, with proof."""

    @_transition(
        field="state",
        source=[State.REJECTED, State.DONE],
        target=State.REOPENED,
        conditions=[*CONDITIONS["reopen"]],
    )
    def reopen(self) -> None:
        """It is not settled: by the procuratorate's own check, or on the person's word."""

    @_transition(
        field="state",
        source=[State.DRAFT, State.SENT, State.REOPENED, State.ACCEPTED, State.MORE_TIME],
        target=State.WITHDRAWN,
    )
    def withdraw(self) -> None:
        """The procuratorate takes it back."""


def open_steps(referral: Referral) -> frozenset[str]:
    """The transitions that lead on from the state, met conditions or not."""
    return frozenset(
        name for name in ACTS if getattr(type(referral), name)._django_fsm.get_transition(referral.state)
    )


def check_open(referral: Referral, step: str) -> None:
    """Refuse a step that the machine does not allow.

    Raises:
        NotAllowedError: ``REF-001`` not from this state; ``REF-002`` to ``REF-006`` unmet conditions, all.
    """
    if step not in open_steps(referral):
        raise NotAllowedError(
            fault(
                "REF-001",
                gettext("this referral is {state}; “{act}” is not possible now").format(
                    state=referral.get_state_display(), act=ACTS[step]
                ),
                gettext("open its page again and look at its state"),
            )
        )
    unmet = [condition for condition in CONDITIONS.get(step, ()) if not condition(referral)]
    if unmet:
        raise NotAllowedError(*(fault(each.code, each.says, each.todo) for each in unmet))


def perform(referral: Referral, step: str) -> None:
    """Make a transition, or say why not; the caller saves."""
    check_open(referral, step)
    method = getattr(referral, step)
    assert can_proceed(method)  # noqa: S101 - check_open has asked the same conditions
    method()
