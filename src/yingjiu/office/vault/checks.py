"""What is checked before the office starts, and what an administrator can have checked in full."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps as installed
from django.apps.registry import Apps
from django.core import checks
from django.db import DatabaseError, connections

from yingjiu.errors import YingjiuError
from yingjiu.office.vault.cipher import key_id_of
from yingjiu.office.vault.fields import EncryptedField
from yingjiu.office.vault.kept import Kept, encrypted_data, keepers
from yingjiu.office.vault.keys import key_file, key_ring

__all__ = ["FieldState", "examine", "keys_open_what_is_kept"]


def keys_open_what_is_kept(**_kwargs: Any) -> list[checks.CheckMessage]:
    """Refuse to start with missing or damaged keys, and with the keys of another database.

    One stored value of each field is looked at, not all; ``check_vault`` looks at all.
    """
    try:
        if not key_file().exists():
            if encrypted_data():
                key_ring()  # raises, and says what to do
            return []
        ring = key_ring()
        for bound_to, key_id in _samples():
            if key_id is not None and key_id not in {key.id for key in ring.encrypt}:
                return [
                    checks.Error(
                        f"the key ring lacks the key of a stored value ({bound_to}: {key_id})",
                        hint="restore keys.json from the backup that belongs to this database",
                        id="vault.E004",
                    )
                ]
    except YingjiuError as error:
        return [checks.Error(str(error), id="vault.E003")]
    except DatabaseError:
        return []  # a database that does not answer says so itself
    return []


def _samples() -> Iterator[tuple[str, str | None]]:
    tables = set(connections["default"].introspection.table_names())
    for kept in keepers():
        if kept.model._meta.db_table in tables:
            for each in kept.encrypted:
                name = f"stored_{each.name}"
                row = kept.stored.exclude(**{name: ""}).order_by().values_list(name, flat=True).first()
                if row:
                    yield each.bound_to, key_id_of(row)


@dataclass(slots=True)
class FieldState:
    """What a full check found of one field.

    Attributes:
        name: ``people.Person.id_number``.
        values: rows with a value.
        plaintext: keys of rows whose value is not encrypted.
        closed: keys of rows whose value does not open.
        astray: keys of rows whose blind index is not that of its source.
    """

    name: str
    values: int = 0
    plaintext: list[Any] = field(default_factory=list)
    closed: list[Any] = field(default_factory=list)
    astray: list[Any] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not (self.plaintext or self.closed or self.astray)


def examine(registry: Apps = installed) -> Iterator[FieldState]:
    """Open every stored value and compute every blind index that has a source."""
    for kept in keepers(registry):
        yield from _examined(kept)


def _examined(kept: Kept) -> list[FieldState]:
    states = {each.name: FieldState(each.bound_to) for each in kept.encrypted}
    computed = [each for each in kept.indexes if each.source]
    indexed = {each.name: FieldState(f"{kept.model._meta.label}.{each.name}") for each in computed}
    names = [f"stored_{each.name}" for each in kept.encrypted]
    rows = kept.stored.order_by("pk").values("pk", *names, *(each.name for each in computed))
    for row in rows.iterator(chunk_size=500):
        opened: dict[str, str | None] = {}
        for each in kept.encrypted:
            stored = row[f"stored_{each.name}"]
            opened[each.name] = "" if not stored else _opened(each, stored, row["pk"], states[each.name])
        for index in computed:
            value = opened[index.source]
            if value is not None:
                state = indexed[index.name]
                state.values += 1
                known = index.of(value)
                if row[index.name] not in {known, *known.others}:
                    state.astray.append(row["pk"])
    return [*states.values(), *indexed.values()]


def _opened(each: EncryptedField[Any, Any], stored: str, pk: Any, state: FieldState) -> Any:
    state.values += 1
    if key_id_of(stored) is None:
        state.plaintext.append(pk)
        return None
    try:
        return each.from_stored(stored)
    except (YingjiuError, ValueError):
        state.closed.append(pk)
        return None
