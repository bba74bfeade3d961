"""How the office opens its database: SQLite in its folder, or PostgreSQL."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import dj_database_url

__all__ = ["FILE", "MOVED", "database", "sqlite_at"]

FILE: Final = "database.sqlite3"
MOVED: Final = "database.sqlite3.moved"
"""What the file is called once the office has moved to PostgreSQL."""


def database(url: str, folder: Path) -> dict[str, Any]:
    """Django's settings of a database.

    Args:
        url: ``postgres://...``; SQLite in the folder if it is empty.
        folder: of the office.
    """
    if url:
        return dict(dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True))
    return sqlite_at(folder / FILE)


def sqlite_at(file: Path) -> dict[str, Any]:
    """Django's settings of a SQLite database."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(file),
        "OPTIONS": {
            # IMMEDIATE and a long timeout: writers wait for each other instead of failing
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            # lists of a million leads are read from memory: 64 MiB a connection, and the file mapped
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536; "
                "PRAGMA mmap_size=2147418112; PRAGMA temp_store=MEMORY;"
            ),
        },
    }
