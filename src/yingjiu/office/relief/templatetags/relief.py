"""``{% load relief %}``: words of the catalogue in the user's language."""

from __future__ import annotations

from django import template

from yingjiu.office.relief.catalogue import text

register = template.Library()


@register.filter(name="catalogue")
def in_language(words: str) -> str:
    """A text of the shipped catalogue as the user reads it; an office's own texts come back as they are."""
    return text(words)
