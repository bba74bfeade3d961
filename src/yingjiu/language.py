"""The language that commands, errors and reports speak.

Chinese unless ``YINGJIU_LANGUAGE=en`` says otherwise; read once, when the process starts. A server that
speaks with several people at once says :func:`speaking` around each request. Message ids in
the code are English (domain ``yingjiu``, translated into ``zh_CN``). The shipped catalogue is written in
Chinese, and its texts are ids of the domain ``catalogue``, translated into ``en``.
"""

from __future__ import annotations

import gettext as _gettext
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib.resources import files
from typing import Final

__all__ = [
    "LANGUAGE",
    "LANGUAGES",
    "N_",
    "_",
    "catalogue_text",
    "current_language",
    "ngettext",
    "speak_for_process",
    "speaking",
]

LANGUAGES: Final = {"zh": "zh_CN", "en": "en"}


def _chosen() -> str:
    wanted = os.environ.get("YINGJIU_LANGUAGE", "zh").replace("-", "_").split("_")[0].lower()
    return wanted if wanted in LANGUAGES else "zh"


LANGUAGE: Final[str] = _chosen()
"""``zh`` or ``en``."""

_folder = str(files("yingjiu").joinpath("locale"))
_spoken: ContextVar[str] = ContextVar("yingjiu_language", default=LANGUAGE)


@cache
def _translations(domain: str, language: str) -> _gettext.NullTranslations:
    return _gettext.translation(domain, _folder, [LANGUAGES[language]], fallback=True)


def current_language() -> str:
    """``zh`` or ``en``: what is spoken here and now."""
    return _spoken.get()


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak another language inside a block, in this thread or task only.

    Args:
        language: ``zh`` or ``en``; anything else speaks the language of the process.
    """
    token = _spoken.set(language if language in LANGUAGES else LANGUAGE)
    try:
        yield
    finally:
        _spoken.reset(token)


def _(message: str) -> str:
    """Translate an English message id of the code."""
    return _translations("yingjiu", _spoken.get()).gettext(message) if message else message


def N_(message: str) -> str:  # noqa: N802 - gettext's usual mark for a message that is translated later
    """Mark a message for translation; it is translated when it is shown."""
    return message


def ngettext(singular: str, plural: str, n: int) -> str:
    """Translate an English message id that counts something."""
    return _translations("yingjiu", _spoken.get()).ngettext(singular, plural, n)


def catalogue_text(text: str) -> str:
    """Translate a Chinese text of a shipped catalogue file; other texts come back as they are."""
    return _translations("catalogue", _spoken.get()).gettext(text) if text else text


def speak_for_process() -> None:
    """Let libraries that speak through the default domain speak the same language; click is one.

    Only a program that owns its process calls this: it binds the domain ``messages`` to our translations of
    click's words and sets ``LANGUAGE``, which Python's gettext and child processes read before ``LANG``.
    """
    _gettext.bindtextdomain("messages", _folder)
    _gettext.textdomain("messages")
    os.environ["LANGUAGE"] = LANGUAGES[LANGUAGE]
