"""The shipped models: sound, proven by their own cases on each engine, and right about the planted truth."""

from __future__ import annotations

from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest

from yingjiu.cli.demo import score
from yingjiu.codes import CODE_LISTS
from yingjiu.county import generate_county, truth, write_files
from yingjiu.county.dates import RUN_DATE
from yingjiu.pool import Engine, Pool, open_engine
from yingjiu.report import Score
from yingjiu.screening import Model, leads, read_model, read_models, run_cases, run_models, shipped_models
from yingjiu.sources import load_folder, read_sources

CATALOGUE = Path(str(files("yingjiu.catalogue")))
MODELS = read_models(shipped_models())


def test_every_published_system_has_its_models() -> None:
    after = {model.after for model in MODELS if model.after}
    assert {name[2] for name in after} == set("一二三四五")
    groups = {model.where.split("'")[1] for model in MODELS if model.id.startswith("panan-") and model.where}
    assert groups == CODE_LISTS["offence_group"].codes.keys() - {"other"}
    kinds = {model.kind for model in MODELS if model.id.startswith(("weidu-", "yueqing-"))}
    assert kinds == {"judicial_relief", "social_assistance", "supervision"}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)
def test_a_model_is_complete(model: Model) -> None:
    assert model.basis
    assert not model.warnings
    outcomes = [case.expect.outcome for case in model.cases]
    assert "match" in outcomes
    assert "no" in outcomes
    for parameter in model.parameters.values():
        assert parameter.source, "a threshold says where it comes from"


def test_every_case_holds_on_each_engine(engine: Engine) -> None:
    results = run_cases(engine, MODELS)
    assert len(results) == sum(len(model.cases) for model in MODELS)
    assert [(one.model, one.says, one.differences) for one in results if not one.passed] == []


def test_relief_models_exclude_or_ask_by_article_8() -> None:
    for model in MODELS:
        if model.kind == "judicial_relief" and model.subject == "party":
            assert model.exclude is not None
            excluded = set(model.leaves(model.exclude))
            assert {"serious_fault", "refused_help", "false_claim", "gave_up", "relieved"} <= excluded
            assert {"article_8_open", "social_relief_received"} <= set(model.ask)


def test_a_fifth_comparison_is_one_block() -> None:
    path = CATALOGUE / "models" / "shanxian-two-libraries.yaml"
    block = """comparisons:
  - id: bereaved_parent
    part_of: hit
    says: 比对五：失独父母
    with: hardship
    by: [person]
    expr: "list = 'bereaved_parent'"
    settle: 卫生健康部门核查
"""
    case = """cases:
  - says: 失独父母重伤
    given:
      party: {role: victim, harm: bodily, harm_grade: serious_2, received: 0, birth_date: 1978-03-01}
      hardship: [{list: bereaved_parent}]
    expect: {outcome: match}
"""
    text = path.read_text(encoding="utf-8").replace("comparisons:\n", block, 1).replace("cases:\n", case, 1)
    changed = read_model(path, text=text)
    with open_engine() as duck:
        assert all(result.passed for result in run_cases(duck, [changed]))


@pytest.fixture(scope="module")
def scores(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Score]:
    folder = tmp_path_factory.mktemp("county")
    county = generate_county(11, 8000)  # not the seed that anybody looked at while writing the models
    write_files(county, folder / "files")
    pool = Pool.open(folder / "pool", create=True)
    loaded = load_folder(
        pool,
        read_sources(CATALOGUE / "sources"),
        folder / "files",
        quarantine_folder=folder / "quarantine",
        run_date=RUN_DATE,
    )
    assert not loaded.failed
    with open_engine("duckdb", folders=[pool.folder]) as duck:
        run = run_models(duck, pool.view(), MODELS, RUN_DATE)
    assert run.run_date == date(2025, 5, 31)
    return {one.of: one for one in score(run, leads(run), truth(county))}


@pytest.mark.parametrize(
    ("kind", "precision", "recall"),
    [
        ("judicial_relief", 0.80, 0.75),
        ("social_assistance", 0.85, 0.75),
        ("supervision", 0.90, 0.85),
        ("unsupported_child", 0.70, 0.70),
        ("missed_benefit", 0.95, 0.95),
    ],
)
def test_models_agree_with_lives_that_know_nothing_of_them(
    scores: dict[str, Score], kind: str, precision: float, recall: float
) -> None:
    one = scores[kind]
    assert one.planted
    assert one.planted > 5
    assert (one.precision or 0) >= precision, one
    assert (one.recall or 0) >= recall, one
