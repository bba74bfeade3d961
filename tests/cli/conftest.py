"""A small county, loaded and screened once for all tests of the commands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from .commands import Ended, command, process

RUN_DATE = "2025-05-31"


@dataclass(frozen=True)
class Demo:
    """The demonstration, as it was run.

    Attributes:
        folder: where the workspace is that it used.
        ended: how the command ended.
    """

    folder: Path
    ended: Ended

    @property
    def at(self) -> Path:
        """Its workspace."""
        return self.folder / "demo"

    def __call__(self, *arguments: object) -> Ended:
        """Run a command on it."""
        return command("--workspace", self.at, *arguments)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """The demonstration of 2,000 people."""
    folder = tmp_path_factory.mktemp("var")
    ended = process("--workspace", folder, "demo", "--size", 2000)
    assert ended.code == 0, ended.err
    return Demo(folder, ended)


@pytest.fixture
def fresh(tmp_path: Path) -> Callable[..., Ended]:
    """Commands on a workspace of their own."""

    def run(*arguments: object) -> Ended:
        return command("--workspace", tmp_path / "var", *arguments)

    return run
