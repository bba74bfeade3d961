"""What every table with a header has in common: rows that are no data, and empty columns."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from yingjiu.language import _
from yingjiu.sources.readers.chunks import Note

__all__ = ["Rows", "Tidier", "shown_rows"]

_FOOTER: Final = (
    r"^\s*(制\s*表|填\s*表|填\s*报|审\s*核|复\s*核|备\s*注|说\s*明|注\s*[:：\d]|负\s*责\s*人|联\s*系\s*人|打\s*印|统\s*计)"
    r"[^:：]{0,6}[:：]"
)
_LOOK: Final = 3
"""Totals and footers begin in one of the first columns."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of one table as text.

    Attributes:
        table: columns by name, empty cells null.
        numbers: the row number of each.
        kinds: see :attr:`RawChunk.kinds`.
    """

    table: pa.Table
    numbers: npt.NDArray[np.int32]
    kinds: Mapping[str, npt.NDArray[np.uint8]]

    def keep(self, mask: npt.NDArray[np.bool_]) -> Rows:
        """Only the rows where the mask is true."""
        if mask.all():
            return self
        kinds = {name: kind[mask] for name, kind in self.kinds.items()}
        return Rows(self.table.filter(pa.array(mask)), self.numbers[mask], kinds)


class Tidier:
    """Leaves out empty rows, totals, footers and repeated headers, and says so.

    Args:
        headers: for each column its header texts, upper level first.
        totals: words that begin a row of totals.
        sheet: the sheet, for notes.
    """

    def __init__(self, headers: Sequence[Sequence[str]], totals: Sequence[str], sheet: str | None) -> None:
        self._sheet = sheet
        self._headers = [tuple(text.strip() for text in levels) for levels in headers]
        words = "|".join(r"\s*".join(map(re.escape, word)) for word in totals)
        self._totals = rf"^\s*(?:{words})\s*(?:$|[:：(（\d].*)" if totals else None
        self._exactly = re.compile(rf"\s*(?:{words})\s*[:：]?\s*") if totals else None

    def tidy(self, rows: Rows) -> tuple[Rows, tuple[Note, ...]]:
        """Separate rows of data from the rest.

        Args:
            rows: what was read.

        Returns:
            The rows of data, and notes about the others, except empty ones.
        """
        if rows.table.num_rows == 0:
            return rows, ()
        rows = rows.keep(~_empty(rows.table))
        suspects = self._suspects(rows.table)
        if not suspects.any():
            return rows, ()
        keep = np.ones(rows.table.num_rows, dtype=np.bool_)
        gone: dict[str, list[int]] = {}
        for index in np.flatnonzero(suspects):
            cells = [column[int(index)].as_py() for column in rows.table.columns]
            kind = self.kind(cells)
            if kind:
                keep[index] = False
                gone.setdefault(kind, []).append(int(rows.numbers[index]))
        return rows.keep(keep), self.notes(gone)

    def _suspects(self, table: pa.Table) -> npt.NDArray[np.bool_]:
        suspects = np.zeros(table.num_rows, dtype=np.bool_)
        pattern = f"(?:{self._totals})|(?:{_FOOTER})" if self._totals else _FOOTER
        for column in table.columns[:_LOOK]:
            suspects |= _mask(pc.match_substring_regex(column, pattern))
        for column, levels in zip(table.columns, self._headers, strict=True):
            texts = [text for text in levels if text]
            if texts:  # the first column with a header decides whether a row may be a repeated one
                suspects |= _mask(pc.is_in(column, value_set=pa.array(texts, pa.string())))
                break
        return suspects

    def kind(self, cells: Sequence[str | None]) -> str | None:
        """What a row is if it is no data: ``totals``, ``footer``, ``repeated_header``.

        Args:
            cells: one for each column.

        Returns:
            The kind, or None for a row of data.
        """
        filled = [cell.strip() for cell in cells if cell and cell.strip()]
        if not filled:
            return None
        if self._totals and (
            re.match(self._totals, filled[0])
            or (len(filled) > 1 and self._exactly is not None and self._exactly.fullmatch(filled[1]))
        ):
            return "totals"
        if re.match(_FOOTER, filled[0]) and len(filled) * 2 <= max(len(cells), 2):
            return "footer"
        same = sum(
            1 for cell, levels in zip(cells, self._headers, strict=True) if cell and cell.strip() in levels
        )
        return "repeated_header" if same == len(filled) and same * 2 > len(cells) else None

    def notes(self, gone: Mapping[str, Sequence[int]]) -> tuple[Note, ...]:
        """Say which rows were left out.

        Args:
            gone: row numbers by kind.

        Returns:
            A note for each kind.
        """
        return tuple(self._note(kind, tuple(numbers)) for kind, numbers in gone.items())

    def _note(self, kind: str, numbers: tuple[int, ...]) -> Note:
        message = {
            "totals": _("rows of totals left out: {rows}"),
            "footer": _("lines below the table left out: {rows}"),
            "repeated_header": _("repeated headers left out: {rows}"),
        }[kind]
        return Note(kind, message.format(rows=shown_rows(numbers)), self._sheet, numbers)


def shown_rows(numbers: Sequence[int]) -> str:
    """Row numbers for a message, the first ten of them."""
    shown = ", ".join(str(number) for number in numbers[:10])
    return (
        shown
        if len(numbers) <= 10
        else _("{rows} and {more} more").format(rows=shown, more=len(numbers) - 10)
    )


def _mask(values: pa.ChunkedArray) -> npt.NDArray[np.bool_]:
    return np.asarray(pc.fill_null(values, fill_value=False), dtype=np.bool_)


def _empty(table: pa.Table) -> npt.NDArray[np.bool_]:
    """Rows without any value; looks at further columns only while some row is still empty."""
    empty = np.ones(table.num_rows, dtype=np.bool_)
    for column in table.columns:
        empty &= _mask(pc.is_null(column)) | _mask(pc.match_substring_regex(column, r"^\s*$"))
        if not empty.any():
            break
    return empty
