"""Fixtures of the office's tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.utils import translation
from pytest_django import DjangoDbBlocker

from tests.office.access_world import AccessWorld, make_access_world
from tests.office.cluster import binaries, running_cluster
from tests.office.databases import SERVER, fresh_database
from tests.office.house import House, build_house
from tests.office.relief.conftest import write_wage
from yingjiu.office.accounts.models import User


@pytest.fixture(scope="session", autouse=True)
def office_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keys, files and queue of the tests lie in a folder of their own."""
    before = settings.YINGJIU_FOLDER
    settings.YINGJIU_FOLDER = tmp_path_factory.mktemp("office")
    yield settings.YINGJIU_FOLDER
    settings.YINGJIU_FOLDER = before


@pytest.fixture(autouse=True)
def own_language() -> Iterator[None]:
    """A test begins in the language of the settings, whatever pages another looked at in this thread."""
    translation.deactivate()
    yield
    translation.deactivate()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The address of a PostgreSQL server: the one that all tests run on, or one started for some."""
    programs = binaries()
    if SERVER:
        yield SERVER
    elif programs is None:
        pytest.skip("PostgreSQL is not installed: no initdb and pg_ctl in /usr/lib/postgresql or PATH")
    else:
        with running_cluster(programs) as url:
            yield url


@pytest.fixture
def own_postgresql(postgresql: str) -> Iterator[str]:
    """``DATABASE_URL`` of an empty PostgreSQL database."""
    with fresh_database(postgresql) as url:
        yield url


@pytest.fixture
def own_database(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Processes that a test starts get an empty database of the kind that all tests run on."""
    with fresh_database(SERVER) as url:
        _set(monkeypatch, url)
        yield


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def either_database(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Processes that a test starts get an empty database: once SQLite, once PostgreSQL."""
    server = request.getfixturevalue("postgresql") if request.param == "PostgreSQL" else ""
    with fresh_database(server) as url:
        _set(monkeypatch, url)
        yield


def _set(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    if url:
        monkeypatch.setenv("DATABASE_URL", url)
    else:
        monkeypatch.delenv("DATABASE_URL", raising=False)


@pytest.fixture
def house(db: None) -> House:
    """Organisations and users, in this test's database."""
    return build_house()


@pytest.fixture(scope="module")
def world(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, office_folder: Path
) -> Iterator[AccessWorld]:
    """Two counties with something of everything, made once a module; nothing that tests do to them stays."""
    write_wage(office_folder)
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_access_world()
        transaction.set_rollback(True)


@pytest.fixture
def client_of() -> Callable[..., Client]:
    """A browser in which a user is signed in; it may be given what ``Client`` takes."""

    def signed_in(who: User, **more: Any) -> Client:
        client = Client(**more)
        client.force_login(who, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return signed_in
