"""What pages read of documents and templates; every reading begins with what the user may see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import Model
from django.http import Http404

from yingjiu.office.documents import registry
from yingjiu.office.documents.declared import form_of, forms, shipped_template
from yingjiu.office.documents.models import Document, DocumentQuerySet, DocumentState, TemplateVersion
from yingjiu.office.files.models import StoredFile
from yingjiu.office.files.selectors import opened_file
from yingjiu.office.files.services import open_file
from yingjiu.office.sealing.grants import Grant

if TYPE_CHECKING:
    from yingjiu.office.accounts.models import Organisation, User

__all__ = [
    "document",
    "documents_of",
    "kind_of",
    "opened_document",
    "subject_of",
    "template_bytes",
    "template_in_use",
    "templates_of",
    "version",
    "versions",
]


def kind_of(subject: Model) -> str:
    """How addresses name a kind of subject: ``relief.reliefcase``."""
    return type(subject)._meta.label_lower


def subject_of(user: User, kind: str, key: int) -> Model:
    """The subject that an address names.

    Raises:
        Http404: there is none, or the user may not see it.
    """
    try:
        model = apps.get_model(kind)
    except (LookupError, ValueError):
        raise Http404 from None
    found: Model | None = registry.seen_by(user, model).filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def documents_of(user: User, subject: Model) -> DocumentQuerySet:
    """The documents about a subject that the user sees; partners see what was issued.

    Args:
        user: who looks.
        subject: a subject from :func:`subject_of`, so that the user sees it.
    """
    found = Document.objects.about(subject).select_related("made_by", "issued_by", "void_by")
    return found if user.procuratorate else found.filter(state=DocumentState.ISSUED)


def document(user: User, key: int) -> Document:
    """One document.

    Raises:
        Http404: there is none, or the user does not see what it is about.
    """
    found = (
        Document.objects.filter(pk=key)
        .select_related("file", "organisation", "content_type", "made_by", "issued_by", "void_by")
        .first()
    )
    if found is None:
        raise Http404
    model = found.content_type.model_class()
    if model is None or not registry.seen_by(user, model).filter(pk=found.object_id).exists():
        raise Http404
    if user.procuratorate is None and found.state != DocumentState.ISSUED:
        raise Http404
    return found


def opened_document(grant: Grant, key: int) -> tuple[Document, StoredFile]:
    """A document behind a seal with its file, for whom the seal was opened; the opening is on record.

    Raises:
        Http404: no such document is behind this seal.
        SealingError: ``SEL-020`` to ``SEL-022`` the grant is not or no longer good.
    """
    found = Document.objects.none().unsealed_for(grant).filter(pk=key).first()
    if found is None:
        raise Http404
    return found, opened_file(grant, found.file_id)


# -- templates ---------------------------------------------------------------------------------------------


def template_in_use(organisation: Organisation, template: str) -> TemplateVersion | None:
    """The template with which an office has replaced the shipped one; None if it has not."""
    form_of(template)
    return (
        TemplateVersion.objects.in_use()
        .filter(organisation=organisation, template=template)
        .select_related("file")
        .first()
    )


def template_bytes(organisation: Organisation, template: str) -> bytes:
    """The Word template that an office makes a form from."""
    version = template_in_use(organisation, template)
    return shipped_template(template) if version is None else version_bytes(version)


def version_bytes(version: TemplateVersion) -> bytes:
    """The Word file of a replaced template."""
    with open_file(version.file) as stream:
        return stream.read()


def templates_of(user: User) -> list[Mapping[str, Any]]:
    """Every form, with the template that the user's office uses for it."""
    used = {
        each.template: each
        for each in TemplateVersion.objects.visible_to(user).in_use().select_related("uploaded_by")
    }
    return [{"key": key, "form": form, "version": used.get(key)} for key, form in forms().items()]


def versions(user: User, template: str) -> list[TemplateVersion]:
    """Every template with which the user's office has ever replaced the shipped one, newest first."""
    return list(
        TemplateVersion.objects.visible_to(user).filter(template=template).select_related("uploaded_by")
    )


def version(user: User, key: int) -> TemplateVersion:
    """One replaced template.

    Raises:
        Http404: there is none, or it is another office's.
    """
    found = TemplateVersion.objects.visible_to(user).filter(pk=key).select_related("file").first()
    if found is None:
        raise Http404
    return found
