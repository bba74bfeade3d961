"""Make, issue and void documents; replace templates."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives import hashes
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from yingjiu.errors import Fault
from yingjiu.office.accounts.models import Kind
from yingjiu.office.accounts.roles import Role
from yingjiu.office.audit.services import Action, record
from yingjiu.office.documents import registry, rendering
from yingjiu.office.documents.declared import form_of
from yingjiu.office.documents.errors import StateError, UnknownFormError
from yingjiu.office.documents.models import Document, DocumentState, TemplateVersion
from yingjiu.office.documents.numbering import next_number
from yingjiu.office.documents.selectors import template_bytes
from yingjiu.office.documents.wording import chinese_date
from yingjiu.office.files.services import release, store
from yingjiu.office.frame.errors import Conflict
from yingjiu.office.speech import in_language

if TYPE_CHECKING:
    from django.http import HttpRequest

    from yingjiu.office.accounts.models import Organisation, User
    from yingjiu.office.files.models import StoredFile

__all__ = ["digest_of", "issue", "may_void", "produce", "replace_template", "restore_template", "void"]


def digest_of(content: bytes) -> str:
    """The SM3 of a file, in hex."""
    digest = hashes.Hash(hashes.SM3())
    digest.update(content)
    return digest.finalize().hex()


@transaction.atomic
def produce(
    template: str,
    subject: Model,
    user: User,
    *,
    fields: Mapping[str, object] | None = None,
    request: HttpRequest | None = None,
) -> Document:
    """Make a document about a subject; a draft of the same form is made anew and keeps its number.

    Args:
        template: name of the form in ``catalogue/documents``.
        subject: what it is about; the caller has seen to it that the user may see it.
        user: who makes it.
        fields: the fields, where the caller knows them better than the registered provider.
        request: for the audit record.

    Returns:
        The draft.

    Raises:
        UnknownFormError: ``DOC-030`` no such form, ``DOC-031`` not for this kind of thing.
        FieldsError: ``DOC-001`` to ``DOC-004``, every missing field at once.
        OfficeError: what the form's ``may_produce`` says.
    """
    registered = registry.registration(template, subject)
    if registered.may_produce is not None:
        registered.may_produce(subject, user)
    form = form_of(template)
    with in_language("zh-hans"):  # documents are Chinese, whatever the user reads
        given = registered.provider(subject, user) if fields is None else fields
        values = rendering.taken(form, given)
    rendering.check_fields(form, given)
    office = _office_of(registered, subject)
    now = timezone.localtime()
    draft = Document.objects.about(subject).select_for_update(no_key=True).filter(
        template=template, state=DocumentState.DRAFT
    ).first() or Document(template=template, organisation=office)
    if not draft.pk:
        draft.number = next_number(office, template, now.year)
    source = template_bytes(office, template)
    content = rendering.render(
        source,
        rendering.filled(
            form,
            values,
            {
                "organisation_name": office.name,
                "organisation_short_name": office.short_name,
                "number": draft.number,
                "made_on": chinese_date(now.date()),
                "made_by": user.display_name,
            },
        ),
    )
    draft.title = form.title
    draft.template_digest = digest_of(source)
    draft.content_type = ContentType.objects.get_for_model(subject)
    draft.object_id = subject.pk
    draft.fields = values
    draft.made_by, draft.made_at = user, now
    draft.digest = digest_of(content)
    before = draft.file if draft.pk else None
    draft.file = _keep(content, draft.file_name, office)
    draft.full_clean()
    draft.save()
    if before is not None:
        release(before)
    record(Action.PRINT, user=user, subject=draft, detail=_told(draft), request=request)
    return draft


def _office_of(registered: registry.Registration, subject: Model) -> Organisation:
    office: Organisation | None = (
        registered.organisation(subject)
        if registered.organisation is not None
        else getattr(subject, "organisation", None)
    )
    if office is None or office.kind != Kind.PROCURATORATE:
        raise UnknownFormError(
            Fault(
                "DOC-032",
                _("it is not known which procuratorate makes this document"),
                hint=_("give the case to a procuratorate first"),
            )
        )
    return office


def _keep(content: bytes, name: str, office: Organisation) -> StoredFile:
    """Store a file that belongs to the office, not to who made it: access goes through the document."""
    return store(io.BytesIO(content), name, None, expected=("docx",), organisation=office, attached=True)


def _told(document: Document) -> dict[str, str]:
    """What the audit record says about a document: never a field of it."""
    return {
        "template": document.template,
        "number": document.number,
        "digest": document.digest,
        "state": document.state,
    }


def _locked(document: Document) -> Document:
    return Document.objects.select_for_update(no_key=True).get(pk=document.pk)


@transaction.atomic
def issue(*, document: Document, user: User, seen: str = "", request: HttpRequest | None = None) -> Document:
    """Issue a draft: it can no longer be changed.

    Args:
        document: the draft.
        user: who issues it.
        seen: the digest of the draft that the user has read, if they have read it in a page.
        request: for the audit record.

    Raises:
        StateError: ``DOC-020`` it is no draft any more.
        Conflict: ``DOC-024`` somebody made the draft anew since it was read.
        OfficeError: what the form's ``may_issue`` says.
    """
    locked = _locked(document)
    if locked.state != DocumentState.DRAFT:
        raise StateError(
            Fault(
                "DOC-020",
                _("the document was issued or made void already"),
                hint=_("make a new document if another one is needed"),
            )
        )
    if seen and seen != locked.digest:
        raise Conflict(
            Fault(
                "DOC-024",
                _("{name} has made the draft anew since you opened it").format(name=locked.made_by),
                hint=_("open the document again, read it, and issue it then"),
            )
        )
    subject = locked.subject
    if isinstance(subject, Model):
        registered = registry.registration(locked.template, subject)
        if registered.may_issue is not None:
            registered.may_issue(subject, user)
    locked.state = DocumentState.ISSUED
    locked.issued_by, locked.issued_at = user, timezone.now()
    locked.full_clean()
    locked.save(update_fields=["state", "issued_by", "issued_at"])
    record(Action.DECISION, user=user, subject=locked, detail=_told(locked), request=request)
    return locked


def may_void(document: Document, user: User) -> bool:
    """Whether this user may make a document void: who made it, or a head."""
    return document.state != DocumentState.VOID and (
        document.made_by_id == user.pk or user.has_role(Role.HEAD)
    )


@transaction.atomic
def void(*, document: Document, user: User, reason: str, request: HttpRequest | None = None) -> Document:
    """Make a document void; it keeps its number and its file, and says why.

    Args:
        document: a draft, or an issued document.
        user: who made it, or a head.
        reason: why.
        request: for the audit record.

    Raises:
        StateError: ``DOC-021`` no reason, ``DOC-022`` it is void already, ``DOC-023`` not this user.
    """
    locked = _locked(document)
    faults = []
    if not reason.strip():
        faults.append(Fault("DOC-021", _("a reason is needed"), hint=_("say why the document is void")))
    if locked.state == DocumentState.VOID:
        faults.append(Fault("DOC-022", _("the document is void already")))
    elif not may_void(locked, user):
        faults.append(
            Fault(
                "DOC-023",
                _("only who made the document, or the head, makes it void"),
                hint=_("ask one of them"),
            )
        )
    if faults:
        raise StateError(*faults)
    locked.state = DocumentState.VOID
    locked.void_by, locked.void_at, locked.void_reason = user, timezone.now(), reason.strip()
    locked.full_clean()
    locked.save(update_fields=["state", "void_by", "void_at", "void_reason"])
    record(Action.DECISION, user=user, subject=locked, detail=_told(locked), request=request)
    return locked


# -- templates ---------------------------------------------------------------------------------------------


@transaction.atomic
def replace_template(
    *,
    organisation: Organisation,
    template: str,
    content: bytes,
    reason: str,
    user: User,
    request: HttpRequest | None = None,
) -> TemplateVersion:
    """Make an office use its own template for a form; what it used before stays.

    Args:
        organisation: the procuratorate.
        template: name of the form.
        content: the uploaded Word file.
        reason: why it is replaced.
        user: who replaces it.
        request: for the audit record.

    Raises:
        UnknownFormError: ``DOC-030`` no such form.
        TemplateError: ``DOC-010`` to ``DOC-012``, every unknown field at once.
    """
    form = form_of(template)
    rendering.check_template(form, content)
    TemplateVersion.objects.in_use().filter(organisation=organisation, template=template).update(active=False)
    version = TemplateVersion(
        organisation=organisation,
        template=template,
        file=_keep(content, f"{form.title}.docx", organisation),
        digest=digest_of(content),
        reason=reason.strip(),
        uploaded_by=user,
    )
    version.full_clean()
    version.save()
    told = {"template": template, "digest": version.digest}
    record(Action.ADMINISTER, user=user, subject=version, detail=told, request=request)
    return version


@transaction.atomic
def restore_template(
    *, organisation: Organisation, template: str, user: User, request: HttpRequest | None = None
) -> None:
    """Make an office use the shipped template again.

    Raises:
        UnknownFormError: ``DOC-030`` no such form.
    """
    form_of(template)
    TemplateVersion.objects.in_use().filter(organisation=organisation, template=template).update(active=False)
    told = {"template": template, "digest": "shipped"}
    record(Action.ADMINISTER, user=user, subject=organisation, detail=told, request=request)
