"""What a reader is told, and what it gives back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal

import pyarrow as pa

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["TOTALS", "BrokenRow", "CellKind", "FileFormat", "FileReport", "Note", "RawChunk"]

TOTALS: Final = ("合计", "总计", "小计")

FormatType = Literal["auto", "csv", "xls", "xlsx", "parquet", "jsonl"]

_NOTHING: Final[Mapping[str, npt.NDArray[np.uint8]]] = MappingProxyType({})


class CellKind(IntEnum):
    """What a cell was before it became text."""

    TEXT = 0
    NUMBER = 1
    DATE = 2
    BOOLEAN = 3
    ERROR = 4
    """A formula that failed, such as ``#N/A``; its text is the error."""


@dataclass(frozen=True, slots=True)
class FileFormat:
    """How to read a file; everything that is left alone is decided by the content.

    Attributes:
        type: what the file should be. A file that is readable but something else is read and noted.
        encoding: ``auto`` or the name of a Python codec.
        delimiter: ``auto`` or one character.
        sheets: sheets to read, by name; empty means every visible sheet.
        header_row: row of the (lowest) header line as a spreadsheet shows it, from 1; None: find it.
        totals: words that begin a row of totals, which is skipped and noted.
    """

    type: FormatType = "auto"
    encoding: str = "auto"
    delimiter: str = "auto"
    sheets: tuple[str, ...] = ()
    header_row: int | None = None
    totals: tuple[str, ...] = TOTALS


@dataclass(frozen=True, slots=True)
class BrokenRow:
    """A row that could not be read as a row.

    Attributes:
        row: its number, counted as in :class:`RawChunk`.
        code: ``SRC-030`` to ``SRC-035``.
        found: what stands there, without its content (``13 cells``).
        expected: what should stand there.
        line: physical line of a text file, from 1, where the row begins.
    """

    row: int
    code: str
    found: str
    expected: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """Something about a file that its owner should know and that stops nothing.

    Attributes:
        kind: a word for programs: ``encoding``, ``delimiter``, ``header``, ``titles``, ``totals``,
            ``footer``, ``repeated_header``, ``hidden_sheet``, ``empty_sheet``, ``other_sheet``,
            ``doubled_header``, ``unnamed_column``, ``format``.
        message: the same for people, translated.
        sheet: the sheet it is about.
        rows: the rows that were left out because of it.
        text: what stands in the file, for ``titles``; lines are joined by `` / ``.
    """

    kind: str
    message: str
    sheet: str | None = None
    rows: tuple[int, ...] = ()
    text: str | None = None


@dataclass(frozen=True, slots=True)
class RawChunk:
    """Some rows of one sheet or file, as text.

    Attributes:
        file: name of the file, without folders; of a database, its URL without the password.
        sheet: the sheet, where the file has sheets.
        columns: every column ``pa.string()``, named by its header; an empty cell is null. A header
            over two levels reads ``upper/lower``; a column without a header but with values is named
            by its letter (``列F``); the second of two equal headers gets `` (2)``.
        rows: number of each row in the file or sheet, from 1, int32. In a sheet the row as shown there;
            in delimited text the record as a spreadsheet would show it (an empty line counts, a quoted
            field that goes over several lines is one record); in JSON lines the line; in Parquet and
            databases the position of the row in the data.
        broken: rows that could not be read, not contained in ``columns``.
        notes: what is to be said since the previous chunk of this reading.
        kinds: for each column that holds anything but texts: the :class:`CellKind` of each cell, uint8.
    """

    file: str
    sheet: str | None
    columns: pa.Table
    rows: npt.NDArray[np.int32]
    broken: tuple[BrokenRow, ...] = ()
    notes: tuple[Note, ...] = ()
    kinds: Mapping[str, npt.NDArray[np.uint8]] = field(default_factory=lambda: _NOTHING)


@dataclass(frozen=True, slots=True)
class FileReport:
    """One reading, summed up.

    Attributes:
        rows: rows read well.
        broken: rows that were no rows.
        skipped: rows of totals, footers and repeated headers that were left out.
        notes: all notes, in the order in which they were made.
    """

    rows: int = 0
    broken: int = 0
    skipped: int = 0
    notes: tuple[Note, ...] = ()

    def after(self, chunk: RawChunk) -> FileReport:
        """The report with one more chunk counted.

        Args:
            chunk: the next chunk of the same reading.

        Returns:
            A new report.
        """
        return FileReport(
            self.rows + chunk.columns.num_rows,
            self.broken + len(chunk.broken),
            self.skipped + sum(len(note.rows) for note in chunk.notes),
            self.notes + chunk.notes,
        )

    @classmethod
    def of(cls, chunks: Iterable[RawChunk]) -> FileReport:
        """Read to the end and sum up.

        Args:
            chunks: the result of a reader.

        Returns:
            The report; the rows themselves are let go.
        """
        report = cls()
        for chunk in chunks:
            report = report.after(chunk)
        return report
