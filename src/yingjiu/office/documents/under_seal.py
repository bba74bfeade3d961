"""Documents are sealed with what they are about, and their files with them."""

from __future__ import annotations

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, QuerySet

from yingjiu.office.documents.models import Document
from yingjiu.office.files.under_seal import files_with
from yingjiu.office.sealing.querysets import everything
from yingjiu.office.sealing.registry import register, told

__all__ = ["documents_about", "register_all"]


def documents_about(subject: Model) -> QuerySet[Document]:
    """The documents about a subject, sealed ones too."""
    kind = ContentType.objects.get_for_model(subject)
    return everything(Document).filter(content_type=kind, object_id=subject.pk)


def register_all() -> None:
    """Say what is sealed with a document, and what the page of an opened seal shows of it."""
    register(
        Document,
        related=lambda document: [files_with([document.file_id])],
        shows=told("title", "number", "state", "digest", "made_at", "issued_at"),
    )
