"""One conformance suite, run on every engine: the same queries, the same rows, the same types."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import sqlglot
import yaml
from sqlglot import exp

from yingjiu.pool import Engine, EngineError


class _Loader(yaml.SafeLoader):
    """Cases with money in them."""


_Loader.add_constructor("!money", lambda _loader, node: Decimal(node.value))
CASES: list[dict[str, Any]] = yaml.load(
    Path(__file__).with_name("cases.yaml").read_text(encoding="utf-8"),
    _Loader,  # noqa: S506 - a safe loader with one more word
)


def parse(text: str) -> exp.Query:
    tree = sqlglot.parse_one(text, dialect="duckdb")
    assert isinstance(tree, exp.Query)
    return tree


def table(types: dict[str, pa.DataType], rows: list[tuple[Any, ...]]) -> pa.Table:
    columns = list(zip(*rows, strict=True))
    return pa.table(
        {name: pa.array(values, kind) for (name, kind), values in zip(types.items(), columns, strict=True)}
    )


def tables() -> dict[str, pa.Table]:
    money, text, day, whole = pa.decimal128(14, 2), pa.string(), pa.date32(), pa.int64()
    return {
        "party": table(
            {"person_id": whole, "name": text, "case_id": text, "recorded_on": day},
            [
                (1, "张三", "c1", date(2024, 3, 1)),
                (1, None, "c2", date(2024, 5, 5)),
                (2, "李四", "c2", date(2024, 4, 1)),
                (3, None, "c3", date(2023, 12, 31)),
                (-7, "无名", "c4", date(2024, 2, 29)),
            ],
        ),
        "hardship": table(
            {
                "person_id": whole,
                "list": text,
                "category": text,
                "amount": money,
                "valid_from": day,
                "row": pa.int32(),
            },
            [
                (1, "dibao", None, Decimal("300.15"), date(2020, 1, 1), 2),
                (1, "tekun", "A", Decimal("600.30"), date(2023, 1, 1), 3),
                (3, "disabled", "B", None, None, 4),
                (3, "dibao", None, Decimal("300.15"), date(2024, 1, 1), 5),
            ],
        ),
        "case": table({"case_no": text, "case_id": text}, [("（2024）苏0999刑初1号", "c1")]),
        "three": table({"b": pa.bool_()}, [(True,), (False,), (None,)]),
        "numbers": table({"n": whole}, [(1,), (2,), (3,), (None,)]),
        "texts": table(
            {"t": text}, [(t,) for t in ("张", "張", "章", "丁", "一人", "𠮷", "a", "A", "", None)]
        ),
    }


@pytest.fixture(scope="module")
def attached(engine: Engine) -> Engine:
    engine.attach(tables())
    return engine


def _sortable(row: list[Any]) -> str:
    return repr(row)


@pytest.mark.parametrize("case", CASES, ids=[case["says"] for case in CASES])
def test_every_engine_says(case: dict[str, Any], attached: Engine) -> None:
    tree = parse(case["query"])
    result = attached.query(tree)
    rows = [list(row.values()) for row in result.to_pylist()]
    expected = case["rows"]
    if not tree.args.get("order"):
        rows, expected = sorted(rows, key=_sortable), sorted(expected, key=_sortable)
    assert rows == expected
    # equal is not enough: Decimal('1.5') equals 1.5, True equals 1
    assert [[type(value) for value in row] for row in rows] == [
        [type(value) for value in row] for row in expected
    ]
    if "types" in case:
        assert [str(kind) for kind in result.schema.types] == case["types"]
    assert result.column_names == tree.named_selects
    assert all(field.nullable for field in result.schema)


def test_a_query_is_not_changed_by_running_it(attached: Engine) -> None:
    tree = parse(
        "SELECT MAX_BY(name, recorded_on) AS n, LIST(n ORDER BY n) AS l, 7 / 2 AS d FROM party, numbers AS x"
    )
    before = repr(tree)
    attached.query(tree)
    assert repr(tree) == before


REFUSED = {
    "a file": ("SELECT * FROM read_csv('/etc/hostname')", "POL-070"),
    "a file by name": ("SELECT * FROM '/etc/hostname'", "POL-070"),
    "a table of another catalogue": ("SELECT name FROM system.information_schema.tables", "POL-070"),
    "a table that is not attached": ("SELECT n FROM nubmers", "POL-070"),
    "a table in a subquery": ("SELECT n FROM numbers WHERE EXISTS (SELECT 1 FROM elsewhere)", "POL-070"),
    "an output without a name": ("SELECT COUNT(*) FROM numbers", "POL-068"),
    "IN (SELECT) as a value": ("SELECT n IN (SELECT n FROM numbers) AS x FROM numbers", "POL-068"),
    "NOT IN (SELECT)": ("SELECT n FROM numbers WHERE n NOT IN (SELECT n FROM numbers)", "POL-068"),
    "an unknown column": ("SELECT nothing FROM numbers", "POL-063"),
    "a text that is no number": ("SELECT CAST('32099919500101001x' AS BIGINT) AS x", "POL-063"),
    "a number that is too large": ("SELECT 9223372036854775807 + n AS x FROM numbers", "POL-063"),
}


@pytest.mark.parametrize(("query", "code"), REFUSED.values(), ids=list(REFUSED))
def test_every_engine_refuses(query: str, code: str, attached: Engine) -> None:
    with pytest.raises(EngineError) as caught:
        attached.query(parse(query))
    assert caught.value.code == code
    assert "32099919500101001" not in str(caught.value)
