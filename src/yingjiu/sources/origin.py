"""Where a load takes its data from: files of a folder, or a database; and the date that they describe."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from yingjiu.errors import Fault
from yingjiu.language import _
from yingjiu.sources.errors import StructureError
from yingjiu.sources.readers import digest_file
from yingjiu.sources.scalars import EPOCH, days_of
from yingjiu.sources.source_file import FromFileName, Source

_FOLDER = "{folder}"
"""Stands in the URL of a database for the folder that is being loaded."""

__all__ = ["Origin", "find_origin", "unclaimed_files"]


@dataclass(frozen=True, slots=True)
class Origin:
    """What is loaded.

    Attributes:
        files: the files, in the order of their names.
        url: or the URL of the database.
        data_date: the date that the data describe.
        digests: of the files' contents, sorted; nothing of a database.
        label: name of a database that is a file, to stand beside its rows.
    """

    files: tuple[Path, ...]
    url: str | None
    data_date: date
    digests: tuple[str, ...] = ()
    label: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the files; nothing of a database on a server, whose URL may hold a password."""
        return (self.label,) if self.label else tuple(path.name for path in self.files)

    def stamps(self) -> list[tuple[int, int]]:
        """Size and time of each file, by which a change shows."""
        return [(stat.st_size, stat.st_mtime_ns) for stat in (path.stat() for path in self.files)]


def find_origin(source: Source, origin: Path | Sequence[Path] | None, data_date: date | None) -> Origin:
    """Find the files of a source, or its database.

    Args:
        source: the declaration.
        origin: a folder, or the files themselves; nothing for a database.
        data_date: goes before what is declared.

    Returns:
        The origin.

    Raises:
        StructureError: SRC-201 no file, SRC-205 it cannot be read, SRC-208 no data date, SRC-209 several
            data dates, SRC-210 the environment variable with the URL is not set.
    """
    if source.database is not None:
        url = _url(source)
        beside = _beside(url, origin) if isinstance(origin, Path) and _FOLDER in url else None
        if beside is None:
            return Origin((), url, data_date or _declared(source))
        if not beside.is_file():  # SQLite would make an empty one
            raise StructureError(_not_here(source, beside.parent, beside.name))
        filled = url.replace(_FOLDER, str(beside.parent.absolute()))
        return Origin((), filled, data_date or _declared(source, (beside,)), label=beside.name)
    if isinstance(origin, Path):
        files = _matching(source, origin) if origin.is_dir() else (origin,)
        where = origin
    else:
        files, where = tuple(origin or ()), Path()
    if not files:
        raise StructureError(_not_here(source, where, source.files))
    return Origin(files, None, data_date or _declared(source, files), _digests(files))


def unclaimed_files(sources: Sequence[Source], folder: Path) -> tuple[str, ...]:
    """Names of the files in a folder that no source claims.

    Args:
        sources: the declarations.
        folder: the folder, without its subfolders.

    Returns:
        The names, sorted.
    """
    claimed = {path for source in sources if source.files for path in _matching(source, folder)}
    urls = [source.database.url for source in sources if source.database and source.database.url]
    claimed |= {_beside(url, folder) for url in urls if _FOLDER in url}
    return tuple(sorted(path.name for path in folder.iterdir() if _is_data(path) and path not in claimed))


def _matching(source: Source, folder: Path) -> tuple[Path, ...]:
    return tuple(sorted(path for path in folder.glob(source.files or "") if _is_data(path)))


def _is_data(path: Path) -> bool:
    """Not the lock file of an open workbook, nor a hidden file."""
    return path.is_file() and not path.name.startswith(("~$", "."))


def _digests(files: Sequence[Path]) -> tuple[str, ...]:
    digests: list[str] = []
    faults: list[Fault] = []
    for path in files:
        try:
            digests.append(digest_file(path))
        except OSError as error:
            reason = os.strerror(error.errno) if error.errno else str(error)
            faults.append(
                Fault(
                    "SRC-205",
                    _("the file cannot be read: {reason}").format(reason=reason),
                    str(path),
                    hint=_("check the path and its permissions"),
                )
            )
    if faults:
        raise StructureError(*faults)
    return tuple(sorted(digests))


def _url(source: Source) -> str:
    assert source.database is not None  # noqa: S101 - for the type checker; the caller asked
    if source.database.url is not None:
        return source.database.url
    name = source.database.url_env or ""
    url = os.environ.get(name)
    if not url:
        raise StructureError(
            Fault(
                "SRC-210",
                _("the environment variable {name} is not set").format(name=name),
                hint=_("set it to the URL of the database of {source}").format(source=source.source),
            )
        )
    return url


def _beside(url: str, folder: Path) -> Path:
    """A database that is a file beside the other files: ``sqlite:///{folder}/name.db``."""
    return folder / url.split(_FOLDER, 1)[1].lstrip("/")


def _not_here(source: Source, where: Path, named: str | None) -> Fault:
    here = ", ".join(sorted(path.name for path in where.iterdir())[:10]) if where.is_dir() else None
    return Fault(
        "SRC-201",
        _("no file of the source {source} is here").format(source=source.source),
        str(where),
        found=here,
        hint=_("its files are named {pattern}").format(pattern=named),
    )


def _declared(source: Source, files: Sequence[Path] = ()) -> date:
    declared = source.data_date
    if isinstance(declared, date):
        return declared
    dates: dict[date, str] = {}
    if isinstance(declared, FromFileName):
        for path in files:
            match = re.search(declared.from_file_name, path.name)
            days = days_of(match[1], serial=False)[0] if match else None
            if days is None:
                raise StructureError(_no_date(source, path.name))
            dates[date.fromordinal(days + EPOCH)] = path.name
    if not dates:
        raise StructureError(_no_date(source, None))
    if len(dates) > 1:
        raise StructureError(
            Fault(
                "SRC-209",
                _("the files of one load carry different dates"),
                found=", ".join(f"{name}: {day}" for day, name in sorted(dates.items())),
                hint=_("take the old files away, load them one by one, or give the date of all of them"),
            )
        )
    return next(iter(dates))


def _no_date(source: Source, file: str | None) -> Fault:
    return Fault(
        "SRC-208",
        _("it is not known which date the data of {source} describe").format(source=source.source),
        file,
        hint=_("give the data date with the command, or declare data_date in the source file"),
    )
