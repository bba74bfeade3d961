"""Files and results that know their columns: Parquet, JSON lines, and what they share with databases."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from yingjiu.language import _
from yingjiu.sources.readers.cells import NumberText, column_of
from yingjiu.sources.readers.chunks import BrokenRow, CellKind, FileFormat, Note, RawChunk
from yingjiu.sources.readers.encodings import encoding_of, text_blocks
from yingjiu.sources.readers.errors import reader_error
from yingjiu.sources.readers.headers import name_columns

__all__ = ["read_json_lines", "read_parquet"]


def read_parquet(path: Path, *, chunk_rows: int) -> Iterator[RawChunk]:
    """Read a Parquet file, a row group at a time.

    Args:
        path: the file.
        chunk_rows: most rows of a chunk.

    Yields:
        The chunks; rows are counted from 1.

    Raises:
        ReaderError: ``SRC-005`` no rows, ``SRC-009`` damaged.
    """
    number = 1
    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=chunk_rows):
                _positions, names = name_columns(batch.schema.names, range(batch.num_columns))
                arrays: list[pa.Array] = []
                kinds: dict[str, npt.NDArray[np.uint8]] = {}
                for name, column in zip(names, batch.columns, strict=True):
                    array, kind = _text_column(column)
                    arrays.append(array)
                    if kind is not None:
                        kinds[name] = kind
                rows = np.arange(number, number + batch.num_rows, dtype=np.int32)
                number += batch.num_rows
                yield RawChunk(path.name, None, pa.table(arrays, names=list(names)), rows, kinds=kinds)
    except (pa.ArrowException, OSError) as error:
        raise reader_error(
            "SRC-009",
            _("the Parquet file is cut off or damaged"),
            path.name,
            found=str(error).splitlines()[0][:120],
            hint=_("copy it again and compare the sizes; then ask for it to be written again"),
        ) from None
    if number == 1:
        raise reader_error("SRC-005", _("there is a header and no row below it"), path.name)


def _text_column(column: pa.Array) -> tuple[pa.Array, npt.NDArray[np.uint8] | None]:
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _text_column(column.dictionary_decode())
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return column.cast(pa.string()), None
    if pa.types.is_integer(kind) or pa.types.is_date(kind) or pa.types.is_boolean(kind):
        what = CellKind.NUMBER if pa.types.is_integer(kind) else CellKind.DATE
        what = CellKind.BOOLEAN if pa.types.is_boolean(kind) else what
        filled = np.asarray(column.is_valid(), dtype=np.uint8) * np.uint8(what)
        return column.cast(pa.string()), filled.astype(np.uint8)
    return column_of(column.to_pylist())


def read_json_lines(path: Path, form: FileFormat, *, chunk_rows: int) -> Iterator[RawChunk]:
    """Read JSON lines, an object a line; objects inside an object become ``outer.inner`` columns.

    Args:
        path: the file.
        form: may name the encoding.
        chunk_rows: most rows of a chunk.

    Yields:
        The chunks, each with all keys seen so far; rows are lines.

    Raises:
        ReaderError: ``SRC-005`` no row, ``SRC-015`` another encoding.
    """
    encoding = encoding_of(path, form.encoding)
    names: dict[str, None] = {}
    notes: tuple[Note, ...] = (Note("encoding", _("encoding: {encoding}").format(encoding=encoding.label)),)
    lines = _lines(path, form)
    found = False
    while taken := list(islice(lines, chunk_rows)):
        good: list[tuple[int, dict[str, Any]]] = []
        broken: list[BrokenRow] = []
        for number, line in taken:
            value = _object(line, number)
            if isinstance(value, BrokenRow):
                broken.append(value)
            elif value is not None:
                good.append((number, value))
                names.update(dict.fromkeys(value))
        found = found or bool(good or broken)
        yield _chunk(path.name, list(names), good, tuple(broken), notes)
        notes = ()
    if not found:
        raise reader_error("SRC-005", _("there is a header and no row below it"), path.name)


def _lines(path: Path, form: FileFormat) -> Iterator[tuple[int, str | BrokenRow]]:
    number = 1
    for block in text_blocks(path, encoding_of(path, form.encoding)):
        bad = dict(block.bad)
        lines = block.content.split(b"\n")
        for index, line in enumerate(lines[:-1] if block.content.endswith(b"\n") else lines):
            row = number + index
            yield (
                row,
                BrokenRow(row, "SRC-033", bad[index], _("text"), row) if index in bad else line.decode(),
            )
        number += block.content.count(b"\n")


def _object(line: str | BrokenRow, number: int) -> dict[str, Any] | BrokenRow | None:
    if isinstance(line, BrokenRow):
        return line
    if not line.strip():
        return None
    try:
        value = json.loads(line, parse_int=NumberText, parse_float=NumberText)
    except (json.JSONDecodeError, RecursionError) as error:
        column = getattr(error, "colno", 1)
        found = _("an error at character {column}").format(column=column)
        return BrokenRow(number, "SRC-034", found, _("one JSON object"), number)
    if not isinstance(value, dict):
        return BrokenRow(number, "SRC-035", type(value).__name__, _("one JSON object"), number)
    return dict(_flat(value))


def _flat(value: dict[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for key, inner in value.items():
        if isinstance(inner, dict):
            yield from _flat(inner, f"{above}{key}.")
        else:
            yield f"{above}{key}", inner


def _chunk(
    file: str,
    names: Sequence[str],
    good: Sequence[tuple[int, dict[str, Any]]],
    broken: tuple[BrokenRow, ...],
    notes: tuple[Note, ...],
) -> RawChunk:
    arrays: list[pa.Array] = []
    kinds: dict[str, npt.NDArray[np.uint8]] = {}
    for name in names:
        array, kind = column_of([row.get(name) for _number, row in good])
        arrays.append(array)
        if kind is not None:
            kinds[name] = kind
    rows = np.array([number for number, _row in good], dtype=np.int32)
    return RawChunk(file, None, pa.table(arrays, names=list(names)), rows, broken, notes, kinds)
