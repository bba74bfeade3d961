"""Move an office from SQLite in its folder to PostgreSQL."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.utils.translation import gettext as _

from yingjiu.errors import Fault, YingjiuError
from yingjiu.office.audit.services import Action, record
from yingjiu.office.copying import Copied, Tell, copy_database, open_as
from yingjiu.office.databases import FILE, MOVED, sqlite_at
from yingjiu.office.jobs.alive import anybody

__all__ = ["MovingError", "move_to_server"]

_BEFORE: Final = "before"


class MovingError(YingjiuError):
    """An office cannot be moved (``OFF-020`` to ``OFF-022``)."""


def move_to_server(tell: Tell) -> Copied:
    """Copy the database in the folder to the one that ``DATABASE_URL`` names, and put the first aside.

    Keys, files and pool stay where they are. The tables of both are brought to this version's shape first.
    The move is on record as the last event of the log.

    Args:
        tell: told what is done, and how many of how many tables are.

    Returns:
        What was copied.

    Raises:
        MovingError: ``OFF-020`` no server is named, ``OFF-021`` the folder holds no database, ``OFF-022`` the
            office is open.
        CopyingError: as :func:`yingjiu.office.copying.copy_database`.
    """
    file = Path(settings.YINGJIU_FOLDER) / FILE
    _check(file)
    open_as(_BEFORE, sqlite_at(file))
    try:
        call_command("migrate", database=_BEFORE, interactive=False, verbosity=0)
        copied = copy_database(_BEFORE, "default", tell)
    finally:
        connections[_BEFORE].close()  # the last connection also folds the write-ahead log into the file
    record(Action.ADMINISTER, user=None, detail={"what": "moved to PostgreSQL", "rows": copied.rows})
    file.rename(file.with_name(MOVED))
    return copied


def _check(file: Path) -> None:
    if connection.vendor != "postgresql":
        raise MovingError(
            Fault(
                "OFF-020",
                _("no PostgreSQL is named"),
                hint=_("set DATABASE_URL=postgres://user:password@host/database"),
            )
        )
    if not file.is_file():
        raise MovingError(
            Fault(
                "OFF-021",
                _("this folder holds no database that could be moved"),
                str(file),
                hint=_("name the folder of the office with --folder"),
            )
        )
    if anybody():
        raise MovingError(
            Fault(
                "OFF-022",
                _("the office is open"),
                hint=_("end it (Ctrl-C), then move it: what people wrote meanwhile would be lost"),
            )
        )
