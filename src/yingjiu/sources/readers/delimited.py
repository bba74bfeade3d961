"""Delimited text: comma, tab, semicolon or bar, in any of the usual encodings.

The text is taken in blocks of whole lines, cut into records (:mod:`.records`) and parsed by Arrow. The
number of rows that Arrow gives is held against the number of records, so that no quote can swallow rows
unseen: if the numbers differ, the block is cut again with a closer look.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv

from yingjiu.language import _
from yingjiu.sources.readers.chunks import BrokenRow, FileFormat, Note, RawChunk
from yingjiu.sources.readers.encodings import BLOCK, Block, encoding_of, text_blocks
from yingjiu.sources.readers.errors import reader_error
from yingjiu.sources.readers.layout import Layout, find_layout
from yingjiu.sources.readers.records import MAX_BYTES, Delimited, delimit, scan_record, split_cells
from yingjiu.sources.readers.tidy import Rows, Tidier

__all__ = ["read_delimited", "sliced"]

DELIMITERS: Final = (",", "\t", ";", "|")
_HEAD_RECORDS: Final = 200
_HEAD_BYTES: Final = 1 << 20


def read_delimited(
    path: Path, form: FileFormat, *, chunk_rows: int, expected: Collection[str] = (), block: int = BLOCK
) -> Iterator[RawChunk]:
    """Read delimited text in constant memory.

    Args:
        path: the file.
        form: encoding, delimiter, header row and totals may be declared.
        chunk_rows: most rows of a chunk.
        expected: header names by which the header row is found.
        block: bytes read at a time.

    Yields:
        The chunks.

    Raises:
        ReaderError: ``SRC-005``, ``SRC-012``, ``SRC-013``, ``SRC-015``, ``SRC-016``.
    """
    encoding = encoding_of(path, form.encoding)
    blocks = text_blocks(path, encoding, block)
    first = next(blocks, None)
    if first is None:
        raise reader_error("SRC-004", _("the file is empty"), path.name)
    delimiter = _delimiter_of(first.content, form.delimiter, path.name)
    head = _head(first.content, delimiter)
    layout = find_layout([cells for cells, _end in head], form, file=path.name, expected=expected)
    notes = (
        Note("encoding", _("encoding: {encoding}").format(encoding=encoding.label)),
        Note("delimiter", _("columns separated by {delimiter}").format(delimiter=_shown(delimiter))),
        *layout.notes,
    )
    reader = _Reader(path.name, delimiter, layout, form.totals)
    for chunk in reader.chunks(first, blocks, head[layout.last][1]):
        for part in sliced(chunk, chunk_rows):
            yield replace(part, notes=notes + part.notes)
            notes = ()
    if not reader.found_rows:
        raise reader_error(
            "SRC-005",
            _("there is a header and no row below it"),
            path.name,
            hint=_("if the list is really empty, do not load it; otherwise ask the agency to send it again"),
        )


def _shown(delimiter: str) -> str:
    return {",": _("comma"), "\t": _("tab"), ";": _("semicolon"), "|": _("bar")}.get(
        delimiter, repr(delimiter)
    )


def _delimiter_of(content: bytes, declared: str, name: str) -> str:
    if declared != "auto":
        wanted = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";"}.get(declared, declared)
        if len(wanted) != 1 or not wanted.isascii() or wanted in '"\r\n':
            hint = _("write auto, or one character such as a comma")
            raise reader_error("SRC-015", _("this cannot separate columns"), name, found=declared, hint=hint)
        return wanted
    best, best_score = ",", (0.0, 0)
    for delimiter in DELIMITERS:
        widths = [len(cells) for cells, _end in _head(content, delimiter) if any(cells)]
        if not widths:
            continue
        usual = max(set(widths), key=lambda width: (widths.count(width), width))
        if usual > 1:
            score = (round(widths.count(usual) / len(widths), 1), usual)
            best, best_score = (delimiter, score) if score > best_score else (best, best_score)
    return best


def _head(content: bytes, delimiter: str) -> list[tuple[list[str], int]]:
    """The first records: their cells, and where they end."""
    head: list[tuple[list[str], int]] = []
    at = 0
    while at < min(len(content), _HEAD_BYTES) and len(head) < _HEAD_RECORDS:
        line_end = content.find(b"\n", at) + 1 or len(content)
        if b'"' in content[at:line_end]:
            found = scan_record(content[at : at + MAX_BYTES], delimiter)
            line_end = at + found[0] if found else line_end
        head.append((split_cells(content[at:line_end], delimiter), line_end))
        at = line_end
    return head


class _Reader:
    """Blocks in, chunks out; knows which row of the file comes next."""

    def __init__(self, name: str, delimiter: str, layout: Layout, totals: Sequence[str]) -> None:
        self.name = name
        self.found_rows = False
        self._delimiter = delimiter
        self._layout = layout
        self._tidier = Tidier(layout.headers, totals, None)
        self._parser = _Parser(delimiter, layout.width)
        self._row = layout.last + 2
        self._line = 1
        self._rest = b""

    def chunks(self, first: Block, others: Iterator[Block], start: int) -> Iterator[RawChunk]:
        """Read on from a byte of the first block."""
        above = first.content.count(b"\n", 0, start)
        self._line += above
        below = tuple((line - above, what) for line, what in first.bad if line >= above)
        block: Block | None = Block(first.content[start:], below)
        while block is not None:
            following = next(others, None)
            if block.content or self._rest:
                chunk = self._chunk(block, last=following is None)
                self.found_rows = self.found_rows or bool(chunk.columns.num_rows or chunk.broken)
                yield chunk
            block = following

    def _chunk(self, block: Block, *, last: bool) -> RawChunk:
        content = self._rest + block.content
        shift = self._rest.count(b"\n")
        wrong = {line + shift: what for line, what in block.bad}
        cut, parsed = self._parser.parse(content, tuple(wrong), last=last)
        gone: dict[str, list[int]] = {}
        broken = [
            BrokenRow(
                self._row + row,
                "SRC-032",
                _("a quote without an end"),
                _("quotes in pairs"),
                self._line + line,
            )
            for row, line in cut.broken
        ] + [
            BrokenRow(self._row + row, "SRC-033", wrong.get(line, "?"), _("text"), self._line + line)
            for row, line in cut.undecoded
        ]
        numbers = cut.rows + self._row
        whole = np.ones(len(numbers), dtype=np.bool_)
        mended: list[tuple[int, list[str]]] = []
        for index, text in parsed.uneven:
            whole[index] = False
            verdict = self._uneven(int(numbers[index]), text)
            if isinstance(verdict, BrokenRow):
                broken.append(verdict)
            elif isinstance(verdict, str):
                gone.setdefault(verdict, []).append(int(numbers[index]))
            elif verdict:
                mended.append((int(numbers[index]), verdict))
        rows = _joined(parsed.table, numbers[whole], mended)
        rows, notes = self._tidier.tidy(Rows(self._named(rows.table), rows.numbers, {}))
        self._row += cut.records
        self._line += cut.lines
        self._rest = cut.rest
        broken.sort(key=lambda row: row.row)
        notes = self._tidier.notes(gone) + notes
        return RawChunk(self.name, None, rows.table, rows.numbers.astype(np.int32), tuple(broken), notes)

    def _named(self, table: pa.Table) -> pa.Table:
        return table.select(list(self._layout.positions)).rename_columns(list(self._layout.names))

    def _uneven(self, row: int, text: str) -> BrokenRow | str | list[str]:
        """A row whose number of cells is not that of the header: mended, left out (its kind), or broken."""
        width = self._layout.width
        cells = split_cells(text.encode(), self._delimiter)
        if not any(cell.strip() for cell in cells):
            return []
        if len(cells) > width and not any(cell.strip() for cell in cells[width:]):
            return cells[:width]
        padded = (cells + [""] * width)[:width]
        kind = self._tidier.kind([padded[position] for position in self._layout.positions])
        if kind:
            return kind
        return BrokenRow(
            row,
            "SRC-030" if len(cells) > width else "SRC-031",
            _("{count} cells").format(count=len(cells)),
            _("{count} cells").format(count=width),
        )


@dataclass(frozen=True, slots=True)
class _Parsed:
    """What Arrow made of some records: good rows, and (index among all records, text) of uneven ones."""

    table: pa.Table
    uneven: tuple[tuple[int, str], ...]


class _Parser:
    """Cuts bytes into records and has Arrow parse them."""

    def __init__(self, delimiter: str, width: int) -> None:
        self._delimiter = delimiter
        self._names = [str(index) for index in range(width)]
        self._convert = arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(self._names, pa.string()),
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
        )

    def parse(self, content: bytes, bad: Sequence[int], *, last: bool) -> tuple[Delimited, _Parsed]:
        """Parse whole lines; the second and third try look closer."""
        width = len(self._names)
        cut = delimit(content, self._delimiter, width, bad=bad, last=last)
        parsed = self._arrow(cut)
        if parsed is None:
            if re.search(rb"\r(?!\n)", content):
                content = re.sub(rb"\r(?!\n)", b" ", content)
            cut = delimit(content, self._delimiter, width, bad=bad, last=last, careful=True)
            parsed = self._arrow(cut) or self._plain(cut)
        return cut, parsed

    def _arrow(self, cut: Delimited) -> _Parsed | None:
        uneven: list[tuple[int, str]] = []

        def note(row: arrow_csv.InvalidRow) -> str:
            uneven.append((row.number - 1, row.text))
            return "skip"

        if not len(cut.rows):
            return _Parsed(self._table([]), ())
        table = arrow_csv.read_csv(
            pa.py_buffer(cut.content),
            # one block and one thread, or Arrow does not say which row is uneven
            read_options=arrow_csv.ReadOptions(
                column_names=self._names, use_threads=False, block_size=len(cut.content) + 1
            ),
            parse_options=arrow_csv.ParseOptions(
                delimiter=self._delimiter,
                quote_char='"' if cut.quoted else False,
                newlines_in_values=cut.quoted,
                invalid_row_handler=note,
            ),
            convert_options=self._convert,
        )
        if table.num_rows + len(uneven) != len(cut.rows):
            return None
        return _Parsed(_without_formula_quotes(table, cut.content), tuple(uneven))

    def _plain(self, cut: Delimited) -> _Parsed:
        """Without Arrow, for records whose quotes it reads in another way."""
        good: list[list[str]] = []
        uneven: list[tuple[int, str]] = []
        at = number = 0
        while at < len(cut.content):
            found = scan_record(cut.content[at : at + MAX_BYTES], self._delimiter)
            end = at + found[0] if found else cut.content.find(b"\n", at) + 1 or len(cut.content)
            record = cut.content[at:end]
            at = end
            if not record.strip(b"\r\n"):
                continue
            cells = split_cells(record, self._delimiter)
            if len(cells) == len(self._names):
                good.append(cells)
            else:
                uneven.append((number, record.rstrip(b"\r\n").decode(errors="replace")))
            number += 1
        if number != len(cut.rows):
            raise reader_error("SRC-009", _("the quotes of this file are beyond repair"), "")
        return _Parsed(_without_formula_quotes(self._table(good), cut.content), tuple(uneven))

    def _table(self, rows: Sequence[Sequence[str]]) -> pa.Table:
        columns = [pa.array([row[i] or None for row in rows], pa.string()) for i in range(len(self._names))]
        return pa.table(columns, names=self._names)


def _without_formula_quotes(table: pa.Table, content: bytes) -> pa.Table:
    """``="320999..."``, by which exporters keep Excel from rounding long numbers, is the number itself."""
    if b'="' not in content:
        return table
    columns = [pc.replace_substring_regex(column, r'^="([^"]*)"$', r"\1") for column in table.columns]
    return pa.table(columns, names=table.column_names)


def _joined(table: pa.Table, numbers: npt.NDArray[np.int64], mended: list[tuple[int, list[str]]]) -> Rows:
    """Put mended rows back where they stood."""
    if not mended:
        return Rows(table, numbers.astype(np.int32), {})
    extra = pa.table(
        [pa.array([cells[i] or None for _n, cells in mended], pa.string()) for i in range(table.num_columns)],
        names=table.column_names,
    )
    every = np.concatenate((numbers, [number for number, _cells in mended])).astype(np.int32)
    order = np.argsort(every, kind="stable")
    return Rows(pa.concat_tables([table, extra]).take(pa.array(order)), every[order], {})


def sliced(chunk: RawChunk, most: int) -> Iterator[RawChunk]:
    """Cut a chunk into chunks of at most so many rows; what is to be said goes with the first."""
    if chunk.columns.num_rows <= most:
        yield chunk
        return
    for start in range(0, chunk.columns.num_rows, most):
        part = slice(start, start + most)
        yield replace(
            chunk,
            columns=chunk.columns.slice(start, most),
            rows=chunk.rows[part],
            kinds={name: kinds[part] for name, kinds in chunk.kinds.items()},
            broken=() if start else chunk.broken,
            notes=() if start else chunk.notes,
        )
