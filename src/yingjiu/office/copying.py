"""Copy all rows of one database of the office into another, whatever the two are.

Values are copied as they are kept: what is encrypted is not opened, an event keeps its number and digest, and
no row gets another key. The copy is made in one transaction of each side, so that it holds one moment of the
first and is whole in the second or not there at all; then both are read again and compared.

Sessions are left out: everybody signs in again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from types import SimpleNamespace
from typing import Any, Final

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.management.color import no_style
from django.db import DatabaseError, DataError, IntegrityError, connections, models, transaction
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from yingjiu.errors import Fault, YingjiuError
from yingjiu.office.accounts.models import Organisation
from yingjiu.office.audit import triggers
from yingjiu.office.vault.fields import EncryptedField

__all__ = ["Copied", "CopyingError", "Tell", "check_empty", "copy_database", "open_as"]

Tell = Callable[[str, int, int], None]
"""Told what is done, how much of it, and of how much."""

_BLOCK: Final = 1000


class CopyingError(YingjiuError):
    """A database cannot be copied (``OFF-010`` to ``OFF-012``)."""


@dataclass(frozen=True, slots=True)
class Copied:
    """What was copied.

    Attributes:
        tables: how many tables hold rows.
        rows: how many rows they hold.
    """

    tables: int
    rows: int


def open_as(alias: str, settings: dict[str, Any]) -> None:
    """Make a database known to Django under a name, until the process ends.

    Args:
        alias: the name.
        settings: as in ``DATABASES``.
    """
    connections.settings[alias] = connections.configure_settings({"default": settings})["default"]


def copy_database(source: str, target: str, tell: Tell) -> Copied:
    """Copy all rows; both databases have the tables of this version.

    Args:
        source: name of the database that is read.
        target: name of the one that is written; it holds no office yet.
        tell: told the table, and how many of how many are done.

    Returns:
        What was copied.

    Raises:
        CopyingError: ``OFF-010`` the target holds an office already, ``OFF-011`` it refuses a row,
            ``OFF-012`` it holds something else than the source afterwards. Nothing is changed then.
    """
    copied = _models()
    rows = tables = 0
    with _one_moment(source), transaction.atomic(using=target):
        check_empty(target)
        triggers.remove(connections[target])
        for model in copied:  # what every new office begins with
            model._base_manager.using(target).all()._raw_delete(target)
        for done, model in enumerate(copied):
            tell(str(model._meta.verbose_name_plural), done, 2 * len(copied))
            count = _copy(model, source, target)
            rows, tables = rows + count, tables + bool(count)
        _settle(target, copied)
        for done, model in enumerate(copied, len(copied)):
            tell(str(model._meta.verbose_name_plural), done, 2 * len(copied))
            _compare(model, source, target)
        triggers.install(connections[target])
    ContentType.objects.clear_cache()
    return Copied(tables, rows)


def check_empty(target: str) -> None:
    """Refuse a database that holds an office.

    Args:
        target: name of the database; it has the tables of this version.

    Raises:
        CopyingError: ``OFF-010``.
    """
    if Organisation.objects.using(target).exists():
        raise CopyingError(
            Fault(
                "OFF-010",
                _("the database that is to be filled holds an office already"),
                hint=_("create an empty database, and name it in DATABASE_URL"),
            )
        )


def _models() -> list[type[models.Model]]:
    every = apps.get_models(include_auto_created=True)
    return [each for each in every if each._meta.managed and not each._meta.proxy and each is not Session]


@contextmanager
def _one_moment(source: str) -> Iterator[None]:
    """A transaction that sees one moment of a database, whatever is written to it meanwhile."""
    connection: Any = connections[source]
    if connection.vendor == "postgresql":
        connection.ensure_connection()
        connection.connection.isolation_level = connection.Database.IsolationLevel.REPEATABLE_READ
    try:
        with transaction.atomic(using=source):
            yield
    finally:
        if connection.vendor == "postgresql" and connection.connection is not None:
            connection.connection.isolation_level = None


def _fields(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    """What is copied of a row: what the database computes of it, it computes again."""
    return [field for field in model._meta.local_concrete_fields if not field.generated]


def _rows(model: type[models.Model], using: str) -> Iterator[tuple[Any, ...]]:
    """All rows by their keys, each value as the database keeps it."""
    fields = _fields(model)
    encrypted = [field for field in fields if isinstance(field, EncryptedField)]
    stored = {f"stored_{each.name}": Cast(each.attname, models.TextField()) for each in encrypted}
    names = [f"stored_{field.name}" if field in encrypted else field.attname for field in fields]
    rows: Any = model._base_manager.using(using).annotate(**stored).order_by("pk")
    return iter(rows.values_list(*names).iterator(chunk_size=_BLOCK))


def _copy(model: type[models.Model], source: str, target: str) -> int:
    fields = _fields(model)
    size = max(1, min(_BLOCK, connections[target].ops.bulk_batch_size(fields, [None] * _BLOCK)))
    rows, count = _rows(model, source), 0
    while block := list(islice(rows, size)):
        try:
            _insert(model, fields, block, target)
        except (DataError, IntegrityError, ValueError) as error:
            raise CopyingError(
                Fault(
                    "OFF-011",
                    _("the new database refuses a row"),
                    path=f"{model._meta.label} {block[0][0]}–{block[-1][0]}",
                    found=type(error.__cause__ or error).__name__,
                    hint=_("nothing was changed; report this, with the name of the table"),
                )
            ) from error
        count += len(block)
    return count


def _insert(
    model: type[models.Model],
    fields: Sequence[models.Field[Any, Any]],
    block: Sequence[tuple[Any, ...]],
    target: str,
) -> None:
    """Insert rows without what a model does when it is saved."""
    made = [
        SimpleNamespace(
            **{field.attname: _kept(field, value) for field, value in zip(fields, row, strict=True)}
        )
        for row in block
    ]
    rows: Any = model._base_manager.using(target)
    rows._insert(made, fields=fields, using=target, raw=True)


def _kept(field: models.Field[Any, Any], value: Any) -> Any:
    """An encrypted value passes as it is; the field would encrypt it once more."""
    if isinstance(field, EncryptedField) and value is not None:
        return models.Value(value, output_field=models.TextField())
    return value


def _settle(target: str, copied: Sequence[type[models.Model]]) -> None:
    """Check what refers to what, and let new rows get numbers after those that are there."""
    connection = connections[target]
    try:
        connection.check_constraints()
    except IntegrityError as error:
        raise CopyingError(
            Fault(
                "OFF-011",
                _("the new database refuses a row"),
                found=str(error).splitlines()[0],
                hint=_("nothing was changed; report this, with the name of the table"),
            )
        ) from error
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(copied)):
            cursor.execute(statement)


def _compare(model: type[models.Model], source: str, target: str) -> None:
    """Read a table of both sides again; every value must be the same."""
    try:
        same = all(
            one == other for one, other in zip(_rows(model, source), _rows(model, target), strict=True)
        )
    except (ValueError, DatabaseError):
        same = False
    if not same:
        raise CopyingError(
            Fault(
                "OFF-012",
                _("the copy of a table is not the same as the table"),
                path=model._meta.label,
                hint=_("nothing was changed; report this, with the name of the table"),
            )
        )
