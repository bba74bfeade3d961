"""Case numbers in one form."""

from __future__ import annotations

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yingjiu.codes import CASE_NUMBER_SIGNS, normalise_case_no, normalise_case_numbers


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("（2024）苏0999刑初12号", "(2024)苏0999刑初12号"),
        ("（２０２４） 苏 0999 刑初　12号", "(2024)苏0999刑初12号"),
        ("〔2024〕苏0999刑初12号", "(2024)苏0999刑初12号"),
        ("[2024]苏0999刑初12号", "(2024)苏0999刑初12号"),
        ("a3209990001", "A3209990001"),
    ],
)
def test_a_case_number_is_brought_to_one_form(text: str, expected: str) -> None:
    assert normalise_case_no(text) == expected


@given(st.text("（）()〔〕【】[]０１２34苏刑初号第字Ａａbx 　\u00a0-－之"))
def test_a_normal_case_number_stays_as_it_is(text: str) -> None:
    once = normalise_case_no(text)
    assert normalise_case_no(once) == once


_SIGNS = "（）()〔〕【】[]０１２34苏刑初号第字Ａａbx 　\u00a0-－之\u200b"


@given(st.lists(st.none() | st.text(_SIGNS), max_size=20))
def test_a_column_and_a_query_say_the_same(texts: list[str | None]) -> None:
    expected = [None if text is None else normalise_case_no(text) for text in texts]
    column = pa.array(texts, pa.string())
    assert normalise_case_numbers(column).to_pylist() == expected
    given_rows = pa.table({"n": range(len(texts)), "text": column})
    with duckdb.connect() as connection:
        connection.register("given_rows", given_rows)
        found = connection.execute(
            "SELECT UPPER(TRANSLATE(text, ?, ?)) FROM given_rows ORDER BY n", list(CASE_NUMBER_SIGNS)
        ).fetchall()
    assert [row[0] for row in found] == expected
