"""Small worlds: canonical tables out of a few rows."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa

from yingjiu.codes import make_number, parse_id
from yingjiu.pool.tables import PROVENANCE, TABLES
from yingjiu.screening.case_worlds import tables_of

DAY = date(2024, 6, 1)


def number(birth: date, sequence: int, region: str = "320999") -> str:
    """A valid ID number."""
    return make_number(region, birth, sequence)


def key(text: str) -> int:
    """The person key of a valid number."""
    return parse_id(text).key


def world(**tables: list[dict[str, Any]]) -> dict[str, pa.Table]:
    """Tables; provenance is filled in."""
    rows: dict[str, list[dict[str, Any]]] = {}
    for table, given in tables.items():
        columns = [*TABLES[table].columns, *(column.name for column in PROVENANCE)]
        rows[table] = [
            {**dict.fromkeys(columns), "source": "s", "batch": "b", "file": f"{table}.csv", "row": at + 2,
             "data_date": DAY, **row}
            for at, row in enumerate(given)
        ]  # fmt: skip
    return tables_of(rows)


def party(person: int, case: str = "C1", role: str = "victim", **more: Any) -> dict[str, Any]:
    """A row of a case file."""
    return {"person_id": person, "case_id": case, "case_no": case, "role": role, **more}
