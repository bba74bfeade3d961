"""The declared sources: those that come with the program, and the office's own beside them."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from django.conf import settings
from django.http import Http404

from yingjiu.office.accounts.models import User
from yingjiu.office.accounts.roles import Role
from yingjiu.office.referrals.measures import read_catalogue
from yingjiu.sources import Source, read_sources

__all__ = ["ENTERED", "agency_code", "claiming", "source_for", "sources", "sources_for"]

ENTERED: Final = "office-parties"
"""The source of parties that were entered by hand."""

_SHIPPED: Final = Path(str(files("yingjiu.catalogue").joinpath("sources")))


def sources() -> Mapping[str, Source]:
    """All sources by identifier; a file of the office's own replaces a shipped one."""
    own = Path(settings.YINGJIU_FOLDER) / "sources"
    stamps = tuple(sorted((path.name, path.stat().st_mtime_ns) for path in own.glob("*.y*ml")))
    return _read(own if stamps else None, stamps)


@lru_cache(maxsize=4)
def _read(own: Path | None, _stamps: tuple[tuple[str, int], ...]) -> Mapping[str, Source]:
    found = {each.source: each for each in read_sources(_SHIPPED)}
    if own is not None:
        found |= {each.source: each for each in read_sources(own)}
    return found


@lru_cache(maxsize=256)
def agency_code(agency: str) -> str | None:
    """The catalogue's code of an agency that a source names; None if it knows none."""
    return read_catalogue(Path(settings.YINGJIU_FOLDER) / "measures").agency_code(agency)


def sources_for(user: User) -> list[Source]:
    """The sources a user may send files for: an analyst all, a liaison those of the own agency."""
    if user.has_role(Role.ANALYST):
        return list(sources().values())
    if user.has_role(Role.LIAISON) and user.organisation and user.organisation.agency:
        mine = user.organisation.agency
        return [each for each in sources().values() if agency_code(each.agency) == mine]
    return []


def source_for(user: User, name: str) -> Source:
    """A source that a user may send files for; otherwise it is as if there were none."""
    for each in sources_for(user):
        if each.source == name:
            return each
    raise Http404


def claiming(name: str, among: list[Source]) -> list[Source]:
    """The sources that a file of this name belongs to; two sheets of one workbook may be two sources."""
    return [each for each in among if fnmatchcase(name, _pattern(each))]


def _pattern(source: Source) -> str:
    if source.files:
        return source.files
    return database_file(source) or "\0"


def database_file(source: Source) -> str | None:
    """The name of the database file of a source that is one, beside the other files."""
    url = source.database.url if source.database else None
    return url.split("{folder}", 1)[1].lstrip("/") if url and "{folder}" in url else None
