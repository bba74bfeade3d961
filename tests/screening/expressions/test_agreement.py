"""Whatever is accepted runs, is three-valued, and means what a second, plain evaluator says it means."""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from tests.screening.expressions.scopes import PARAMETERS
from yingjiu.pool.tables import Column, ColumnType
from yingjiu.screening.expressions import ExpressionError, Scope, compile_expression

Node = tuple[Any, ...]
Row = dict[str, Any]

_T = ColumnType
_COLUMNS = {
    column.name: column
    for column in (
        Column("m", _T.MONEY, "m"),
        Column("n", _T.MONEY, "n"),
        Column("i", _T.INTEGER, "i"),
        Column("j", _T.INTEGER, "j"),
        Column("d", _T.DATE, "d"),
        Column("e", _T.DATE, "e"),
        Column("t", _T.TEXT, "t"),
        Column("c", _T.CODE, "c", codes="fault"),
        Column("b", _T.BOOLEAN, "b"),
        Column("g", _T.INTEGER, "g", scale="disability_certificate"),
    )
}
_SCOPE = Scope(_COLUMNS, "r", parameters=PARAMETERS)
_TEXTS = ["", "张三", "张三丰", "320999", "3209", "it's"]
_CODES = ["none", "slight", "equal", "serious"]
_COMPARE = {
    "=": operator.eq, "<>": operator.ne, "<": operator.lt, "<=": operator.le,
    ">": operator.gt, ">=": operator.ge,
}  # fmt: skip

# -- random rows ------------------------------------------------------------------------------------------

_money = st.decimals(min_value=-(10**12) + 1, max_value=10**12 - 1, places=2) | st.decimals(-20, 20, places=2)
_whole = st.integers(-(2**31), 2**31 - 1) | st.integers(-3, 20)
_day = st.dates(date(1900, 1, 1), date(2199, 12, 31)) | st.builds(
    lambda day, offset: day + timedelta(days=offset),
    st.sampled_from([date(2024, 2, 29), date(2023, 2, 28), date(2024, 6, 30), date(2000, 1, 31)]),
    st.integers(-2, 2),
)
_VALUES = {
    "m": _money, "n": _money, "i": _whole, "j": _whole, "d": _day, "e": _day, "t": st.sampled_from(_TEXTS),
    "c": st.sampled_from(_CODES), "b": st.booleans(), "g": st.integers(1, 4),
}  # fmt: skip
_rows = st.lists(
    st.fixed_dictionaries({name: st.none() | values for name, values in _VALUES.items()}),
    min_size=1,
    max_size=8,
)

# -- random expressions: ("op", ...) nodes ----------------------------------------------------------------

_share = st.sampled_from([Decimal("0.5"), Decimal("0.25"), Decimal("1.05")]).map(
    lambda value: ("literal", value)
)
_count = st.integers(0, 1000).map(lambda value: ("literal", value))
_yuan = _count | st.decimals(0, 10**6, places=2).map(lambda value: ("literal", value))


_date_leaf = st.sampled_from([("column", "d"), ("column", "e"), ("parameter", "run_date")]) | _day.map(
    lambda value: ("literal", value)
)
_date = _date_leaf | st.tuples(
    st.just("coalesce"), st.sampled_from([("column", "d"), ("column", "e")]), _date_leaf
)
_whole_word = st.tuples(
    st.sampled_from(["age_on", "years_between", "months_between", "days_between"]), _date, _date
) | st.just(("length", ("column", "t")))
_money_leaf = st.sampled_from([("column", "m"), ("column", "n")])
_whole_leaf = st.sampled_from([("column", "i"), ("column", "j")]) | _whole_word
_sum = st.sampled_from(["+", "-", "gap"])
_money_value = st.recursive(
    _money_leaf,
    lambda inner: (
        st.tuples(_sum, inner, inner | _yuan)
        | st.tuples(st.just("*"), inner, _share | _count | _whole_leaf)
        | st.tuples(st.just("coalesce"), inner, inner | _count)
        | st.tuples(st.just("negative"), inner)
    ),
    max_leaves=3,
)
_whole_value = st.recursive(
    _whole_leaf,
    lambda inner: (
        st.tuples(_sum | st.just("*"), inner, inner | _count)
        | st.tuples(st.just("coalesce"), inner, inner | _count)
        | st.tuples(st.just("negative"), inner)
    ),
    max_leaves=3,
)
_fraction_value = st.tuples(st.just("*"), _whole_leaf, _share)
_text = st.just(("column", "t"))
_signs = st.sampled_from(list(_COMPARE))
_condition_leaf = st.one_of(
    st.tuples(_signs, _money_value, _money_value | _yuan),
    st.tuples(_signs, _whole_value, _whole_value | _count | _fraction_value),
    st.tuples(_signs, _date, _date),
    st.tuples(
        st.sampled_from(["=", "<>"]), _text, st.sampled_from(_TEXTS).map(lambda value: ("literal", value))
    ),
    st.tuples(_signs, st.just(("column", "g")), st.integers(1, 4).map(lambda value: ("literal", value))),
    st.tuples(
        st.just("in"), st.just(("column", "c")), st.lists(st.sampled_from(_CODES), min_size=1, max_size=3)
    ),
    st.tuples(st.just("is_null"), st.sampled_from([("column", name) for name in _COLUMNS])),
    st.tuples(st.just("between"), _money_value, _yuan, _money_value | _yuan),
    st.tuples(st.just("between"), _whole_value, _count, _whole_value | _count),
    st.tuples(st.just("between"), _date, _date, _date),
    st.tuples(st.just("starts_with"), _text, st.sampled_from(_TEXTS).map(lambda value: ("literal", value))),
    st.tuples(st.just("active_on"), _date, _date, _date),
    st.tuples(
        st.just("within_months"), _date, _date, st.integers(0, 40).map(lambda value: ("literal", value))
    ),
    st.tuples(
        st.just("share_below"),
        st.sampled_from([("column", "m"), ("column", "n")]),
        st.sampled_from([("column", "m"), ("column", "n")]),
        st.sampled_from([Decimal("0.5"), Decimal("0.333333"), 1]).map(lambda value: ("literal", value)),
    ),
    st.just(("column", "b")),
    st.just(("coalesce", ("column", "b"), ("literal", False))),
)
_condition = st.recursive(
    _condition_leaf,
    lambda inner: st.tuples(st.sampled_from(["AND", "OR"]), inner, inner) | st.tuples(st.just("not"), inner),
    max_leaves=6,
)


def _written(node: Node) -> str:  # noqa: PLR0911, PLR0912 - one line for each kind of node
    match node:
        case ("column", name):
            return str(name)
        case ("parameter", name):
            return f":{name}"
        case ("literal", bool() as value):
            return str(value).upper()
        case ("literal", date() as value):
            return f"DATE '{value}'"
        case ("literal", str() as value):
            return "'" + value.replace("'", "''") + "'"
        case ("literal", value):
            return f"{value:f}" if isinstance(value, Decimal) else str(value)
        case ("in", of, codes):
            return f"{_written(of)} IN ({', '.join(repr(code) for code in codes)})"
        case ("is_null", of):
            return f"{_written(of)} IS NULL"
        case ("between", of, low, high):
            return f"({_written(of)} BETWEEN {_written(low)} AND {_written(high)})"
        case ("not", part):
            return f"NOT ({_written(part)})"
        case ("negative", part):
            return f"-({_written(part)})"
        case (("AND" | "OR" | "+" | "-" | "*") as sign, left, right):
            return f"({_written(left)} {sign} {_written(right)})"
        case (sign, left, right) if sign in _COMPARE:
            return f"{_written(left)} {sign} {_written(right)}"
        case (word, *arguments):
            return f"{word}({', '.join(_written(argument) for argument in arguments)})"
    raise AssertionError(node)


# -- the plain evaluator ----------------------------------------------------------------------------------


def _value(node: Node, row: Row) -> Any:  # noqa: PLR0911 - one line for each kind of node
    match node:
        case ("column", name):
            return row[name]
        case ("parameter", name):
            return PARAMETERS[name]
        case ("literal", value):
            return value
        case ("coalesce", *parts):
            return next((value for part in parts if (value := _value(part, row)) is not None), None)
        case ("AND", left, right):
            both = [_value(left, row), _value(right, row)]
            return False if False in both else None if None in both else True
        case ("OR", left, right):
            both = [_value(left, row), _value(right, row)]
            return True if True in both else None if None in both else False
        case ("is_null", of):
            return _value(of, row) is None
        case ("between", of, low, high):
            return _value(("AND", (">=", of, low), ("<=", of, high)), row)
        case ("active_on", start, end, day):
            today = _value(day, row)
            first, last = _value(start, row), _value(end, row)
            return None if today is None else (first or today) <= today <= (last or today)
        case ("in", of, codes):
            found = _value(of, row)
            return None if found is None else found in codes
        case (name, *parts):
            values = [_value(part, row) for part in parts]
            return None if None in values else _known(name, values)
    raise AssertionError(node)


def _known(name: str, values: list[Any]) -> Any:  # noqa: PLR0911, PLR0912 - one line for each operation
    if name in _COMPARE:
        return _COMPARE[name](*values)
    match name, values:
        case "not", [value]:
            return not value
        case "negative", [value]:
            return -value
        case "+", [left, right]:
            return left + right
        case (("-" | "gap"), [left, right]):
            return left - right
        case "*", [left, right]:
            return left * right
        case "length", [text]:
            return len(text)
        case "starts_with", [text, beginning]:
            return text.startswith(beginning)
        case "share_below", [part, whole, fraction]:
            return part < whole * fraction
        case "days_between", [start, end]:
            return (end - start).days
        case (("age_on" | "years_between"), [start, end]):
            return _whole_months(start, end) // 12
        case "months_between", [start, end]:
            return _whole_months(start, end)
        case "within_months", [when, day, months]:
            return when <= day <= _last_day(when, months)
    raise AssertionError(name)


def _whole_months(start: date, end: date) -> int:
    """Counted one month after the other, from the first whole month that is over."""
    months = (end.year - start.year) * 12 + end.month - start.month
    return months if end.day >= start.day else months - 1


def _last_day(when: date, months: int) -> date:
    """Civil Code art. 202: the corresponding day, or the last day of the month."""
    year, month = divmod(when.year * 12 + when.month - 1 + months, 12)
    for day in range(when.day, 27, -1):
        try:
            return date(year, month + 1, day)
        except ValueError:
            continue
    return date(year, month + 1, when.day)


# -- the property -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        yield opened


_SCHEMA = pa.schema([pa.field(name, column.type.arrow) for name, column in _COLUMNS.items()])
_REFUSALS = {"SCR-009", "SCR-016", "SCR-022", "SCR-025", "SCR-026", "SCR-027", "SCR-028", "SCR-031"}
_SEEN: Counter[str] = Counter()


@settings(max_examples=250, deadline=None)
@given(node=_condition, rows=_rows)
def test_what_is_accepted_means_the_same_to_the_engine_and_to_plain_python(
    connection: duckdb.DuckDBPyConnection, node: Node, rows: list[Row]
) -> None:
    text = _written(node)
    note(text)
    try:
        compiled = compile_expression(text, _SCOPE)
    except ExpressionError as error:
        codes = {fault.code for fault in error.faults}
        _SEEN["refused"] += 1
        assert codes <= _REFUSALS, str(error)  # noqa: PT017 - being refused is not what is tested
        return
    _SEEN["accepted"] += 1
    table = pa.Table.from_pylist(rows, schema=_SCHEMA)
    connection.register("r", table)
    result = connection.sql(f"SELECT {compiled.tree.sql('duckdb')} AS v FROM r").to_arrow_table()
    assert result.schema.field("v").type == pa.bool_()
    assert result.column("v").to_pylist() == [_value(node, row) for row in rows]


def test_the_property_was_tried_on_many_accepted_expressions() -> None:
    """The test above would say nothing if nearly all were refused."""
    assert not _SEEN or _SEEN["accepted"] > 100
