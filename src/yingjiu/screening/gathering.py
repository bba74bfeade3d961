"""Gather the faults of model files, each with its file, path and line."""

from __future__ import annotations

import difflib
from collections.abc import Collection
from dataclasses import dataclass, field

from yingjiu.declarations import Lines
from yingjiu.errors import Fault
from yingjiu.language import _
from yingjiu.screening.expressions import ExpressionError

__all__ = ["Gatherer", "Place", "Source", "nearest"]

Place = tuple[str | int, ...]
"""A path inside a document."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a declaration stands.

    Attributes:
        lines: of the file.
        file: its name, for messages.
        block: the shared block that it is; ``None`` for the model itself.
    """

    lines: Lines
    file: str
    block: str | None


@dataclass
class Gatherer:
    """Notes what is wrong, so that all of it is told at once.

    Attributes:
        own: the model's own file.
        faults: what is wrong.
        warnings: what is odd.
    """

    own: Source
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)

    def faults_of(self, error: ExpressionError, path: Place, source: Source) -> None:
        """Note the faults of an expression where it stands."""
        for fault in error.faults:
            self.fault(fault.code, fault.message, path, source, fault.found, fault.hint)

    def known(
        self,
        name: str,
        known: Collection[str],
        path: Place,
        what: str,
        source: Source | None = None,
        *,
        code: str = "SCR-101",
    ) -> bool:
        """Whether a name is known; if not, that is noted."""
        if name in known:
            return True
        message = _("unknown {what}").format(what=what)
        self.fault(code, message, path, source, name, nearest(name, known))
        return False

    def fault(  # noqa: PLR0917 - what a fault says, in its order
        self,
        code: str,
        message: str,
        path: Place,
        source: Source | None = None,
        found: str | None = None,
        hint: str | None = None,
    ) -> None:
        """Note a fault; in the model's own file, if no other is named."""
        self.faults.append(self.made(code, message, path, source or self.own, found, hint))

    @staticmethod
    def made(  # noqa: PLR0917 - as above
        code: str, message: str, path: Place, source: Source, found: str | None, hint: str | None
    ) -> Fault:
        """A fault at a path, with the line of the nearest key that is written there."""
        known = path
        while known and known not in source.lines:
            known = known[:-1]
        dollar = "$" + "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in path)
        return Fault(code, message, source.file, source.lines.get(known), dollar, found, hint)


def nearest(name: str | None, known: Collection[str] | None) -> str | None:
    """A hint that names what was probably meant, or all there is if that is little."""
    if not known or name is None:
        return None
    near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)
    if near:
        return _("did you mean {name!r}?").format(name=near[0])
    return _("known: {names}").format(names=", ".join(sorted(known))) if len(known) <= 40 else None
