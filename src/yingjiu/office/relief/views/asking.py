"""What the views ask of a request: who, which case, which version, which files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse

from yingjiu.office.accounts.models import User
from yingjiu.office.files.models import StoredFile
from yingjiu.office.files.services import attach
from yingjiu.office.frame.views import submit
from yingjiu.office.relief import selectors
from yingjiu.office.relief.models import ReliefCase

__all__ = ["case_or_404", "page_for", "signed_in", "uploaded", "url_of", "version_of"]


def signed_in(request: HttpRequest) -> User:
    """The user of a view behind ``permitted``."""
    assert isinstance(request.user, User)  # noqa: S101 - the guard saw to it
    return request.user


def case_or_404(request: HttpRequest, pk: int) -> ReliefCase:
    """A case that the user sees; 404 for every other number."""
    found = selectors.case_of(request.user, pk)
    if found is None:
        raise Http404
    return found


def version_of(request: HttpRequest) -> int:
    """The version that the page showed; none of it is as good as an old one."""
    told = request.POST.get("version", "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 10 else 0


def url_of(case: ReliefCase, part: str = "") -> str:
    """The page of a case, at one of its parts."""
    return reverse("relief:case", args=[case.pk]) + (f"#{part}" if part else "")


def uploaded(request: HttpRequest, name: str = "file") -> list[StoredFile]:
    """The user's own uploaded files that a form names; they belong to the case from now on."""
    keys = [each for each in request.POST.getlist(name) if each.isascii() and each.isdigit()]
    found = list(StoredFile.objects.visible_to(request.user).filter(pk__in=keys[:20]))
    for stored in found:
        attach(stored)
    return found


def page_for(
    request: HttpRequest,
    case: ReliefCase,
    form_class: Callable[..., forms.Form],
    act: Callable[[Any], Any],
    *,
    title: Any,
    part: str = "",
    says: Any = "",
    template: str = "relief/form.html",
    initial: dict[str, Any] | None = None,
    context: dict[str, Any] | None = None,
    button: Any = "",
    draft: str = "",
    to: str = "",
    **arguments: Any,
) -> HttpResponseBase:
    """A page with one form about a case.

    Args:
        request: GET or POST.
        case: the case.
        form_class: its form, with a ``version``.
        act: carries the form out.
        title: of the page.
        part: of the case's page to which the user returns.
        says: what the step means.
        template: of the page.
        initial: first values of the form.
        context: what else the page shows.
        button: what the button says.
        draft: key under which a long form is kept while it is typed.
        to: where to go instead of the case.
        **arguments: what else the form takes.
    """

    def carried_out(form: Any) -> str:
        act(form)
        messages.success(request, str(title))
        return to or url_of(case, part)

    shown = {
        "case": case,
        "title": title,
        "says": says,
        "button": button or title,
        "draft": draft,
        "back": to or url_of(case, part),
        **(context or {}),
    }
    first = {"version": case.version, **(initial or {})}
    return submit(request, form_class, carried_out, template, shown, initial=first, **arguments)
