"""What hangs on a case is seen by whom the case is seen, and sealed with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.db import models
from django.db.models import Q

from yingjiu.office.relief.models.case import ReliefCase
from yingjiu.office.sealing.querysets import SealableQuerySet

if TYPE_CHECKING:
    from yingjiu.office.accounts.models import User

__all__ = ["PartQuerySet"]

M_co = TypeVar("M_co", bound=models.Model, covariant=True)


class PartQuerySet(SealableQuerySet[M_co]):
    """Rows with a foreign key ``case``; they are sealed with it."""

    sealed_with = ("case__",)

    def scope(self, user: User) -> Q:
        """Those of the cases that the user sees."""
        visible: Any = ReliefCase.objects.visible_to(user).values("pk")
        return Q(case__in=visible)
