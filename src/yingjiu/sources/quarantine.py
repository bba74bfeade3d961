"""The quarantine: what was not taken, for the agency to correct, as Parquet and as a workbook.

One line for each broken rule. The files hold personal data as the agency sent them, because the agency must
find its rows again; only their owner may read them. Every cell of the workbook is written as text, so that
a value like ``=HYPERLINK(…)`` stays what it is.
"""

from __future__ import annotations

import json
import os
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any, Final

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from yingjiu.codes import CODE_LISTS
from yingjiu.language import _
from yingjiu.sources.contract import Relation, Verdicts
from yingjiu.sources.findings import FieldFaults, PlacedBroken
from yingjiu.sources.headers import match_headers
from yingjiu.sources.rules import RULES, rule_texts
from yingjiu.sources.source_file import Source
from yingjiu.sources.staging import Part, Stage

__all__ = ["Line", "write_quarantine"]

SHEET_LINES: Final = 100_000
"""Most lines of a sheet of the workbook; the Parquet file has them all."""

_CELL: Final = 32_000
_SHOWN: Final = 12
_SCHEMA: Final = pa.schema(
    [
        ("outcome", pa.string()),
        ("file", pa.string()),
        ("sheet", pa.string()),
        ("row", pa.int32()),
        ("field", pa.string()),
        ("header", pa.string()),
        ("rule", pa.string()),
        ("message", pa.string()),
        ("found", pa.string()),
        ("expected", pa.string()),
        ("to_do", pa.string()),
        ("raw", pa.string()),
    ]
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the quarantine.

    Attributes:
        outcome: ``rejected``, ``blanked``, ``duplicate`` or ``warning``.
        file: name of the file.
        sheet: name of the sheet.
        row: number of the row there, from 1.
        field: name of the field, several joined by commas.
        header: its header.
        rule: code of the rule.
        message: what is wrong.
        found: what stands there.
        expected: what should stand there, or which row it is in conflict with.
        to_do: what to do.
        raw: the whole row, by header.
    """

    outcome: str
    file: str
    sheet: str | None
    row: int
    field: str | None
    header: str | None
    rule: str
    message: str
    found: str | None
    expected: str | None
    to_do: str
    raw: Mapping[str, str | None]


def write_quarantine(
    folder: Path,
    name: str,
    *,
    source: Source,
    stage: Stage,
    faults: Sequence[FieldFaults],
    broken: Sequence[PlacedBroken],
    verdicts: Verdicts,
) -> tuple[Path, ...]:
    """Write the quarantine of one load.

    Args:
        folder: where it goes; created for the owner only.
        name: name of the files, without suffix.
        source: the declaration.
        stage: the staged rows.
        faults: rows that break a rule of their own.
        broken: rows that could not be read.
        verdicts: rows that break a rule about all rows.

    Returns:
        The Parquet file and the workbook; nothing if there is nothing to say.

    Raises:
        OSError: the disk is full, or the folder cannot be written.
    """
    lines = _Lines(source, stage, faults, broken, verdicts)
    if lines.nothing:
        return ()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    paths = (folder / f"{name}.parquet", folder / f"{name}.xlsx")
    unfinished = [path.with_name(f".{path.name}.{os.getpid()}") for path in paths]
    try:
        with ExitStack() as open_files:
            table, book = (open_files.enter_context(_owner_only(path)) for path in unfinished)
            _write(lines, table, book)
        for now, then in zip(unfinished, paths, strict=True):
            now.replace(then)
    finally:
        for path in unfinished:
            with suppress(FileNotFoundError):
                path.unlink()
    return paths


def _owner_only(path: Path) -> IO[bytes]:
    return os.fdopen(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb")


def _write(lines: _Lines, table: IO[bytes], book: IO[bytes]) -> None:
    workbook = _Book(book, lines.headers())
    with pq.ParquetWriter(table, _SCHEMA) as writer:
        for some in lines.by_part():
            values = [
                {name: getattr(line, name) for name in _SCHEMA.names}
                | {"raw": json.dumps(dict(line.raw), ensure_ascii=False) if line.raw else None}
                for line in some
            ]
            writer.write_table(pa.Table.from_pylist(values, schema=_SCHEMA))
            for line in some:
                workbook.add(line)
    workbook.close()


class _Lines:
    """The lines of a quarantine, in the order of the rows, part by part."""

    def __init__(
        self,
        source: Source,
        stage: Stage,
        faults: Sequence[FieldFaults],
        broken: Sequence[PlacedBroken],
        verdicts: Verdicts,
    ) -> None:
        self.source = source
        self.stage = stage
        self.broken = broken
        self.told: dict[int, list[tuple[str, int, tuple[str, ...], int]]] = {}
        for fault in faults:
            for row in fault.rows.tolist():
                self.tell(row, fault.outcome, fault.rule, (fault.field,), -1)
        relations = [(one, "rejected") for one in verdicts.rejected]
        if verdicts.duplicates is not None:
            relations.append((verdicts.duplicates, "duplicate"))
        for relation, outcome in relations:
            self.relation(relation, outcome)
        for person in verdicts.same_person:
            for row, other in (person.rows, person.rows[::-1]):
                self.tell(row, "warning", 173, (), other)
        others = {other for things in self.told.values() for *_about, other in things if other >= 0}
        self.places = _places(stage, sorted(others))

    @property
    def nothing(self) -> bool:
        """Whether there is nothing to say."""
        return not self.told and not self.broken

    def relation(self, relation: Relation, outcome: str) -> None:
        """Tell what is in conflict with what."""
        for row, other in zip(relation.rows.tolist(), relation.others.tolist(), strict=True):
            self.tell(row, outcome, relation.rule, relation.fields, other)

    def tell(self, row: int, outcome: str, rule: int, fields: tuple[str, ...], other: int) -> None:
        """Remember one thing about a row."""
        self.told.setdefault(row, []).append((outcome, rule, fields, other))

    def headers(self) -> list[str]:
        """Every header of every file, in the order of first appearance."""
        names = [name for part in self.stage.parts for name in pq.read_schema(part.raw).names]
        return list(dict.fromkeys(names))

    def by_part(self) -> Iterator[list[Line]]:
        """The lines: rows that could not be read first, then the others part by part."""
        if self.broken:
            yield [_broken_line(one) for one in self.broken]
        numbers = sorted(self.told)
        at = 0
        for part in self.stage.parts:
            end = bisect_left(numbers, part.first + part.rows, at)
            if end > at:
                yield self.of_part(part, numbers[at:end])
            at = end

    def of_part(self, part: Part, numbers: Sequence[int]) -> list[Line]:
        """The lines of one part."""
        places = pq.read_table(part.values, columns=["#file", "#sheet", "#row"])
        index = pa.array([number - part.first for number in numbers])
        rows = places.take(index).to_pylist()
        raws = pq.read_table(part.raw).take(index)
        found, _faults = match_headers(self.source.fields, raws.column_names, file="", sheet=None)
        headers = {name: raws.column_names[at] for name, at in found.items()}
        return [
            self.line(place, raw, headers, *told)
            for number, place, raw in zip(numbers, rows, raws.to_pylist(), strict=True)
            for told in self.told[number]
        ]

    def line(  # noqa: PLR0917 - the parts of one line
        self,
        place: Mapping[str, Any],
        raw: Mapping[str, str | None],
        header_of: Mapping[str, str],
        outcome: str,
        rule: int,
        fields: tuple[str, ...],
        other: int,
    ) -> Line:
        """One line."""
        headers = [header_of.get(name, self.source.fields[name].header) for name in fields]
        found = [raw.get(header) or "" for header in headers]
        expected = _("see {place}").format(place=self.places[other]) if other >= 0 else None
        if expected is None and fields:
            expected = _expected(self.source, fields[0], rule)
        return Line(
            outcome,
            place["#file"],
            place["#sheet"],
            place["#row"],
            ", ".join(fields) or None,
            ", ".join(headers) or None,
            RULES[rule].code,
            RULES[rule].says,
            " | ".join(found) or None,
            expected,
            RULES[rule].to_do,
            raw,
        )


def _places(stage: Stage, numbers: Sequence[int]) -> dict[int, str]:
    """Where rows stand, for people; the numbers ascend."""
    places: dict[int, str] = {}
    at = 0
    for part in stage.parts:
        end = bisect_left(numbers, part.first + part.rows, at)
        if end > at:
            index = pa.array([number - part.first for number in numbers[at:end]])
            rows = pq.read_table(part.values, columns=["#file", "#sheet", "#row"]).take(index).to_pylist()
            for number, row in zip(numbers[at:end], rows, strict=True):
                where = " ".join(row[key] for key in ("#file", "#sheet") if row[key])
                places[number] = _("{where}, row {row}").format(where=where, row=row["#row"])
        at = end
    return places


def _broken_line(one: PlacedBroken) -> Line:
    says, to_do = rule_texts(one.row.code)
    return Line(
        "rejected",
        one.file,
        one.sheet,
        one.row.row,
        None,
        None,
        one.row.code,
        says,
        one.row.found,
        one.row.expected,
        to_do,
        MappingProxyType({}),
    )


def _expected(source: Source, name: str, rule: int) -> str | None:
    """What a field should have held."""
    field = source.fields[name]
    if rule == 112:
        return _("at most {length} characters").format(length=field.max_length)
    if rule == 113:
        return field.pattern
    if rule in {132, 142, 151} and field.range is not None:
        low, high = ("" if bound is None else str(bound) for bound in field.range)
        return f"{low} … {high}"
    if rule == 120:
        code_list = source.code_list_of(name)
        known = list(field.codes)
        if code_list is not None:
            known += [label.zh for label in CODE_LISTS[code_list].codes.values()]
        known = list(dict.fromkeys(known))
        return " / ".join(known[:_SHOWN]) + (" / …" if len(known) > _SHOWN else "")
    return None


class _Book:
    """The workbook: a sheet for each outcome, made when it is first needed."""

    def __init__(self, stream: IO[bytes], headers: Sequence[str]) -> None:
        self.raw = headers
        self.book = xlsxwriter.Workbook(
            stream,
            {
                "constant_memory": True,
                "strings_to_formulas": False,
                "strings_to_numbers": False,
                "strings_to_urls": False,
            },
        )
        self.bold = self.book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1})
        self.sheets: dict[str, Any] = {}
        self.lines: dict[str, int] = {}
        self.titles = {
            "rejected": _("Not taken"),
            "blanked": _("Values left out"),
            "duplicate": _("Copies"),
            "warning": _("Please check"),
        }
        self.heads = (
            _("File"),
            _("Sheet"),
            _("Row"),
            _("Column"),
            _("Found"),
            _("What is wrong"),
            _("Expected"),
            _("What to do"),
            _("Rule"),
        )

    def add(self, line: Line) -> None:
        """Write one line, and the whole row behind it."""
        if line.outcome not in self.sheets:
            self.begin(line.outcome)
        sheet, number = self.sheets[line.outcome], self.lines[line.outcome] + 1
        if number > SHEET_LINES + 1:
            return
        self.lines[line.outcome] = number
        if number > SHEET_LINES:
            sheet.write_string(
                number, 0, _("there are more lines; the Parquet file beside this one has them all")
            )
            return
        shown = (line.header or line.field, line.found, line.message, line.expected, line.to_do, line.rule)
        cells = [line.file, line.sheet, None, *shown]
        cells += [line.raw.get(header) for header in self.raw]
        for column, text in enumerate(cells):
            if text:
                sheet.write_string(number, column, text[:_CELL])
        sheet.write_number(number, 2, line.row)

    def begin(self, outcome: str) -> None:
        """Make the sheet of an outcome."""
        sheet = self.book.add_worksheet(self.titles[outcome])
        sheet.freeze_panes(1, 0)
        for column, width in enumerate((30, 14, 8, 18, 24, 36, 30, 40, 10)):
            sheet.set_column(column, column, width)
        for column, head in enumerate((*self.heads, *self.raw)):
            sheet.write_string(0, column, head, self.bold)
        self.sheets[outcome] = sheet
        self.lines[outcome] = 0

    def close(self) -> None:
        """Finish the file."""
        self.book.close()
