"""Documents are sealed with what they are about, and their files with them."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from yingjiu.office.documents.models import Document
from yingjiu.office.files.under_seal import files_with
from yingjiu.office.sealing.querysets import everything
from yingjiu.office.sealing.registry import register, told

__all__ = ["documents_about", "register_all"]


def documents_about(subject: Model) -> QuerySet[Document]:
    """The documents about a subject, sealed ones too."""
    kind = ContentType.objects.get_for_model(subject)
    return everything(Document).filter(content_type=kind, object_id=subject.pk)


def _links(document: Document, permit: int) -> Mapping[str, str]:
    return {
        _("Read"): reverse("documents:opened", args=[permit, document.pk]),
        _("Download Word file"): reverse("files:opened", args=[permit, document.file_id]),
    }


def register_all() -> None:
    """Say what is sealed with a document, and what the page of an opened seal shows of it."""
    register(
        Document,
        related=lambda document: [files_with([document.file_id])],
        shows=told("title", "number", "state", "digest", "made_at", "issued_at"),
        links=_links,
    )
