"""Find the rows about a few people among millions, in well under a millisecond.

A shelf is one canonical table in a memory-mapped Arrow file, with small indexes by person, by household,
by kin and by case number. It is made once for a state of the pool; looking up reads only the
pages that hold the rows. An engine scan would read a column of every file for every question.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from yingjiu.codes import normalise_case_no
from yingjiu.people import LARGEST_HOUSEHOLD, resolved_rows
from yingjiu.pool.tables import TABLES, arrow_schema

__all__ = ["Shelf", "Shelves"]

Rows = npt.NDArray[np.int64]


class _ByText:
    """Rows of a table by the text in one column."""

    def __init__(self, column: pa.Array) -> None:
        self._order: Rows = pc.sort_indices(column).to_numpy().astype(np.int64)
        self._values = column.take(pa.array(self._order))
        self._count = int(len(column) - column.null_count)  # NULL sorts last

    def __getitem__(self, text: str) -> Rows:
        column = _Sorted(self)
        return self._order[bisect_left(column, text) : bisect_right(column, text)]

    def __len__(self) -> int:
        return self._count

    def at(self, place: int) -> str:
        """The text at a place of the sorted column."""
        return str(self._values[place].as_py())


class _Sorted(Sequence[str]):
    """What bisect needs of a sorted Arrow column."""

    def __init__(self, index: _ByText) -> None:
        self._index = index

    def __len__(self) -> int:
        return len(self._index)

    def __getitem__(self, place: int) -> str:  # type: ignore[override]  # slices are not asked for
        return self._index.at(place)


class _ByKey:
    """Rows of a table by an integer key."""

    def __init__(self, keys: npt.NDArray[np.int64]) -> None:
        # each file is sorted by person: to merge them is little work for a stable sort
        self._order: Rows = np.argsort(keys, kind="stable")
        self._keys = keys[self._order]

    def rows(self, wanted: Collection[int]) -> Rows:
        """The rows of several keys."""
        keys = np.array(sorted(wanted), dtype=np.int64)
        first = np.searchsorted(self._keys, keys, side="left")
        last = np.searchsorted(self._keys, keys, side="right")
        found = [np.arange(a, b, dtype=np.int64) for a, b in zip(first, last, strict=True) if b > a]
        return self._order[np.concatenate(found)] if found else np.zeros(0, dtype=np.int64)


@dataclass(frozen=True)
class Shelf:
    """One canonical table, file after file as the pool keeps them: each sorted by person where it has one.

    Attributes:
        rows: the table.
        by_person: by ``person_id``.
        by_kin: by ``kin_id``.
        by_text: by household, case id, case number.
    """

    rows: pa.Table
    by_person: _ByKey | None
    by_kin: _ByKey | None
    by_text: Mapping[str, _ByText]

    def take(self, places: Rows) -> pa.Table:
        """Rows by their places, each once, in the table's order."""
        return self.rows.take(pa.array(np.unique(places)))

    def of_texts(self, column: str, texts: Iterable[str]) -> Rows:
        """Places of the rows whose column holds one of some texts."""
        index = self.by_text[column]
        found = [index[text] for text in texts]
        return np.concatenate(found) if found else np.zeros(0, dtype=np.int64)


_TEXTS = ("household_id", "case_id", "case_no")


@dataclass(frozen=True)
class Shelves:
    """Every canonical table, ready to be asked about a few people.

    Attributes:
        shelves: by table name.
        case_numbers: normalised ``case_no`` of the table ``case``.
    """

    shelves: Mapping[str, Shelf]
    case_numbers: _ByText = field(repr=False)

    @classmethod
    def make(
        cls,
        data: Mapping[str, Sequence[Path] | pa.Table],
        folder: Path | None = None,
        links: pa.Table | None = None,
    ) -> Shelves:
        """Gather and index tables.

        Args:
            data: files or rows by table name.
            folder: where the tables are kept on disk; in memory if ``None``.
            links: who is who: records are shelved under the people they belong to.
        """
        shelves = {name: _shelf(name, data.get(name, ()), folder, links) for name in TABLES}
        numbers = shelves["case"].rows.column("case_no").to_pylist()
        normalised = pa.array([normalise_case_no(number) for number in numbers], pa.string())
        return cls(shelves, _ByText(normalised))

    def neighbourhood(
        self, persons: Iterable[int], cases: Iterable[str], run_date: date
    ) -> dict[str, pa.Table]:
        """All rows that can bear on what models say about some people and cases.

        Args:
            persons: person keys.
            cases: case ids or numbers.
            run_date: the day on which households and kin are asked for.

        Returns:
            Every canonical table.
        """
        asked = self._same_cases(set(cases))
        subjects = set(persons)
        for table in ("party", "enforcement", "petition"):
            subjects |= _persons(self.shelves[table].take(self._of_cases(table, asked)))
        numbers = set(asked)
        for table in _CASE_TABLES:
            shelf = self.shelves[table]
            if shelf.by_person is not None:
                numbers |= _numbers(shelf.take(shelf.by_person.rows(subjects)))
        numbers = self._same_cases(numbers)
        household, kin, others = self._family(subjects, run_date)
        found: dict[str, pa.Table] = {"household_member": household, "kinship": kin}
        for table, shelf in self.shelves.items():
            if table in found:
                continue
            places = [shelf.by_person.rows(subjects | others)] if shelf.by_person is not None else []
            if table in _CASE_TABLES:
                places.append(self._of_cases(table, numbers))
            found[table] = shelf.take(np.concatenate(places))
        return found

    def _of_cases(self, table: str, numbers: Collection[str]) -> Rows:
        shelf = self.shelves[table]
        places = [
            shelf.of_texts(column, numbers) for column in ("case_id", "case_no") if column in shelf.by_text
        ]
        if table == "case":
            places += [self.case_numbers[number] for number in numbers]
        return np.concatenate(places)

    def _same_cases(self, numbers: set[str]) -> set[str]:
        """All numbers under which the cases of some numbers are known."""
        while True:
            more = _numbers(self.shelves["case"].take(self._of_cases("case", numbers))) - numbers
            if not more:
                return numbers
            numbers = numbers | more

    def _family(self, subjects: set[int], run_date: date) -> tuple[pa.Table, pa.Table, set[int]]:
        """Household and kinship rows of some people, and who else is in them."""
        members = self.shelves["household_member"]
        assert members.by_person is not None  # noqa: S101 - the table has person_id
        mine = members.take(members.by_person.rows(subjects))
        homes = set(mine.column("household_id").to_pylist())
        household = members.take(members.of_texts("household_id", homes))
        others: set[int] = set()
        active = _active(household, run_date)
        by_home: dict[str, set[int]] = {}
        for home, person in zip(
            active.column("household_id").to_pylist(), active.column("person_id").to_pylist(), strict=True
        ):
            by_home.setdefault(home, set()).add(person)
        for people in by_home.values():
            if len(people) <= LARGEST_HOUSEHOLD:
                others |= people
        shelf = self.shelves["kinship"]
        assert shelf.by_person is not None and shelf.by_kin is not None  # noqa: S101, PT018 - it has both
        kin = shelf.take(np.concatenate([shelf.by_person.rows(subjects), shelf.by_kin.rows(subjects)]))
        others |= _persons(kin) | set(kin.column("kin_id").to_pylist())
        return household, kin, others - subjects


_CASE_TABLES = tuple(name for name, table in TABLES.items() if "case_id" in table.columns)


def _persons(rows: pa.Table) -> set[int]:
    return set(rows.column("person_id").to_pylist()) - {None}


def _numbers(rows: pa.Table) -> set[str]:
    found: set[str] = set()
    for column in ("case_id", "case_no"):
        if column in rows.column_names:
            texts = {text for text in rows.column(column).to_pylist() if text is not None}
            found |= texts
            found |= {normalise_case_no(text) for text in texts} if column == "case_no" else set()
    return found


def _active(rows: pa.Table, day: date) -> pa.Table:
    begun = pc.fill_null(pc.less_equal(rows.column("valid_from"), pa.scalar(day)), fill_value=True)
    lasts = pc.fill_null(pc.greater_equal(rows.column("valid_to"), pa.scalar(day)), fill_value=True)
    return rows.filter(pc.and_(begun, lasts))


def _shelf(name: str, given: Sequence[Path] | pa.Table, folder: Path | None, links: pa.Table | None) -> Shelf:
    rows = _gathered(name, given)
    if links is not None:
        rows = resolved_rows(name, rows, links)
    if folder is not None and rows.num_rows:
        path = folder / f"{name}.arrow"
        with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, rows.schema) as writer:
            writer.write_table(rows)
        rows = pa.ipc.open_file(pa.memory_map(str(path))).read_all()
    columns = TABLES[name].columns
    keyed = {
        column: rows.column(column).combine_chunks().to_numpy(zero_copy_only=False).astype(np.int64)
        for column in ("person_id", "kin_id")
        if column in columns
    }
    return Shelf(
        rows,
        _ByKey(keyed["person_id"]) if "person_id" in keyed else None,
        _ByKey(keyed["kin_id"]) if "kin_id" in keyed else None,
        {column: _ByText(rows.column(column).combine_chunks()) for column in _TEXTS if column in columns},
    )


def _gathered(name: str, given: Sequence[Path] | pa.Table) -> pa.Table:
    schema = pa.schema([field.with_nullable(True) for field in arrow_schema(TABLES[name])])
    if isinstance(given, pa.Table):
        rows = given
    elif given:
        rows = pa.concat_tables([pq.read_table(path) for path in given], promote_options="permissive")
    else:
        rows = schema.empty_table()
    for column in schema:
        if column.name not in rows.column_names:
            rows = rows.append_column(column.name, pa.nulls(rows.num_rows, column.type))
    rows = rows.select(schema.names).cast(schema)
    return rows.combine_chunks()
