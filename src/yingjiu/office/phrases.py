"""Words put together as the page's language does it: lists, labels, clauses, texts of the catalogue.

The shipped catalogue is Chinese and its texts are translated where they are shown; what an office writes into
its own catalogue files comes back as it is.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from yingjiu.language import catalogue_text

__all__ = ["clauses", "continued", "in_language", "labelled", "listed"]


def in_language(text: object) -> str:
    """A text of the catalogue as the page's reader reads it."""
    return catalogue_text(str(text)) if text else ""


def listed(parts: Iterable[object]) -> str:
    """``one, two, three``."""
    return pgettext("in a list", ", ").join(str(part) for part in parts)


def clauses(parts: Iterable[object]) -> str:
    """``first; second``."""
    return pgettext("between clauses", "; ").join(str(part) for part in parts)


def continued(*parts: object) -> str:
    """``first, more``: a sentence that goes on; what is empty is left out."""
    told = [str(part) for part in parts if part]
    return pgettext("in a sentence", ", ").join(told)


def labelled(label: object, text: object) -> str:
    """``label: text``."""
    return _("{label}: {text}").format(label=label, text=text)
