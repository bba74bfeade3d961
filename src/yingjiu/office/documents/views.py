"""Pages of documents and templates."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, cast

from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.http import HttpResponseRedirect as Redirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yingjiu.office.accounts.permissions import permitted
from yingjiu.office.audit.services import Action, record
from yingjiu.office.documents import registry, rendering, selectors, services
from yingjiu.office.documents.declared import OURS, form_of, forms, shipped_template
from yingjiu.office.documents.forms import ReplaceForm, VoidForm
from yingjiu.office.documents.preview import as_html, kept_html
from yingjiu.office.errors import said
from yingjiu.office.files.errors import DamagedFileError
from yingjiu.office.files.services import open_file
from yingjiu.office.frame.once import done, once
from yingjiu.office.frame.views import submit
from yingjiu.office.sealing.selectors import grant_in_hand

if TYPE_CHECKING:
    from yingjiu.office.accounts.models import Organisation, User
    from yingjiu.office.documents.declared import Form

__all__ = [
    "download",
    "issue",
    "of",
    "opened",
    "preview",
    "produce",
    "restore",
    "template",
    "template_file",
    "templates",
    "version_file",
    "void",
]

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)


# -- documents ---------------------------------------------------------------------------------------------


@require_GET
@permitted("documents.read")
def of(request: HttpRequest, kind: str, key: int) -> HttpResponse:
    """The documents of a subject, and the forms it can have: a fragment of its page."""
    user = _user(request)
    subject = selectors.subject_of(user, kind, key)
    context = {
        "documents": selectors.documents_of(user, subject),
        "offered": registry.offered(type(subject)) if user.has_perm("documents.produce") else [],
        "kind": kind,
        "key": key,
    }
    return render(request, "documents/of.html", context)


@require_POST
@permitted("documents.produce")
def produce(request: HttpRequest, kind: str, key: int) -> HttpResponseBase:
    """Make a document of a subject, and show it."""
    user = _user(request)
    subject = selectors.subject_of(user, kind, key)
    earlier = once(request)
    if earlier is not None:
        return Redirect(earlier)
    with transaction.atomic():
        made = services.produce(request.POST.get("template", ""), subject, user, request=request)
        return done(request, made.get_absolute_url())


@require_GET
@permitted("documents.read")
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """A document as it reads, and what can be done with it."""
    user = _user(request)
    document = selectors.document(user, pk)
    with open_file(document.file) as stream:
        content = stream.read()
    record(Action.READ, user=user, subject=document, detail={"template": document.template}, request=request)
    digest = services.digest_of(content)
    subject = document.subject
    back = getattr(subject, "get_absolute_url", None)
    context = {
        "document": document,
        "paper": kept_html(content, digest),
        "whole": digest == document.digest,
        "back": back() if callable(back) else None,
        "kind": document.content_type.model_class()._meta.label_lower,  # type: ignore[union-attr] # was seen
        "void_form": VoidForm(),
        "may_void": user.has_perm("documents.void") and services.may_void(document, user),
    }
    return render(request, "documents/preview.html", context)


@require_GET
@permitted("documents.read")
def download(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The Word file of a document; who took it is on record."""
    user = _user(request)
    document = selectors.document(user, pk)
    with open_file(document.file) as stream:
        content = stream.read()  # a damaged file is told, and not sent by half
    detail = {"template": document.template, "number": document.number, "digest": document.digest}
    record(Action.DOWNLOAD, user=user, subject=document, detail=detail, request=request)
    return FileResponse(
        io.BytesIO(content), as_attachment=True, filename=document.file_name, content_type=_WORD
    )


@require_GET
@permitted("sealing.view")
def opened(request: HttpRequest, permit: int, pk: int) -> HttpResponse:
    """A document behind a seal as it reads, for whom an application opened it, as long as it is open."""
    grant = grant_in_hand(_user(request), permit, request)
    document, file = selectors.opened_document(grant, pk)
    with open_file(file) as stream:
        content = stream.read()
    record(
        Action.READ,
        user=grant.user,
        subject=document,
        detail={"template": document.template, "application": permit},
        request=request,
    )
    context = {
        "document": document,
        "found": grant.permit,
        "paper": as_html(content),
        "whole": services.digest_of(content) == document.digest,
    }
    return render(request, "documents/opened.html", context)


@require_POST
@permitted("documents.issue")
def issue(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Issue a draft."""
    document = selectors.document(_user(request), pk)
    earlier = once(request)
    if earlier is not None:
        return Redirect(earlier)
    with transaction.atomic():
        services.issue(
            document=document, user=_user(request), seen=request.POST.get("seen", ""), request=request
        )
        return done(request, document.get_absolute_url())


@require_http_methods(["GET", "POST"])
@permitted("documents.void")
def void(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Make a document void."""
    user = _user(request)
    document = selectors.document(user, pk)

    def act(form: VoidForm) -> str:
        services.void(document=document, user=user, reason=form.cleaned_data["reason"], request=request)
        return document.get_absolute_url()

    return submit(request, VoidForm, act, "documents/void.html", {"document": document})


# -- templates ---------------------------------------------------------------------------------------------


def _office(request: HttpRequest) -> Organisation:
    office = _user(request).procuratorate
    if office is None:
        raise Http404
    return office


def _known(template: str) -> str:
    if template not in forms():
        raise Http404
    return template


@require_GET
@permitted("documents.templates")
def templates(request: HttpRequest) -> HttpResponse:
    """Every form and the template the office uses for it."""
    _office(request)
    return render(request, "documents/templates.html", {"rows": selectors.templates_of(_user(request))})


@require_http_methods(["GET", "POST"])
@permitted("documents.templates")
def template(request: HttpRequest, template: str) -> HttpResponseBase:
    """One form: its fields, its templates; a head or the system administrator replaces the one in use."""
    user, office = _user(request), _office(request)
    form = form_of(_known(template))
    may_replace = user.has_perm("documents.replace_template")
    if request.method == "POST" and not may_replace:
        raise Http404
    used = selectors.template_in_use(office, template)
    context = {
        "key": template,
        "declared": form,
        "ours": OURS,
        "used": used,
        **_of_use(request, form, office, template),
        "versions": selectors.versions(user, template),
        "may_replace": may_replace,
    }

    def act(sent: ReplaceForm) -> str:
        services.replace_template(
            organisation=office,
            template=template,
            content=sent.cleaned_data["file"].read(rendering.MOST + 1),
            reason=sent.cleaned_data["reason"],
            user=user,
            request=request,
        )
        return reverse("documents:template", args=[template])

    return submit(request, ReplaceForm, act, "documents/template.html", context)


def _of_use(request: HttpRequest, form: Form, office: Organisation, template: str) -> dict[str, object]:
    """What the template in use leaves out; a damaged one is told, and can be replaced on this page."""
    try:
        return {"unused": rendering.unused(form, selectors.template_bytes(office, template))}
    except DamagedFileError as error:
        error.put_on_record(request.user, request)
        return {"damaged": [said(fault) for fault in error.faults]}


@require_POST
@permitted("documents.replace_template")
def restore(request: HttpRequest, template: str) -> HttpResponseBase:
    """Use the shipped template again."""
    office = _office(request)
    earlier = once(request)
    if earlier is not None:
        return Redirect(earlier)
    with transaction.atomic():
        services.restore_template(
            organisation=office, template=_known(template), user=_user(request), request=request
        )
        return done(request, reverse("documents:template", args=[template]))


@require_GET
@permitted("documents.templates")
def template_file(request: HttpRequest, template: str) -> HttpResponse:
    """The template in use, or with ``?shipped`` the one that ships with the product."""
    office = _office(request)
    form = form_of(_known(template))
    shipped = "shipped" in request.GET
    content = shipped_template(template) if shipped else selectors.template_bytes(office, template)
    return _word(content, _("template {title}").format(title=form.title))


@require_GET
@permitted("documents.templates")
def version_file(request: HttpRequest, template: str, pk: int) -> HttpResponse:
    """An earlier template of one's own office."""
    version = selectors.version(_user(request), pk)
    if version.template != template:
        raise Http404
    name = _("template {title}").format(title=version.form.title)
    return _word(selectors.version_bytes(version), f"{name}-{version.uploaded_at:%Y%m%d}")


def _word(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=_WORD)
    header = content_disposition_header(as_attachment=True, filename=f"{name}.docx")
    response["Content-Disposition"] = header or "attachment"
    return response
