"""Joint relief (联合救助): with which procuratorates one of them may share an amount."""

from __future__ import annotations

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Abs

from yingjiu.office.accounts.models import Kind, Organisation
from yingjiu.office.relief.models import ReliefCase

__all__ = ["joint_partners"]


def joint_partners(case: ReliefCase) -> QuerySet[Organisation]:
    """The procuratorates above and below a case's own, the nearest level first.

    The sources know joint relief of upper and lower procuratorates, either of which may handle the case; a
    neighbour on the same level has its own cases to relieve (属地救助, Rules of 2021 art. 3), and none of
    them names it as a partner.
    """
    own = case.organisation
    parts = (own.path or "").strip("/").split("/")
    above = ["/".join(parts[: number + 1]) + "/" for number in range(len(parts) - 1)]
    below = Q(path__startswith=own.path) & ~Q(pk=own.pk) if own.path else Q(pk__in=[])
    found = Organisation.objects.filter(Q(path__in=above) | below, kind=Kind.PROCURATORATE, active=True)
    return found.exclude(level=own.level).order_by(Abs(F("level") - Value(own.level)), "path")
