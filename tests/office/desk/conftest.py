"""A desk on a fixed day."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import timezone

from tests.office.desk.world import TODAY, World, make_world
from tests.office.house import House
from yingjiu.office.desk.kept_figures import store


@pytest.fixture(autouse=True)
def fixed_day(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Today is a day of the world; figures of an earlier test are forgotten."""
    monkeypatch.setattr(timezone, "localdate", lambda *_args: TODAY)
    store().clear()
    yield
    store().clear()


@pytest.fixture
def world(house: House) -> World:
    return make_world(house)
