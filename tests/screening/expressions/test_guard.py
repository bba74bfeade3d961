"""What the guard refuses and what it accepts."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp

from tests.screening.expressions.scopes import SCOPES, table_of_cases
from yingjiu.pool.tables import Column
from yingjiu.screening.expressions import WORDS, ExpressionError, compile_expression

REFUSED = table_of_cases("refused.yaml")
ACCEPTED = table_of_cases("accepted.yaml")

_SQL_TYPES = {
    "key": "BIGINT",
    "text": "VARCHAR",
    "code": "VARCHAR",
    "integer": "INTEGER",
    "money": "DECIMAL(14,2)",
    "date": "DATE",
    "boolean": "BOOLEAN",
}


def _text(case: dict[str, Any]) -> str:
    return str(case["text"]) or "(empty)"


@pytest.mark.parametrize("case", REFUSED, ids=_text)
def test_hostile_or_invalid_input_is_refused_with_its_code(case: dict[str, Any]) -> None:
    with pytest.raises(ExpressionError) as error:
        compile_expression(case["text"], SCOPES[case.get("scope", "party")])
    assert case["code"] in {fault.code for fault in error.value.faults}
    assert all(fault.message for fault in error.value.faults)
    if "hint" in case:
        assert any(case["hint"] in (fault.hint or "") for fault in error.value.faults), str(error.value)


def _columns(columns: dict[str, Column] | Any) -> str:
    return ", ".join(f'NULL::{_SQL_TYPES[column.type.value]} AS "{name}"' for name, column in columns.items())


@pytest.mark.parametrize("case", ACCEPTED, ids=_text)
def test_a_good_expression_is_accepted_and_runs(case: dict[str, Any]) -> None:
    scope = SCOPES[case.get("scope", "party")]
    compiled = compile_expression(case["text"], scope)
    if "columns" in case:
        assert {".".join(column) for column in compiled.columns} == set(case["columns"])
    if "literals" in case:
        found = {".".join(column): sorted(codes) for column, codes in compiled.literals.items()}
        assert found == case["literals"]
    subject = scope.subject or scope.columns
    tables = f'(SELECT {_columns(subject)}) AS "s", (SELECT {_columns(scope.columns)}) AS "h"'
    with duckdb.connect() as connection:
        result = connection.sql(f"SELECT {compiled.tree.sql('duckdb')} AS v FROM {tables}")
        assert [str(kind) for kind in result.types] == ["BOOLEAN"]
        assert len(result.fetchall()) == 1


def test_all_faults_of_an_expression_are_told_at_once() -> None:
    with pytest.raises(ExpressionError) as error:
        compile_expression(
            "role = 'victm' AND losss > 1 AND age_at(birth_date) > 3 AND birth_date > '2000-01-01' AND TRUE",
            SCOPES["party"],
        )
    assert [fault.code for fault in error.value.faults] == [
        "SCR-017",
        "SCR-011",
        "SCR-013",
        "SCR-016",
        "SCR-025",
    ]


def test_every_column_of_the_tree_is_qualified_and_quoted() -> None:
    for case in ACCEPTED:
        compiled = compile_expression(case["text"], SCOPES[case.get("scope", "party")])
        for column in compiled.tree.find_all(exp.Column):
            assert column.this.args["quoted"]
            assert column.args["table"].args["quoted"]
            assert (column.table, column.name) in compiled.columns


def test_the_user_text_never_reaches_the_tree() -> None:
    compiled = compile_expression("charge = 'x'' OR 1=1 --'", SCOPES["party"])
    with duckdb.connect() as connection:
        rows = connection.sql(
            f"SELECT {compiled.tree.sql('duckdb')} FROM (SELECT 'y' AS charge) AS s"
        ).fetchall()
    assert rows == [(False,)]


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5000 + "role = 'victim'" + ")" * 5000,
        "(" * 200 + "role = 'victim'" + ")" * 200,
        "NOT " * 900 + "urgent_treatment",
        "loss > " + "- " * 900 + "1",
        "loss > " + "(-" * 100 + "1" + ")" * 100,
        "COALESCE(" * 300 + "loss" + ", 1)" * 300 + " > 1",
        "role = 'victim' AND " * 190 + "role = 'victim'",
        "loss" + " + 1" * 900 + " > 1",
        "loss IN (" + "1, " * 1200 + "1)",
        "((((((((" * 100,
        "BETWEEN " * 400,
        "NOT (" * 150 + "urgent_treatment" + ")" * 150,
    ],
    ids=lambda text: f"{text[:20]}... {len(text)}",
)
def test_deep_nesting_is_refused_quickly_and_never_exhausts_the_stack(text: str) -> None:
    started = time.perf_counter()
    with pytest.raises(ExpressionError):
        compile_expression(text, SCOPES["party"])
    assert time.perf_counter() - started < 2


def test_reasonable_nesting_is_accepted() -> None:
    text = "(" * 10 + "role = 'victim'" + ")" * 10
    compile_expression(text, SCOPES["party"])
    articles = ", ".join(f"'{number}'" for number in range(200))
    compile_expression(f"article IN ({articles})", SCOPES["party"])
    compile_expression(" OR ".join(f"article = '{number}'" for number in range(60)), SCOPES["party"])


_PIECES = st.sampled_from(
    [
        *"()+-*,.:=<>", "<=", ">=", "<>", "AND", "OR", "NOT", "IN", "BETWEEN", "IS", "NULL", "TRUE", "DATE",
        "'victim'", "'2024-01-31'", "1", "2.5", "role", "loss", "birth_date", "urgent_treatment", ":run_date",
        "SELECT", "FROM", "CASE", "LIKE", "subject", "COALESCE", "age_on", "share_below", "LENGTH", "EXISTS",
        "CAST", "AS", "INTERVAL", "OVER", "[", "]", "{", "}", ";", "--", "/*", "||", "::", "->",
    ]
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.text(max_size=60), st.lists(_PIECES, max_size=14).map(" ".join)))
def test_whatever_is_written_is_compiled_or_refused(text: str) -> None:
    compiled = None
    with suppress(ExpressionError):  # any other exception fails the test
        compiled = compile_expression(text, SCOPES["hardship"])
    assert compiled is None or compiled.columns


def test_every_column_name_of_the_canonical_tables_can_be_written_bare() -> None:
    for scope in SCOPES.values():
        for name in scope.columns:
            compile_expression(f"{name} IS NULL", scope)
            compile_expression(f"({name} IS NOT NULL)", scope)


def test_no_word_is_named_like_a_column() -> None:
    assert not {name.lower() for name in WORDS} & {
        name for scope in SCOPES.values() for name in scope.columns
    }
