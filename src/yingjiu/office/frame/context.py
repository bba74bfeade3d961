"""What every page knows: navigation, who is signed in, how long the session lasts."""

from __future__ import annotations

from functools import cached_property

from django.conf import settings
from django.http import HttpRequest

from yingjiu.office.accounts.roles import Role
from yingjiu.office.frame import navigation

__all__ = ["Frame", "frame"]


class Frame:
    """What ``frame/base.html`` shows around a page; read only when it is shown."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self.idle_seconds = settings.SESSION_COOKIE_AGE

    @cached_property
    def links(self) -> list[navigation.Link]:
        """The navigation of this user."""
        user = self._request.user
        return navigation.links(user, self._request.path) if user.is_authenticated else []

    @cached_property
    def roles(self) -> list[str]:
        """The names of this user's roles."""
        user = self._request.user
        if not user.is_authenticated:
            return []
        return [str(role.label) for role in Role if role in user.roles]


def frame(request: HttpRequest) -> dict[str, Frame]:
    """The context processor."""
    return {"frame": Frame(request)}
