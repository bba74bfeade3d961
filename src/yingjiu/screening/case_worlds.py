"""Build the small worlds that the cases of models describe.

A case names people and things by words: ``self``, ``mother``, ``case-1``, ``h1``. Here they become rows of
canonical tables. Every case has people, case numbers and households of its own, so all cases of a model can
stand in one world and be judged in one run.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import pyarrow as pa

from yingjiu.codes import CODE_LISTS, unnumbered_key
from yingjiu.language import _
from yingjiu.pool.tables import PROVENANCE, TABLES, Column, ColumnType, arrow_schema
from yingjiu.screening.declared import CaseDeclared, SubjectKind

__all__ = ["SELF", "THE_CASE", "World", "case_faults", "rows_of", "tables_of"]

SELF: Final = "self"
"""The person a case is about, and who a row speaks of unless it says otherwise."""
THE_CASE: Final = "case-1"
"""The case that a row belongs to unless it says otherwise."""

_COUNTY: Final = 320999
_BORN: Final = date(1980, 1, 1)
_NAMES: Final[Mapping[str, str]] = {"person": "person_id", "kin": "kin_id", "respondent": "respondent_id"}
_PROVENANCE: Final = {column.name: column for column in PROVENANCE}

CaseFault = tuple[tuple[str | int, ...], str, str | None, Collection[str] | None]
"""Path inside the case, what is wrong, what was found, what is known."""


@dataclass(frozen=True)
class World:
    """Rows of several cases, and who is who in them.

    Attributes:
        rows: table → rows.
        persons: (case number, name) → person key.
    """

    rows: Mapping[str, list[dict[str, Any]]]
    persons: Mapping[tuple[int, str], int]

    def tables(self, *, without: Iterable[str] = ()) -> dict[str, pa.Table]:
        """Every canonical table as Arrow, but for those that were not loaded."""
        return tables_of(self.rows, without=without)

    def case_id(self, number: int, name: str = THE_CASE) -> str:
        """How a case of a case is numbered in this world."""
        return _numbered(number, name)


def tables_of(
    rows: Mapping[str, list[dict[str, Any]]], *, without: Iterable[str] = ()
) -> dict[str, pa.Table]:
    """Canonical rows as Arrow tables; tables without rows are empty, those in ``without`` are absent."""
    left_out = set(without)
    return {
        name: pa.Table.from_pylist(rows.get(name, []), schema=arrow_schema(table))
        for name, table in TABLES.items()
        if name not in left_out
    }


def given_rows(case: CaseDeclared) -> Iterator[tuple[str, int | None, dict[str, Any]]]:
    """The rows of a case: table, place in the list (``None`` if it is no list), values."""
    for table, given in case.given.items():
        if isinstance(given, list):
            for index, row in enumerate(given):
                yield table, index, row
        else:
            yield table, None, given


def case_faults(case: CaseDeclared, subject: SubjectKind, run_date: date) -> Iterator[CaseFault]:
    """What is wrong with the world of a case.

    Args:
        case: the case.
        subject: the subject table of its model.
        run_date: the day on which it is judged.
    """
    for name in case.not_loaded:
        if name not in TABLES:
            yield ("not_loaded",), _("unknown table"), name, list(TABLES)
        elif name == subject:
            yield ("not_loaded",), _("the subject's own table must be loaded"), name, None
    for table, index, row in given_rows(case):
        at: tuple[str | int, ...] = ("given", table) if index is None else ("given", table, index)
        if table not in TABLES:
            yield at, _("unknown table"), table, list(TABLES)
            continue
        if table in case.not_loaded:
            yield at, _("rows in a table that is not loaded"), table, None
        for key, value in row.items():
            column = _column(table, key)
            if column is None:
                yield (*at, key), _("unknown column"), key, _keys(table)
                continue
            try:
                _converted(column, value, key in _SYMBOLS)
            except ValueError as error:
                yield (*at, key), str(error), repr(value), _codes(column)
        filled = {**_defaults(table, 0, 0, run_date), **_canonical(table, row)}
        for column in TABLES[table].columns.values():
            if column.required and filled.get(column.name) is None:
                yield at, _("the column {name} is missing").format(name=column.name), None, None


_SYMBOLS: Final = frozenset({"person", "kin", "respondent", "case", "household"})


def _keys(table: str) -> list[str]:
    columns = TABLES[table].columns
    symbols = [name for name, column in _NAMES.items() if column in columns]
    symbols += ["case"] if "case_id" in columns else []
    symbols += ["household"] if "household_id" in columns else []
    return [
        *symbols,
        *(name for name, column in columns.items() if column.type is not ColumnType.KEY),
        *_PROVENANCE,
    ]


def _column(table: str, key: str) -> Column | None:
    columns = TABLES[table].columns
    if key in _NAMES:
        return columns.get(_NAMES[key])
    if key in {"case", "household"}:
        return columns.get(f"{key}_id")
    column = columns.get(key) or _PROVENANCE.get(key)
    return None if column is None or column.type is ColumnType.KEY else column


def _codes(column: Column) -> Collection[str] | None:
    return CODE_LISTS[column.codes].codes if column.codes else None


def _canonical(table: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row with the words for people and cases under the names of their columns."""
    named = {}
    for key, value in row.items():
        named[_NAMES.get(key, f"{key}_id" if key in {"case", "household"} else key)] = value
    return named


def _defaults(table: str, number: int, row: int, run_date: date) -> dict[str, Any]:
    columns = TABLES[table].columns
    filled: dict[str, Any] = dict.fromkeys(("source", "batch", "file"), "case")
    filled |= {"sheet": None, "row": row + 1, "data_date": run_date}
    if "person_id" in columns:
        filled["person_id"] = SELF
    if "case_id" in columns:
        filled["case_id"] = THE_CASE
    if "household_id" in columns:
        filled["household_id"] = "h1"
    if "petition_no" in columns:
        filled["petition_no"] = f"petition-{row + 1}"
    if "case_no" in columns:
        filled["case_no"] = THE_CASE
    return filled


def _converted(column: Column, value: Any, symbol: bool = False) -> Any:
    """A value of a case as its column holds it.

    Raises:
        ValueError: it is of another type, or a code that the list does not hold.
    """
    if value is None:
        return None
    wrong = _("this is no value of the column {name}").format(name=column.name)
    kind = column.type
    if kind is ColumnType.CODE:
        if value not in CODE_LISTS[column.codes or column.name].codes:
            raise ValueError(_("the code list {name} does not hold this code").format(name=column.codes))
    elif kind is ColumnType.MONEY:
        try:
            return _amount(value)
        except (InvalidOperation, TypeError):
            raise ValueError(wrong) from None
    elif kind in _PLAIN:
        if type(value) is not _PLAIN[kind]:
            raise ValueError(wrong)
    elif isinstance(value, dict | list | bool) or (symbol and not isinstance(value, str)):
        raise ValueError(wrong)
    else:
        return str(value)
    return value


_PLAIN: Final[Mapping[ColumnType, type]] = {
    ColumnType.DATE: date,
    ColumnType.BOOLEAN: bool,
    ColumnType.INTEGER: int,
}


def _amount(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise TypeError
    return Decimal(value).quantize(Decimal("0.01"))


@dataclass
class _People:
    """Issues person keys: the birth date and sex that a case states are those of the number."""

    keys: dict[tuple[int, str], int] = field(default_factory=dict)
    _issued: dict[tuple[date, str], int] = field(default_factory=dict)

    def add(self, number: int, rows: Iterable[dict[str, Any]]) -> None:
        rows = list(rows)
        names = [row[key] for row in rows for key in _NAMES.values() if row.get(key) is not None]
        for name in dict.fromkeys([SELF, *names]):
            about = [row for row in rows if row.get("person_id") == name]
            if any(row.get("id_status") == "missing" for row in about):
                self.keys[number, name] = unnumbered_key("case", str(number), name)
                continue
            born = next((row["birth_date"] for row in about if row.get("birth_date")), _BORN)
            sex = next((row["sex"] for row in about if row.get("sex")), "male")
            self.keys[number, name] = self._key(born, sex)

    def _key(self, born: date, sex: str) -> int:
        serial = self._issued.get((born, sex), 0)
        self._issued[born, sex] = serial + 1
        region, place = divmod(serial, 500)
        digits = 2 * place + (1 if sex != "female" else 0)
        return int(f"{_COUNTY - region}{born:%Y%m%d}{digits:03d}")


def _numbered(number: int, name: str) -> str:
    return f"CASE{number}:{name.upper()}"


def rows_of(cases: Iterable[tuple[int, CaseDeclared, date]]) -> World:
    """Build one world out of several cases.

    Args:
        cases: a number of its own for each, the case, and the day on which it is judged.
    """
    people = _People()
    world: dict[str, list[dict[str, Any]]] = {}
    for number, case, run_date in cases:
        made: list[tuple[str, dict[str, Any]]] = []
        for place, (table, _index, row) in enumerate(given_rows(case)):
            values = _canonical(table, row)
            filled = {**_defaults(table, number, place, run_date), **values}
            if "case_no" in TABLES[table].columns and "case_no" not in values:
                filled["case_no"] = filled["case_id"]
            if "case_no" in values and "case_id" not in values:
                filled["case_id"] = values["case_no"]
            if table == "household_member" and "relation" not in values and filled["person_id"] == SELF:
                filled["relation"] = "head"
            made.append((table, filled))
        people.add(number, (filled for _table, filled in made))
        for table, filled in made:
            world.setdefault(table, []).append(_finished(table, filled, number, people))
    return World(world, people.keys)


def _finished(table: str, filled: dict[str, Any], number: int, people: _People) -> dict[str, Any]:
    finished: dict[str, Any] = {}
    for column in (*TABLES[table].columns.values(), *PROVENANCE):
        value = filled.get(column.name)
        if value is not None and column.type is ColumnType.KEY:
            value = people.keys[number, value]
        elif value is not None and column.name in {"case_id", "case_no", "household_id", "petition_no"}:
            value = _numbered(number, str(value))
        else:
            value = _converted(column, value)
        finished[column.name] = value
    return finished
