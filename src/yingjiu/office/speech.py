"""The engine rooms speak the language of the page: their words come from their own catalogues."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import get_language

from yingjiu.language import speaking

__all__ = ["engine_language"]


def engine_language(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware, after Django's own for the language: let the engine rooms speak what the page speaks."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        with speaking((get_language() or "zh").split("-")[0]):
            return get_response(request)

    return middleware
