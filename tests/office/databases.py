"""A database of its own for a test that starts processes: SQLite in their folder, or PostgreSQL."""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg.rows import dict_row

__all__ = ["SERVER", "ask", "fresh_database", "with_database"]

SERVER = os.environ.get("DATABASE_URL", "")
"""The PostgreSQL on which whoever runs the tests wants all of them to run; empty for SQLite."""


@contextmanager
def fresh_database(server: str) -> Iterator[str]:
    """An empty database on a server, for as long as the block lasts.

    Args:
        server: ``DATABASE_URL`` of any database of it; empty for SQLite, which needs none.

    Yields:
        ``DATABASE_URL`` of the new one; empty for SQLite.
    """
    if not server:
        yield ""
        return
    name = f"own_{secrets.token_hex(6)}"
    with closing(psycopg.connect(server, autocommit=True)) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def with_database(environment: Mapping[str, str], url: str) -> dict[str, str]:
    """An environment for a process, with this database and no other; SQLite if it is empty."""
    kept = {name: value for name, value in environment.items() if name != "DATABASE_URL"}
    return {**kept, "DATABASE_URL": url} if url else kept


def ask(folder: Path, query: str, *values: object) -> list[dict[str, Any]]:
    """The rows of a query, read from outside of the office that this environment starts.

    Args:
        folder: of the office.
        query: with ``%s`` for each value, and a name for each column.
        values: of the query.
    """
    url = os.environ.get("DATABASE_URL")
    if url:
        with closing(psycopg.connect(url, row_factory=dict_row)) as connection:
            return connection.execute(query.encode(), values).fetchall()
    with closing(sqlite3.connect(folder / "database.sqlite3", timeout=20)) as database:
        database.row_factory = sqlite3.Row
        return [dict(row) for row in database.execute(query.replace("%s", "?"), values)]
