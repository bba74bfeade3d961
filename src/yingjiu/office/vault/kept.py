"""Which models keep encrypted data, and what the database holds of it, as it is stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.apps import apps as installed
from django.apps.registry import Apps
from django.db import connections, models
from django.db.models.functions import Cast

from yingjiu.office.vault.fields import BlindIndexField, EncryptedField

__all__ = ["Kept", "encrypted_data", "keepers"]


@dataclass(frozen=True, slots=True)
class Kept:
    """A model with encrypted fields or blind indexes."""

    model: type[models.Model]
    encrypted: tuple[EncryptedField[Any, Any], ...]
    indexes: tuple[BlindIndexField, ...]

    @property
    def stored(self) -> models.QuerySet[Any]:
        """All rows, sealed ones too; ``stored_<field>`` is the text as the database keeps it."""
        rows: models.QuerySet[Any] = self.model._base_manager.annotate(
            **{f"stored_{field.name}": Cast(field.attname, models.TextField()) for field in self.encrypted}
        )
        return rows


def keepers(registry: Apps = installed) -> list[Kept]:
    """The models that keep encrypted data, each table once."""
    found = []
    for model in registry.get_models(include_auto_created=True):
        if model._meta.proxy or not model._meta.managed:
            continue
        fields = model._meta.local_concrete_fields
        encrypted = tuple(field for field in fields if isinstance(field, EncryptedField))
        indexes = tuple(field for field in fields if isinstance(field, BlindIndexField))
        if encrypted or indexes:
            found.append(Kept(model, encrypted, indexes))
    return found


def encrypted_data(registry: Apps = installed, using: str = "default") -> str:
    """A field that holds encrypted data, as ``people.Person.name``; empty if there is none."""
    tables = set(connections[using].introspection.table_names())
    for kept in keepers(registry):
        if kept.model._meta.db_table not in tables:
            continue
        rows = kept.stored.using(using)
        for field in kept.encrypted:
            if rows.exclude(**{f"stored_{field.name}": ""}).exists():
                return field.bound_to
    return ""
