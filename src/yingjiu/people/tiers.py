"""The cheap tiers: what plain equality settles, before anything is weighed.

In this order; a record that one tier settles is not asked again:

``renumbered``  two valid numbers alike but for the region, under one name: one person under two numbers
``repaired``    a number with one slip of the pen, confirmed by name, sex and date of birth
``case``        the same name in another file about the same case
``birth``       the same name, date of birth and village
``home``        the same name in the same house

Each joins only where exactly one person is meant.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import duckdb
import pyarrow as pa

from yingjiu.codes import number_of

__all__ = ["TIERS", "Joined", "repair_of", "run_tiers"]

TIERS: Final = ("renumbered", "repaired", "case", "birth", "home")


@dataclass(frozen=True, slots=True)
class Joined:
    """One record that a tier settled.

    Attributes:
        left: the key of the record.
        right: the person it is.
        tier: a name out of :data:`TIERS`.
        how: for a repaired number what was wrong with it.
    """

    left: int
    right: int
    tier: str
    how: str = ""


def repair_of(written: str, number: str) -> str | None:  # noqa: PLR0911 - one return for each slip
    """What is wrong with a number as written, if one slip of the pen explains it.

    Args:
        written: digits and X.
        number: the 18 characters of a valid number.

    Returns:
        ``digit`` one wrong, ``swap`` two neighbours swapped, ``birth_swapped`` month and day swapped,
        ``missing`` one left out, ``surplus`` one too many, ``short`` the old number of 15 digits; or None.
    """
    if written == number or (len(written) == 20 and written.startswith(number)):
        return "same"
    if len(written) == 18:
        wrong = [place for place in range(18) if written[place] != number[place]]
        if len(wrong) == 1:
            return "digit"
        if len(wrong) == 2:
            a, b = wrong
            if b == a + 1 and written[a] == number[b] and written[b] == number[a]:
                return "swap"
        if wrong and written == number[:10] + number[12:14] + number[10:12] + number[14:]:
            return "birth_swapped"
        return None
    if len(written) == 17:
        return "missing" if any(number[:at] + number[at + 1 :] == written for at in range(18)) else None
    if len(written) == 19:
        return "surplus" if any(written[:at] + written[at + 1 :] == number for at in range(19)) else None
    return "short" if written == number[:6] + number[8:17] else None


def run_tiers(connection: duckdb.DuckDBPyConnection) -> tuple[Joined, ...]:
    """Settle what equality settles.

    Args:
        connection: from :func:`~yingjiu.people.records.open_records`; gains a table ``settled`` (person_id).

    Returns:
        What was settled, sorted by key.
    """
    connection.execute("CREATE OR REPLACE TABLE settled (person_id BIGINT)")
    found: list[Joined] = []
    for tier in (_renumbered, _repaired, _case, _birth, _home):
        made = _once(tier(connection))
        found += made
        if made:
            connection.register("made", pa.table({"person_id": [each.left for each in made]}))
            connection.execute("INSERT INTO settled SELECT person_id FROM made")
            connection.unregister("made")
    return tuple(sorted(found, key=lambda each: each.left))


def _once(found: list[Joined]) -> list[Joined]:
    """Only records for which exactly one person is meant."""
    meant: dict[int, set[int]] = {}
    for each in found:
        meant.setdefault(each.left, set()).add(each.right)
    kept: dict[int, Joined] = {}
    for each in found:
        if len(meant[each.left]) == 1:
            kept.setdefault(each.left, each)
    return list(kept.values())


def _renumbered(connection: duckdb.DuckDBPyConnection) -> list[Joined]:
    rows = connection.sql("""
        WITH person AS (
            SELECT person_id, simple, sum(rows) AS rows, bool_or(listed) AS listed FROM record
            WHERE person_id > 0 GROUP BY person_id, simple
        ), twice AS (
            SELECT simple, person_id % 100000000000 AS tail, max_by(person_id, (listed, rows, -person_id))
                AS main
            FROM person GROUP BY 1, 2 HAVING count(*) > 1
        )
        SELECT p.person_id, t.main FROM person AS p
        JOIN twice AS t ON t.simple = p.simple AND t.tail = p.person_id % 100000000000
        WHERE p.person_id <> t.main ORDER BY ALL
    """).fetchall()
    return [Joined(left, right, "renumbered") for left, right in rows]


_OPEN: Final = "l.doubtful AND l.person_id NOT IN (SELECT person_id FROM settled)"
_SEX: Final = "(l.sex IS NULL OR r.sex IS NULL OR l.sex = r.sex)"
_OTHER: Final = (
    "r.person_id > 0 AND r.person_id <> l.person_id AND r.person_id NOT IN (SELECT person_id FROM settled)"
)


def _repaired(connection: duckdb.DuckDBPyConnection) -> list[Joined]:
    """Pairs that sound alike and share two of three parts of the number; then the slip is looked at.

    Two valid numbers may differ by one digit and be two people: there address or telephone must agree.
    """
    rows = connection.sql(f"""
        WITH l AS (
            SELECT *, digits[:6] AS a, digits[7:14] AS b, right(digits, 4)[:3] AS c FROM record AS l
            WHERE {_OPEN} AND digits IS NOT NULL
        ), r AS (
            SELECT *, digits[:6] AS a, digits[7:14] AS b, digits[15:17] AS c FROM record WHERE person_id >
                0 AND listed
        ), pair AS (
            SELECT l.unique_id AS u, r.unique_id AS v FROM l JOIN r ON r.sound = l.sound AND r.a = l.a AND
                r.b = l.b
            UNION SELECT l.unique_id, r.unique_id FROM l JOIN r ON r.sound = l.sound AND r.a = l.a AND r.c
                = l.c
            UNION SELECT l.unique_id, r.unique_id FROM l JOIN r ON r.sound = l.sound AND r.b = l.b AND r.c
                = l.c
            UNION SELECT l.unique_id, r.unique_id FROM l JOIN r ON r.sound = l.sound AND length(l.digits) = 15
                AND r.digits[:6] || r.digits[9:17] = l.digits
        )
        SELECT l.person_id, r.person_id, l.digits, l.birth, r.birth, l.simple = r.simple
        FROM pair JOIN record AS l ON l.unique_id = u JOIN record AS r ON r.unique_id = v
        WHERE {_OTHER} AND {_SEX}
            AND (l.person_id < 0 OR (l.simple = r.simple AND (l.phone = r.phone OR l.address = r.address)))
        ORDER BY ALL
    """).fetchall()  # noqa: S608 - our own text
    found = []
    for left, right, written, mine, theirs, exact in rows:
        if left > 0:
            written = number_of(left)  # noqa: PLW2901 - a valid number is compared with its check character
            number = number_of(right)
            how = repair_of(written[:17] + number[17], number)
        else:
            how = repair_of(written, number_of(right))
        if how is not None and _agree(mine if left < 0 else None, theirs, exact=exact):
            found.append(Joined(left, right, "repaired", how))
    return found


def _agree(mine: date | None, theirs: date | None, *, exact: bool) -> bool:
    """Whether dates of birth written beside the number do not speak against it."""
    return mine is None or theirs is None or mine == theirs


def _case(connection: duckdb.DuckDBPyConnection) -> list[Joined]:
    rows = connection.sql(f"""
        WITH l AS (SELECT l.*, s.case_id FROM record AS l JOIN seen AS s ON s.person_id = l.person_id
                   WHERE {_OPEN} AND l.person_id < 0 AND NOT s.listed)
        SELECT DISTINCT l.person_id, r.person_id FROM l
        JOIN seen AS other ON other.case_id = l.case_id AND other.person_id > 0 AND NOT other.listed
        JOIN record AS r ON r.person_id = other.person_id AND r.simple = l.simple
        WHERE {_OTHER} AND {_SEX} ORDER BY ALL
    """).fetchall()  # noqa: S608 - our own text
    return [Joined(left, right, "case") for left, right in rows]


def _birth(connection: duckdb.DuckDBPyConnection) -> list[Joined]:
    rows = connection.sql(f"""
        SELECT DISTINCT l.person_id, r.person_id FROM record AS l
        JOIN record AS r ON r.simple = l.simple AND r.birth = l.birth AND r.area = l.area
        WHERE {_OPEN} AND l.person_id < 0 AND r.listed AND {_OTHER} AND {_SEX}
            AND (l.id17 IS NULL OR hamming(l.id17, r.id17) <= 4) ORDER BY ALL
    """).fetchall()  # noqa: S608 - our own text
    return [Joined(left, right, "birth") for left, right in rows]


def _home(connection: duckdb.DuckDBPyConnection) -> list[Joined]:
    rows = connection.sql(f"""
        SELECT DISTINCT l.person_id, r.person_id FROM record AS l
        JOIN record AS r ON r.simple = l.simple AND r.address = l.address AND r.address <> r.area
        WHERE {_OPEN} AND l.person_id < 0 AND r.listed AND {_OTHER} AND {_SEX}
            AND (l.phone IS NULL OR r.phone IS NULL OR l.phone = r.phone OR hamming(l.id17, r.id17) <= 4)
            AND (l.id17 IS NULL OR hamming(l.id17, r.id17) <= 4) ORDER BY ALL
    """).fetchall()  # noqa: S608 - our own text
    return [Joined(left, right, "home") for left, right in rows]
