"""What the tests of the readers share: write a file, read it, look at it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xlsxwriter

from yingjiu.sources.readers import BrokenRow, CellKind, FileFormat, Note, RawChunk, read_file


@dataclass(frozen=True)
class Read:
    """All chunks of one reading, put together."""

    chunks: tuple[RawChunk, ...]

    @property
    def columns(self) -> list[str]:
        return list(self.chunks[0].columns.column_names)

    @property
    def table(self) -> list[tuple[str | None, ...]]:
        return [tuple(row.values()) for chunk in self.chunks for row in chunk.columns.to_pylist()]

    @property
    def rows(self) -> list[int]:
        return [int(row) for chunk in self.chunks for row in chunk.rows]

    @property
    def broken(self) -> list[BrokenRow]:
        return [row for chunk in self.chunks for row in chunk.broken]

    @property
    def notes(self) -> list[Note]:
        return [note for chunk in self.chunks for note in chunk.notes]

    def note(self, kind: str) -> Note:
        (note,) = [note for note in self.notes if note.kind == kind]
        return note

    def kinds(self, column: str) -> list[CellKind]:
        return [CellKind(kind) for chunk in self.chunks for kind in chunk.kinds[column]]


def read(path: Path, expected: Collection[str] = (), chunk_rows: int = 65536, **form: Any) -> Read:
    return Read(tuple(read_file(path, FileFormat(**form), expected=expected, chunk_rows=chunk_rows)))


def write_xlsx(
    path: Path, sheets: Mapping[str, Sequence[Sequence[object]]], hidden: Collection[str] = ()
) -> Path:
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for column, value in enumerate(row):
                    if value is not None:
                        sheet.write(number, column, value)
            if name in hidden:
                sheet.hide()
    return path
