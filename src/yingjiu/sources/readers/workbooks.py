"""Workbooks: XLS and XLSX, by calamine.

Memory: calamine holds one sheet at a time, about 130 bytes a cell (measured; a million rows of ten columns:
about 1.3 GB), and its shared texts; rows are turned into text a chunk at a time. There is no way to read part
of a sheet with it. A sheet has at most 1,048,576 rows, so there is a limit to what this can take.

A cell of several merged rows (a household number beside its members) counts for each of these rows.
Formulas that failed come as empty cells from calamine; in XLSX they are looked up (:mod:`.formula_errors`)
and arrive as their error text, marked :attr:`CellKind.ERROR`. In XLS they stay empty.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import python_calamine as calamine

from yingjiu.language import _
from yingjiu.sources.readers.cells import column_of, text_and_kind
from yingjiu.sources.readers.chunks import CellKind, FileFormat, Note, RawChunk
from yingjiu.sources.readers.errors import ReaderError, reader_error
from yingjiu.sources.readers.formula_errors import formula_errors
from yingjiu.sources.readers.kinds import FileKind, password_error
from yingjiu.sources.readers.layout import Layout, Merge, find_layout
from yingjiu.sources.readers.tidy import Rows, Tidier

__all__ = ["read_workbook"]

_HEAD = 200

Cells = list[Any]


@dataclass(frozen=True, slots=True)
class _Sheet:
    """One sheet with its header found."""

    name: str
    layout: Layout
    rows: Iterator[Cells]
    head: list[Cells]
    merges: tuple[Merge, ...]
    errors: Mapping[tuple[int, int], str] = field(default_factory=dict)


def read_workbook(
    path: Path, kind: FileKind, form: FileFormat, *, chunk_rows: int, expected: Collection[str] = ()
) -> Iterator[RawChunk]:
    """Read the sheets of a workbook.

    Sheets are read if the format names them, or all visible ones. Without names, a sheet in which none of
    the expected headers stands, or no header at all, is left out with a note, as long as another is read.

    Args:
        path: the file.
        kind: XLS or XLSX.
        form: sheets, header row and totals may be declared.
        chunk_rows: most rows of a chunk.
        expected: header names by which header rows are found.

    Yields:
        The chunks, sheet after sheet.

    Raises:
        ReaderError: ``SRC-004``, ``SRC-005``, ``SRC-007``, ``SRC-009``, ``SRC-012``, ``SRC-013``,
            ``SRC-014``, ``SRC-016``.
    """
    with _opened(path) as book:
        notes: list[Note] = []
        names = _chosen(book, form, path.name, notes)
        held: RawChunk | None = None  # the last chunk waits for notes about the sheets after it
        read = with_header = 0
        failed: list[ReaderError] = []
        # a sheet without any expected header waits until it is known whether another has one
        waiting: list[str] | None = [] if len(names) > 1 and expected and not form.sheets else None
        queue = list(names)
        while queue:
            name = queue.pop(0)
            sheet = _found(book, path, name, kind=kind, form=form, expected=expected, notes=notes)
            if isinstance(sheet, ReaderError):
                failed.append(sheet)
            elif sheet is not None and waiting is not None and not sheet.layout.matched:
                waiting.append(name)
            elif sheet is not None:
                with_header += 1
                for chunk in _chunks(path.name, sheet, form, chunk_rows):
                    read += chunk.columns.num_rows
                    if held is not None:
                        yield held
                    held = replace(chunk, notes=(*notes, *chunk.notes))
                    notes = []
            if not queue and not with_header and waiting:
                queue, waiting = waiting, None
    for name in waiting or ():
        message = _("sheet {sheet} holds another table and is left out").format(sheet=name)
        notes.append(Note("other_sheet", message, name))
    if held is not None and read:
        yield replace(held, notes=(*held.notes, *notes))
    if not read:
        raise _nothing_read(path.name, with_header, failed)


def _opened(path: Path) -> calamine.CalamineWorkbook:
    try:
        return calamine.CalamineWorkbook.from_path(path)
    except calamine.PasswordError:
        raise password_error(path.name) from None
    except (calamine.CalamineError, OSError) as error:
        raise _damaged(path.name, None, error) from None


def _damaged(name: str, place: str | None, error: BaseException) -> ReaderError:
    return reader_error(
        "SRC-009",
        _("the workbook or archive is cut off or damaged"),
        name,
        path=place,
        found=str(error)[:120] or None,
        hint=_("copy or download it again and compare the sizes; then ask the agency to send it again"),
    )


def _nothing_read(name: str, with_header: int, failed: Sequence[ReaderError]) -> ReaderError:
    if with_header:
        return reader_error(
            "SRC-005",
            _("there is a header and no row below it"),
            name,
            hint=_("if the list is really empty, do not load it; otherwise ask the agency to send it again"),
        )
    if failed:
        return failed[0]
    return reader_error(
        "SRC-004",
        _("every visible sheet is empty"),
        name,
        hint=_("if the table is on a hidden sheet, name it under format: sheets"),
    )


def _chosen(book: calamine.CalamineWorkbook, form: FileFormat, file: str, notes: list[Note]) -> list[str]:
    known = [meta for meta in book.sheets_metadata if meta.typ == calamine.SheetTypeEnum.WorkSheet]
    names = [meta.name for meta in known]
    if form.sheets:
        missing = [name for name in form.sheets if name not in names]
        if missing:
            raise reader_error(
                "SRC-014",
                _("there is no sheet of this name"),
                file,
                found=", ".join(missing),
                hint=_("the sheets are: {sheets}").format(sheets=", ".join(names)),
            )
        return list(form.sheets)
    visible = calamine.SheetVisibleEnum.Visible
    for meta in known:
        if meta.visible != visible:
            message = _("hidden sheet {sheet} left out; name it under format: sheets to read it")
            notes.append(Note("hidden_sheet", message.format(sheet=meta.name), meta.name))
    return [meta.name for meta in known if meta.visible == visible]


def _merges(sheet: calamine.CalamineSheet) -> tuple[Merge, ...]:
    return tuple(sheet.merged_cell_ranges or ())


def _found(
    book: calamine.CalamineWorkbook,
    path: Path,
    name: str,
    *,
    kind: FileKind,
    form: FileFormat,
    expected: Collection[str],
    notes: list[Note],
) -> _Sheet | ReaderError | None:
    """A sheet; None if it is empty, the error if it has no header and was not asked for by name."""
    try:
        sheet = _looked_at(book, path, name, kind=kind, form=form, expected=expected)
    except ReaderError as error:
        if form.sheets or error.code != "SRC-012":
            raise
        notes.append(Note("other_sheet", _("sheet {sheet} holds no table").format(sheet=name), name))
        return error
    if sheet is None:
        notes.append(Note("empty_sheet", _("sheet {sheet} is empty").format(sheet=name), name))
    return sheet


def _looked_at(
    book: calamine.CalamineWorkbook,
    path: Path,
    name: str,
    *,
    kind: FileKind,
    form: FileFormat,
    expected: Collection[str],
) -> _Sheet | None:
    """Open a sheet and find its header; None if it is empty."""
    try:
        sheet = book.get_sheet_by_name(name)
    except calamine.CalamineError as error:
        raise _damaged(path.name, _("sheet {sheet}").format(sheet=name), error) from None
    rows = sheet.iter_rows()
    head = list(islice(rows, _HEAD))
    if not any(cell != "" for row in head for cell in row) and sheet.total_height <= _HEAD:
        return None
    texts = [[text_and_kind(cell)[0] or "" for cell in row] for row in head]
    merges = _merges(sheet)
    layout = find_layout(texts, form, file=path.name, sheet=name, expected=expected, merges=merges)
    below = tuple(merge for merge in merges if merge[0][0] > layout.last)
    errors = formula_errors(path, name) if kind is FileKind.XLSX else {}
    return _Sheet(name, layout, rows, head, below, errors)


def _chunks(file: str, sheet: _Sheet, form: FileFormat, chunk_rows: int) -> Iterator[RawChunk]:
    layout = sheet.layout
    tidier = Tidier(layout.headers, form.totals, sheet.name)
    notes = layout.notes
    fill = _Fill(sheet.merges)
    number = layout.last + 1
    pending = sheet.head[number:]
    while True:
        cells = pending[:chunk_rows] or list(islice(sheet.rows, chunk_rows))
        pending = pending[chunk_rows:]
        if not cells:
            break
        fill.fill(cells, number)
        for (row, column), text in sheet.errors.items():
            if number <= row < number + len(cells) and column < len(cells[row - number]):
                cells[row - number][column] = _ErrorText(text)
        rows, more = tidier.tidy(_rows(cells, layout, number))
        number += len(cells)
        if rows.table.num_rows or more or notes:
            yield RawChunk(file, sheet.name, rows.table, rows.numbers, (), notes + more, rows.kinds)
            notes = ()


class _ErrorText(str):
    """What a cell shows whose formula failed."""

    __slots__ = ()


class _Fill:
    """Gives the value of a merged cell to each of its rows."""

    def __init__(self, merges: Sequence[Merge]) -> None:
        self._merges = sorted(merge for merge in merges if merge[1][0] > merge[0][0])
        self._values: dict[Merge, Any] = {}

    def fill(self, cells: list[Cells], number: int) -> None:
        """Fill the rows of a chunk whose first row is ``number`` (from 0), in place."""
        until = number + len(cells)
        for merge in self._merges:
            (top, left), (bottom, _right) = merge
            if top >= until:
                break
            if top >= number and left < len(cells[top - number]):
                self._values[merge] = cells[top - number][left]
            value = self._values.get(merge, "")
            for row in range(max(top, number), min(bottom + 1, until)):
                if left < len(cells[row - number]) and cells[row - number][left] == "":
                    cells[row - number][left] = value
        self._merges = [merge for merge in self._merges if merge[1][0] >= until]


def _rows(cells: list[Cells], layout: Layout, number: int) -> Rows:
    columns = list(zip(*cells, strict=True))
    arrays: list[pa.Array] = []
    kinds: dict[str, Any] = {}
    for position, name in zip(layout.positions, layout.names, strict=True):
        values = columns[position] if position < len(columns) else ("",) * len(cells)
        if any(type(value) is _ErrorText for value in values):
            array, kind = column_of([str(value) if isinstance(value, str) else value for value in values])
            failed = np.fromiter((type(value) is _ErrorText for value in values), np.bool_, len(values))
            kind = np.where(failed, np.uint8(CellKind.ERROR), 0 if kind is None else kind).astype(np.uint8)
        else:
            array, kind = column_of(values)
        arrays.append(array)
        if kind is not None:
            kinds[name] = kind
    numbers = np.arange(number + 1, number + 1 + len(cells), dtype=np.int32)
    return Rows(pa.table(arrays, names=list(layout.names)), numbers, kinds)
