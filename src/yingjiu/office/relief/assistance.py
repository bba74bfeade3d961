"""What else is done for an applicant beside the money: a higher app knows it, papers of a case tell it.

Referrals stand above relief, so they register who tells::

    assistance.register(proposed=..., referred=...)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from yingjiu.office.relief.models import ReliefCase

if TYPE_CHECKING:
    from yingjiu.office.accounts.models import User

__all__ = ["proposed", "referred", "register"]

Tells = Callable[[ReliefCase, "User"], Sequence[str]]
"""From a case and who makes the paper to sentences without a stop at their ends, in Chinese."""

_proposed: list[Tells] = []
_referred: list[Tells] = []


def register(*, proposed: Tells, referred: Tells) -> None:
    """Say who knows what could be done for an applicant, and what was sent to which agency.

    Args:
        proposed: measures that fit, and that somebody proposed.
        referred: letters to agencies, with what came of each.
    """
    _proposed.append(proposed)
    _referred.append(referred)


def proposed(case: ReliefCase, user: User) -> str:
    """What could be done beside the relief; empty if nothing is known."""
    return "".join(f"{each}。" for tell in _proposed for each in tell(case, user))


def referred(case: ReliefCase, user: User) -> str:
    """What agencies were asked to do, and did; empty if nobody was asked."""
    return "".join(f"{each}。" for tell in _referred for each in tell(case, user))
