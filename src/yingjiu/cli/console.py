"""What commands print: tables and progress on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final, Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

__all__ = ["ERR", "OUT", "Step", "fail", "say", "steps", "table"]

OUT: Final = Console(highlight=False, soft_wrap=True)
ERR: Final = Console(stderr=True, highlight=False, soft_wrap=True)


def say(text: str = "", *, style: str | None = None) -> None:
    """Print one line for the user."""
    OUT.print(text, style=style, markup=False)


def fail(text: str) -> None:
    """Print what went wrong, to standard error."""
    ERR.print(text, style="red", markup=False)


def table(title: str, headings: Sequence[str], rows: Sequence[Sequence[object]], *, numbers: int = 0) -> None:
    """Print a table.

    Args:
        title: its heading.
        headings: the column headings.
        rows: the cells.
        numbers: how many columns at the right hold numbers.
    """
    view = Table(title=title, title_justify="left", header_style="bold", show_edge=False)
    for index, heading in enumerate(headings):
        right = index >= len(headings) - numbers
        view.add_column(heading, justify="right" if right else "left", overflow="fold")
    for row in rows:
        view.add_row(*("" if cell is None else str(cell) for cell in row))
    OUT.print(view, markup=False) if OUT.is_terminal else Console(width=160, highlight=False).print(view)


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
            TextColumn("{task.description}"),
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
            if time.monotonic() - last >= 5:
                last = time.monotonic()
                say(f"  {title}: {done}{f' / {total}' if total else ''} {what}".rstrip())

        yield line
    say(f"{title}  {time.monotonic() - started:.1f} s")
    sys.stdout.flush()
