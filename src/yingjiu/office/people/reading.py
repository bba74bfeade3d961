"""Read the pool about people: engines kept open, one a thread, and attached anew when the pool has changed.

A person's rows are found by the keys of all records that are linked to them, so that the files, which are
sorted by key, are read in a few places only.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import pyarrow.parquet as pq
import sqlglot
from django.conf import settings
from sqlglot import exp

from yingjiu.codes import CASE_NUMBER_SIGNS, normalise_case_no
from yingjiu.people import Links, current_links, kin_pairs
from yingjiu.pool import Engine, Pool, PoolView, open_engine
from yingjiu.pool.errors import PoolFolderError

__all__ = ["Loaded", "Row", "case_keys", "kin_of", "loaded", "marks_of", "members_of", "rows_of"]

Row = dict[str, Any]

_THREADS: Final = 1
_KEYS_AT_ONCE: Final = 5000


@dataclass(frozen=True)
class Loaded:
    """What has been loaded: one state of the pool and of its links.

    Attributes:
        folder: of the pool.
        view: the state of the pool.
        links: the links that count; None if nothing has been linked.
        person_of: key of a record → key of the person it belongs to; only where they differ.
        records_of: key of a person → keys of the other records that belong to them.
        agencies: batch → the agency that gave it.
        as_of: the newest day that the data describe; None if nothing is loaded.
    """

    folder: Path
    view: PoolView
    links: Links | None
    person_of: Mapping[int, int] = field(repr=False)
    records_of: Mapping[int, tuple[int, ...]] = field(repr=False)
    agencies: Mapping[str, str] = field(repr=False)

    @property
    def as_of(self) -> date | None:
        """The newest day that the data describe."""
        return max((batch.data_date for batch in self.view.batches), default=None)

    @property
    def moment(self) -> datetime:
        """When this state was read."""
        return self.view.moment

    def keys(self, people: Iterable[int]) -> list[int]:
        """The keys of all records of some people, sorted."""
        return sorted({key for one in people for key in (one, *self.records_of.get(one, ()))})

    def person(self, record: int) -> int:
        """The person a record belongs to."""
        return self.person_of.get(record, record)


_state: Loaded | None = None
_pools: dict[Path, Pool] = {}
_lock = threading.Lock()
_own = threading.local()
"""Of each thread: its engine, and the state it was attached to."""


def pool_folder() -> Path:
    """Where the office's pool is."""
    return Path(settings.YINGJIU_FOLDER) / "pool"


def loaded() -> Loaded | None:
    """The state of the pool now; None if there is no pool.

    Raises:
        PoolFolderError: there is one, and it cannot be read.
    """
    global _state  # noqa: PLW0603 - one state a process, under the lock
    folder = pool_folder()
    if not (folder / "catalogue.sqlite").is_file():
        return None
    with _lock:
        if folder not in _pools:
            try:
                _pools[folder] = Pool.open(folder)
            except PoolFolderError as error:
                if error.code == "POL-001":
                    return None
                raise
        view, links = _pools[folder].view(), current_links(folder)
        now = _state
        if (
            now is None
            or now.folder != folder
            or [each.id for each in now.view.batches] != [each.id for each in view.batches]
            or (now.links and now.links.id) != (links and links.id)
        ):
            now = _state = _read(folder, view, links)
        return now


def _read(folder: Path, view: PoolView, links: Links | None) -> Loaded:
    person_of: dict[int, int] = {}
    records_of: dict[int, list[int]] = {}
    if links is not None:
        table = pq.read_table(links.path, columns=["person_id", "canonical_id"])
        for record, person in zip(
            table.column("person_id").to_pylist(), table.column("canonical_id").to_pylist(), strict=True
        ):
            if record != person:
                person_of[record] = person
                records_of.setdefault(person, []).append(record)
    return Loaded(
        folder,
        view,
        links,
        person_of,
        {person: tuple(records) for person, records in records_of.items()},
        {batch.id: str(batch.notes.get("agency") or batch.source) for batch in view.batches},
    )


def _engine(state: Loaded) -> Engine:
    """This thread's engine, attached to a state."""
    if getattr(_own, "folder", None) != state.folder:
        if getattr(_own, "engine", None) is not None:
            _own.engine.close()
        _own.engine = open_engine(folders=[state.folder], threads=_THREADS)
        _own.folder, _own.state = state.folder, None
    if _own.state is not state:
        _own.engine.attach({name: paths for name, paths in state.view.tables.items() if paths})
        _own.state = state
    engine: Engine = _own.engine
    return engine


def _ask(state: Loaded, text: str | exp.Query) -> list[Row]:
    tree = text if isinstance(text, exp.Query) else _parsed(text)
    rows: list[Row] = _engine(state).query(tree).to_pylist()
    return rows


# the engine remembers a tree that it has checked, as long as it is the same object
@lru_cache(maxsize=1000)
def _parsed(text: str) -> exp.Query:
    tree = sqlglot.parse_one(text, dialect="duckdb")
    assert isinstance(tree, exp.Query)  # noqa: S101 - our own text
    return tree


@lru_cache(maxsize=100)
def _kin(persons: str, day: date) -> exp.Query:
    return kin_pairs(persons, day)


def _listed(keys: Collection[int]) -> str:
    return ", ".join(str(int(key)) for key in keys)


def rows_of(state: Loaded, table: str, people: Collection[int], *, column: str = "person_id") -> list[Row]:
    """The rows of one canonical table about some people, in the order of source, file and row.

    Args:
        state: the state of the pool.
        table: a canonical table.
        people: keys of people; rows of all records linked to them are found.
        column: the column that names the person.

    Returns:
        Rows with their provenance; keys are as the source gave them, see :meth:`Loaded.person`.
    """
    keys = state.keys(people)
    if not keys or not state.view.files(table):
        return []
    found = []
    for start in range(0, len(keys), _KEYS_AT_ONCE):
        listed = _listed(keys[start : start + _KEYS_AT_ONCE])
        found += _ask(state, f'SELECT * FROM "{table}" WHERE "{column}" IN ({listed})')  # noqa: S608 - numbers
    return sorted(found, key=lambda row: (row["source"], row["file"], row["sheet"] or "", row["row"]))


def cases_of(state: Loaded, numbers: Collection[str]) -> list[Row]:
    """The rows of ``case`` that have one of these case numbers, or unified case numbers."""
    if not numbers or not state.view.files("case"):
        return []
    listed = ", ".join("'" + number.replace("'", "''") + "'" for number in sorted(numbers))
    return _ask(
        state,
        f'SELECT * FROM "case" WHERE case_no IN ({listed}) OR case_id IN ({listed}) '  # noqa: S608 - quoted
        'ORDER BY accepted_on, source, file, "row"',
    )


def kin_of(state: Loaded, person_id: int, day: date) -> dict[int, set[str | None]]:
    """Who is kin of a person on a day, and what to them; None where a household leaves it open."""
    rows = _ask(state, _kin(_listed(state.keys([person_id])), day))
    kin: dict[int, set[str | None]] = {}
    for row in rows:
        kin.setdefault(state.person(row["other_id"]), set()).add(row["relation"])
    kin.pop(person_id, None)
    return kin


def members_of(state: Loaded, households: Collection[str]) -> list[Row]:
    """The rows of whole households."""
    if not households or not state.view.files("household_member"):
        return []
    listed = ", ".join("'" + one.replace("'", "''") + "'" for one in sorted(households))
    return _ask(
        state,
        f"SELECT * FROM household_member WHERE household_id IN ({listed}) "  # noqa: S608 - quoted
        'ORDER BY household_id, source, file, "row"',
    )


def case_keys(state: Loaded, case_no: str) -> set[int]:
    """Keys of the people who stand in a case, whatever stage gave it its number.

    Args:
        state: the state of the pool.
        case_no: a case number, or the unified one, in any signs.
    """
    wanted = normalise_case_no(case_no).replace("'", "''")
    signs = [part.replace("'", "''") for part in CASE_NUMBER_SIGNS]

    def plain(column: str) -> str:
        return f"upper(translate({column}, '{signs[0]}', '{signs[1]}'))"

    ids = {wanted}
    if state.view.files("case"):
        rows = _ask(
            state,
            f'SELECT DISTINCT {plain("case_id")} AS case_id FROM "case" '  # noqa: S608 - quoted
            f"WHERE {plain('case_no')} = '{wanted}' OR {plain('case_id')} = '{wanted}'",
        )
        ids |= {row["case_id"].replace("'", "''") for row in rows}
    listed = ", ".join(f"'{one}'" for one in sorted(ids))
    found: set[int] = set()
    for table in ("party", "enforcement"):
        if state.view.files(table):
            rows = _ask(
                state,
                f'SELECT DISTINCT person_id FROM "{table}" '  # noqa: S608 - quoted
                f"WHERE {plain('case_no')} = '{wanted}' OR {plain('case_id')} IN ({listed})",
            )
            found |= {state.person(row["person_id"]) for row in rows}
    return found


def marks_of(people: Collection[int]) -> dict[int, dict[str, Any]]:
    """What the pool says of some people's own marks: the newest that is known of each.

    Args:
        people: keys of people.

    Returns:
        By key: ``name id_number phone address sex birth_date region``, as far as they are known. Lists that
        agencies keep come before case files, which are written down from what somebody said.
    """
    state = loaded()
    if state is None:
        return {}
    marks: dict[int, dict[str, Any]] = {}
    for table in ("party", "person"):
        rows = rows_of(state, table, people)
        for row in sorted(rows, key=lambda each: each["data_date"]):
            said = marks.setdefault(state.person(row["person_id"]), {})
            for name in ("name", "sex", "birth_date", "region", "address", "phone"):
                if row[name] is not None:
                    said[name] = row[name]
    return marks
