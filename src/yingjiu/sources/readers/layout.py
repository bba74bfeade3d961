"""How a table lies in a file: its header, its columns, and where its rows begin."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from yingjiu.language import _
from yingjiu.sources.readers.chunks import FileFormat, Note
from yingjiu.sources.readers.errors import reader_error
from yingjiu.sources.readers.headers import (
    LEVELS,
    column_letter,
    find_header,
    looks_like_label,
    name_columns,
    normalise_header,
)

__all__ = ["Layout", "Merge", "find_layout"]

Merge = tuple[tuple[int, int], tuple[int, int]]
"""A merged range: (first row, first column), (last row, last column), from 0."""

_SEARCH: Final = 60
"""Rows among which the header is searched."""


@dataclass(frozen=True, slots=True)
class Layout:
    """A header and its columns.

    Attributes:
        last: position of the lowest header row, from 0.
        positions: the columns that are kept.
        names: their names, each different.
        headers: for each kept column its header texts, upper level first.
        width: how many cells a row has.
        matched: how many expected names the header holds.
        notes: what is to be said about it.
    """

    last: int
    positions: tuple[int, ...]
    names: tuple[str, ...]
    headers: tuple[tuple[str, ...], ...]
    width: int
    matched: int
    notes: tuple[Note, ...]


def find_layout(
    head: Sequence[Sequence[str]],
    form: FileFormat,
    *,
    file: str,
    sheet: str | None = None,
    expected: Collection[str] = (),
    merges: Sequence[Merge] = (),
) -> Layout:
    """Find the header of a table and name its columns.

    Args:
        head: the first rows from the top, empty cells as empty texts.
        form: may say where the header is.
        file: for messages.
        sheet: for messages.
        expected: names by which the header is found.
        merges: merged ranges of the sheet.

    Returns:
        The layout.

    Raises:
        ReaderError: ``SRC-012`` no header, ``SRC-013`` an expected header twice, ``SRC-016`` no such row.
    """
    place = _("sheet {sheet}").format(sheet=sheet) if sheet else None
    if form.header_row is not None:
        index, matched = form.header_row - 1, 0
        if not 0 <= index < len(head) or not any(cell.strip() for cell in head[index]):
            raise reader_error(
                "SRC-016",
                _("row {row}, which was declared to be the header, is empty or does not exist").format(
                    row=form.header_row
                ),
                file,
                path=place,
                hint=_("correct header_row in the source file, or leave it out to have it found"),
            )
    else:
        found = find_header(head[:_SEARCH], expected)
        if found is None:
            raise reader_error(
                "SRC-012",
                _("no header was found: no row of different short texts above rows of data"),
                file,
                path=place,
                hint=_("write the row of the header under format: header_row, or add a header to the file"),
            )
        index, matched = found.index, found.matched
    first, last = _band(head, index, merges)
    body = [row for row in head[last + 1 :] if any(cell.strip() for cell in row)]
    headers = _levels(head, first, last, merges)
    headers = headers[: max((i + 1 for i, levels in enumerate(headers) if levels), default=0)]
    width = max(len(headers), _usual(body))
    headers += [()] * (width - len(headers))
    keep = {i for row in body for i, cell in enumerate(row[:width]) if cell.strip()}
    positions, names = name_columns([LEVELS.join(levels) for levels in headers], keep)
    wanted = {normalise_header(name) for name in expected}
    doubled: list[Note] = []
    for whole, where in _doubled(headers).items():
        letters = ", ".join(map(column_letter, where))
        message = _("the header {header} stands over several columns: {letters}").format(
            header=LEVELS.join(headers[where[0]]), letters=letters
        )
        if whole in wanted:
            hint = _("delete or rename all but the right one")
            raise reader_error("SRC-013", message, file, path=place, found=letters, hint=hint)
        doubled.append(Note("doubled_header", message, sheet))
    return Layout(
        last,
        positions,
        names,
        tuple(headers[position] for position in positions),
        width,
        matched,
        (*_notes(head, first, last, sheet), *doubled, *_unnamed(headers, positions, sheet)),
    )


def _usual(body: Sequence[Sequence[str]]) -> int:
    """How many cells most rows have."""
    widths = [len(row) for row in body]
    return max(set(widths), key=lambda width: (widths.count(width), width)) if widths else 0


def _band(head: Sequence[Sequence[str]], index: int, merges: Sequence[Merge]) -> tuple[int, int]:
    """First and last row of a header that may go over several rows."""
    first = last = index
    width = sum(1 for cell in head[index] if cell.strip())
    for (top, left), (bottom, right) in merges:
        across = right - left + 1
        if top <= index <= bottom and bottom - top < 4 and across < max(width, 2):
            first, last = min(first, top), max(last, bottom)
        if across > 1 and bottom == top and across < max(_span(head, top), 2):
            if top == index and _labels(head, index + 1, left, right):
                last = max(last, index + 1)
            if top == index - 1 and _labels(head, index, left, right):
                first = min(first, top)
    if first == last and not merges:
        if _completes(head, index, index + 1):
            last = index + 1
        elif _completes(head, index - 1, index):
            first = index - 1
    return first, min(last, len(head) - 1)


def _span(head: Sequence[Sequence[str]], row: int) -> int:
    """The width of the table at a row: the widest of it and the next two."""
    return max((sum(1 for cell in cells if cell.strip()) for cells in head[row : row + 3]), default=0)


def _labels(head: Sequence[Sequence[str]], row: int, left: int, right: int) -> bool:
    if not 0 <= row < len(head):
        return False
    cells = [cell.strip() for cell in head[row][left : right + 1]]
    return any(cells) and all(not cell or looks_like_label(cell) for cell in cells)


def _completes(head: Sequence[Sequence[str]], upper: int, lower: int) -> bool:
    """Whether the lower of two rows names what the upper leaves blank, as merged cells look in text."""
    if upper < 0 or lower >= len(head):
        return False
    width = max(len(head[upper]), len(head[lower]))
    above = [cell.strip() for cell in (*head[upper], *[""] * width)][:width]
    below = [cell.strip() for cell in (*head[lower], *[""] * width)][:width]
    filled = sum(map(bool, above))
    blank_below = any(a and not b for a, b in zip(above, below, strict=True))
    blank_above = any(b and not a for a, b in zip(above, below, strict=True))
    complete = all(a or b for a, b in zip(above, below, strict=True))
    labels = all(looks_like_label(cell) for cell in (*above, *below) if cell)
    return filled >= 2 and blank_below and blank_above and complete and labels


def _levels(
    head: Sequence[Sequence[str]], first: int, last: int, merges: Sequence[Merge]
) -> list[tuple[str, ...]]:
    width = max(len(row) for row in head[first : last + 1])
    grid = [[cell.strip() for cell in (*row, *[""] * width)][:width] for row in head[first : last + 1]]
    for (top, left), (bottom, right) in merges:
        if first <= top and bottom <= last and right < width:
            text = grid[top - first][left]
            for row in range(top, bottom + 1):
                grid[row - first][left : right + 1] = [text] * (right - left + 1)
    if not merges:
        for row in range(len(grid) - 1):
            for column in range(1, width):
                if not grid[row][column] and grid[row + 1][column]:
                    grid[row][column] = grid[row][column - 1]
    return [tuple(dict.fromkeys(row[column] for row in grid if row[column])) for column in range(width)]


def _doubled(headers: Sequence[tuple[str, ...]]) -> dict[str, list[int]]:
    """Headers that stand over several columns, in their normal form."""
    seen: dict[str, list[int]] = {}
    for position, levels in enumerate(headers):
        whole = normalise_header(LEVELS.join(levels))
        if whole:
            seen.setdefault(whole, []).append(position)
    return {whole: where for whole, where in seen.items() if len(where) > 1}


def _unnamed(
    headers: Sequence[tuple[str, ...]], positions: Sequence[int], sheet: str | None
) -> tuple[Note, ...]:
    letters = [column_letter(position) for position in positions if not headers[position]]
    if not letters:
        return ()
    message = _("columns with values and without a header: {letters}").format(letters=", ".join(letters))
    return (Note("unnamed_column", message, sheet),)


def _notes(head: Sequence[Sequence[str]], first: int, last: int, sheet: str | None) -> tuple[Note, ...]:
    where = f"{first + 1}" if first == last else f"{first + 1}-{last + 1}"
    notes = [Note("header", _("header in row {row}").format(row=where), sheet)]
    titles = [" ".join(cell.strip() for cell in row if cell.strip()) for row in head[:first]]
    if any(titles):
        text = " / ".join(title for title in titles if title)[:200]
        notes.append(Note("titles", _("above the header: {text}").format(text=text), sheet, text=text))
    return tuple(notes)
