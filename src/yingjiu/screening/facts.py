"""What is known about the subjects that were found: values, where they were read, rows behind a truth."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import pyarrow as pa

from yingjiu.pool.engines import Engine
from yingjiu.pool.tables import PROVENANCE
from yingjiu.screening.compared import shown_columns, subject_table
from yingjiu.screening.compile import Plan
from yingjiu.screening.declared import Route
from yingjiu.screening.subjects import compared_rows, has_case, merged_rows, shown_of, subject_query

__all__ = ["About", "Evidence", "Facts", "Provenance", "no_facts", "read_facts"]

_SHOWN_PERSON = ("name", "sex", "birth_date", "region", "address", "phone", "id_raw", "id_status")


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a row was read.

    Attributes:
        table: canonical table.
        source: identifier of the source.
        batch: the batch in the pool.
        file: file name.
        sheet: sheet, for workbooks.
        row: row number in the file or sheet, from 1.
        data_date: the day that the agency's data describe.
    """

    table: str
    source: str
    batch: str
    file: str
    sheet: str | None
    row: int
    data_date: date


@dataclass(frozen=True, slots=True)
class Evidence:
    """A row that a comparison reached and that made it true, or leaves it open.

    Attributes:
        provenance: where it was read.
        route: how the subject reaches it.
        person_id: whom the row is about; ``None`` for a case.
        relation: for route kin, what that person is to the subject.
        sure: whether it makes the comparison true; if not, it is unknown.
        values: canonical column → value, for what the comparison reads.
    """

    provenance: Provenance
    route: Route
    person_id: int | None
    relation: str | None
    sure: bool
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class About:
    """Who and what a lead is about; most of it personal.

    Attributes:
        person_id: the person key.
        case_id: the case, or empty.
        values: canonical column → newest value known, out of the subject, its case and its person.
        roles: every role in which the person was found.
    """

    person_id: int
    case_id: str
    values: Mapping[str, Any]
    roles: tuple[str, ...] = ()

    def get(self, column: str) -> Any:
        """The value of a canonical column, or ``None``."""
        return self.values.get(column)


@dataclass(frozen=True)
class Facts:
    """Everything known about the subjects of one kind that were found.

    Attributes:
        plan: how they were judged.
        rows: of the sheet, sorted by identity; places of findings are places here.
        values: subject columns, one row for each subject that matches or may match.
        people: newest values of their persons.
        own: provenance of their own rows.
        cases: provenance of the rows of their cases.
        evidence: compared table → rows behind the comparisons with it.
    """

    plan: Plan
    rows: pa.Table
    values: pa.Table
    people: pa.Table
    own: pa.Table
    cases: pa.Table
    evidence: Mapping[str, pa.Table]

    def identity(self, place: int) -> tuple[Any, ...]:
        """The identity of the subject at a place."""
        return self._identities[place]

    @cached_property
    def _identities(self) -> list[tuple[Any, ...]]:
        return list(zip(*(self.rows.column(name).to_pylist() for name in self.plan.identity), strict=True))

    @cached_property
    def _values(self) -> dict[tuple[Any, ...], int]:
        return {key: place for place, key in enumerate(_keys(self.values, self.plan.identity))}

    @cached_property
    def _people(self) -> dict[int, int]:
        return {person: place for place, person in enumerate(self.people.column("person_id").to_pylist())}

    @cached_property
    def _subjects(self) -> list[dict[str, Any]]:
        # all rows at once: one by one costs ten times as much, and leads ask for every one of them
        rows: list[dict[str, Any]] = self.values.to_pylist()
        return rows

    @cached_property
    def _own(self) -> dict[tuple[Any, ...], list[int]]:
        return _places(self.own, self.plan.identity)

    @cached_property
    def _cases(self) -> dict[tuple[Any, ...], list[int]]:
        return _places(self.cases, ("case_id",))

    @cached_property
    def _evidence(self) -> dict[str, dict[tuple[Any, ...], list[int]]]:
        return {name: _places(table, self.plan.identity) for name, table in self.evidence.items()}

    def subject(self, place: int) -> Mapping[str, Any]:
        """The columns of a subject."""
        at = self._values.get(self.identity(place))
        return {} if at is None else self._subjects[at]

    def about(self, place: int) -> About:
        """Who and what the subject at a place is."""
        key = dict(zip(self.plan.identity, self.identity(place), strict=True))
        values = dict(self.subject(place))
        person = self._people.get(key["person_id"])
        if person is not None:
            for name, found in self.people.slice(person, 1).to_pylist()[0].items():
                if values.get(name) is None:
                    values[name] = found
        role = (key["role"],) if "role" in key else ()
        return About(key["person_id"], key.get("case_id") or "", values, role)

    def read_at(self, place: int) -> tuple[Provenance, ...]:
        """Where the subject's own rows and those of its case were read."""
        key = dict(zip(self.plan.identity, self.identity(place), strict=True))
        found = [_provenance(self.plan.kind, row) for row in _rows(self.own, self._own, self.identity(place))]
        if has_case(self.plan.kind):
            found += [_provenance("case", row) for row in _rows(self.cases, self._cases, (key["case_id"],))]
        return tuple(found)

    def behind(self, place: int, column: str) -> tuple[Evidence, ...]:
        """The rows behind one comparison of the subject at a place; none if it is false."""
        ask = self.plan.asks[column]
        name = ask.table
        table = self.evidence.get(name)
        if table is None or self.rows.column(column)[place].as_py() is False:
            return ()
        reads = {f"is_{read}": read for read in shown_columns(ask)}
        return tuple(
            Evidence(
                provenance=_provenance(
                    name, {key[3:]: found for key, found in row.items() if key.startswith("at_")}
                ),
                route=row["route"],
                person_id=row["other_id"],
                relation=row["relation"],
                sure=row[column] == 2,
                values={read: row[key] for key, read in reads.items()},
            )
            for row in _rows(table, self._evidence[name], self.identity(place))
            if row[column] > 0
        )


def _keys(table: pa.Table, columns: Sequence[str]) -> list[tuple[Any, ...]]:
    return list(zip(*(table.column(name).to_pylist() for name in columns), strict=True))


def _places(table: pa.Table, columns: Sequence[str]) -> dict[tuple[Any, ...], list[int]]:
    places: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for place, key in enumerate(_keys(table, columns)):
        places[key].append(place)
    return places


def _rows(
    table: pa.Table, index: Mapping[tuple[Any, ...], list[int]], key: tuple[Any, ...]
) -> list[dict[str, Any]]:
    found = index.get(key)
    return table.take(pa.array(found, pa.int64())).to_pylist() if found else []


def _provenance(table: str, row: Mapping[str, Any]) -> Provenance:
    return Provenance(
        table, row["source"], row["batch"], row["file"], row["sheet"], row["row"], row["data_date"]
    )


def read_facts(engine: Engine, plan: Plan, rows: pa.Table, asked: Collection[str]) -> Facts:
    """Read what is known about the subjects that match or may match.

    Args:
        engine: on which the plan's sheet is kept.
        plan: the plan.
        rows: of the sheet, sorted by identity.
        asked: compared tables whose rows are wanted.
    """
    found = f"found_{plan.kind}"
    engine.keep(found, plan.wanted())
    order = [(name, "ascending") for name in plan.identity]
    read = {
        name: engine.query(plan.kept(f"facts {name}", text)) for name, text in _texts(plan, found).items()
    }
    read.setdefault("cases", pa.table({"case_id": pa.array([], pa.string())}))
    return Facts(
        plan=plan,
        rows=rows,
        values=read["values"].sort_by(order),
        people=read["people"],
        own=read["own"].sort_by([*order, *_BY_PLACE]),
        cases=read["cases"].sort_by([("case_id", "ascending"), *(_BY_PLACE if has_case(plan.kind) else ())]),
        evidence={table: _evidence(engine, plan, table, found) for table in sorted(asked)},
    )


def no_facts(plan: Plan, rows: pa.Table) -> Facts:
    """Facts where nobody matches or may match."""
    nobody = pa.table({name: pa.array([], rows.schema.field(name).type) for name in plan.identity})
    cases = pa.table({"case_id": pa.array([], pa.string())})
    return Facts(plan, rows, nobody, nobody.select(["person_id"]), nobody, cases, {})


_BY_PLACE = [("source", "ascending"), ("file", "ascending"), ("sheet", "ascending"), ("row", "ascending")]


def _texts(plan: Plan, found: str) -> dict[str, Callable[[], str]]:
    """What is asked about the subjects that were found, as SQL to be written only once."""
    kind = plan.kind
    where = [column.name for column in PROVENANCE]
    these = f"t.person_id IN (SELECT person_id FROM {found})"  # noqa: S608 - our own text
    names = dict.fromkeys(name for columns in plan.reads.values() for name in columns)
    names |= dict.fromkeys(shown_of(kind))
    keys = list(dict.fromkeys([*plan.identity, *where]))
    texts: dict[str, Callable[[], str]] = {
        "values": lambda: (
            f"SELECT * FROM {subject_table(kind)}"  # noqa: S608 - our own text
            if plan.some_only
            else subject_query(kind, list(names), restrict=these)
        ),
        "people": lambda: merged_rows("person", ("person_id",), _SHOWN_PERSON, these),
        "own": lambda: compared_rows(kind, keys, where=these),
    }
    if has_case(kind):
        rows = compared_rows("case", ["case_id", *where])
        texts["cases"] = lambda: f"SELECT * FROM ({rows}) AS r WHERE case_id IN (SELECT case_id FROM {found})"  # noqa: S608
    return texts


def _evidence(engine: Engine, plan: Plan, table: str, found: str) -> pa.Table:
    rows = engine.query(plan.evidence(table, found))
    order = [*plan.identity, "route", "other_id", "at_source", "at_file", "at_sheet", "at_row"]
    return rows.sort_by([(name, "ascending") for name in order])
