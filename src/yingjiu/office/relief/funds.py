"""What a procuratorate has paid and still owes: sums that are true, and tell of nobody.

A budget counts every yuan, so these sums count every case: sealed ones, and those that the one who looks may
not see. Nothing else of such a case is in them: no person, number, harm, day, and no count of cases; figures
that are broken down further (by harm, by place) leave it out.

Still, whoever sees a sum and all open cases but one gets the amount of the last one by subtraction. The heads
and the finance officer of the procuratorate itself answer for the money and made or paid each decision; they
are always told the sum. Everybody else (an analyst, a procuratorate above) is told it only if nothing is
hidden from them in it, or at least :data:`FEWEST` cases; otherwise it is withheld, which is not false, while
a sum without the hidden case would be (刑事诉讼法第二百八十六条; 预防未成年人犯罪法第五十九条).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from django.db.models import F, Q, Sum

from yingjiu.office.accounts.roles import Role
from yingjiu.office.relief import timing
from yingjiu.office.relief.models import JointShare, Payment, ReliefCase
from yingjiu.office.relief.states import CLOSED, PaymentState
from yingjiu.office.sealing.querysets import everything

if TYPE_CHECKING:
    from yingjiu.office.accounts.models import Organisation, User

__all__ = ["FEWEST", "Funds", "funds_by_year", "funds_of"]

FEWEST: Final = 3
"""How many hidden cases a sum must hold to be told to those who do not answer for it."""


@dataclass(frozen=True, slots=True)
class Funds:
    """What a procuratorate has spent in a year.

    Attributes:
        paid: yuan paid in the year.
        promised: yuan granted and not paid yet; it falls on the year that runs, and on no other.
    """

    paid: Decimal
    promised: Decimal


def funds_of(user: User, offices: Collection[Organisation], year: int) -> Mapping[Organisation, Funds | None]:
    """What procuratorates have spent in a year.

    Args:
        user: who looks.
        offices: the procuratorates, from budgets or payments that the user sees.
        year: the budget's year.

    Returns:
        For each procuratorate its sums, or None if they are withheld from this user.
    """
    return funds_by_year(user, {year: offices})[year]


def funds_by_year(
    user: User, offices: Mapping[int, Collection[Organisation]]
) -> Mapping[int, Mapping[Organisation, Funds | None]]:
    """As :func:`funds_of`, for the budgets of several years at once."""
    keys = {each.pk for of_year in offices.values() for each in of_year}
    paid = _paid(keys, offices.keys())
    this_year = timing.today().year
    promised = _promised(keys) if this_year in offices else {}
    cases = {case for sums in (*paid.values(), promised) for by_case in sums.values() for case in by_case}
    seen = set(ReliefCase.objects.visible_to(user).filter(pk__in=cases).values_list("pk", flat=True))
    told: dict[int, dict[Organisation, Funds | None]] = {year: {} for year in offices}
    for year, office in ((year, office) for year, of_year in offices.items() for office in of_year):
        spent = paid[year].get(office.pk, {})
        owed = promised.get(office.pk, {}) if year == this_year else {}
        hidden = (spent.keys() | owed.keys()) - seen
        if _answers_for(user, office) or not 0 < len(hidden) < FEWEST:
            told[year][office] = Funds(sum(spent.values(), Decimal(0)), sum(owed.values(), Decimal(0)))
        else:
            told[year][office] = None
    return told


def _answers_for(user: User, office: Organisation) -> bool:
    return user.procuratorate == office and user.has_role(Role.HEAD, Role.DEPUTY_CHIEF, Role.FINANCE)


Sums = dict[int, dict[int, Decimal]]
"""Procuratorate → case → yuan."""


def _paid(offices: set[int], years: Collection[int]) -> dict[int, Sums]:
    """What was paid in each year; a year is asked for by its days, which an index finds."""
    days = Q(pk=None)
    for year in years:
        days |= Q(paid_on__year=year)
    rows = (
        everything(Payment)
        .filter(days, payer__in=offices, state=PaymentState.PAID)
        .order_by()
        .values_list("paid_on__year", "payer", "case")
        .annotate(total=Sum("amount"))
    )
    found: dict[int, Sums] = {year: defaultdict(dict) for year in years}
    for year, payer, case, total in rows:
        found[year][payer][case] = total
    return found


def _promised(offices: set[int]) -> Sums:
    """What is owed in open cases: a joint share by whose share it is, the rest by the case's own."""
    owed = everything(ReliefCase).exclude(state__in=CLOSED).filter(payable__gt=F("paid_total"))
    found: Sums = defaultdict(lambda: defaultdict(Decimal))
    shares = everything(JointShare).filter(case__in=owed.filter(decided_on__isnull=False).values("pk"))
    for case, own, partner, amount in shares.values_list(
        "case", "case__organisation", "organisation", "amount"
    ):
        found[partner][case] += amount
        found[own][case] -= amount
    for case, own, payable, paid in owed.values_list("pk", "organisation", "payable", "paid_total"):
        found[own][case] += payable - paid
    by_partners = (
        everything(Payment)
        .filter(case__in=owed.values("pk"), state=PaymentState.PAID)
        .exclude(payer=F("case__organisation"))
        .values_list("case", "case__organisation", "payer", "amount")
    )
    for case, own, partner, amount in by_partners:
        found[partner][case] -= amount
        found[own][case] += amount
    return {
        office: {case: sum_ for case, sum_ in by_case.items() if sum_}
        for office, by_case in found.items()
        if office in offices
    }
