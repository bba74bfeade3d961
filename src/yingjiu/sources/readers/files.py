"""One door for all files."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from yingjiu.language import _
from yingjiu.sources.readers.chunks import FileFormat, Note, RawChunk
from yingjiu.sources.readers.delimited import read_delimited
from yingjiu.sources.readers.kinds import FileKind, kind_of
from yingjiu.sources.readers.typed import read_json_lines, read_parquet
from yingjiu.sources.readers.workbooks import read_workbook

__all__ = ["CHUNK_ROWS", "read_file"]

CHUNK_ROWS: Final = 65536

_SUFFIXES: Final = {
    ".csv": {FileKind.TEXT},
    ".tsv": {FileKind.TEXT},
    ".txt": {FileKind.TEXT, FileKind.JSON_LINES},
    ".xls": {FileKind.XLS},
    ".xlsx": {FileKind.XLSX},
    ".xlsm": {FileKind.XLSX},
    ".parquet": {FileKind.PARQUET},
    ".jsonl": {FileKind.JSON_LINES},
    ".json": {FileKind.JSON_LINES},
    ".ndjson": {FileKind.JSON_LINES},
}


def read_file(
    path: Path,
    format: FileFormat | None = None,  # noqa: A002 - the word of the source file
    *,
    expected: Collection[str] = (),
    chunk_rows: int = CHUNK_ROWS,
) -> Iterator[RawChunk]:
    """Read a file of an agency, whatever it is, in chunks of text columns.

    Args:
        path: the file.
        format: what is declared about it; by default everything is decided by the content.
        expected: headers and synonyms of the fields that are needed: the header is the row that holds most
            of them, and none of them may stand over two columns.
        chunk_rows: most rows of a chunk.

    Yields:
        The chunks in the order of the file; at least one, unless an error is raised.

    Raises:
        ReaderError: ``SRC-001`` to ``SRC-016``; see :mod:`yingjiu.sources.readers.errors`.
    """
    form = format or FileFormat()
    kind = kind_of(path)
    notes = _notes(path, form, kind)
    for chunk in _chunks(path, kind, form, expected, chunk_rows):
        yield replace(chunk, notes=notes + chunk.notes) if notes else chunk
        notes = ()


def _chunks(
    path: Path, kind: FileKind, form: FileFormat, expected: Collection[str], chunk_rows: int
) -> Iterator[RawChunk]:
    match kind:
        case FileKind.TEXT:
            return read_delimited(path, form, chunk_rows=chunk_rows, expected=expected)
        case FileKind.XLS | FileKind.XLSX:
            return read_workbook(path, kind, form, chunk_rows=chunk_rows, expected=expected)
        case FileKind.PARQUET:
            return read_parquet(path, chunk_rows=chunk_rows)
        case FileKind.JSON_LINES:
            return read_json_lines(path, form, chunk_rows=chunk_rows)


def _notes(path: Path, form: FileFormat, kind: FileKind) -> tuple[Note, ...]:
    notes: list[Note] = []
    usual = _SUFFIXES.get(path.suffix.lower())
    if usual is not None and kind not in usual:
        message = _("named {suffix}, but by its content it is {kind}; read as that")
        notes.append(Note("format", message.format(suffix=path.suffix, kind=kind.value)))
    if form.type not in {"auto", kind.value}:
        message = _("declared as {declared}, but by its content it is {kind}; read as that")
        notes.append(Note("format", message.format(declared=form.type, kind=kind.value)))
    return tuple(notes)
