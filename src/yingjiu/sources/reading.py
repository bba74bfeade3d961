"""Read the files or the query of a source chunk by chunk, convert every value, and put the rows aside."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from yingjiu.errors import Fault
from yingjiu.sources.convert import Converted, Converter
from yingjiu.sources.errors import StructureError
from yingjiu.sources.findings import FieldFaults, PlacedBroken
from yingjiu.sources.headers import match_headers
from yingjiu.sources.origin import Origin
from yingjiu.sources.readers import FileFormat, RawChunk, ReaderError, read_database, read_file
from yingjiu.sources.report import Progress, ProgressCallback
from yingjiu.sources.source_file import Source
from yingjiu.sources.staging import Stage

__all__ = ["Reading", "read_rows"]

_HEADER_ONLY = "SRC-005"


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read and put aside.

    Attributes:
        faults: rows that break a rule of their own.
        broken: rows that could not be read.
        notes: remarks of the readers, with the file.
        digest: SHA-256 over the content of all rows in their order.
    """

    faults: tuple[FieldFaults, ...]
    broken: tuple[PlacedBroken, ...]
    notes: tuple[str, ...]
    digest: str


def read_rows(
    source: Source,
    origin: Origin,
    stage: Stage,
    converters: Mapping[str, Converter],
    progress: ProgressCallback,
) -> Reading:
    """Read everything, convert it and put it aside.

    Args:
        source: the declaration.
        origin: the files, or the database.
        stage: where rows are put aside.
        converters: the converter of each field.
        progress: told after each chunk.

    Returns:
        What was found.

    Raises:
        StructureError: every fault of every file: what the readers refuse (SRC-001 to SRC-020), columns
            missing or renamed (SRC-202), doubled (SRC-203).
    """
    with closing(duckdb.connect()) as hasher:
        reader = _Reader(source, stage, converters, hasher)
        for chunks in _readings(source, origin):
            reader.read(chunks, progress)
    if reader.structure:
        raise StructureError(*reader.structure)
    return Reading(tuple(reader.faults), tuple(reader.broken), tuple(reader.notes), reader.digest.hexdigest())


def _readings(source: Source, origin: Origin) -> Iterator[Iterator[RawChunk]]:
    if origin.url is not None:
        assert source.database is not None  # noqa: S101 - for the type checker; a URL comes from a database
        chunks = read_database(origin.url, source.database.query)
        yield (replace(chunk, file=origin.label) if origin.label else chunk for chunk in chunks)
        return
    form = FileFormat(**source.format.model_dump())
    # only the declared headers: the readers refuse a file in which one of them stands twice
    expected = [header for field in source.fields.values() for header in field.headers]
    for path in origin.files:
        yield read_file(path, form, expected=expected)


class _Reader:
    """Gathers what is found while chunks pass."""

    def __init__(
        self,
        source: Source,
        stage: Stage,
        converters: Mapping[str, Converter],
        hasher: duckdb.DuckDBPyConnection,
    ) -> None:
        self.source = source
        self.stage = stage
        self.converters = converters
        self.hasher = hasher
        self.structure: list[Fault] = []
        self.faults: list[FieldFaults] = []
        self.broken: list[PlacedBroken] = []
        self.notes: list[str] = []
        self.digest = hashlib.sha256()

    def read(self, chunks: Iterator[RawChunk], progress: ProgressCallback) -> None:
        """Read one file, or one query, to its end, or until it is clear that it does not fit."""
        places: dict[str, int] = {}
        headers: tuple[str | None, tuple[str, ...]] | None = None
        try:
            for chunk in chunks:
                seen = (chunk.sheet, tuple(chunk.columns.column_names))
                if seen != headers:
                    headers = seen
                    places, faults = match_headers(
                        self.source.fields, seen[1], file=chunk.file, sheet=chunk.sheet
                    )
                    self.structure += faults
                if self.structure:
                    if chunk.sheet is None:
                        return
                    continue  # further sheets may have faults of their own
                self.take(chunk, places)
                progress(Progress(self.source.source, "read", self.stage.rows, file=chunk.file))
        except ReaderError as error:
            empty = all(fault.code == _HEADER_ONLY for fault in error.faults)
            if not (empty and self.source.contract.may_be_empty):
                self.structure += error.faults

    def take(self, chunk: RawChunk, places: Mapping[str, int]) -> None:
        """Convert one chunk and put it aside."""
        self.notes += [
            ": ".join(part for part in (chunk.file, note.sheet, note.message) if part) for note in chunk.notes
        ]
        self.broken += [PlacedBroken(chunk.file, chunk.sheet, row) for row in chunk.broken]
        rows = chunk.columns.num_rows
        if rows == 0:
            return
        first = self.stage.rows
        raw = chunk.columns.combine_chunks()
        low, high = self.row_digests(raw)
        columns: dict[str, pa.Array] = {
            "#n": pa.array(np.arange(first, first + rows)),
            "#file": pa.repeat(pa.scalar(chunk.file), rows),
            "#sheet": pa.repeat(pa.scalar(chunk.sheet, pa.string()), rows),
            "#row": pa.array(chunk.rows, pa.int32()),
            "#low": low,
            "#high": high,
        }
        for name, convert in self.converters.items():
            column = _column(raw, places.get(name), rows)
            converted = convert(column, chunk.sheet is not None)
            self.note(name, converted, first)
            columns[f"f:{name}"] = converted.values
            columns |= {f"f:{name}.{part}": values for part, values in converted.parts.items()}
        self.stage.add(pa.table(columns), raw)

    def note(self, name: str, converted: Converted, first: int) -> None:
        """Note the rows of a field that break a rule."""
        field = self.source.fields[name]
        for rule in np.unique(converted.faults[converted.faults != 0]):
            missing = rule in {101, 110}
            rows = np.flatnonzero(converted.faults == rule) + first
            rejected = field.on_invalid == "reject" or missing
            self.faults.append(FieldFaults("rejected" if rejected else "blanked", name, int(rule), rows))

    def row_digests(self, raw: pa.Table) -> tuple[pa.Array, pa.Array]:
        """128 bits of each row's content, whatever the order of its columns."""
        texts = [raw.column(name).combine_chunks() for name in sorted(raw.column_names)]
        joined = pc.binary_join_element_wise(*texts, "\x1f", null_handling="replace", null_replacement="\x1e")
        self.hasher.register("raw", pa.table({"row": joined}))
        found = self.hasher.sql(
            "SELECT md5_number_lower(row) AS low, md5_number_upper(row) AS high FROM raw"
        ).to_arrow_table()
        self.hasher.unregister("raw")
        low, high = (found.column(name).combine_chunks() for name in ("low", "high"))
        pair: npt.NDArray[np.uint64] = np.column_stack([low.to_numpy(), high.to_numpy()])
        self.digest.update(pair.tobytes())
        return low, high


def _column(raw: pa.Table, place: int | None, rows: int) -> pa.Array:
    """A column of the chunk; nulls for one that may be absent and is."""
    if place is None:
        return pa.nulls(rows, pa.string())
    column = raw.column(place)
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
