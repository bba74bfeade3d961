"""What commands print: tables and progress on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final, Protocol

from rich.cells import cell_len
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table
from rich.text import Text

__all__ = ["ERR", "OUT", "Step", "fail", "say", "steps", "table"]

OUT: Final = Console(highlight=False, soft_wrap=True)
ERR: Final = Console(stderr=True, highlight=False, soft_wrap=True)

QUIET_SECONDS: Final = 10.0
"""How long a step works without a line, where there is no terminal."""

NARROWEST_TEXT: Final = 12
"""Columns of text are folded to this many cells and no further."""


def say(text: str = "", *, style: str | None = None) -> None:
    """Print one line for the user."""
    OUT.print(text, style=style, markup=False)


def fail(text: str) -> None:
    """Print what went wrong, to standard error."""
    ERR.print(text, style="red", markup=False)


def table(title: str, headings: Sequence[str], rows: Sequence[Sequence[object]], *, numbers: int = 0) -> None:
    """Print a table: ruled on a terminal, one entry below the other where it is too narrow, plain elsewhere.

    Args:
        title: its heading.
        headings: the column headings.
        rows: the cells.
        numbers: how many columns at the right hold numbers.
    """
    cells = [["" if cell is None else str(cell) for cell in row] for row in rows]
    texts = len(headings) - numbers
    if not OUT.is_terminal:
        _plain(title, headings, cells, texts)
    elif _narrowest(headings, cells, texts) > OUT.width:
        _entries(title, headings, cells)
    else:
        _ruled(title, headings, cells, texts)


def _ruled(title: str, headings: Sequence[str], rows: Sequence[Sequence[str]], texts: int) -> None:
    view = Table(title=Text(title), title_justify="left", header_style="bold", show_edge=False)
    for index, heading in enumerate(headings):
        if index < texts:
            view.add_column(Text(heading), overflow="fold")
        else:
            view.add_column(Text(heading), justify="right", no_wrap=True)
    for row in rows:
        view.add_row(*(Text(cell) for cell in row))
    OUT.print(view, soft_wrap=False)


def _narrowest(headings: Sequence[str], rows: Sequence[Sequence[str]], texts: int) -> int:
    """Cells that the ruled table needs at least."""
    widths = _widths(headings, rows)
    return sum(min(width, NARROWEST_TEXT) for width in widths[:texts]) + sum(widths[texts:]) + 3 * len(widths)


def _widths(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> list[int]:
    return [max(map(cell_len, column)) for column in zip(headings, *rows, strict=True)]


def _entries(title: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    say(title, style="bold")
    for first, *others in rows:
        named = zip(headings[1:], others, strict=True)
        told = " · ".join(f"{heading} {cell}" for heading, cell in named if cell)
        say(first, style="cyan")
        OUT.print(Text("  ").append(told), soft_wrap=False)


def _plain(title: str, headings: Sequence[str], rows: Sequence[Sequence[str]], texts: int) -> None:
    """Columns under each other by spaces, nothing at the ends of lines: made to be searched and sent."""
    widths = _widths(headings, rows)
    say(title)
    for row in (headings, *rows):
        parts = []
        for index, (cell, width) in enumerate(zip(row, widths, strict=True)):
            space = " " * (width - cell_len(cell))
            parts.append(cell + space if index < texts else space + cell)
        say("  " + "  ".join(parts).rstrip())


class Step(Protocol):
    """Where a long piece of work reports how far it is."""

    def __call__(self, done: int, total: int | None = None, what: str = "") -> None:
        """Report progress.

        Args:
            done: units done.
            total: units in all, if known.
            what: the thing being worked on.
        """


@contextmanager
def steps(title: str) -> Iterator[Step]:
    """Show progress of one long step: a bar on a terminal, a line every few seconds elsewhere."""
    started = time.monotonic()
    if OUT.is_terminal:
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=OUT, transient=True) as progress:
            task = progress.add_task(title, total=None)

            def draw(done: int, total: int | None = None, what: str = "") -> None:
                progress.update(task, completed=done, total=total, description=f"{title} {what}".strip())

            yield draw
    else:
        last = started

        def line(done: int, total: int | None = None, what: str = "") -> None:
            nonlocal last
            if time.monotonic() - last >= QUIET_SECONDS:
                last = time.monotonic()
                say(f"  {title} {done}{f' / {total}' if total else ''} {what}".rstrip())

        yield line
    say(f"{title}  {time.monotonic() - started:.1f} s")
    sys.stdout.flush()
