"""Every model that comes with the program does what its own cases say."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from yingjiu.pool import open_engine
from yingjiu.screening import CaseResult, read_models, run_cases

MODELS = read_models()


@pytest.fixture(scope="module")
def results() -> Mapping[tuple[str, int], CaseResult]:
    with open_engine() as engine:
        return {(result.model, result.index): result for result in run_cases(engine, MODELS)}


@pytest.mark.parametrize(
    ("model", "index"),
    [(model.id, index) for model in MODELS for index in range(len(model.cases))],
    ids=[f"{model.id}: {case.says}" for model in MODELS for case in model.cases],
)
def test_the_case_comes_to_what_it_says(
    results: Mapping[tuple[str, int], CaseResult], model: str, index: int
) -> None:
    assert results[model, index].differences == ()
