"""Gather the faults of one source file, each with its path and line."""

from __future__ import annotations

import difflib
from collections.abc import Collection
from typing import Any

from yingjiu.declarations import Lines
from yingjiu.errors import Fault
from yingjiu.language import _
from yingjiu.sources.source_file import Source

__all__ = ["FaultFinder", "Path", "near"]

Path = tuple[str | int, ...]


def near(word: str, known: Collection[str]) -> str:
    """A hint with the known word that is most like a wrong one, or all of them."""
    match = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    if match:
        return _("did you mean {word!r}?").format(word=match[0])
    return _("known: {words}").format(words=", ".join(sorted(known)))


class FaultFinder:
    """The faults of one file, gathered.

    Args:
        source: the declaration.
        lines: the line of each path.
        file: its name, for messages.
    """

    def __init__(self, source: Source, lines: Lines, file: str) -> None:
        self.source = source
        self.lines = lines
        self.file = file
        self.faults: list[Fault] = []

    def add(self, code: str, path: Path, message: str, found: Any = None, hint: str | None = None) -> None:
        """Note a fault at a path; a list that was written as its only item has no index there."""
        real: Path = ()
        for key in path:
            if (*real, key) in self.lines or not isinstance(key, int):
                real = (*real, key)
        line = next((self.lines[real[:n]] for n in range(len(real), -1, -1) if real[:n] in self.lines), None)
        where = "$" + "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in real)
        shown = None if found is None else str(found)
        self.faults.append(Fault(code, message, self.file, line, where, shown, hint))

    def known_field(self, name: str, path: Path) -> bool:
        """Whether a field is defined; notes it if not."""
        if name in self.source.fields:
            return True
        self.add("SRC-053", path, _("no such field is defined"), name, near(name, self.source.fields))
        return False
