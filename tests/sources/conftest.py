"""A small agency and its pool."""

from __future__ import annotations

from pathlib import Path

import pytest

from yingjiu.pool import Pool
from yingjiu.sources import Source, read_source

from .agency import LEDGER, Office


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """An empty folder and an empty pool."""
    folder = tmp_path / "in"
    folder.mkdir()
    return Office(folder, Pool.open(tmp_path / "pool", create=True), tmp_path / "quarantine")


@pytest.fixture(scope="session")
def ledger() -> Source:
    """The source file of the small agency."""
    return read_source("ledger.yaml", text=LEDGER)
