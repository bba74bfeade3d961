"""Read ID numbers in plain SQL: the path where numba is missing, and a second opinion for the tests.

``ID_SQL`` is DuckDB SQL. It reads ``raw_ids(place, raw)`` and ``region_days(region, last_day)``, and takes
the parameters ``today`` (yyyymmdd), ``spelled`` and ``meant`` (see :mod:`yingjiu.codes.spelling`).
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final

import duckdb
import numpy as np
import pyarrow as pa

from yingjiu.codes.parsed import NO_BIRTH, ParsedIds
from yingjiu.codes.regions import last_valid_days
from yingjiu.codes.resident import CHECK_CHARACTERS, EARLIEST_BIRTH, WEIGHTS
from yingjiu.codes.spelling import MAPPED, SKIPPED
from yingjiu.codes.status import IdStatus

__all__ = ["ID_SQL", "parameters", "parse_by_sql", "region_days"]

_SUM: Final = " + ".join(f"digits // {10 ** (16 - place)} % 10 * {w}" for place, w in enumerate(WEIGHTS))
_S: Final = {status.name: int(status) for status in IdStatus}

# S608 is about text of a user in SQL: here stand only our own constants
ID_SQL: Final[str] = f"""
WITH normalised AS (  -- translate() takes nine tenths of the time, and most rows do not need it
    SELECT place,
        CASE
            WHEN regexp_full_match(raw, '[0-9]{{17}}[0-9X]') THEN raw
            ELSE translate(coalesce(raw, ''), $spelled, $meant)
        END AS said
    FROM raw_ids
),
whole AS (  -- a spreadsheet keeps 15 digits unharmed
    SELECT place, CASE WHEN regexp_full_match(said, '[0-9]{{15}}\\.0*') THEN said[1:15] ELSE said END AS said
    FROM normalised
),
shaped AS (
    SELECT place, said, length(said) AS size,
        CASE
            WHEN said = '' THEN {_S["EMPTY"]}
            WHEN regexp_full_match(said, '[0-9]+(\\.[0-9]*)?E\\+?[0-9]+|[0-9]{{16,}}\\.[0-9]*')
                THEN {_S["LOST_PRECISION"]}
            WHEN regexp_full_match(said, '[A-Z]{{3}}[0-9]{{12}}') THEN {_S["OLD_FOREIGN_CARD"]}
            WHEN NOT regexp_full_match(said, '[0-9XB]+') THEN {_S["CHARACTER"]}
            WHEN size NOT IN (15, 18, 20, 22) THEN {_S["LENGTH"]}
            WHEN size = 15 AND NOT regexp_full_match(said, '[0-9]{{15}}') THEN {_S["CHARACTER"]}
            WHEN size > 15
                AND NOT regexp_full_match(said, '[0-9]{{17}}[0-9X]([1-7][1-4]([0-9B][0-9])?)?')
                THEN {_S["CHARACTER"]}
        END AS fault
    FROM whole
),
parted AS (  -- from here on, digits are digits
    SELECT place, said, size, fault,
        CASE
            WHEN fault IS NOT NULL THEN NULL
            WHEN size > 15 THEN said[1:17]
            WHEN said[13:15] >= '996' THEN said[1:6] || '18' || said[7:15]
            ELSE said[1:6] || '19' || said[7:15]
        END AS text_17,
        text_17[1:6]::INTEGER AS region,
        text_17[7:14]::INTEGER AS birth,
        text_17::BIGINT AS digits,
        '{CHECK_CHARACTERS}'[({_SUM}) % 11 + 1] AS check_character
    FROM shaped
),
judged AS (
    SELECT place, said, size, digits, birth, region,
        try_strptime(text_17[7:14], '%Y%m%d')::DATE AS birth_date,
        CASE
            WHEN fault IS NOT NULL THEN fault
            WHEN birth NOT BETWEEN {EARLIEST_BIRTH} AND $today OR birth_date IS NULL THEN {_S["DATE"]}
            WHEN coalesce(last_day, 0) < birth OR (size = 15 AND region >= 800000) THEN {_S["REGION"]}
            WHEN size > 15 AND said[18] <> check_character
                THEN CASE WHEN said[16:18] = '000' THEN {_S["LOST_PRECISION"]} ELSE {_S["CHECK"]} END
            WHEN size > 18 THEN {_S["CERTIFICATE"]}
            WHEN size = 15 THEN {_S["CONVERTED"]}
            WHEN region >= 900000 THEN {_S["FOREIGNER"]}
            WHEN region >= 800000 THEN {_S["PERMIT"]}
            ELSE {_S["VALID"]}
        END AS status
    FROM parted LEFT JOIN region_days USING (region)
)
SELECT
    CASE WHEN status < 10 THEN digits ELSE 0 END AS key,
    status::UTINYINT AS status,
    CASE WHEN status = {_S["CERTIFICATE"]} THEN said[19]::UTINYINT ELSE 0 END AS category,
    CASE WHEN status = {_S["CERTIFICATE"]} THEN said[20]::UTINYINT ELSE 0 END AS grade,
    CASE WHEN status < 10 THEN birth_date END AS birth_date
FROM judged
ORDER BY place
"""  # noqa: S608
"""From each raw text to key, status, category, grade and birth date, in the order of ``place``."""


@cache
def region_days() -> Any:
    """The Arrow table ``region_days``: each region code and its last valid day as yyyymmdd."""
    days = last_valid_days()
    return pa.table(
        {"region": pa.array(map(int, days), pa.int32()), "last_day": pa.array(days.values(), pa.int32())}
    )


def parameters(today: int) -> dict[str, int | str]:
    """The parameters of ``ID_SQL`` for a day (yyyymmdd)."""
    return {
        "today": today,
        # translate() drops what stands in the first and has no partner in the second
        "spelled": "".join([*MAPPED, *sorted(SKIPPED)]),
        "meant": "".join(MAPPED.values()),
    }


def parse_by_sql(column: Any, today: int) -> ParsedIds:
    """Read a column by ``ID_SQL``; the same as the other two forms.

    Args:
        column: ``pyarrow.Array`` or ``ChunkedArray`` of strings.
        today: yyyymmdd; a later birth is impossible.

    Returns:
        Keys, statuses, certificates and births.
    """
    places = pa.array(np.arange(len(column), dtype=np.int64))
    connection = duckdb.connect()
    try:
        connection.execute("SET threads = 1")
        connection.register("raw_ids", pa.table({"place": places, "raw": column}))
        connection.register("region_days", region_days())
        found = connection.sql(ID_SQL, params=parameters(today)).to_arrow_table()
    finally:
        connection.close()
    return ParsedIds(
        found["key"].to_numpy(),
        found["status"].to_numpy(),
        found["category"].to_numpy(),
        found["grade"].to_numpy(),
        found["birth_date"].cast(pa.int32()).fill_null(NO_BIRTH).to_numpy(),
    )
