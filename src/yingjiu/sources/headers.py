"""Find the column of each field among the headers that a file really has."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence, Set

from yingjiu.errors import Fault
from yingjiu.language import _
from yingjiu.sources.readers import normalise_header
from yingjiu.sources.source_file import SourceField

__all__ = ["match_headers"]

_AGAIN = re.compile(r" \(\d+\)$")
"""What the readers add to the name of the second of two columns with one header."""

_LOOKS_LIKE = 0.4


def _forms(header: str) -> tuple[str, str]:
    """A header as it is compared, and its lower level if it has two."""
    once = _AGAIN.sub("", header)
    return normalise_header(once), normalise_header(once.rsplit("/", 1)[-1])


def match_headers(
    fields: Mapping[str, SourceField], seen: Sequence[str], *, file: str, sheet: str | None
) -> tuple[dict[str, int], list[Fault]]:
    """Match declared fields with the headers of one file or sheet.

    Args:
        fields: the declared fields.
        seen: the headers, in the order of the columns.
        file: name of the file, for messages.
        sheet: name of the sheet, for messages.

    Returns:
        The place of each field's column (a field that may be absent can be missing), and the faults:
        SRC-202 a column is missing or renamed, SRC-203 a column is doubled.
    """
    plain = [_forms(header) for header in seen]
    wanted = {normalise_header(header) for field in fields.values() for header in field.headers}
    spare = [header for header, forms in zip(seen, plain, strict=True) if wanted.isdisjoint(forms)]
    where = _("sheet {sheet}").format(sheet=sheet) if sheet else None
    places: dict[str, int] = {}
    faults: list[Fault] = []
    for name, field in fields.items():
        found = _columns_of(field, plain, wanted)
        if len(found) > 1:
            faults.append(
                Fault(
                    "SRC-203",
                    _("the column of the field {field} is there {times} times").format(
                        field=name, times=len(found)
                    ),
                    file,
                    path=where,
                    found=", ".join(seen[index] for index in found),
                    hint=_(
                        "leave one of these columns in the file, or take a synonym out of the source file"
                    ),
                )
            )
        elif found:
            places[name] = found[0]
        elif not field.may_be_absent:
            faults.append(
                Fault(
                    "SRC-202",
                    _("the column {header!r} of the field {field} is not there").format(
                        header=field.header, field=name
                    ),
                    file,
                    path=where,
                    found=", ".join(seen) or None,
                    hint=_renamed(field, spare),
                )
            )
    return places, faults


def _columns_of(field: SourceField, plain: Sequence[tuple[str, str]], wanted: Set[str]) -> list[int]:
    """Columns that bear the header, else a synonym; the whole header goes before its lower level."""
    for level in (0, 1):
        for header in field.headers:
            form = normalise_header(header)
            found = [
                index
                for index, forms in enumerate(plain)
                if forms[level] == form and (level == 0 or forms[0] not in wanted)
            ]
            if found:
                return found
    return []


def _renamed(field: SourceField, spare: Sequence[str]) -> str:
    """Name the unused header that looks most like the missing one."""
    forms = [normalise_header(header) for header in field.headers]
    likeness = [
        (max(difflib.SequenceMatcher(None, normalise_header(header), form).ratio() for form in forms), header)
        for header in spare
    ]
    best = max(likeness, default=(0.0, ""))
    if best[0] >= _LOOKS_LIKE:
        return _("was it renamed to {header!r}? then add that to the synonyms of the field").format(
            header=best[1]
        )
    return _("ask the agency for the column, or set may_be_absent: true if it can do without")
