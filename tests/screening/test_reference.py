"""docs/reference/model-file.md says what the code does: every key, every code, and its example works."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

import yingjiu.screening
from yingjiu.people import LARGEST_HOUSEHOLD
from yingjiu.pool import open_engine
from yingjiu.screening import declared, read_model, run_cases
from yingjiu.screening.logic import MOST_TRIED
from yingjiu.screening.run import SMALLEST_SHARE

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/reference/model-file.md").read_text(encoding="utf-8")
SOURCES = [path.read_text(encoding="utf-8") for path in (ROOT / "src/yingjiu/screening").glob("*.py")]
KINDS = [
    kind
    for kind in vars(declared).values()
    if isinstance(kind, type) and issubclass(kind, BaseModel) and kind.__module__ == declared.__name__
]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_key_is_on_the_page(kind: type[BaseModel]) -> None:
    keys = {field.alias or name for name, field in kind.model_fields.items()}
    assert {key for key in keys if f"`{key}`" not in PAGE} == set()


def test_every_code_is_on_the_page_and_raised() -> None:
    raised = {code for text in SOURCES for code in re.findall(r'"(SCR-\d{3})"', text)}
    told = set(re.findall(r"^\| (SCR-[12]\d\d) \|", PAGE, re.MULTILINE))
    assert raised - told == set()
    assert told - raised == set()


def test_figures_on_the_page_are_those_of_the_code() -> None:
    assert f"more than {LARGEST_HOUSEHOLD} people" in PAGE
    assert f"fewer than {SMALLEST_SHARE} subjects" in PAGE
    assert MOST_TRIED == 8
    assert "more than eight unknown ids" in PAGE


def test_the_example_is_a_model_whose_cases_pass() -> None:
    found = re.search(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    assert found
    model = read_model("example.yaml", text=found.group(1))
    with open_engine() as engine:
        assert [result.differences for result in run_cases(engine, [model])] == [(), ()]


def test_the_face_is_exactly_what_it_exports() -> None:
    assert all(hasattr(yingjiu.screening, name) for name in yingjiu.screening.__all__)
    assert sorted(yingjiu.screening.__all__) == yingjiu.screening.__all__
