"""Fixtures of the office's tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from tests.office.house import House, build_house
from yingjiu.office.accounts.models import User


@pytest.fixture(scope="session", autouse=True)
def office_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keys, files and queue of the tests lie in a folder of their own."""
    before = settings.YINGJIU_FOLDER
    settings.YINGJIU_FOLDER = tmp_path_factory.mktemp("office")
    yield settings.YINGJIU_FOLDER
    settings.YINGJIU_FOLDER = before


@pytest.fixture
def house(db: None) -> House:
    """Organisations and users, in this test's database."""
    return build_house()


@pytest.fixture
def client_of() -> Callable[[User], Client]:
    """A browser in which a user is signed in."""

    def signed_in(who: User) -> Client:
        client = Client()
        client.force_login(who, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return signed_in
