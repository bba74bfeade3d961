"""Ctrl-C, told apart from an error even where a library makes another exception of it."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

__all__ = ["interruptible"]


@contextmanager
def interruptible() -> Iterator[None]:
    """Let whatever ends a command after Ctrl-C be a :class:`KeyboardInterrupt`.

    DuckDB, interrupted in the middle of a query, raises a ``RuntimeError`` instead.

    Yields:
        Nothing.

    Raises:
        KeyboardInterrupt: the user pressed Ctrl-C.
    """
    pressed = False

    def note(_number: int, _frame: FrameType | None) -> None:
        nonlocal pressed
        pressed = True
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, note)
    try:
        yield
    except Exception as error:
        if pressed:
            raise KeyboardInterrupt from error
        raise
    finally:
        signal.signal(signal.SIGINT, before)
