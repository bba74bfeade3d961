"""A form is carried out once, however often it is sent: a double click, the browser's back button.

The page carries a token (``{% form_token %}``). The first submission claims it; a second one that comes while
the first is at work waits for it; a later one is sent to where the first one went. A submission that failed
or that showed its form again gives the token back (:mod:`yingjiu.office.frame.middleware`).
"""

from __future__ import annotations

import hashlib
import os
import secrets
import socket
import time
from datetime import timedelta
from typing import Final

from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _

from yingjiu.errors import Fault
from yingjiu.office.frame import drafts
from yingjiu.office.frame.errors import Conflict, OfficeError
from yingjiu.office.frame.models import Submission

__all__ = ["FIELD", "done", "forget_old", "form_token", "once", "release"]

FIELD: Final = "form_token"
"""Name of the hidden field."""

_SALT: Final = "yingjiu.office.frame.once"
_PATIENCE: Final = 6.0
"""Seconds that a second submission waits for the first."""
_GIVEN_UP: Final = timedelta(minutes=2)
"""After this time a claim without a result is that of a server that was killed, wherever it ran."""
_FORGOTTEN: Final = timedelta(days=30)
_COMPUTER: Final = hashlib.sha256(socket.gethostname().encode()).hexdigest()[:8]
_LIFE: Final = secrets.token_hex(3)
"""Of this process: after a restart another one may have its number."""
_at_work: Final[set[str]] = set()
"""Claims that this process is carrying out. One of its own that is not here is given up: a full disk may keep
it from being taken back."""


def form_token(user_key: int | None) -> str:
    """A token for one showing of one form to one user."""
    return signing.dumps([user_key, secrets.token_hex(8)], salt=_SALT)


def once(request: HttpRequest) -> str | None:
    """Claim the token of a submission, before anything is done.

    Args:
        request: a POST. One without a token claims nothing, and is always carried out.

    Returns:
        None: carry it out. Otherwise the address where the first submission went: redirect there.

    Raises:
        OfficeError: ``FRM-002`` the token is forged, or belongs to another user.
        Conflict: ``FRM-003`` the first submission is still being carried out.
    """
    token = request.POST.get(FIELD)
    if not token:
        return None
    nonce = _nonce(token, request)
    until = time.monotonic() + _PATIENCE
    while not _claimed(request, nonce):
        there = Submission.objects.filter(nonce=nonce).first()
        if there is not None and there.url:
            return there.url
        if there is not None and _is_dead(there.claim):
            Submission.objects.filter(pk=there.pk, claim=there.claim, url="").delete()
            continue
        if time.monotonic() > until:
            raise Conflict(
                Fault(
                    "FRM-003",
                    _("this form was sent twice, and the first time is still being carried out"),
                    hint=_("wait a moment, then open the page again to see the result; do not send it again"),
                )
            )
        time.sleep(0.1)
    return None


def done(request: HttpRequest, url: str) -> HttpResponse:
    """Note where a submission that was carried out goes, throw its draft away, and go there.

    Call it inside the transaction that wrote what was asked, so that both are written or neither.

    Args:
        request: the request that :func:`once` let through.
        url: where to go.

    Returns:
        A redirect; to htmx, a response that makes the whole page go there.
    """
    nonce = getattr(request, "_claimed", None)
    if nonce:
        Submission.objects.filter(nonce=nonce, claim=request._claim).update(url=url)  # type: ignore[attr-defined]
        request._claimed = None  # type: ignore[attr-defined]
    key = request.POST.get(drafts.FIELD)
    if key and request.user.is_authenticated:
        drafts.discard(request.user, key)
    if getattr(request, "htmx", None):
        response = HttpResponse(status=204)
        response["HX-Redirect"] = url
        return response
    return HttpResponseRedirect(url)


def release(request: HttpRequest) -> None:
    """Give the token of a submission back that came to nothing; it may be sent again.

    Only the claim of this request goes: one that took too long may have been given up for another's.
    """
    nonce, claim = getattr(request, "_claimed", None), getattr(request, "_claim", "")
    try:
        if nonce:
            Submission.objects.filter(nonce=nonce, claim=claim, url="").delete()
    finally:
        _at_work.discard(claim)


def forget_old() -> int:
    """Throw away the notes of forms that no open page can send again; returns how many."""
    return Submission.objects.filter(at__lt=timezone.now() - _FORGOTTEN).delete()[0]


def _claimed(request: HttpRequest, nonce: str) -> bool:
    """Claim a token for this request, if nobody has."""
    claim = f"{_COMPUTER}-{os.getpid():x}-{_LIFE}-{secrets.token_hex(4)}"
    _at_work.add(claim)
    mine = False
    try:
        Submission.objects.filter(nonce=nonce, url="", at__lt=timezone.now() - _GIVEN_UP).delete()
        Submission.objects.bulk_create([Submission(nonce=nonce, claim=claim)], ignore_conflicts=True)
        mine = Submission.objects.filter(nonce=nonce, claim=claim).exists()
    finally:
        if not mine:
            _at_work.discard(claim)
    if mine:
        request._claimed, request._claim = nonce, claim  # type: ignore[attr-defined]
    return mine


def _is_dead(claim: str) -> bool:
    """Whether a claim is nobody's any more: its process lives no more, or has done with it."""
    computer, _dash, rest = claim.partition("-")
    if computer != _COMPUTER or os.name != "posix":  # elsewhere a signal of 0 is not only a question
        return False
    number, life, _one = rest.split("-")
    process = int(number, 16)
    if process == os.getpid():
        return life != _LIFE or claim not in _at_work
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def _nonce(token: str, request: HttpRequest) -> str:
    try:
        owner, nonce = signing.loads(token, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        owner, nonce = None, None
    if not isinstance(nonce, str) or owner != request.user.pk:
        raise OfficeError(
            Fault(
                "FRM-002",
                _("this form does not come from a page of yours"),
                hint=_("open the page again and fill the form there"),
            )
        )
    return nonce
