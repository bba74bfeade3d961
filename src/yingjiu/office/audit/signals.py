"""What Django tells of its own accord: logins, logouts, failed logins; and refusals of the views' guard."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest

from yingjiu.office.accounts.events import RECORDERS
from yingjiu.office.accounts.models import User
from yingjiu.office.accounts.permissions import REFUSALS
from yingjiu.office.audit.services import Action, record

__all__ = ["listen"]


def listen() -> None:
    """Begin to record."""
    user_logged_in.connect(_signed_in, dispatch_uid="audit-login")
    user_logged_out.connect(_signed_out, dispatch_uid="audit-logout")
    user_login_failed.connect(_failed, dispatch_uid="audit-login-failed")
    if _refused not in REFUSALS:
        REFUSALS.append(_refused)
    if _told not in RECORDERS:
        RECORDERS.append(_told)


def _signed_in(*, request: HttpRequest | None = None, user: Any = None, **_kwargs: Any) -> None:
    record(Action.LOGIN, user=user, request=request)


def _signed_out(*, request: HttpRequest | None = None, user: Any = None, **_kwargs: Any) -> None:
    if user is not None:
        record(Action.LOGOUT, user=user, request=request)


def _failed(*, credentials: dict[str, Any], request: HttpRequest | None = None, **_kwargs: Any) -> None:
    """What was typed as a name is not kept: it may be a password."""
    name = credentials.get(User.USERNAME_FIELD)
    known = User.objects.filter(username=name).first() if name else None
    record(Action.LOGIN_FAILED, user=known, detail={"known": known is not None}, request=request)


def _told(action: str, **what: Any) -> None:
    """What the account pages tell."""
    record(Action(action), **what)


def _refused(request: HttpRequest, permission: str) -> None:
    match = request.resolver_match
    record(
        Action.DENIED,
        user=request.user if isinstance(request.user, User) else None,
        detail={"permission": permission, "view": match.view_name if match else ""},
        request=request,
    )
