"""A disk that is full: how it is known by whatever was raised, and what a person is told.

Without room SQLite may not even read, so the page that says so asks nothing of the database.
"""

from __future__ import annotations

import errno
import shutil
import sys
from typing import Final

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.defaults import server_error

from yingjiu.errors import Fault
from yingjiu.office.frame.errors import NoSpace
from yingjiu.office.frame.statuses import told

__all__ = ["is_full_disk", "mistake", "no_space"]

_SAYS: Final = ("disk is full", "No space left")
"""SQLite: "database or disk is full"; PostgreSQL: "could not extend file ...: No space left on device"."""
_MAY_SAY: Final = ("disk I/O error", "unable to open database file")
"""SQLite, when it finds no room for the files beside the database; so it says of other troubles as well."""
_LEAST: Final = 1024 * 1024


def is_full_disk(error: BaseException | None) -> bool:
    """Whether an error, or what it was raised from, is a disk that is full."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        if _is_full(error):
            return True
        seen.add(id(error))
        error = error.__cause__ or error.__context__
    return False


def _is_full(error: BaseException) -> bool:
    if isinstance(error, OSError):
        return error.errno in {errno.ENOSPC, errno.EDQUOT}
    words = str(error)
    if not isinstance(error, DatabaseError):
        return False
    if any(each in words for each in _SAYS):
        return True
    no_room = shutil.disk_usage(settings.YINGJIU_FOLDER).free < _LEAST
    return no_room and any(each in words for each in _MAY_SAY)


def no_space() -> NoSpace:
    """What a person is told (``FRM-008``)."""
    return NoSpace(
        Fault(
            "FRM-008",
            _("the disk of the server is full; nothing was written"),
            hint=_("tell the system administrator, who makes room; then send the form again"),
        )
    )


def mistake(request: HttpRequest) -> HttpResponseBase:
    """What no view and no middleware has answered: a full disk is said so, anything else is a mistake."""
    if not is_full_disk(sys.exc_info()[1]):
        return server_error(request)
    error = no_space()
    if request.headers.get("Accept", "").startswith("application/json"):
        listed = [{"code": each.code, "message": each.message, "hint": each.hint} for each in error.faults]
        return JsonResponse({"faults": listed}, status=error.status)
    request.user = AnonymousUser()  # who it is stands in the database
    title, hint = told(error.status)
    context = {"status": error.status, "title": title, "hint": hint, "faults": error.faults}
    return render(request, "frame/error.html", context, status=error.status)
