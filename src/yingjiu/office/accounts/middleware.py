"""Whoever must choose a new password, or set the second factor up, does that before anything else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from yingjiu.office.accounts import second_factor
from yingjiu.office.accounts.models import User
from yingjiu.office.accounts.passwords import must_change

__all__ = ["first_things_first"]

_FREE: Final = (
    "accounts:password",
    "accounts:logout",
    "accounts:second_factor",
    "accounts:second_factor_picture",
    "frame:language",
    "frame:watermark",
    "frame:alive",
    "frame:badges",
)
"""Views that are reached all the same."""

_HAS_FACTOR: Final = "has_second_factor"


def first_things_first(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """The middleware; it stands behind Django's authentication."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        return get_response(request)

    def process_view(request: HttpRequest, *_view: object) -> HttpResponseBase | None:
        match = request.resolver_match
        if not request.user.is_authenticated or match is None or match.view_name in _FREE:
            return None
        there = _first(request, request.user)
        if there is None:
            return None
        url = reverse(there)
        if request.headers.get("HX-Request"):
            return HttpResponse(status=204, headers={"HX-Redirect": url})
        return HttpResponseRedirect(url)

    middleware.process_view = process_view  # type: ignore[attr-defined] # how Django finds the hook
    return middleware


def _first(request: HttpRequest, user: User) -> str | None:
    if must_change(user):
        return "accounts:password"
    if second_factor.required(user) and not request.session.get(_HAS_FACTOR):
        if not second_factor.confirmed(user):
            return "accounts:second_factor"
        request.session[_HAS_FACTOR] = True
    return None
