"""Write very many rows of a model: what they share is prepared once, and indexes are made at the end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from typing import Any

from django.db import connection, transaction
from django.db.models import BooleanField, CharField, ForeignKey, IntegerField, Max, Model

__all__ = ["Bulk", "next_key", "without_indexes"]

BATCH = 20_000


def next_key(model: type[Model]) -> int:
    """The key after the last one of a model."""
    return int(model._base_manager.aggregate(last=Max("pk"))["last"] or 0) + 1


class Bulk:
    """Rows like a template that differ in a few columns; keys are given, so that others may point to them.

    Columns that are not given are those of the template, encrypted ones to the letter: of a million rows,
    nobody reads but a few.

    Args:
        template: what the rows share; it is not saved.
    """

    def __init__(self, template: Model) -> None:
        self._fields = [field for field in template._meta.concrete_fields if not field.generated]
        self._shared = [
            field.get_db_prep_save(field.pre_save(template, True), connection) for field in self._fields
        ]
        self._places = {field.attname: place for place, field in enumerate(self._fields)}
        self._plain = {
            field.attname
            for field in self._fields
            if isinstance(field, CharField | IntegerField | ForeignKey | BooleanField)
        }
        quote = connection.ops.quote_name
        columns = ", ".join(quote(field.column) for field in self._fields)
        marks = ", ".join(["%s"] * len(self._fields))
        self._sql = f"INSERT INTO {quote(template._meta.db_table)} ({columns}) VALUES ({marks})"

    def write(self, rows: Iterable[Mapping[str, Any]]) -> int:
        """Insert rows, each given as what differs from the template; returns how many."""
        prepared, count = map(self._row, rows), 0
        while batch := list(islice(prepared, BATCH)):
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.executemany(self._sql, batch)
            count += len(batch)
        return count

    def _row(self, given: Mapping[str, Any]) -> list[Any]:
        row = list(self._shared)
        for name, value in given.items():
            place = self._places[name]
            row[place] = (  # a text, a number or a key is kept as it is
                value if name in self._plain else self._fields[place].get_db_prep_save(value, connection)
            )
        return row


@contextmanager
def without_indexes(*models: type[Model]) -> Iterator[None]:
    """Drop the indexes of tables of SQLite, and make them again afterwards: each in one sorted pass."""
    names = [model._meta.db_table for model in models]
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_keys=OFF")
        marks = ", ".join(["%s"] * len(names))
        cursor.execute(
            f"SELECT name, sql FROM sqlite_master WHERE type='index' AND sql > '' AND tbl_name IN ({marks})",
            names,
        )
        indexes = cursor.fetchall()
        for name, _sql in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
    yield
    with connection.cursor() as cursor:
        for _name, sql in indexes:
            cursor.execute(sql)
        cursor.execute("PRAGMA foreign_keys=ON")
