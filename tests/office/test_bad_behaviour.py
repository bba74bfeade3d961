"""Each kind of bad input and bad behaviour that the office promises to bear names the tests that prove it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
import yaml

HERE = Path(__file__).parent
TABLE: dict[str, list[str]] = yaml.safe_load((HERE / "bad_behaviour.yaml").read_text(encoding="utf-8"))
PROMISED = """two handlers deciding the same lead; the browser's back button after a decision;
a double click on pay;
a session that ends in the middle of a long form (the draft is kept); a 500 MB upload that breaks off;
a file that is not what its name says; another district's lead by guessing its number; a forged form field;
CSV formulas in exported cells; HTML in a person's name; a standard changed while a case is under review;
a clock across the Spring Festival make-up days; the worker or the server killed at any moment; a full disk"""


def test_every_promise_is_in_the_table() -> None:
    assert list(TABLE) == [" ".join(each.split()) for each in PROMISED.split(";")]


@pytest.mark.parametrize("test", [test for tests in TABLE.values() for test in tests])
def test_the_test_exists(test: str) -> None:
    path, name = test.split("::")
    written = ast.parse((HERE / path).read_text(encoding="utf-8"))
    assert name in {each.name for each in written.body if isinstance(each, ast.FunctionDef)}
