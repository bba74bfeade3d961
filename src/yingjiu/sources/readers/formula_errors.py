"""Cells of an XLSX whose formula failed: calamine gives them as empty, and empty is not what they are."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

__all__ = ["formula_errors"]

_BLOCK: Final = 4 << 20
_CELL: Final = re.compile(rb'<c\s([^>]*?\bt="e"[^>]*)>(?:<f\b[^>]*/>|<f\b[^>]*>[^<]*</f>)?\s*<v>([^<]*)</v>')
_PLACE: Final = re.compile(rb'\br="([A-Z]+)(\d+)"')
_REL: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def formula_errors(path: Path, sheet: str) -> dict[tuple[int, int], str]:
    """Find the cells of a sheet that show an error.

    Args:
        path: an XLSX workbook; of any other kind of workbook nothing is found.
        sheet: name of the sheet.

    Returns:
        From (row, column), from 0, to the error text, such as ``#N/A``.
    """
    found: dict[tuple[int, int], str] = {}
    try:
        with zipfile.ZipFile(path) as archive:
            part = _part_of(archive, sheet)
            if part is None:
                return found
            with archive.open(part) as stream:
                kept = b""
                while block := stream.read(_BLOCK):
                    text = kept + block
                    if b't="e"' in text:
                        for cell in _CELL.finditer(text):
                            place = _PLACE.search(cell.group(1))
                            if place:
                                where = (int(place.group(2)) - 1, _column(place.group(1)))
                                found[where] = cell.group(2).decode(errors="replace")
                    kept = text[-4096:]
    except (zipfile.BadZipFile, OSError, KeyError, ElementTree.ParseError):
        return found  # calamine has read the sheet; only the errors stay unknown
    return found


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str | None:
    if "xl/workbook.xml" not in archive.namelist():
        return None
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314 - see the import
    wanted = next(
        (item.get(_REL) for item in book.iter() if item.tag.endswith("}sheet") and item.get("name") == sheet),
        None,
    )
    links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314 - see the import
    for link in links:
        if link.get("Id") == wanted:
            target = link.get("Target", "")
            return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return None


def _column(letters: bytes) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + letter - 64
    return index - 1
