"""``{% load documents %}``: the documents of a subject in its own page."""

from __future__ import annotations

from typing import Any

from django import template
from django.db.models import Model
from django.urls import reverse

from yingjiu.office.documents.selectors import kind_of

register = template.Library()


@register.inclusion_tag("documents/place.html")
def documents_of(subject: Model) -> dict[str, Any]:
    """``{% documents_of case %}``: the place into which the list of a subject's documents is loaded."""
    return {"url": reverse("documents:of", args=[kind_of(subject), subject.pk])}
