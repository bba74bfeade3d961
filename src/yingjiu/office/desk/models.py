"""What the desk itself keeps: budgets of relief funds, and official boundaries for the maps."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yingjiu.office.accounts.models import Kind, Organisation
from yingjiu.office.accounts.roles import Role
from yingjiu.office.accounts.visibility import NOTHING, VisibleQuerySet
from yingjiu.office.frame.models import Versioned

if TYPE_CHECKING:
    from yingjiu.office.accounts.models import User

__all__ = ["Budget", "MapBoundary"]


class BudgetQuerySet(VisibleQuerySet["Budget"]):
    """Budgets."""

    def scope(self, user: User) -> Q:
        """Finance and analysts see their own procuratorate's, heads and deputies also those below it."""
        office = user.procuratorate
        if office is None:
            return NOTHING
        if user.has_role(Role.HEAD, Role.DEPUTY_CHIEF):
            below = Organisation.objects.below(office).filter(kind=Kind.PROCURATORATE)
            return Q(organisation__in=below.values("pk"))
        return Q(organisation=office.pk) if user.has_role(Role.FINANCE, Role.ANALYST) else NOTHING


class Budget(Versioned):
    """The relief funds of a procuratorate for one year, as finance entered them."""

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("procuratorate")
    )
    year = models.PositiveSmallIntegerField(_("year"), validators=[MinValueValidator(2014)])
    amount = models.DecimalField(
        _("amount, yuan"), max_digits=14, decimal_places=2, validators=[MinValueValidator(0)]
    )
    source = models.CharField(_("document that grants it"), max_length=200)

    objects = BudgetQuerySet.as_manager()

    class Meta:
        """Options."""

        verbose_name = _("budget")
        ordering: ClassVar = ["-year", "organisation__path"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "year"],
                name="budget_once",
                violation_error_message=_("this year has a budget already: change that one"),
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="budget_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.year}"


class MapBoundary(models.Model):
    """Official boundaries that an administrator uploaded, with the number of their approval (审图号).

    Without one, maps are drawn as tiles of our own: no package of boundaries has both a clean licence and an
    approval number (测绘法第三十八条, 地图管理条例第十五条).
    """

    title = models.CharField(pgettext_lazy("map", "title"), max_length=100)
    approval_number = models.CharField(_("map approval number"), max_length=40)
    publisher = models.CharField(_("published by"), max_length=100)
    name_property = models.CharField(_("property that names a region"), max_length=40, default="name")
    regions = models.JSONField(default=list, editable=False)
    content = models.TextField(editable=False)
    active = models.BooleanField(_("shown on maps"), default=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(_("uploaded at"), auto_now_add=True)

    class Meta:
        """Options."""

        verbose_name = _("official boundaries")
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return f"{self.title} {self.approval_number}"

    @property
    def notice(self) -> str:
        """What stands on every map drawn with it."""
        return f"{self.title} 审图号：{self.approval_number}"
