"""Who fills which form: each app registers, for its own kinds of subject, what the fields hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from yingjiu.errors import Fault
from yingjiu.language import catalogue_text
from yingjiu.office.accounts.visibility import VisibleQuerySet
from yingjiu.office.documents.declared import form_of
from yingjiu.office.documents.errors import UnknownFormError

if TYPE_CHECKING:
    from yingjiu.office.accounts.models import Organisation, User

__all__ = ["Provider", "Registration", "offered", "register", "registration", "seen_by"]

Provider = Callable[[Any, "User"], Mapping[str, object]]
"""From a subject and who makes the document to the fields: text, Decimal, date, or rows of mappings."""

Check = Callable[[Any, "User"], None]
"""Raises an OfficeError when the document may not be made, or not be issued, now."""


@dataclass(frozen=True, slots=True)
class Registration:
    """That a form is filled from a kind of subject.

    Attributes:
        template: name of the form.
        title: what the form is called; the catalogue's title unless given.
        provider: gives the fields.
        model: the kind of subject; None for whatever is given.
        may_produce: raises when the document may not be made yet.
        may_issue: raises when the document may not be issued yet.
        organisation: the office that makes it; the subject's own ``organisation`` unless given.
    """

    template: str
    title: str
    provider: Provider
    model: type[Model] | None = None
    may_produce: Check | None = None
    may_issue: Check | None = None
    organisation: Callable[[Any], Organisation] | None = None

    @property
    def label(self) -> str:
        """The title in the user's language."""
        return catalogue_text(str(self.title))


_registered: dict[tuple[str, type[Model] | None], Registration] = {}


def register(
    template: str,
    title: str,
    provider: Provider,
    *,
    model: type[Model] | None = None,
    may_produce: Check | None = None,
    may_issue: Check | None = None,
    organisation: Callable[[Any], Organisation] | None = None,
) -> None:
    """Say how a form is filled from a kind of subject.

    Args:
        template: name of the form in ``catalogue/documents``.
        title: what the form is called; empty for the catalogue's own title.
        provider: gives the fields.
        model: the kind of subject. Without it the form is offered for no subject of its own accord.
        may_produce: raises an OfficeError when the document may not be made yet.
        may_issue: raises an OfficeError when the document may not be issued yet.
        organisation: which office makes it; unless given, the subject's ``organisation``.

    Raises:
        UnknownFormError: ``DOC-030`` there is no such form.
    """
    title = title or form_of(template).title
    given = Registration(template, title, provider, model, may_produce, may_issue, organisation)
    _registered[template, model] = given


def registration(template: str, subject: Model) -> Registration:
    """How a form is filled from this subject.

    Raises:
        UnknownFormError: ``DOC-030`` no such form, ``DOC-031`` it is not made for this kind of thing.
    """
    form_of(template)
    found = _registered.get((template, type(subject))) or _registered.get((template, None))
    if found is None:
        raise UnknownFormError(
            Fault(
                "DOC-031",
                _("this form is not made for this kind of thing"),
                hint=_("choose one of the forms that its page offers"),
            )
        )
    return found


def offered(model: type[Model]) -> list[Registration]:
    """The forms that are made for a kind of subject, in the order in which they were registered."""
    return [each for (_template, kind), each in _registered.items() if kind is model]


def seen_by(user: User, model: type[Model]) -> QuerySet[Any]:
    """The things of one kind that a user sees; none of a kind that does not say who sees it."""
    queryset = model._default_manager.all()
    if not isinstance(queryset, VisibleQuerySet) or model._meta.app_label == "documents":
        return queryset.none()
    return queryset.visible_to(user)
