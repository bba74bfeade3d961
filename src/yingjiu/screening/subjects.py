"""Subjects: which columns they have, and the query that merges the rows that speak about one of them.

Several rows of the same identity (:attr:`yingjiu.pool.tables.Table.identity`) are one subject: a case person
appears at arrest review, at prosecution and in court. Each column takes the newest value that is known:
newest by the date of the agency's data, then by stage or date of recording, then by batch, file and row.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final, Literal

from yingjiu.codes import CASE_NUMBER_SIGNS, CODE_LISTS
from yingjiu.pool.tables import TABLES, Column, ColumnType
from yingjiu.screening.declared import SubjectKind

__all__ = [
    "CASE_ALIAS",
    "SubjectColumn",
    "alias_query",
    "compared_columns",
    "compared_rows",
    "has_case",
    "identity",
    "merged_rows",
    "newest",
    "order_columns",
    "shown_of",
    "subject_columns",
    "subject_query",
]

CASE_ALIAS: Final = "case_alias"
"""Kept during a run: ``case_no`` → ``case_id`` for numbers under which another agency knows a case."""

_WITH_CASE: Final = frozenset({"party", "enforcement", "petition"})
_PERSON_COLUMNS: Final = ("name", "sex", "birth_date", "region")
_SHOWN: Final[Mapping[str, tuple[str, ...]]] = {
    "party": (
        "case_no",
        "role",
        "name",
        "sex",
        "birth_date",
        "region",
        "address",
        "phone",
        "id_raw",
        "id_status",
    ),
    "enforcement": ("case_no", "organ"),
    "petition": ("petition_no",),
    "person": ("address", "phone", "id_raw", "id_status"),
    "hardship": ("list",),
}
_SHOWN_CASE: Final = (
    "charge",
    "article",
    "offence_group",
    "cause_of_action",
    "stage",
    "kind",
    "incident_on",
    "organ",
)
_FROM_KEY: Final = frozenset({"sex", "birth_date"})

_RECORDED: Final[Mapping[str, str]] = {
    "party": "recorded_on",
    "enforcement": "last_act_on",
    "petition": "answered_on",
    "hardship": "valid_from",
    "medical_expense": "ended_on",
    "benefit": "paid_on",
    "relief_history": "decided_on",
    "person_state": "since",
}
"""Which date tells the order of rows of the same data date."""


@dataclass(frozen=True, slots=True)
class SubjectColumn:
    """A column of a subject.

    Attributes:
        column: its canonical definition.
        origin: the table that it is taken from.
    """

    column: Column
    origin: Literal["own", "case", "person"]


def has_case(kind: str) -> bool:
    """Whether a subject of this kind stands in a case."""
    return kind in _WITH_CASE


def subject_columns(kind: SubjectKind) -> Mapping[str, SubjectColumn]:
    """The columns that expressions over a subject may name.

    Args:
        kind: the subject table.

    Returns:
        Its own columns; those of its case, where it has one and no column of that name; those of its person.
    """
    columns = {name: SubjectColumn(column, "own") for name, column in TABLES[kind].columns.items()}
    if has_case(kind):
        for name, column in TABLES["case"].columns.items():
            columns.setdefault(name, SubjectColumn(replace(column, required=False), "case"))
    for name in _PERSON_COLUMNS:
        columns.setdefault(name, SubjectColumn(TABLES["person"].columns[name], "person"))
    return MappingProxyType(columns)


def compared_columns(table: str) -> Mapping[str, Column]:
    """The columns that a comparison's expression may name without ``subject.``."""
    return TABLES[table].columns


def shown_of(kind: SubjectKind) -> tuple[str, ...]:
    """The columns of a subject that a lead shows, whatever the models read."""
    known = subject_columns(kind)
    names = (*_SHOWN[kind], *(_SHOWN_CASE if has_case(kind) else ()))
    return tuple(name for name in dict.fromkeys(names) if name in known)


def identity(kind: SubjectKind) -> tuple[str, ...]:
    """The columns that tell one subject from another in its sheet."""
    return tuple(
        dict.fromkeys(("person_id", *(("case_id",) if has_case(kind) else ()), *TABLES[kind].identity))
    )


def _case_number(column: str) -> str:
    """A case number as :func:`yingjiu.codes.normalise_case_no` brings it to one form."""
    wide, narrow = (signs.replace("'", "''") for signs in CASE_NUMBER_SIGNS)
    return f"UPPER(TRANSLATE({column}, '{wide}', '{narrow}'))"


def alias_query() -> str:
    """SQL of :data:`CASE_ALIAS`: the newest ``case_id`` for every number that is not one itself."""
    return f"""
        SELECT {_case_number("case_no")} AS case_no, ARG_MAX(case_id, {newest("case")}) AS case_id
        FROM "case" WHERE case_id <> case_no AND case_id <> {_case_number("case_no")} GROUP BY 1
    """  # noqa: S608 - our own text


def _case_id(table: str) -> str:
    """The case that a row is about, whatever number its agency knows it by."""
    number = f", t.{_quoted('case_no')}" if "case_no" in TABLES[table].columns else ""
    return f"COALESCE(alias.case_id, t.case_id{number})"


def _quoted(name: str) -> str:
    return f'"{name}"'


def newest(table: str, alias: str | None = None) -> str:
    """SQL of a value that is greater the newer a row is.

    Args:
        table: canonical table.
        alias: of the rows; they must have :func:`order_columns`.
    """
    parts = _newest(table, f"{alias}." if alias else "")
    return "{" + ", ".join(f"'{chr(97 + place)}': {part}" for place, part in enumerate(parts)) + "}"


def _newest(table: str, at: str = "") -> list[str]:
    """What is compared, in this order, to tell which of two rows is newer."""
    start = "CAST('0001-01-01' AS DATE)"
    parts = [f"{at}data_date"]
    if table == "case":
        stages = " ".join(
            f"WHEN '{code}' THEN {place}" for place, code in enumerate(CODE_LISTS["stage"].codes, 1)
        )
        parts += [f"CASE {at}stage {stages} ELSE 0 END", f"COALESCE({at}accepted_on, {start})"]
    elif table in _RECORDED:
        parts.append(f"COALESCE({at}{_RECORDED[table]}, {start})")
    return [*parts, f"{at}batch", f"{at}file", f"COALESCE({at}sheet, '')", f'{at}"row"']


def compared_rows(table: str, columns: Collection[str], *, where: str = "TRUE") -> str:
    """SQL of a table's rows as comparisons see them: cases resolved, birth date and sex known from the key.

    Args:
        table: canonical table.
        columns: the columns wanted.
        where: a filter over ``t``, the table's rows.
    """
    listed = ", ".join(f"{_value(table, name)} AS {_quoted(name)}" for name in columns)
    join = ""
    if "case_id" in columns and "case_id" in TABLES[table].columns:
        number = "COALESCE(t.case_id, t.case_no)" if "case_no" in TABLES[table].columns else "t.case_id"
        join = f"LEFT JOIN {CASE_ALIAS} AS alias ON alias.case_no = {number}"
    return f'SELECT {listed} FROM "{table}" AS t {join} WHERE {where}'  # noqa: S608 - our own text


def _value(table: str, name: str) -> str:
    own = f"t.{_quoted(name)}"
    if name == "case_id" and "case_id" in TABLES[table].columns:
        return _case_id(table)
    if name in _FROM_KEY and name in TABLES[table].columns:
        return f"COALESCE({own}, {_from_key(name, 't')})"
    return own


def _from_key(name: str, alias: str) -> str:
    """Birth date or sex out of a person key (GB 11643: digits 7 to 14, and 17)."""
    key = f"{alias}.person_id"
    if name == "sex":
        return f"CASE WHEN {key} > 0 THEN CASE WHEN {key} % 2 = 1 THEN 'male' ELSE 'female' END END"
    digits = f"(({key} % 100000000000) // 1000)"
    year, month, day = f"({digits} // 10000)", f"(({digits} // 100) % 100)", f"({digits} % 100)"
    leap = f"{year} % 4 = 0 AND ({year} % 100 <> 0 OR {year} % 400 = 0)"
    longest = (
        f"CASE WHEN {month} = 2 THEN CASE WHEN {leap} THEN 29 ELSE 28 END "
        f"WHEN {month} IN (4, 6, 9, 11) THEN 30 ELSE 31 END"
    )
    # a key that was made up must not stop a run: engines refuse a date that does not exist
    real = f"{year} >= 1 AND {month} BETWEEN 1 AND 12 AND {day} BETWEEN 1 AND {longest}"
    parts = ", ".join(f"CAST({part} AS INT)" for part in (year, month, day))
    return f"CASE WHEN {key} > 0 AND {real} THEN MAKE_DATE({parts}) END"


def merged_rows(
    table: str, keys: tuple[str, ...], columns: Collection[str], where: str, *, few: bool = False
) -> str:
    """SQL of one row for each ``keys``, each other column its newest known value.

    Most rows are alone; only those whose first key occurs twice are grouped, which costs ten times a scan.
    Of a few rows all are grouped: there, to plan the longer query costs more than to run it.
    """
    values = [name for name in columns if name not in keys]
    wanted = [*keys, *values]
    needed = dict.fromkeys([*wanted, *order_columns(table)])
    rows = compared_rows(table, list(needed), where=where)
    first = _quoted(keys[0])
    entries, several = f"{table}_entries", f"{table}_several"  # Spark lifts inner names: they must differ
    listed = ", ".join(_quoted(name) for name in wanted)
    latest = [
        f"ARG_MAX({_quoted(name)}, age) FILTER (WHERE NOT {_quoted(name)} IS NULL) AS {_quoted(name)}"
        for name in values
    ]
    grouped = ", ".join([*(_quoted(name) for name in keys), *latest])
    by = ", ".join(_quoted(name) for name in keys)
    age = f"ROW_NUMBER() OVER (PARTITION BY {first} ORDER BY {', '.join(_newest(table))}) AS age"
    if few:
        aged = f"SELECT {listed}, {age} FROM ({rows}) AS {entries}"  # noqa: S608 - our own text
        return f"SELECT {grouped} FROM ({aged}) AS aged GROUP BY {by}"  # noqa: S608 - our own text
    return f"""
        WITH {entries} AS ({rows}),
        {several} AS (SELECT {first} AS k FROM {entries} GROUP BY {first} HAVING COUNT(*) > 1)
        SELECT {listed} FROM {entries}
        WHERE NOT EXISTS (SELECT 1 FROM {several} WHERE {several}.k = {entries}.{first})
        UNION ALL
        SELECT {grouped} FROM (
            SELECT {listed}, {age}
            FROM {entries} WHERE {first} IN (SELECT k FROM {several})
        ) AS aged
        GROUP BY {by}
    """  # noqa: S608 - our own text


def order_columns(table: str) -> tuple[str, ...]:
    """The columns that :func:`newest` reads."""
    own = ("stage", "accepted_on") if table == "case" else (_RECORDED[table],) if table in _RECORDED else ()
    return (*own, "data_date", "batch", "file", "sheet", "row")


def subject_query(
    kind: SubjectKind, columns: Collection[str], *, restrict: str | None = None, few: bool = False
) -> str:
    """SQL of the subjects of one kind: one row each, with the columns wanted and their identity.

    Args:
        kind: the subject table.
        columns: names out of :func:`subject_columns`.
        restrict: a filter over ``t``, the table's rows; must keep or drop all rows of a subject together.
        few: whether the tables hold but a few rows.

    Returns:
        Columns: the identity, then ``columns``.
    """
    known = subject_columns(kind)
    keys = identity(kind)
    wanted = [name for name in dict.fromkeys(columns) if name not in keys]
    own = [name for name in wanted if known[name].origin == "own"]
    of_case = [name for name in wanted if known[name].origin == "case"]
    person = [name for name in wanted if _asks_person(kind, name)]
    listed = [f"own.{_quoted(name)}" for name in keys]
    for name in wanted:
        listed.append(f"{_subject_value(known[name], name, name in person)} AS {_quoted(name)}")
    merge_keys = tuple(TABLES[kind].identity)
    extra = [name for name in keys if name not in merge_keys]
    rows = merged_rows(kind, merge_keys, [*extra, *own], restrict or "TRUE", few=few)
    query = f"SELECT {', '.join(listed)} FROM ({rows}) AS own"  # noqa: S608 - our own text
    if of_case:
        cases = merged_rows("case", ("case_id",), of_case, "TRUE", few=few)
        query += f" LEFT JOIN ({cases}) AS its_case ON its_case.case_id = own.case_id"
    if person:
        these = f't.person_id IN (SELECT person_id FROM "{kind}")'  # noqa: S608 - our own text
        if _FROM_KEY.issuperset(person):
            these += " AND t.person_id < 0"  # a number tells these two by itself
        people = merged_rows("person", ("person_id",), person, these, few=few)
        query += f" LEFT JOIN ({people}) AS human ON human.person_id = own.person_id"
    return query


def _asks_person(kind: SubjectKind, name: str) -> bool:
    return kind != "person" and name in _PERSON_COLUMNS


def _subject_value(column: SubjectColumn, name: str, asks_person: bool) -> str:
    if column.origin == "case":
        return f"its_case.{_quoted(name)}"
    options = [f"own.{_quoted(name)}"] if column.origin == "own" else []
    if name in _FROM_KEY and column.origin != "own":
        options.append(_from_key(name, "own"))
    if asks_person:
        options.append(f"human.{_quoted(name)}")
    return f"COALESCE({', '.join(options)})" if len(options) > 1 else options[0]


def key_type(column: Column) -> bool:
    """Whether a column holds person keys."""
    return column.type is ColumnType.KEY
