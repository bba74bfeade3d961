"""Where the records of delimited text begin and end, however its quotes are.

Most lines are records, and NumPy finds them. Only a line with an odd number of quotes is looked at one
character at a time: it begins a field that goes over several lines, or its quote is a plain character, or
it is broken. A field that is open is followed for at most :data:`MAX_LINES` lines and :data:`MAX_BYTES`
bytes; a quote that is not closed by then, or whose closing would swallow lines that are records of their
own, breaks its own line and no other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = ["MAX_BYTES", "MAX_LINES", "Delimited", "Lines", "delimit", "scan_record", "split_cells"]

MAX_LINES: Final = 100
MAX_BYTES: Final = 65536
_QUOTE: Final = 34
_FEED: Final = 10

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Delimited:
    """The records of some whole lines.

    Attributes:
        content: the bytes of the good records, one after the other.
        rows: for each good record, how many records (good, empty or broken) stand before it.
        broken: (records before it, lines before it) of each line with an unclosed quote.
        undecoded: (records before it, lines before it) of each record with bytes that are no text.
        records: how many records there are in all.
        lines: how many lines.
        rest: bytes of a last record that goes on in the next block.
        quoted: whether any quote is in the content.
    """

    content: bytes
    rows: npt.NDArray[np.int64]
    broken: tuple[tuple[int, int], ...]
    undecoded: tuple[tuple[int, int], ...]
    records: int
    lines: int
    rest: bytes
    quoted: bool


@lru_cache(maxsize=16)
def _field(delimiter: str) -> tuple[re.Pattern[bytes], re.Pattern[bytes], re.Pattern[bytes]]:
    """A quoted field that is followed by a delimiter or line end, a sloppy one within a line, a plain one."""
    mark = re.escape(delimiter.encode())
    return (
        re.compile(rb'"(?:[^"]++|"")*+"(?=' + mark + rb"|\r?\n|\r?\Z)"),
        re.compile(rb'"(?:[^"\n]++|"")*+"[^\n' + mark + rb"]*+"),
        re.compile(rb"[^\n" + mark + rb"]*+"),
    )


def scan_record(window: bytes, delimiter: str) -> tuple[int, int] | None:
    """Measure the record at the start of some bytes.

    Args:
        window: UTF-8, as far as a record may reach.
        delimiter: one character.

    Returns:
        Its length with its line end, and its number of cells; None if a quote stays open.
    """
    whole, sloppy, plain = _field(delimiter)
    at, cells = 0, 1
    while True:
        if window[at : at + 1] == b'"':
            found = whole.match(window, at) or sloppy.match(window, at)
            if found is None:
                return None
        else:
            found = plain.match(window, at)
        at = found.end() if found else at
        if at >= len(window):
            return at, cells
        if window[at] == _FEED:
            return at + 1, cells
        if window[at : at + 2] == b"\r\n":
            return at + 2, cells
        at += 1
        cells += 1


def _cells_of_line(line: bytes, delimiter: str) -> int:
    """Cells of a line on its own, an open quote taken as a plain character."""
    whole, sloppy, plain = _field(delimiter)
    line = line.rstrip(b"\r\n")
    at, cells = 0, 1
    while True:
        found = whole.match(line, at) or sloppy.match(line, at) if line[at : at + 1] == b'"' else None
        found = found or plain.match(line, at)
        at = found.end() if found else len(line)
        if at >= len(line):
            return cells
        at += 1
        cells += 1


def split_cells(record: bytes, delimiter: str) -> list[str]:
    """Split one record into its cells.

    Args:
        record: UTF-8, with or without its line end.
        delimiter: one character.

    Returns:
        The cells, without quotes around them.
    """
    whole, sloppy, plain = _field(delimiter)
    cells: list[str] = []
    at = 0
    record = record.rstrip(b"\r\n")
    while True:
        quoted = whole.match(record, at)
        if quoted:
            cell = record[at + 1 : quoted.end() - 1].replace(b'""', b'"')
            at = quoted.end()
        else:
            found = sloppy.match(record, at) if record[at : at + 1] == b'"' else None
            found = found or plain.match(record, at)
            at, cell = (found.end(), found.group()) if found else (len(record), b"")
        cells.append(cell.decode(errors="replace"))
        if at >= len(record):
            return cells
        at += 1


class Lines:
    """The lines of a block: where each begins, and how many quotes it has."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        array = np.frombuffer(content, dtype=np.uint8)
        feeds = np.flatnonzero(array == _FEED)
        starts = np.concatenate((np.zeros(1, dtype=np.int64), feeds + 1))
        if starts[-1] == len(content):
            starts = starts[:-1]
        self.starts: npt.NDArray[np.int64] = starts
        self.ends: npt.NDArray[np.int64] = np.append(starts[1:], len(content))
        self.quotes: npt.NDArray[np.int64] | None = None
        if b'"' in content:
            at = np.searchsorted(feeds, np.flatnonzero(array == _QUOTE))
            self.quotes = np.bincount(at, minlength=len(starts))
        length = self.ends - self.starts
        blank = length <= 2
        if blank.any():
            for index in np.flatnonzero(blank):
                blank[index] = not content[starts[index] : self.ends[index]].strip(b"\r\n")
        self.blank: Bools = blank

    def __len__(self) -> int:
        return len(self.starts)

    def line(self, index: int) -> bytes:
        """One line with its end."""
        return self.content[self.starts[index] : self.ends[index]]


def delimit(
    content: bytes, delimiter: str, width: int, *, bad: Sequence[int] = (), last: bool, careful: bool = False
) -> Delimited:
    """Find the records of some whole lines.

    Args:
        content: whole lines in UTF-8.
        delimiter: one character.
        width: cells of a good record, by which a swallowed line is told from a field over several lines.
        bad: lines (from 0) that could not be decoded and are empty here.
        last: nothing follows; a quote that is open at the end is broken.
        careful: look at every line with a quote, not only at those with an odd number of them.

    Returns:
        The records.
    """
    lines = Lines(content)
    count = len(lines)
    begins = np.ones(count, dtype=np.bool_)
    good = ~lines.blank
    broken: list[int] = []
    undecoded = {index for index in bad if index < count}
    rest_from = count
    if lines.quotes is not None:
        suspects = np.flatnonzero(lines.quotes > 0 if careful else lines.quotes & 1)
        for first, after in _spans(lines, suspects, delimiter, width, last=last):
            if after is None:
                rest_from = first
            elif after == first:
                broken.append(first)
                good[first] = False
            else:
                begins[first + 1 : after] = False
                good[first + 1 : after] = False
                if any(index in undecoded for index in range(first, after)):
                    undecoded = (undecoded - set(range(first, after))) | {first}
                    good[first] = False
    before = np.cumsum(begins) - 1
    good[rest_from:] = False
    rows = before[good]
    return Delimited(
        content=_kept(lines, good, begins, rest_from),
        rows=rows,
        broken=tuple((int(before[index]), index) for index in broken),
        undecoded=tuple((int(before[index]), index) for index in sorted(undecoded) if index < rest_from),
        records=int(before[rest_from - 1]) + 1 if rest_from else 0,
        lines=rest_from,
        rest=content[lines.starts[rest_from] :] if rest_from < count else b"",
        quoted=lines.quotes is not None,
    )


def _spans(
    lines: Lines, suspects: npt.NDArray[np.int64], delimiter: str, width: int, *, last: bool
) -> Iterator[tuple[int, int | None]]:
    """For each suspect: (line, line after its record), (line, line) if broken, (line, None) if it goes on."""
    free = 0
    for index in suspects.tolist():
        if index < free:
            continue
        start = int(lines.starts[index])
        until = min(index + MAX_LINES, len(lines))
        window = lines.content[start : min(int(lines.ends[until - 1]), start + MAX_BYTES)]
        found = scan_record(window, delimiter)
        cut = until == len(lines) and len(window) < MAX_BYTES
        if found is None:
            if cut and not last:
                yield index, None
                return
            free = index + 1
            yield index, index
            continue
        after = int(np.searchsorted(lines.starts, start + found[0]))
        free = max(after, index + 1)
        if free == index + 1:
            continue
        own = (_cells_of_line(lines.line(number), delimiter) for number in range(index, free))
        swallowed = width > 2 and all(cells == width for cells in own)
        if found[1] != width or swallowed:
            free = index + 1
            yield index, index
        else:
            yield index, free


def _kept(lines: Lines, good: Bools, begins: Bools, rest_from: int) -> bytes:
    """The bytes of the good records and of empty lines, which the parser skips."""
    drop = begins & ~good & ~lines.blank
    if not drop.any() and rest_from == len(lines):
        return lines.content
    drop[rest_from:] = True
    continued = ~begins
    for index in np.flatnonzero(continued[:rest_from]).tolist():
        drop[index] = drop[index - 1]
    parts: list[bytes] = []
    edges = np.flatnonzero(np.diff(np.concatenate(([True], drop, [True])).astype(np.int8)))
    for begin, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        parts.append(lines.content[lines.starts[begin] : lines.ends[end - 1]])
    return b"".join(parts)
