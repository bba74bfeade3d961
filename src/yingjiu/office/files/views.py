"""Addresses for uploads in chunks (JSON), and the download of a stored file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final, cast
from uuid import UUID

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yingjiu.errors import Fault
from yingjiu.office.accounts.permissions import permitted
from yingjiu.office.audit.services import Action, record
from yingjiu.office.files import uploads
from yingjiu.office.files.errors import DamagedFileError, FileError, WrongOffset
from yingjiu.office.files.kinds import KINDS
from yingjiu.office.files.models import StoredFile, Upload
from yingjiu.office.files.sealed import SEGMENT
from yingjiu.office.files.selectors import opened_file, visible_file
from yingjiu.office.files.services import open_file
from yingjiu.office.frame.middleware import as_json
from yingjiu.office.sealing.selectors import grant_in_hand

if TYPE_CHECKING:
    from typing import BinaryIO

__all__: list[str] = []

_PROVEN: Final = 8 * SEGMENT
"""Bytes that are proven whole before a download begins: some 70 milliseconds."""


@require_POST
@permitted("files.use")
def upload(request: HttpRequest) -> JsonResponse:
    """Announce a file: ``{name, size, expected, modified}``; the answer says where to send its chunks."""
    told = _json(request)
    expected = [kind for kind in str(told.get("expected", "")).replace(" ", "").split(",") if kind in KINDS]
    size = told.get("size")
    if not isinstance(told.get("name"), str) or not isinstance(size, int) or isinstance(size, bool):
        raise _not_understood()
    begun = uploads.start(
        user=request.user,  # type: ignore[arg-type] # permitted() lets only users in
        name=told["name"],
        size=size,
        expected=expected,
        modified=str(told.get("modified", ""))[:40],
    )
    return JsonResponse(_state(begun), status=201)


@require_http_methods(["GET", "PUT", "DELETE"])
@permitted("files.use")
def chunk(request: HttpRequest, token: UUID) -> HttpResponse:
    """GET: where an upload stands. PUT: a chunk at ``Upload-Offset``. DELETE: throw it away."""
    mine = _upload(request, token)
    if request.method == "DELETE":
        uploads.abandon(mine)
        return HttpResponse(status=204)
    if request.method == "GET":
        return JsonResponse(_state(mine))
    offset, length = _number(request, "Upload-Offset"), _number(request, "Content-Length")
    try:
        uploads.take_chunk(
            upload=mine,
            offset=offset,
            length=length,
            body=cast("BinaryIO", request),
            digest=request.headers.get("Chunk-Digest", "").lower(),
        )
    except WrongOffset as error:
        return as_json(409, error.faults, offset=error.offset)
    return JsonResponse(_state(mine))


@require_POST
@permitted("files.use")
def finish(request: HttpRequest, token: UUID) -> JsonResponse:
    """The last chunk is there: check the whole, and store it."""
    digest = str(_json(request).get("digest", "")).lower()
    mine = _upload(request, token)
    again = mine.stored_id is not None
    stored = uploads.finish(upload=mine, digest=digest)
    if not again:
        detail = {"size": stored.size, "kind": stored.kind, "digest": stored.digest}
        record(Action.UPLOAD, user=request.user, subject=stored, detail=detail, request=request)
    return JsonResponse(
        {
            "id": stored.pk,
            "name": stored.name,
            "size": stored.size,
            "kind": stored.kind,
            "says": _("this photo tells where it was taken; it is kept as it is") if stored.has_place else "",
            "url": reverse("files:download", args=[stored.pk]),
        },
        status=201,
    )


@require_GET
@permitted("files.use")
def download(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A stored file as it was, always to be saved and never opened by the browser itself."""
    return _sent(request, visible_file(request.user, pk), attachment=True)


@require_GET
@permitted("files.use")
def image(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A stored photo inside a page."""
    stored = visible_file(request.user, pk)
    if not stored.is_image:
        raise Http404
    return _sent(request, stored, attachment=False)


@require_GET
@permitted("sealing.view")
def opened(request: HttpRequest, permit: int, pk: int) -> HttpResponseBase:
    """A file behind a seal, for whom an application opened it, as long as it is open."""
    grant = grant_in_hand(request.user, permit, request)  # type: ignore[arg-type] # permitted() lets only users in
    return _sent(request, opened_file(grant, pk), attachment=True)


def _sent(request: HttpRequest, stored: StoredFile, *, attachment: bool) -> HttpResponseBase:
    content = open_file(stored)
    _prove(content)
    record(
        Action.DOWNLOAD if attachment else Action.READ,
        user=request.user,
        subject=stored,
        detail={"size": stored.size, "kind": stored.kind},
        request=request,
    )
    kind = f"image/{stored.kind}" if stored.is_image and not attachment else "application/octet-stream"
    response = StreamingHttpResponse(_blocks(content, request), content_type=kind)
    response["Content-Length"] = str(stored.size)
    response["Content-Disposition"] = content_disposition_header(attachment, stored.name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "no-store, private"
    return response


def _prove(content: BinaryIO) -> None:
    """A damaged file is told before anything is sent; of a large one only the beginning is read twice."""
    read = 0
    while read < _PROVEN and (block := content.read(SEGMENT)):
        read += len(block)
    content.seek(0)


def _blocks(content: BinaryIO, request: HttpRequest) -> Iterator[bytes]:
    """The content; where it is damaged further on, the connection breaks off, and the browser says so."""
    with content:
        try:
            while block := content.read(SEGMENT):
                yield block
        except DamagedFileError as error:
            error.put_on_record(request.user, request)
            raise


def _upload(request: HttpRequest, token: UUID) -> Upload:
    return get_object_or_404(Upload.objects.visible_to(request.user), token=token)


def _state(mine: Upload) -> dict[str, Any]:
    return {
        "url": reverse("files:chunk", args=[mine.token]),
        "finish": reverse("files:finish", args=[mine.token]),
        "offset": mine.received,
        "size": mine.size,
        "chunk": uploads.CHUNK,
        "state": mine.state,
    }


def _json(request: HttpRequest) -> dict[str, Any]:
    try:
        told = json.loads(request.body or b"{}")
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise _not_understood()
    return told


def _number(request: HttpRequest, header: str) -> int:
    text = request.headers.get(header, "")
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise _not_understood()
    return int(text)


def _not_understood() -> FileError:
    return FileError(
        Fault(
            "FIL-013",
            _("this upload was not understood"),
            hint=_("load the page again and choose the file anew"),
        )
    )
