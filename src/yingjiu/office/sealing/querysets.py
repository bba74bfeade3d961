"""Querysets that leave out what is sealed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import FieldDoesNotExist, ImproperlyConfigured
from django.db import models
from django.db.models import Q
from django.db.models.sql import Query

from yingjiu.office.accounts.visibility import Secrecy, VisibleQuerySet

if TYPE_CHECKING:
    from yingjiu.office.sealing.grants import Grant

__all__ = ["SealableQuerySet", "everything", "is_sealed"]

M_co = TypeVar("M_co", bound=models.Model, covariant=True)
M = TypeVar("M", bound=models.Model)


class SealableQuerySet(VisibleQuerySet[M_co]):
    """A queryset without sealed rows, whatever is asked of it.

    A row is sealed if its ``sealed`` is true or its ``secrecy`` is ``SEALED``; a model has one of the two or
    both. ``objects = XQuerySet.as_manager()`` is all that a model needs. Rows that belong to another one are
    sealed with it: ``sealed_with = ("lead__",)``; the empty prefix is the row itself.
    """

    sealed_with: ClassVar[tuple[str, ...]] = ("",)

    def __init__(
        self,
        model: type[M_co] | None = None,
        query: Query | None = None,
        using: str | None = None,
        hints: dict[str, Any] | None = None,
    ) -> None:
        fresh = query is None and model is not None
        super().__init__(model=model, query=query, using=using, hints=hints)
        if fresh:  # from a manager: every queryset that grows out of it keeps the condition
            self.query.add_q(open_rows(self.model, self.sealed_with))

    def unsealed_for(self, grant: Grant) -> Self:
        """These rows, and the sealed ones that a grant opens; the opening is on record.

        Ordering, annotations and ``select_related`` of this queryset are not kept: call it first.

        Args:
            grant: permission in the hand of a user; see :func:`yingjiu.office.sealing.services.take_grant`.

        Raises:
            SealingError: ``SEL-020`` to ``SEL-022`` the grant is not or no longer good.
        """
        from yingjiu.office.sealing.services import opened  # noqa: PLC0415 - services use models, models this

        keys = opened(grant, self.model)
        rows = type(self)(model=self.model, query=Query(self.model), using=self.db)
        return rows.filter(Q(pk__in=self.order_by().values("pk")) | Q(pk__in=keys))


def open_rows(model: type[models.Model], prefixes: tuple[str, ...] = ("",)) -> Q:
    """The condition that holds for rows that are not sealed."""
    condition = Q()
    for prefix in prefixes:
        sealed, secrecy = _marks(_behind(model, prefix))
        if sealed:
            condition &= Q(**{f"{prefix}sealed": False})
        if secrecy:
            condition &= Q(**{f"{prefix}secrecy__lt": Secrecy.SEALED})
    return condition


def _behind(model: type[models.Model], prefix: str) -> type[models.Model]:
    for name in filter(None, prefix.split("__")):
        related = model._meta.get_field(name).related_model
        assert isinstance(related, type)  # noqa: S101 - a prefix walks over foreign keys
        model = related
    return model


def _marks(model: type[models.Model]) -> tuple[bool, bool]:
    """Whether a model has ``sealed`` and ``secrecy``.

    Raises:
        ImproperlyConfigured: it has neither, and nothing could be left out.
    """
    found = (_has(model, "sealed"), _has(model, "secrecy"))
    if not any(found):
        raise ImproperlyConfigured(f"{model.__name__} has neither 'sealed' nor 'secrecy'")
    return found


def _has(model: type[models.Model], name: str) -> bool:
    try:
        return bool(model._meta.get_field(name).concrete)
    except FieldDoesNotExist:
        return False


def everything(model: type[M]) -> models.QuerySet[M]:
    """All rows of a model, sealed ones too: for sealing itself, checks, and sums of money that name nobody.

    Never for rows, counts or names on a page.
    """
    rows: models.QuerySet[M] = model._base_manager.all()
    return rows


def is_sealed(subject: models.Model) -> bool:
    """Whether a row that somebody holds is sealed."""
    own = {field.name for field in subject._meta.concrete_fields}  # a relation may be called so too
    marked = "sealed" in own and bool(getattr(subject, "sealed", False))
    return marked or ("secrecy" in own and getattr(subject, "secrecy", None) == Secrecy.SEALED)


def type_of(model: type[models.Model]) -> ContentType:
    """The content type that seals of a model carry."""
    return ContentType.objects.get_for_model(model)
