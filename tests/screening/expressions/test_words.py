"""The words give what they promise, on every engine, and the reference says the same."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
from sqlglot import exp

from tests.screening.expressions.scopes import PARAMETERS, table_of_cases
from yingjiu.pool.engines import Engine, open_engine
from yingjiu.pool.tables import Column, ColumnType
from yingjiu.screening.expressions import WORDS, Scope
from yingjiu.screening.expressions.elaborate import Elaborator
from yingjiu.screening.expressions.errors import Faults
from yingjiu.screening.expressions.guard import parse_condition
from yingjiu.screening.expressions.reference import reference

REFERENCE = Path(__file__).parents[3] / "docs" / "reference" / "words.md"

COLUMNS = {
    column.name: column
    for column in (
        *(Column(name, ColumnType.DATE, name) for name in "def"),
        *(Column(name, ColumnType.MONEY, name) for name in "mn"),
        *(Column(name, ColumnType.TEXT, name) for name in "tu"),
        Column("i", ColumnType.INTEGER, "i"),
        Column("c", ColumnType.CODE, "c", codes="fault"),
        Column("b", ColumnType.BOOLEAN, "b"),
        Column("g", ColumnType.INTEGER, "g", scale="injury_disability"),
    )
}
SCOPE = Scope(COLUMNS, "r", parameters=PARAMETERS)
CASES = table_of_cases("words.yaml")


def _value(call: str) -> exp.Expr:
    """The tree of a call by itself; a whole expression would have to be a condition that reads a column."""
    faults = Faults()
    tree = Elaborator(SCOPE, faults).term(parse_condition(call, faults, names=COLUMNS)).tree
    faults.check()
    return tree.copy()


def _rows() -> pa.Table:
    schema = pa.schema(
        [pa.field("id", pa.int64()), *(pa.field(name, column.type.arrow) for name, column in COLUMNS.items())]
    )
    rows = []
    for index, case in enumerate(CASES):
        row: dict[str, Any] = {"id": index}
        for name, column in COLUMNS.items():
            value = case.get(name)
            money = column.type is ColumnType.MONEY and value is not None
            row[name] = Decimal(str(value)).quantize(Decimal("0.01")) if money else value
        rows.append(row)
    return pa.Table.from_pylist(rows, schema=schema)


@cache
def _query() -> exp.Select:
    """Every case's call over every case's row."""
    query = exp.select(exp.column("id", table="r")).from_(exp.to_table("word_cases").as_("r"))
    for index, case in enumerate(CASES):
        query.select(exp.alias_(_value(case["call"]), f"c{index}"), copy=False)
    return query


def test_the_words_give_what_they_promise_on_every_engine(engine: Engine) -> None:
    engine.attach({"word_cases": _rows()})
    grid = {row["id"]: row for row in engine.query(_query()).to_pylist()}
    wrong = []
    for index, case in enumerate(CASES):
        found, gives = grid[index][f"c{index}"], case["gives"]
        expected = None if gives == "unknown" else gives if isinstance(gives, bool) else Decimal(str(gives))
        if found != expected or isinstance(found, bool) is not isinstance(expected, bool):
            wrong.append((case, found))
    assert wrong == []


def test_engines_agree_where_nobody_thought_of_a_case(engine: Engine) -> None:
    """Each of the conditions over each of the rows, compared with the default engine."""
    grids = []
    with open_engine("duckdb") as default:
        for one in (default, engine):
            one.attach({"word_cases": _rows()})
            grids.append(sorted(one.query(_query()).to_pylist(), key=lambda row: int(row["id"])))
    assert grids[0] == grids[1]
    assert {True, False, None} <= {row[f"c{index}"] for row in grids[1] for index in range(len(CASES))}


def test_every_word_has_a_case() -> None:
    called = " ".join(case["call"] for case in CASES)
    assert [name for name in WORDS if f"{name}(" not in called] == []
    assert len(CASES) >= 60


def test_the_examples_of_the_reference_are_true(engine: Engine) -> None:
    examples = [example for word in WORDS.values() for example in word.examples]
    query = exp.select()
    for index, example in enumerate(examples):
        query = query.select(exp.alias_(_value(example.call), f"e{index}"))
    [values] = _one_row(engine, query)
    shown = {example.call: _shown(values[f"e{index}"]) for index, example in enumerate(examples)}
    assert shown == {example.call: example.value for example in examples}


def _one_row(engine: Engine, query: exp.Select) -> list[dict[str, Any]]:
    engine.attach({"word_cases": _rows().slice(0, 1)})
    rows: list[dict[str, Any]] = engine.query(query.from_("word_cases")).to_pylist()
    return rows


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).upper()
    return format(value.normalize(), "f") if isinstance(value, Decimal) else str(value)


def test_the_reference_page_is_equal_to_the_registry() -> None:
    assert REFERENCE.read_text(encoding="utf-8") == reference(), (
        "write it anew: python -m yingjiu.screening.expressions.reference > docs/reference/words.md"
    )
