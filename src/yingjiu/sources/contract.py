"""Rules about all rows of a load: copies, equal keys, two names under one number, two numbers of one person.

DuckDB answers them over the staged parts, and spills to disk where memory does not suffice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from yingjiu.codes import mask_id, mask_name, number_of
from yingjiu.sources.source_file import Source
from yingjiu.sources.staging import Stage

__all__ = ["Relation", "SamePerson", "Verdicts", "judge"]

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Relation:
    """Rows that break one rule about several rows.

    Attributes:
        rule: number of the rule.
        fields: the fields concerned.
        rows: numbers of the rows, ascending.
        others: for each of them the row it is in conflict with, or -1.
    """

    rule: int
    fields: tuple[str, ...]
    rows: Rows
    others: Rows


@dataclass(frozen=True, slots=True)
class SamePerson:
    """One person who seems to stand under two numbers, masked.

    Attributes:
        name: masked.
        numbers: both numbers, masked.
        rows: a row of each.
    """

    name: str
    numbers: tuple[str, str]
    rows: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What the rules about all rows found.

    Attributes:
        rejected: relations whose rows are not taken.
        duplicates: exact copies; taken once.
        same_person: people under two numbers; taken, and reported. At most :data:`MOST_SHOWN`.
        same_person_count: how many there are.
    """

    rejected: tuple[Relation, ...] = ()
    duplicates: Relation | None = None
    same_person: tuple[SamePerson, ...] = ()
    same_person_count: int = 0


MOST_SHOWN = 1000
_GAPS = r"[\s\x{3000}\x{a0}·•・．.‧∙]"
"""What may differ within one name: blanks that pad it, and the dot in names of other peoples."""


def judge(stage: Stage, source: Source, broken: Rows) -> Verdicts:
    """Apply the contract's rules about all rows.

    Args:
        stage: the staged rows.
        source: the declaration.
        broken: numbers of rows that broke a rule of their own already.

    Returns:
        The verdicts; each row stands in at most one of ``rejected`` and ``duplicates``.
    """
    if not stage.parts:
        return Verdicts()
    with _rows(stage) as connection:
        gone = _Gone(connection, broken)
        rejected: list[Relation] = []
        if source.contract.same_id_one_name and (names := _names(source)):
            rejected += _two_names(connection, names)
            gone.add(*(relation.rows for relation in rejected))
        duplicates = _copies(connection)
        gone.add(duplicates.rows)
        for fields in source.contract.unique:
            relation = _equal_keys(connection, fields)
            rejected.append(relation)
            gone.add(relation.rows)
        same, count = _two_numbers(connection, source)
        return Verdicts(tuple(one for one in rejected if len(one.rows)), duplicates, same, count)


def quoted(name: str) -> str:
    """A column name for SQL."""
    return '"' + name.replace('"', '""') + '"'


@contextmanager
def _rows(stage: Stage) -> Iterator[duckdb.DuckDBPyConnection]:
    """The staged rows as a view ``rows``, in a database that spills into the stage's own folder."""
    settings: dict[str, str | bool | int | float | list[str]] = {
        "temp_directory": str(stage.folder / "spill"),
        "preserve_insertion_order": False,
    }
    connection = duckdb.connect(config=settings)
    try:
        files = ", ".join("'" + str(part.values).replace("'", "''") + "'" for part in stage.parts)
        connection.execute(f"CREATE VIEW rows AS FROM read_parquet([{files}])")
        yield connection
    finally:
        connection.close()


class _Gone:
    """The rows that have their verdict, as a table ``gone``; ``left_rows`` are the others."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, broken: Rows) -> None:
        self.connection = connection
        connection.execute("CREATE TABLE gone (n BIGINT)")
        connection.execute('CREATE VIEW left_rows AS FROM rows ANTI JOIN gone ON rows."#n" = gone.n')
        self.add(broken)

    def add(self, *numbers: Rows) -> None:
        """Take rows out of ``left_rows``."""
        for rows in numbers:
            if len(rows):
                self.connection.register("leaving", pa.table({"n": rows}))
                self.connection.execute("INSERT INTO gone FROM leaving")
                self.connection.unregister("leaving")


def _relation(
    connection: duckdb.DuckDBPyConnection, rule: int, fields: Sequence[str], query: str
) -> Relation:
    """Run a query that gives rows and what they are in conflict with."""
    found = connection.sql(query).to_arrow_table()
    rows, others = (found.column(index).to_numpy().astype(np.int64) for index in (0, 1))
    order = np.argsort(rows, kind="stable")
    return Relation(rule, tuple(fields), rows[order], others[order])


def _copies(connection: duckdb.DuckDBPyConnection) -> Relation:
    return _relation(
        connection,
        172,
        (),
        """SELECT a."#n", b.kept FROM left_rows a
           JOIN (SELECT "#low", "#high", min("#n") AS kept FROM left_rows
                 GROUP BY ALL HAVING count(*) > 1) b
             ON a."#low" = b."#low" AND a."#high" = b."#high" AND a."#n" <> b.kept""",
    )


def _equal_keys(connection: duckdb.DuckDBPyConnection, fields: Sequence[str]) -> Relation:
    columns = [quoted(f"f:{name}") for name in fields]
    keys = ", ".join(columns)
    known = " AND ".join(f"{column} IS NOT NULL" for column in columns)
    same = " AND ".join(f"a.{column} = b.{column}" for column in columns)
    return _relation(
        connection,
        170,
        fields,
        f"""SELECT a."#n", b.kept FROM left_rows a
            JOIN (SELECT {keys}, min("#n") AS kept FROM left_rows WHERE {known}
                  GROUP BY {keys} HAVING count(*) > 1) b
              ON {same} AND a."#n" <> b.kept""",  # noqa: S608 - quoted names of declared fields
    )


def _names(source: Source) -> list[tuple[str, str]]:
    """Which name field stands beside which ID field, by the entries that map both."""
    pairs = []
    for _table, _index, entry in source.entries():
        key, name = entry.field_of("person_id"), entry.field_of("name")
        if key is not None and name is not None:
            pairs.append((key, name))
    return list(dict.fromkeys(pairs))


def _two_names(connection: duckdb.DuckDBPyConnection, pairs: Sequence[tuple[str, str]]) -> list[Relation]:
    """Every row of an ID number under which two names stand; blanks and dots in names are left aside."""
    union = " UNION ALL ".join(
        f"""SELECT {quoted(f"f:{key}")} AS key,
                   regexp_replace({quoted(f"f:{name}")}, '{_GAPS}', '', 'g') AS name,
                   "#n" AS n
            FROM rows WHERE key > 0 AND name <> ''"""  # noqa: S608 - quoted names of declared fields
        for key, name in pairs
    )
    connection.execute(
        f"""CREATE TABLE two_names AS
            SELECT key, arg_min(n, name) AS one, arg_max(n, name) AS other FROM ({union})
            GROUP BY key HAVING min(name) <> max(name)"""  # noqa: S608 - built above
    )
    relations = [
        _relation(
            connection,
            171,
            (key, name),
            f"""SELECT "#n", CASE WHEN "#n" = one THEN other ELSE one END
                FROM rows JOIN two_names ON {quoted(f"f:{key}")} = two_names.key""",  # noqa: S608 - quoted
        )
        for key, name in pairs
    ]
    # the whole row goes, so it is enough to say it once for each row
    seen: Rows = np.zeros(0, np.int64)
    told = []
    for relation in relations:
        new = ~np.isin(relation.rows, seen)
        told.append(Relation(171, relation.fields, relation.rows[new], relation.others[new]))
        seen = np.concatenate([seen, relation.rows])
    return told


def _two_numbers(connection: duckdb.DuckDBPyConnection, source: Source) -> tuple[tuple[SamePerson, ...], int]:
    """People with one name, one birth date and one telephone or address under two numbers.

    Where neither telephone nor address is known to the source, the region in the number stands in.
    """
    groups: list[str] = []
    for _table, _index, entry in source.entries():
        key, name = entry.field_of("person_id"), entry.field_of("name")
        if key is None or name is None:
            continue
        column = quoted(f"f:{key}")
        birth = entry.field_of("birth_date")
        born = quoted(f"f:{key}.birth_date")
        if birth is not None and birth != key:
            born = f"coalesce({quoted(f'f:{birth}')}, {born})"
        third = [quoted(f"f:{field}") for it in ("phone", "address") if (field := entry.field_of(it))]
        for same in third or [f"({column} // 100000000000)::VARCHAR"]:
            groups.append(
                f"""SELECT {quoted(f"f:{name}")} AS name, {born} AS born, {same} AS same,
                           min({column}) AS key, max({column}) AS key2,
                           arg_min("#n", {column}) AS n, arg_max("#n", {column}) AS n2
                    FROM left_rows
                    WHERE {column} > 0 AND name IS NOT NULL AND born IS NOT NULL AND same IS NOT NULL
                    GROUP BY ALL HAVING key <> key2"""  # noqa: S608 - quoted names of declared fields
            )
    if not groups:
        return (), 0
    found = connection.sql(
        f"""WITH pairs AS (SELECT key, key2, any_value(name) AS name, min(n) AS n, min(n2) AS n2
                           FROM ({" UNION ALL ".join(dict.fromkeys(groups))}) GROUP BY key, key2)
            SELECT key, key2, name, n, n2, count(*) OVER () AS total FROM pairs
            ORDER BY n LIMIT {MOST_SHOWN}"""  # noqa: S608 - built above
    ).fetchall()
    people = tuple(
        SamePerson(mask_name(name), (mask_id(number_of(key)), mask_id(number_of(key2))), (n, n2))
        for key, key2, name, n, n2, _total in found
    )
    return people, found[0][5] if found else 0
