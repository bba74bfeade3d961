"""Who may do what: predicates over roles, and a guard for views.

Each app registers its permissions with ``rules`` in its own ``permissions.py``; what depends on the state of
an object is checked by its service or its state machine, never here alone.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

import rules
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from yingjiu.office.accounts.roles import Role

__all__ = ["has_role", "permitted"]

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def has_role(*roles: Role) -> Any:
    """A predicate: the user holds one of these roles."""

    def holds(user: Any) -> bool:
        return bool(user.is_authenticated) and user.has_role(*roles)

    return rules.predicate(holds, name=f"has_role({', '.join(roles)})")


def permitted(permission: str) -> Callable[[View[P]], View[P]]:
    """Guard a view: signed in, and allowed.

    Args:
        permission: a name registered with ``rules``, as ``"leads.assign"``.

    Returns:
        A decorator. Who is not signed in is sent to the login page; who is not allowed gets the page for
        403, and the refusal is on record.
    """
    if "." not in permission:
        raise ValueError(permission)

    def guard(view: View[P]) -> View[P]:
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not rules.has_perm(permission, request.user):
                refused(request, permission)
                raise PermissionDenied(permission)
            return view(request, *args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined] # read by the access tests
        return cast("View[P]", guarded)

    return guard


REFUSALS: list[Callable[[HttpRequest, str], None]] = []
"""Called when a user is refused a view; the audit app registers here."""


def refused(request: HttpRequest, permission: str) -> None:
    """Tell those who keep record that a user was refused."""
    for tell in REFUSALS:
        tell(request, permission)


# what the administrators do with accounts; case data is on none of these pages
rules.add_perm("accounts.organisations", has_role(Role.SYSTEM_ADMIN))
rules.add_perm("accounts.users", has_role(Role.SYSTEM_ADMIN))
rules.add_perm("accounts.rights", has_role(Role.SECURITY_ADMIN))
rules.add_perm("accounts.reset_password", has_role(Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN))
