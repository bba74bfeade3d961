"""Back an office up while people work in it, and make it again from a backup.

A backup is a folder: the office's own, with the database as one SQLite file whatever it is kept in, and
``backup.json`` with the digest of every file. It holds the keys: who has it can read everything.

What is taken in which order makes it whole. The anchor of the log comes first, for it must not be ahead of
the log; the keys come before and after the database, and must be the same; the files and the pool come last,
for they are written before the database names them, and of the pool the catalogue comes before its files. The
queue and the locks are left out: jobs that were waiting are sent again from their rows.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.utils.translation import gettext as _

from yingjiu.errors import Fault, YingjiuError
from yingjiu.office.audit.services import Action, record
from yingjiu.office.copying import Tell, check_empty, copy_database, open_as
from yingjiu.office.databases import FILE, MOVED, sqlite_at

__all__ = ["BackupError", "back_up", "lay_out", "note_restored"]

LIST: Final = "backup.json"
_FORMAT: Final = 1
_FIRST: Final = ("audit-head.json", "secret.key", "keys.json")
_CATALOGUE: Final = "pool/catalogue.sqlite"
_LEFT_OUT: Final = (FILE, MOVED, "queue.sqlite3", "work", "workers", "pool/staging")
_TRIES: Final = 5
_BLOCK: Final = 1024 * 1024


class BackupError(YingjiuError):
    """A backup cannot be made or used (``OFF-030`` to ``OFF-034``)."""


def back_up(target: Path, tell: Tell) -> int:
    """Write a backup of this office.

    Args:
        target: a folder that is empty or not there.
        tell: told what is done.

    Returns:
        How many files it holds.

    Raises:
        BackupError: ``OFF-030`` the folder holds something, ``OFF-031`` the keys are being changed.
    """
    folder = Path(settings.YINGJIU_FOLDER)
    _check_place(target, folder)
    target.mkdir(parents=True, exist_ok=True)
    record(Action.ADMINISTER, user=None, detail={"what": "backup"})
    listed: dict[str, str] = {}
    for name in _FIRST:
        listed |= _copy(folder, target, name)
    for _try in range(_TRIES):
        (target / FILE).unlink(missing_ok=True)
        _database(target / FILE, tell)
        if _digest(folder / "keys.json") == listed.get("keys.json", ""):
            break
        listed |= _copy(folder, target, "keys.json")
    else:
        raise BackupError(
            Fault("OFF-031", _("the keys are being changed"), hint=_("wait for it to end, then try again"))
        )
    listed[FILE] = _digest(target / FILE)
    tell(_CATALOGUE, 0, 1)
    listed |= _copy(folder, target, _CATALOGUE)
    chosen = [name for name in _files(folder) if name not in listed and _belongs(name)]
    for done, name in enumerate(chosen):
        tell(name, done, len(chosen))
        listed |= _copy(folder, target, name)
    _write_list(target, listed)
    return len(listed)


def lay_out(source: Path, tell: Tell) -> int:
    """Check a backup, and put its files into this office's folder.

    The database lies there as SQLite; :func:`yingjiu.office.moving.move_to_server` takes it to PostgreSQL.

    Args:
        source: the backup.
        tell: told what is done.

    Returns:
        How many files it held.

    Raises:
        BackupError: ``OFF-032`` it is no backup or a newer program's, ``OFF-033`` a file of it is missing or
            was changed, ``OFF-034`` the folder holds an office.
        CopyingError: ``OFF-010`` the PostgreSQL that is to be filled holds an office.
    """
    folder = Path(settings.YINGJIU_FOLDER)
    listed = _read_list(source)
    if connection.vendor != "sqlite":
        check_empty("default")
    if any((folder / name).exists() for name in (FILE, "keys.json", "files", "pool")):
        raise BackupError(
            Fault(
                "OFF-034",
                _("this folder holds an office already"),
                str(folder),
                hint=_("name another with --folder, or put this one aside first"),
            )
        )
    wrong = [name for name, digest in listed.items() if _digest(source / name) != digest]
    if wrong:
        raise BackupError(
            *(
                Fault(
                    "OFF-033",
                    _("a file of the backup is missing or was changed"),
                    str(source / name),
                    hint=_("nothing was restored; take another backup"),
                )
                for name in wrong
            )
        )
    for done, name in enumerate(listed):
        tell(name, done, len(listed))
        _copy(source, folder, name)
    return len(listed)


def note_restored() -> None:
    """Put on record that the office was made again from a backup: the log goes on from there."""
    record(Action.ADMINISTER, user=None, detail={"what": "restore"})


def _check_place(target: Path, folder: Path) -> None:
    empty = not target.exists() or (target.is_dir() and not any(target.iterdir()))
    if not empty or target.resolve().is_relative_to(folder.resolve()):
        raise BackupError(
            Fault(
                "OFF-030",
                _("a backup needs a folder of its own"),
                str(target),
                hint=_("name one that is empty or not there, outside of the office's folder"),
            )
        )


def _belongs(name: str) -> bool:
    """Whether a file of the office's folder belongs into a backup."""
    left_out = any(name == each or name.startswith((f"{each}/", f"{each}-")) for each in _LEFT_OUT)
    return not left_out and not name.endswith((".lock", "-journal", "-wal", "-shm"))


def _copy(source: Path, target: Path, name: str) -> dict[str, str]:
    """Copy a file; its name and digest, or nothing where it was removed since it was listed."""
    to = target / name
    to.parent.mkdir(parents=True, exist_ok=True)
    if name == _CATALOGUE:
        if not (source / name).is_file():
            return {}
        _copy_sqlite(source / name, to)
        return {name: _digest(to)}
    digest = hashlib.sha256()
    with suppress(FileNotFoundError), (source / name).open("rb") as one, to.open("wb") as other:
        to.chmod(0o600)
        while block := one.read(_BLOCK):
            digest.update(block)
            other.write(block)
        return {name: digest.hexdigest()}
    return {}


def _copy_sqlite(source: Path, target: Path) -> None:
    """Copy a SQLite database of one moment, whatever is written to it meanwhile."""
    with (
        closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True, timeout=60)) as one,
        closing(sqlite3.connect(target)) as other,
    ):
        one.backup(other)
        other.execute("PRAGMA journal_mode=DELETE")
    target.chmod(0o600)


def _database(file: Path, tell: Tell) -> None:
    if connection.vendor == "sqlite":
        tell(FILE, 0, 1)
        _copy_sqlite(Path(connection.settings_dict["NAME"]), file)
        return
    open_as("backup", sqlite_at(file))
    try:
        call_command("migrate", database="backup", interactive=False, verbosity=0)
        copy_database("default", "backup", tell)
        with connections["backup"].cursor() as cursor:
            cursor.execute("PRAGMA journal_mode=DELETE")
    finally:
        connections["backup"].close()


def _digest(file: Path) -> str:
    """Of the content; empty for a file that is not there."""
    try:
        with file.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError:
        return ""


def _files(folder: Path) -> list[str]:
    return sorted(each.relative_to(folder).as_posix() for each in folder.rglob("*") if each.is_file())


def _write_list(target: Path, listed: dict[str, str]) -> None:
    told = {
        "format": _FORMAT,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "note": "Holds the keys: keep it where nobody else reads it.",
        "sha256": listed,
    }
    (target / LIST).write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")


def _read_list(source: Path) -> dict[str, str]:
    try:
        return _listed(json.loads((source / LIST).read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BackupError(
            Fault(
                "OFF-032",
                _("this is no whole backup of an office, or one of a newer program"),
                str(source / LIST),
                found=type(error).__name__,
                hint=_("name the folder that “yingjiu office backup” wrote"),
            )
        ) from None


def _listed(told: dict[str, Any]) -> dict[str, str]:
    listed = {str(name): str(digest) for name, digest in told["sha256"].items()}
    outside = any(Path(name).is_absolute() or ".." in Path(name).parts for name in listed)
    if told["format"] != _FORMAT or outside:
        raise ValueError(told["format"])
    return listed
