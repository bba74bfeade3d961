"""A pool of a small world, and people taken over from it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from tests.office.house import House
from tests.office.people.world import KEYS, build_pool
from yingjiu.office.people.models import Person
from yingjiu.office.people.services import take_known


@pytest.fixture(scope="session")
def world_pool(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pool as it is loaded, to be copied."""
    folder = tmp_path_factory.mktemp("world") / "pool"
    build_pool(folder)
    return folder


@pytest.fixture
def pool(world_pool: Path, tmp_path: Path) -> Iterator[Path]:
    """A pool of this test's own, in an office folder of its own."""
    shutil.copytree(world_pool, tmp_path / "pool")
    before = settings.YINGJIU_FOLDER
    settings.YINGJIU_FOLDER = tmp_path
    yield tmp_path / "pool"
    settings.YINGJIU_FOLDER = before


@pytest.fixture
def zhang(house: House, pool: Path) -> Person:
    """张建明, whose family and case the world tells of."""
    return take_known(house.county, [KEYS["张建明"]])[KEYS["张建明"]]
