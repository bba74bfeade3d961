"""Databases: the rows of a query, as they come, by any SQLAlchemy URL."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import sqlalchemy
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from yingjiu.language import _
from yingjiu.sources.readers.cells import column_of
from yingjiu.sources.readers.chunks import RawChunk
from yingjiu.sources.readers.errors import ReaderError, reader_error
from yingjiu.sources.readers.headers import name_columns

__all__ = ["read_database"]


def read_database(url: str, query: str, *, chunk_rows: int = 65536) -> Iterator[RawChunk]:
    """Run a query and hand on its rows, without holding more than a chunk of them.

    Args:
        url: an SQLAlchemy URL; its password appears in no error and no chunk.
        query: one SELECT statement.
        chunk_rows: most rows of a chunk.

    Yields:
        The chunks; rows are counted from 1.

    Raises:
        ReaderError: ``SRC-018`` not reached, ``SRC-019`` the query failed, ``SRC-020`` no driver,
            ``SRC-005`` no rows.
    """
    engine, shown, secret = _engine(url)
    try:
        try:
            connection = engine.connect()
        except SQLAlchemyError as error:
            raise _failed("SRC-018", _("the database cannot be reached"), shown, secret, error) from None
        with connection:
            yield from _rows(connection, query, chunk_rows, shown, secret)
    finally:
        engine.dispose()


def _engine(url: str) -> tuple[sqlalchemy.Engine, str, str | None]:
    try:
        parsed = sqlalchemy.make_url(url)
    except ArgumentError:
        hint = _("write it as dialect+driver://user:password@host/database")
        raise reader_error("SRC-018", _("this is no database URL"), _("the URL"), hint=hint) from None
    shown = parsed.render_as_string(hide_password=True)
    try:
        return sqlalchemy.create_engine(parsed), shown, parsed.password
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        hint = _("install the driver of {dialect}: {problem}").format(
            dialect=parsed.drivername, problem=error
        )
        raise reader_error(
            "SRC-020", _("no driver for this database is installed"), shown, hint=hint
        ) from None


def _rows(
    connection: sqlalchemy.Connection, query: str, chunk_rows: int, shown: str, secret: str | None
) -> Iterator[RawChunk]:
    number = 1
    try:
        streaming = connection.execution_options(stream_results=True, max_row_buffer=chunk_rows)
        result = streaming.execute(sqlalchemy.text(query))
        _positions, names = name_columns(list(result.keys()), range(len(result.keys())))
        for part in result.partitions(chunk_rows):
            columns = list(zip(*part, strict=True))
            pairs = [column_of(column) for column in columns]
            table = pa.table([array for array, _kinds in pairs], names=list(names))
            kinds = {
                name: kinds for name, (_array, kinds) in zip(names, pairs, strict=True) if kinds is not None
            }
            rows = np.arange(number, number + len(part), dtype=np.int32)
            number += len(part)
            yield RawChunk(shown, None, table, rows, kinds=kinds)
    except SQLAlchemyError as error:
        raise _failed("SRC-019", _("the query failed"), shown, secret, error) from None
    if number == 1:
        hint = _("if the list is really empty, do not load it; otherwise check the query")
        raise reader_error("SRC-005", _("the query gives no row"), shown, hint=hint)


def _failed(code: str, message: str, shown: str, secret: str | None, error: SQLAlchemyError) -> ReaderError:
    """An error that tells what the database said, without the statement, its values and the password."""
    said = str(getattr(error, "orig", None) or error).strip().splitlines()
    text = said[0][:200] if said else type(error).__name__
    if secret:
        text = text.replace(secret, "***")
    return reader_error(
        code,
        message,
        shown,
        found=text,
        hint=_("check the address, the account and the query in the source file"),
    )
