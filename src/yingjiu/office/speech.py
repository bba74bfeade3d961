"""The engine rooms speak the language of the page: their words come from their own catalogues."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import get_language, override

from yingjiu.language import speaking

__all__ = ["engine_language", "in_language"]


@contextmanager
def in_language(language: str) -> Iterator[None]:
    """Let the office and the engine rooms speak a language inside a block.

    Args:
        language: as Django names it, ``zh-hans`` or ``en``.
    """
    with override(language), speaking(_engine(language)):
        yield


def _engine(language: str) -> str:
    """``zh`` or ``en``, as the engine rooms name a language."""
    return language.split("-", maxsplit=1)[0]


def engine_language(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware, after Django's own for the language: let the engine rooms speak what the page speaks."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        with speaking(_engine(get_language() or "zh")):
            return get_response(request)

    return middleware
