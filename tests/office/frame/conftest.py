"""The pages of the gallery stand in for those of the apps."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from tests.office.house import House
from yingjiu.office.accounts.models import User


@pytest.fixture(autouse=True)
def gallery(settings: Settings) -> None:
    settings.ROOT_URLCONF = "tests.office.frame.gallery"
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [Path(__file__).parent / "templates"]}]


@pytest.fixture
def browser(house: House, client_of: Callable[[User], Client]) -> Client:
    """A handler's browser."""
    return client_of(house.handler)
