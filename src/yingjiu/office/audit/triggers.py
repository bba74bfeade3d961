"""Triggers by which the database itself refuses to change or remove events.

They stop a mistake and a hurried hand, and whoever writes past the office; who may drop triggers is found by
the chain. They are installed after every migration.
"""

from __future__ import annotations

from typing import Any, Final

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from yingjiu.office.audit.models import ChainHead, Event

__all__ = ["install", "install_after_migrate", "remove"]

_TABLES: Final = frozenset({"audit_event", "audit_chainhead"})

_SQLITE: Final = {
    "audit_event_keep": """
        BEFORE UPDATE ON audit_event
        BEGIN SELECT RAISE(ABORT, 'audit: an event is never changed'); END""",
    "audit_event_stay": """
        BEFORE DELETE ON audit_event
        BEGIN SELECT RAISE(ABORT, 'audit: an event is never removed'); END""",
    # also stops INSERT OR REPLACE, which removes without firing the trigger above
    "audit_event_next": """
        BEFORE INSERT ON audit_event
        WHEN NEW.sequence <> (SELECT COALESCE(MAX(sequence), 0) + 1 FROM audit_event)
        BEGIN SELECT RAISE(ABORT, 'audit: an event is the next one'); END""",
    "audit_head_forward": """
        BEFORE UPDATE ON audit_chainhead WHEN NEW.sequence <> OLD.sequence + 1
        BEGIN SELECT RAISE(ABORT, 'audit: the head goes forward by one'); END""",
    "audit_head_stay": """
        BEFORE DELETE ON audit_chainhead
        BEGIN SELECT RAISE(ABORT, 'audit: the head stays'); END""",
}

_FUNCTIONS: Final = (
    """
    CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION 'audit: % of % is refused', TG_OP, TG_TABLE_NAME;
    END $$
    """,
    """
    CREATE OR REPLACE FUNCTION audit_next() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF NEW.sequence <> (SELECT COALESCE(MAX(sequence), 0) + 1 FROM audit_event) THEN
        RAISE EXCEPTION 'audit: an event is the next one';
      END IF;
      RETURN NEW;
    END $$
    """,
)
_POSTGRES: Final = {
    ("audit_event_keep", "audit_event"): "BEFORE UPDATE OR DELETE ON {} FOR EACH ROW {}",
    ("audit_event_stay", "audit_event"): "BEFORE TRUNCATE ON {} FOR EACH STATEMENT {}",
    ("audit_event_next", "audit_event"): "BEFORE INSERT ON {} FOR EACH ROW EXECUTE FUNCTION audit_next()",
    ("audit_head_forward", "audit_chainhead"): (
        "BEFORE UPDATE ON {} FOR EACH ROW WHEN (NEW.sequence <> OLD.sequence + 1) {}"
    ),
    ("audit_head_stay", "audit_chainhead"): "BEFORE DELETE ON {} FOR EACH ROW {}",
    ("audit_head_whole", "audit_chainhead"): "BEFORE TRUNCATE ON {} FOR EACH STATEMENT {}",
}
_REFUSE: Final = "EXECUTE FUNCTION audit_refuse()"


def install(connection: BaseDatabaseWrapper) -> None:
    """Install the triggers, and the row of the head; nothing happens where they are."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name, body in _SQLITE.items():
                cursor.execute(f"CREATE TRIGGER IF NOT EXISTS {name} {body}")
        elif connection.vendor == "postgresql":
            for function in _FUNCTIONS:
                cursor.execute(function)
            for (name, table), body in _POSTGRES.items():
                cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
                cursor.execute(f"CREATE TRIGGER {name} {body.format(table, _REFUSE)}")
    if not Event.objects.using(connection.alias).exists():
        ChainHead.objects.using(connection.alias).bulk_create([ChainHead()], ignore_conflicts=True)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers away, as only tests do."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name in _SQLITE:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
        elif connection.vendor == "postgresql":
            for name, table in _POSTGRES:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")


def install_after_migrate(*, using: str, **_kwargs: Any) -> None:
    """Install the triggers as soon as the tables exist."""
    connection = connections[using]
    if set(connection.introspection.table_names()) >= _TABLES:
        install(connection)
