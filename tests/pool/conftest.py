"""A pool, and small loads into it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from yingjiu.pool import TABLES, Batch, Pool, PoolView, arrow_schema

Load = Callable[..., Batch]
Content = dict[str, list[dict[str, Any]]]


@pytest.fixture
def pool(tmp_path: Path) -> Pool:
    return Pool.open(tmp_path / "pool", create=True)


@pytest.fixture
def load(pool: Pool) -> Load:
    """Load some rows: ``load("civil", "snapshot", person=[(1, "张三"), ...])``."""
    return lambda *args, **kwargs: load_into(pool, *args, **kwargs)


@pytest.fixture
def content() -> Callable[[PoolView], Content]:
    """The rows that a view shows, table by table, in the order of the files."""
    return view_content


def load_into(
    pool: Pool,
    source: str,
    mode: str,
    *,
    digest: str | None = None,
    data_date: date = date(2024, 5, 31),
    keys: dict[str, tuple[str, ...]] | None = None,
    **tables: list[tuple[int, str]],
) -> Batch:
    """Load (key, text) pairs: the second is the name, or the first text column, of the table."""
    with pool.load(
        source=source,
        content_digest=digest or f"{source} {mode} {tables}",
        mode=mode,
        data_date=data_date,
        keys=keys or {},
    ) as writer:
        for name, pairs in tables.items():
            writer.write(name, sample_rows(name, pairs))
        return writer.commit()


def sample_rows(table: str, pairs: list[tuple[int, str]]) -> pa.Table:
    """Rows of a canonical table with a key and one text; what else is required is filled in."""
    required = [column for column in TABLES[table].columns.values() if column.required]
    text = next(
        name for name in ("name", "case_no", "list", "household_id", "topic") if name in TABLES[table].columns
    )
    schema = arrow_schema(TABLES[table])
    data: dict[str, list[Any]] = {column.name: ["x"] * len(pairs) for column in required}
    if "person_id" in TABLES[table].columns:
        data["person_id"] = [key for key, _text in pairs]
    data[text] = [value for _key, value in pairs]
    data["file"] = ["名册.xlsx"] * len(pairs)
    data["row"] = list(range(2, len(pairs) + 2))
    return pa.table({name: pa.array(values, schema.field(name).type) for name, values in data.items()})


def view_content(view: PoolView) -> Content:
    """The rows of every file of a view."""
    return {
        name: [row for path in view.files(name) for row in pq.read_table(path).to_pylist()]
        for name in TABLES
        if view.loaded(name)
    }
