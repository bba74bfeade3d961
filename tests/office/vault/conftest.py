"""A model with secrets, in a table of its own, and a key ring of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps.registry import Apps
from django.db import connection
from django.db.models import Model
from django.test.utils import isolate_apps
from pytest_django import Settings

from tests.office.vault.sample.secrets import declare


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    """A folder without keys."""
    settings.YINGJIU_FOLDER = tmp_path
    return tmp_path


@pytest.fixture
def registry(db: None, folder: Path) -> Iterator[Apps]:
    """Apps with the one model ``vault.Secret``, whose table exists."""
    with isolate_apps("yingjiu.office.vault") as apps:
        assert apps is not None
        model = declare("vault")
        editor = connection.SchemaEditorClass(connection)
        statement, parameters = editor.table_sql(model)
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)
        yield apps


@pytest.fixture
def secret(registry: Apps) -> type[Model]:
    """The model."""
    return registry.get_model("vault", "Secret")
