"""Where a command finds and leaves things: one folder on this computer."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yingjiu.pool import Pool

__all__ = ["CATALOGUE", "Workspace"]

CATALOGUE = Path(str(files("yingjiu.catalogue")))
"""The shipped models and source templates."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """The folder of one installation.

    Attributes:
        folder: everything below is inside it.
        sources: folder of source declarations.
        models: folder of models.
    """

    folder: Path
    sources: Path
    models: Path

    @property
    def quarantine(self) -> Path:
        """Where rejected rows are written for the agencies."""
        return self.folder / "quarantine"

    @property
    def reveal_log(self) -> Path:
        """Every reveal of personal data, one JSON line each."""
        return self.folder / "reveal.log"

    def pool(self, *, create: bool = False) -> Pool:
        """Open the pool of this workspace.

        Args:
            create: make it when there is none.
        """
        from yingjiu.pool import Pool  # noqa: PLC0415 - engines take a second, and --help needs none

        return Pool.open(self.folder / "pool", create=create)
