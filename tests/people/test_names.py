"""Names are compared by equality of forms, as a clerk would; numbers by the slip that explains them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from yingjiu.people import name_forms, repair_of
from yingjiu.people.weighing import _CONDITIONS

HERE = Path(__file__).parent


def _cases(name: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load((HERE / name).read_text(encoding="utf-8")))


@pytest.mark.parametrize("case", _cases("names.yaml"), ids=lambda case: f"{case['one']}-{case['other']}")
def test_two_spellings_are_alike_as_a_clerk_would_say(case: dict[str, Any]) -> None:
    one, other = name_forms(case["one"]), name_forms(case["other"])
    assert one is not None
    assert other is not None
    columns = ("plain", "simple", "sound", "characters", "surname_sound", "first", "last")
    given = ", ".join(
        f"'{getattr(form, column)}' AS {column}_{side}"
        for form, side in ((one, "l"), (other, "r"))
        for column in columns
    )
    levels = " ".join(f"WHEN {condition} THEN '{name}'" for name, condition in _CONDITIONS["name"].items())
    found = duckdb.connect().sql(f"SELECT CASE {levels} ELSE 'other' END FROM (SELECT {given})").fetchall()
    assert found == [(case["alike"],)]


@pytest.mark.parametrize("case", _cases("numbers.yaml"), ids=lambda case: f"{case['written']} {case['slip']}")
def test_one_slip_explains_a_wrong_number(case: dict[str, Any]) -> None:
    assert repair_of(case["written"], "320999198001010014") == case["slip"]


@pytest.mark.parametrize("name", [None, "", " ", "·"])
def test_nothing_has_no_forms(name: str | None) -> None:
    assert name_forms(name) is None


def test_no_condition_measures_a_distance_between_characters() -> None:
    written = " ".join(
        condition for name in _CONDITIONS if name != "id" for condition in _CONDITIONS[name].values()
    )
    assert not any(
        word in written.lower() for word in ("levenshtein", "jaro", "jaccard", "hamming", "damerau")
    )
