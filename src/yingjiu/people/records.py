"""Records of people: one for each key and name under which the pool knows somebody.

A record gathers what all rows of that key and name say. It is *listed* if some agency keeps the person in a
list or register; who stands in case files only may be somebody else by a slip of the pen, and who has a
negative key has no usable number at all. Those two kinds are *doubtful*: they are what is linked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa

from yingjiu.codes import CASE_NUMBER_SIGNS
from yingjiu.people.names import name_forms
from yingjiu.pool.tables import PROVENANCE, TABLES, ColumnType, arrow_schema

__all__ = ["Tables", "open_records"]

Tables = Mapping[str, Sequence[Path] | pa.Table]
"""Canonical tables: their Parquet files, or rows."""

_SQL_TYPE: Final = {
    ColumnType.KEY: "BIGINT", ColumnType.INTEGER: "INTEGER", ColumnType.DATE: "DATE",
    ColumnType.BOOLEAN: "BOOLEAN", ColumnType.MONEY: "DECIMAL(14,2)",
}  # fmt: skip
_READ: Final = ("person", "party", "case", "household_member")
_WIDE, _NARROW = (signs.replace("'", "''") for signs in CASE_NUMBER_SIGNS)


def open_records(tables: Tables, *, memory: str | None = None) -> duckdb.DuckDBPyConnection:
    """A connection of our own on which the records stand.

    Args:
        tables: a pool's tables.
        memory: what it may hold in memory before it spills, such as ``"4GB"``.

    Returns:
        The connection, with the tables ``record`` (see below) and ``seen`` (record key, name, source).

    Columns of ``record``: ``person_id``, ``name``; ``plain``, ``simple``, ``sound``, ``characters``,
    ``surname_sound``, ``first``, ``last`` (forms of the name); ``digits`` (characters of the number as
    written), ``id17`` (its first 17, if it has so many), ``birth``, ``sex``, ``phone``, ``address``,
    ``area``,
    ``homes`` (households of the person, or of others in the same case), ``rows``, ``listed``, ``doubtful``.
    """
    connection = duckdb.connect(config={"memory_limit": memory} if memory else {})
    for name in _READ:
        _attach(connection, name, tables.get(name))
    connection.execute(_ROWS)
    names = connection.sql(
        "SELECT DISTINCT name FROM seen WHERE name IS NOT NULL ORDER BY name"
    ).to_arrow_table()
    connection.register("forms_read", _forms(names.column("name").to_pylist()))
    connection.execute("CREATE TABLE form AS SELECT * FROM forms_read")
    connection.unregister("forms_read")
    connection.execute(_HOMES)
    connection.execute(_RECORDS)
    return connection


def _attach(
    connection: duckdb.DuckDBPyConnection, name: str, given: Sequence[Path] | pa.Table | None
) -> None:
    schema = arrow_schema(TABLES[name])
    if isinstance(given, pa.Table):
        connection.register(f"{name}_given", given)
        source, present = f'"{name}_given"', set(given.column_names)
    elif given:
        listed = ", ".join("'" + str(path).replace("'", "''") + "'" for path in given)
        source = f"read_parquet([{listed}], union_by_name=true, hive_partitioning=false)"
        present = set(connection.sql(f"SELECT * FROM {source}").columns)  # noqa: S608 - quoted above
    else:
        connection.register(f"{name}_given", schema.empty_table())
        source, present = f'"{name}_given"', set(schema.names)
    columns = {**TABLES[name].columns, **{column.name: column for column in PROVENANCE}}
    chosen = ", ".join(
        f'"{c}"' if c in present else f'CAST(NULL AS {_SQL_TYPE.get(column.type, "VARCHAR")}) AS "{c}"'
        for c, column in columns.items()
    )
    connection.execute(f'CREATE VIEW "{name}" AS SELECT {chosen} FROM {source}')  # noqa: S608 - our own names


def _forms(names: list[str]) -> pa.Table:
    forms = [(name, name_forms(name)) for name in names]
    made = [(name, form) for name, form in forms if form is not None]
    columns = ("plain", "simple", "sound", "characters", "surname_sound", "first", "last")
    return pa.table(
        {
            "name": pa.array([name for name, _form in made], pa.string()),
            **{c: pa.array([getattr(form, c) for _name, form in made], pa.string()) for c in columns},
        }
    )


_ROWS: Final = f"""
    CREATE TABLE alias AS
        SELECT upper(translate(case_no, '{_WIDE}', '{_NARROW}')) AS case_no, max(case_id) AS case_id
        FROM "case" WHERE case_id <> case_no GROUP BY 1;
    CREATE TABLE seen AS
        SELECT person_id, name, sex, birth_date, CAST(NULL AS VARCHAR) AS id_raw, address, phone, source,
            file,
            sheet, "row", CAST(NULL AS VARCHAR) AS case_id, TRUE AS listed FROM person
        UNION ALL
        SELECT p.person_id, p.name, p.sex, p.birth_date, p.id_raw, p.address, p.phone, p.source, p.file,
            p.sheet,
            p."row", COALESCE(alias.case_id, p.case_id, p.case_no), FALSE
        FROM party AS p LEFT JOIN alias ON alias.case_no = upper(translate(COALESCE(p.case_id, p.case_no),
            '{_WIDE}', '{_NARROW}'))
"""  # noqa: S608 - our own text

_HOMES: Final = """
    CREATE TABLE home AS
        SELECT person_id, list_sort(list_distinct(list(household_id))) AS homes FROM (
            SELECT person_id, household_id FROM household_member
            UNION ALL
            SELECT a.person_id, h.household_id FROM seen AS a
            JOIN seen AS b ON b.case_id = a.case_id AND b.person_id > 0
            JOIN household_member AS h ON h.person_id = b.person_id
            WHERE a.person_id < 0
        ) GROUP BY person_id
"""

_RECORDS: Final = """
    CREATE TABLE record AS
    WITH gathered AS (
        SELECT s.person_id, f.simple, min(s.name) AS name, min(f.plain) AS plain, any_value(f.sound) AS sound,
            any_value(f.characters) AS characters, any_value(f.surname_sound) AS surname_sound,
            any_value(f.first) AS first, any_value(f.last) AS last, max(s.sex) AS sex, max(s.birth_date)
                AS birth_date,
            max(regexp_replace(upper(nfc_normalize(translate(s.id_raw, '０１２３４５６７８９Ｘ',
                '0123456789X'))),
                '[^0-9X]', '', 'g')) AS raw,
            max(regexp_replace(s.address, '\\s', '', 'g')) AS address,
            max(regexp_replace(s.phone, '[^0-9]', '', 'g')) FILTER (WHERE length(s.phone) >= 7) AS phone,
            count(*) AS rows, bool_or(s.listed) AS listed
        FROM seen AS s JOIN form AS f ON f.name = s.name GROUP BY s.person_id, f.simple
    ), keyed AS (
        SELECT *, CASE WHEN person_id > 0 THEN CAST(person_id AS VARCHAR) END AS key17 FROM gathered
    )
    SELECT row_number() OVER (ORDER BY k.person_id, k.simple) AS unique_id, k.person_id, k.name, k.plain,
        k.simple, k.sound,
        k.characters, k.surname_sound, k.first, k.last,
        COALESCE(key17, CASE WHEN length(raw) BETWEEN 15 AND 19 AND raw NOT LIKE '%00000' THEN raw END) AS
            digits,
        COALESCE(key17, CASE WHEN length(raw) = 18 AND regexp_full_match(raw[:17], '[0-9]{17}')
            THEN raw[:17] END) AS id17,
        COALESCE(birth_date, CASE WHEN k.person_id > 0
            THEN try_cast(key17[7:10] || '-' || key17[11:12] || '-' || key17[13:14] AS DATE) END) AS birth,
        COALESCE(sex, CASE WHEN k.person_id > 0 THEN CASE k.person_id % 2 WHEN 1 THEN 'male' ELSE 'female'
            END END) AS sex,
        phone, address, regexp_replace(address, '[0-9].*$', '') AS area, home.homes, rows,
        k.person_id > 0 AND (max(CAST(listed AS INT)) OVER (PARTITION BY k.person_id)) = 1 AS listed,
        NOT (k.person_id > 0 AND (max(CAST(listed AS INT)) OVER (PARTITION BY k.person_id)) = 1) AS doubtful
    FROM keyed AS k LEFT JOIN home ON home.person_id = k.person_id
    ORDER BY unique_id
"""
