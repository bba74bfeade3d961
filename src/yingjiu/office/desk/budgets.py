"""Budgets: finance enters what a year has; each change is on record."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yingjiu.errors import Fault
from yingjiu.office.audit.services import Action, record
from yingjiu.office.desk.errors import DeskError
from yingjiu.office.desk.models import Budget
from yingjiu.office.frame.versions import claim
from yingjiu.office.relief.funds import Funds, funds_by_year

if TYPE_CHECKING:
    from yingjiu.office.accounts.models import Organisation, User

__all__ = ["FEW_HIDDEN", "change_budget", "enter_budget", "left_of", "told_of"]

FEW_HIDDEN: Final = gettext_lazy(
    "Where sums are withheld (—), one or two cases that you may not see are in them, and what you see would"
    " give their amounts away."
)


def left_of(budget: Budget, funds: Funds) -> Decimal:
    """What is left of a budget."""
    return budget.amount - funds.paid - funds.promised


def told_of(user: User, budgets: Sequence[Budget]) -> list[tuple[Budget, Funds | None, Decimal | None]]:
    """Budgets, each with what was spent of it and what is left; None where that is withheld from the user."""
    offices: dict[int, list[Organisation]] = {}
    for each in budgets:
        offices.setdefault(each.year, []).append(each.organisation)
    spent = funds_by_year(user, offices)
    told = [(each, spent[each.year][each.organisation]) for each in budgets]
    return [(each, funds, None if funds is None else left_of(each, funds)) for each, funds in told]


@transaction.atomic
def enter_budget(*, user: User, year: int, amount: Decimal, source: str) -> Budget:
    """Enter the budget of one's own procuratorate for a year.

    Raises:
        DeskError: ``DSK-001`` the year has one already, or something about it is wrong.
    """
    budget = Budget(organisation=user.procuratorate, year=year, amount=amount, source=source, changed_by=user)
    _check(budget)
    budget.save()
    _tell(budget, user, before=None)
    return budget


@transaction.atomic
def change_budget(*, budget: Budget, user: User, version: int, amount: Decimal, source: str) -> Budget:
    """Change a budget.

    Raises:
        Conflict: somebody else changed it first.
        DeskError: ``DSK-001`` something about it is wrong.
    """
    before = budget.amount
    budget = claim(budget, version, user)
    budget.amount, budget.source = amount, source
    _check(budget)
    budget.save(update_fields=["amount", "source"])
    _tell(budget, user, before=before)
    return budget


def _check(budget: Budget) -> None:
    try:
        budget.full_clean()
    except ValidationError as error:
        faults = [
            Fault("DSK-001", message, hint=_("correct it and send it again")) for message in error.messages
        ]
        raise DeskError(*faults) from error


def _tell(budget: Budget, user: User, *, before: Decimal | None) -> None:
    detail = {"year": budget.year, "amount": str(budget.amount), "source": budget.source}
    if before is not None:
        detail["before"] = str(before)
    record(Action.ADMINISTER, user=user, subject=budget, detail=detail)
