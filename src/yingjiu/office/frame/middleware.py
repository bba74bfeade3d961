"""Around every view: errors become pages or toasts, submissions give their tokens back, nothing is stored.

Two pieces, in the order of ``settings.MIDDLEWARE``: :class:`SessionMiddleware` in place of Django's own, and
:class:`OfficeFrame` as the last.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages import get_messages
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware as DjangoSessionMiddleware
from django.core.exceptions import BadRequest
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render, resolve_url
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.defaults import server_error
from django_htmx.http import trigger_client_event

from yingjiu.errors import Fault, YingjiuError
from yingjiu.office.errors import OfficeError, said
from yingjiu.office.frame.errors import Conflict, NoSpace
from yingjiu.office.frame.fullness import is_full_disk, no_space
from yingjiu.office.frame.once import release
from yingjiu.office.frame.statuses import told

__all__ = ["OfficeFrame", "SessionMiddleware", "as_json", "mistake", "quiet", "toast"]

R = TypeVar("R", bound=HttpResponseBase)

_JAMS: Final = {"40P01", "40001", "55P03"}
"""PostgreSQL: deadlock detected, serialization failure, lock not available."""


def quiet(response: R) -> R:
    """Mark a response to something a page asked by itself: it does not keep a session alive."""
    response["X-Quiet"] = "1"  # the page's own clock of the session goes on, too
    response.quiet = True  # type: ignore[attr-defined] # our mark, read by SessionMiddleware
    return response


def toast(response: HttpResponseBase, text: str, *, title: str = "", tone: str = "success") -> None:
    """Let htmx show a toast when it gets this response.

    Args:
        response: to htmx.
        text: what it says.
        title: above the text.
        tone: ``success``, ``warning`` or ``danger``.
    """
    trigger_client_event(response, "toast", {"title": title, "text": text, "tone": tone})


class SessionMiddleware(DjangoSessionMiddleware):
    """Django's sessions, except that what a page asks by itself does not keep a session alive."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:  # type: ignore[override] # Django's own takes any
        """Leave the session as it is after a quiet response."""
        if getattr(response, "quiet", False) and not request.session.modified:
            patch_vary_headers(response, ("Cookie",))
            return response
        try:
            return super().process_response(request, response)  # type: ignore[arg-type] # as above
        except (SessionInterrupted, OperationalError) as error:
            if not is_full_disk(error):
                raise
            return response  # the session is not prolonged, and who works in it is told what was answered


class OfficeFrame:
    """Shows errors, releases submissions, hands messages to htmx, and sets the headers of every page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer one request."""
        response = self.get_response(request)
        try:
            release(request)
        except OperationalError as error:
            if not is_full_disk(error):
                raise
        if _wants_login(response) and (_is_htmx(request) or _is_script(request)):
            response = _session_ended(request)
        elif _is_htmx(request):
            _tell_htmx(request, response)
        elif _is_script(request) and response.status_code >= 400 and _is_page(response):
            message, hint = told(response.status_code)
            response = as_json(
                response.status_code, [Fault(f"HTTP-{response.status_code}", message, hint=hint)]
            )
        _set_headers(request, response)
        return response

    def process_view(self, request: HttpRequest, *_view: object) -> None:
        """Refuse the character NUL: no keyboard writes it, and PostgreSQL keeps no text that holds it.

        Raises:
            BadRequest: a value of the address or of the form holds one.
        """
        sent = (request.GET, request.POST)
        if any("\0" in text for values in sent for _name, texts in values.lists() for text in texts):
            raise BadRequest("NUL")

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        """Show an error that says what to do; leave all others to Django."""
        if is_full_disk(error) and not isinstance(error, NoSpace):
            error = no_space()
        elif _is_jam(error):
            error = Conflict(
                Fault(
                    "FRM-010",
                    _("somebody else wrote at the same moment; nothing of yours was written"),
                    hint=_("wait a moment, open the page again, and send the form again"),
                )
            )
        if not isinstance(error, YingjiuError):
            return None
        if isinstance(error, OfficeError):
            error.put_on_record(getattr(request, "user", None), request)
        return error_response(request, error)


def error_response(request: HttpRequest, error: YingjiuError) -> HttpResponseBase:
    """An error as a page, to htmx as a toast, and to a script as JSON."""
    status: int = getattr(error, "status", 422)
    if _is_script(request):
        return as_json(status, error.faults)
    title, hint = told(status)
    if _is_htmx(request):
        response = HttpResponse(status=status)
        toast(response, "\n".join(said(fault) for fault in error.faults), title=title, tone="danger")
        response["HX-Reswap"] = "none"
        return response
    context = {"status": status, "title": title, "hint": hint, "faults": error.faults}
    return render(request, "frame/error.html", context, status=status)


def as_json(status: int, faults: Sequence[Fault], **more: Any) -> JsonResponse:
    """Faults for a script, and what else it is told."""
    listed = [
        {"code": each.code, "message": each.message, "hint": each.hint, "text": said(each)} for each in faults
    ]
    return JsonResponse({"faults": listed, **more}, status=status)


def mistake(request: HttpRequest) -> HttpResponseBase:
    """What no view and no middleware has answered: a full disk is said so, anything else is a mistake.

    Without room SQLite may not even read, so the page that says so asks nothing of the database.
    """
    if not is_full_disk(sys.exc_info()[1]):
        return server_error(request)
    request.user = AnonymousUser()  # who it is stands in the database
    return error_response(request, no_space())


def _is_htmx(request: HttpRequest) -> bool:
    return bool(getattr(request, "htmx", False))


def _is_script(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


def _is_page(response: HttpResponseBase) -> bool:
    return response.get("Content-Type", "").startswith("text/html")


def _is_jam(error: Exception) -> bool:
    """Whether a transaction was given up for another: a circle of locks, or one held for too long."""
    code = getattr(error.__cause__, "sqlstate", "")
    locked = "database is locked" in str(error)
    return isinstance(error, OperationalError) and (code in _JAMS or locked)


def _wants_login(response: HttpResponseBase) -> bool:
    if response.status_code != 302:
        return False
    return urlsplit(response.get("Location", "")).path == resolve_url(settings.LOGIN_URL)


def _session_ended(request: HttpRequest) -> HttpResponseBase:
    """What is on the page stays there: the script says that the session has ended and how to go on."""
    if _is_script(request):
        message, hint = told(401)
        return as_json(401, [Fault("HTTP-401", message, hint=hint)])
    response = HttpResponse(status=401)
    trigger_client_event(response, "session-ended", {})
    return response


def _tell_htmx(request: HttpRequest, response: HttpResponseBase) -> None:
    if response.status_code >= 400:
        if response.status_code != 422 and "HX-Trigger" not in response:
            title, hint = told(response.status_code)
            toast(response, hint, title=title, tone="danger")
        return
    if any(name in response for name in ("HX-Redirect", "HX-Refresh", "HX-Location")):
        return  # the next page shows the messages
    if response.status_code < 300 and not getattr(response, "quiet", False):
        for message in get_messages(request):
            toast(response, str(message), tone=message.level_tag or "success")


def _set_headers(request: HttpRequest, response: HttpResponseBase) -> None:
    response.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()")
    response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        # a shared computer keeps no copy, and "back" after a decision asks the server again
        response.setdefault("Cache-Control", "no-store, private")
