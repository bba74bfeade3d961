from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

import yingjiu.awards
from tests.awards.sound import DAY, FACTS, awarded, book, standards
from yingjiu.awards import (
    Decided,
    award_data,
    citizen_sentence,
    counterfactuals,
    decision_paragraph,
    effects,
    hold_cases,
    nearest,
    published_awards,
    review_table,
    unlike_pairs,
    what_if,
)
from yingjiu.awards.civil import disability_coefficient, years_of_damages

HELD = hold_cases(standards(), book())


def test_the_face_is_exact() -> None:
    public = {name for name in vars(yingjiu.awards) if not name.startswith("_")}
    modules = {name for name in public if type(vars(yingjiu.awards)[name]).__name__ == "module"}
    assert public - modules == set(yingjiu.awards.__all__)


@pytest.mark.parametrize("held", HELD, ids=[f"{held.standard}: {held.says}" for held in HELD])
def test_cases_that_must_hold(held: Any) -> None:
    assert held.faults == ()


def test_every_standard_ships_cases() -> None:
    assert {held.standard for held in HELD} == {each.standard for each in standards()}


def test_a_case_that_does_not_hold_says_what_differs() -> None:
    example = next(each for each in standards() if each.standard == "national-example")
    wrong = example.cases[0].model_copy(update={"expect": {"amount": 1, "nothing": 2}})
    held = hold_cases([example.model_copy(update={"cases": (wrong,)})], book())
    assert not held[0].holds
    assert "67200" in held[0].faults[0]
    assert len(held[0].faults) == 2


@pytest.mark.parametrize(
    ("grades", "coefficient"),
    [
        ([1], "1"),
        ([10], "0.1"),
        ([8], "0.3"),
        ([8, 10], "0.31"),
        ([8, 9, 9], "0.34"),
        ([1, 2], "1"),
        ([5] * 9, "0.7"),
    ],
)
def test_coefficients_of_civil_damages(grades: list[int], coefficient: str) -> None:
    assert disability_coefficient(grades) == Decimal(coefficient)


@pytest.mark.parametrize(
    ("age", "years"), [(0, 20), (59, 20), (60, 20), (61, 19), (74, 6), (75, 5), (100, 5)]
)
def test_years_of_civil_damages(age: int, years: int) -> None:
    assert years_of_damages(age) == years


def test_the_court_estimate_caps_before_a_judgment() -> None:
    award = awarded(
        {"awarded": "none", "injury_grade": "serious_1", "medical_cost": 0, "victim_age": 80, "levels": 3}
        | {"injury_disability_grade": {"scale": "injury_disability", "grade": 10}}
    )
    assert award.step("court_award").formula == "54188 × 5 × 0.1 + 0 + 0"
    assert award.amount.low == 27000


def test_urgent_relief_is_settled() -> None:
    more = awarded({"urgent_treatment": True, "first_relief_paid": 80000})
    assert more.first_relief is not None
    assert more.first_relief.value.low == 31000
    assert more.to_pay.value.low == 0
    assert more.overpaid.value.low == 12800
    assert len(more.warnings) == 3


def test_levels_pay_the_whole_and_no_more() -> None:
    award = awarded({"levels": 3})
    assert sum(award.joint) == award.amount.low
    assert len(award.joint) == 3


def test_an_unknown_lists_the_document_and_its_effect() -> None:
    award = awarded({"received": "unknown", "minor_dependants": "unknown"})
    found = {effect.fact.name: effect for effect in effects(award)}
    assert set(found) == {"received", "minor_dependants"}
    assert found["received"].outcomes[-1][1].high == award.amount.high
    assert found["received"].document in citizen_sentence(award)


def test_an_unknown_that_changes_nothing_is_not_asked_for() -> None:
    award = awarded({"harm": "death", "working_capacity_lost": "unknown", "urgent_treatment": "unknown"})
    assert award.amount.exact
    assert effects(award) == ()


def test_three_children_instead_of_two() -> None:
    award = awarded({"minor_dependants": 2})
    found = what_if(award, {"minor_dependants": 3})
    assert found.before.low == 80600
    assert found.after.low == 87300
    assert found.shown == "+6,700"
    assert {step.id for _before, step in found.steps} >= {
        "minor_points",
        "family_factor",
        "recommended",
        "amount",
    }
    assert any(each.shown == "+6,700" for each in counterfactuals(award))


def test_table_paragraph_and_sentence_come_from_the_same_tree() -> None:
    award = awarded({"received": {"value": 60000, "from": "执行款收据"}})
    rows = review_table(award)
    assert any("执行款收据" in row.inputs for row in rows)
    for text in (decision_paragraph(award), citizen_sentence(award)):
        assert "33,600" in text
    data = json.loads(json.dumps(award_data(award)))
    assert data["amount"] == "33600"
    assert {step["id"] for step in data["steps"]} >= {"wage", "base_months", "amount", "band_low", "to_pay"}


def test_a_decision_says_what_was_computed_and_cites_each_rule_once() -> None:
    award = awarded({"fault": "slight"})
    proposed, decided = decision_paragraph(award), decision_paragraph(award, decided=True)
    assert "建议救助53,700元" in proposed
    assert "建议" not in decided
    assert decided.startswith(
        "救助金额依据全国示例标准（人体损伤程度鉴定标准、人民检察院开展国家司法救助工作细则第八条、"
        "关于建立完善国家司法救助制度的意见（试行）（中政委〔2014〕3号））测算。"
    )
    assert "基准数额 51,712.5元；困难系数 1.3；过错系数 0.8；相乘得53,781元。" in decided
    assert "测算救助金额为53,700元（裁量幅度：37,600至69,900元）。" in decided


def test_approval_lifts_only_what_may_be_lifted() -> None:
    facts = {
        "harm": "death",
        "hardships": ["tekun"],
        "minor_dependants": 4,
        "levels": 3,
        "applicant_minor": True,
    }
    approval = {"by": "检察长", "on": DAY, "reason": "特别困难"}
    assert awarded(facts, approval=approval).amount.low == 120000
    wide = awarded({**facts, "awarded": 900_000}, approval=approval)
    assert wide.amount.low > awarded({**facts, "awarded": 900_000}).amount.low == Decimal(372300)
    assert any("检察长" in warning for warning in wide.warnings)
    wage = {"value": 9000, "year": 2024, "from": "统计局"}
    assert awarded(facts, of="zhuzhou", region="430200", approval=approval, wage=wage).amount.low == 50000


def test_the_nearest_published_awards_say_what_they_share() -> None:
    likes = nearest(awarded({"harm": "death", "minor_dependants": 1}).case)
    assert len(likes) == 5
    assert all(like.award.told["harm"] == "death" and like.shares for like in likes)
    assert [like.weight for like in likes] == sorted((like.weight for like in likes), reverse=True)


def test_published_awards_hold_no_unknown_fact() -> None:
    for award in published_awards():
        assert award.source
        assert award.grade in {"A", "B"}
        assert award.case().facts["levels"].known


def _decided(amount: int, reason: str | None = None, **facts: Any) -> Decided:
    return Decided(awarded(facts), Decimal(amount), reason)


def test_like_cases_with_unlike_money() -> None:
    cases = [
        _decided(60000),
        _decided(20000),
        _decided(30000, received=60000),
        _decided(20000, "申请人另获慈善救助", other_dependants=1),
        _decided(20000, injury_grade="minor_1"),
    ]
    pairs = unlike_pairs(cases)
    assert len(pairs) == 5
    open_ones = [pair for pair in pairs if not pair.explained]
    assert [str(pair.ratio) for pair in open_ones] == ["3.00", "1.50"]
    halved = next(pair for pair in pairs if pair.lesser.amount == 30000 and pair.greater.amount == 60000)
    assert halved.explained
    assert halved.differs
    assert any(pair.why == "申请人另获慈善救助" for pair in pairs)


def _run(*words: str, at: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [
            sys.executable,
            "-c",
            "from yingjiu.cli import main; main()",
            "--workspace",
            str(at),
            "award",
            *words,
        ],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        env={**os.environ, "YINGJIU_LANGUAGE": "en", "PYTHONUTF8": "1"},
    )


def _case(folder: Path, name: str = "case.yaml", **told: Any) -> str:
    data = {"case": "一号", "region": "320999", "decided_on": DAY, "facts": FACTS, **told}
    path = folder / name
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    return str(path)


def test_commands_compute_explain_and_test(tmp_path: Path) -> None:
    case = _case(tmp_path)
    refused = _run("compute", case, at=tmp_path)
    assert (refused.returncode, "AWD-220" in refused.stderr) == (1, True)
    made = _run("compute", case, "--standard", "national-example", "--format", "json", at=tmp_path)
    assert json.loads(made.stdout)["amount"] == "67200"
    as_yaml = _run("compute", case, "--standard", "national-example", "--format", "yaml", at=tmp_path)
    assert yaml.safe_load(as_yaml.stdout)["band"] == {"low": "47000", "high": "87300"}
    told = _run(
        "explain", case, "--standard", "national-example", "--what-if", "minor_dependants=2", at=tmp_path
    )
    assert "+13,400" in told.stdout
    assert "5 × 10342.5" in told.stdout
    assert _run("test", at=tmp_path).returncode == 0
    outside = _case(tmp_path, decided=20000, standard="national-example")
    assert "AWD-501" in _run("compute", outside, at=tmp_path).stderr
    told_why = _case(tmp_path, decided=20000, standard="national-example", reason="另获慈善救助")
    assert _run("compute", told_why, at=tmp_path).returncode == 0


def test_commands_bring_in_wages_and_compare(tmp_path: Path) -> None:
    table = tmp_path / "工资.csv"
    table.write_text(
        "地区,年份,口径,月平均工资,来源\n湖南,2024,城镇非私营单位就业人员,8250,公报\n", encoding="utf-8"
    )
    assert _run("import-wages", str(table), at=tmp_path).returncode == 0
    assert "50,000" in _run("compute", _case(tmp_path, region="430200"), at=tmp_path).stdout
    clash = tmp_path / "clash.csv"
    clash.write_text(
        "地区,年份,口径,月平均工资,来源\n全国,2024,城镇非私营单位就业人员,9,公报\n", encoding="utf-8"
    )
    assert "AWD-107" in _run("import-wages", str(clash), at=tmp_path).stderr
    clash.write_text(
        "地区,年份,口径,月平均工资,来源\n全国,2024,城镇非私营单位就业人员,9000,公报\n", encoding="utf-8"
    )
    assert "AWD-101" in _run("import-wages", str(clash), at=tmp_path).stderr
    assert _run("test", at=tmp_path).returncode == 0, "a refused table must leave the workspace as it was"
    one = {"region": "320999", "decided_on": date(2025, 1, 1), "standard": "national-example", "facts": FACTS}
    cases = [{**one, "case": "甲", "decided": 60000}, {**one, "case": "乙", "decided": 20000}]
    path = tmp_path / "decided.yaml"
    path.write_text(yaml.safe_dump(cases, allow_unicode=True), encoding="utf-8")
    compared = _run("compare", str(path), at=tmp_path)
    assert "2 cases, 1 pairs of unlike money, 1 not explained" in compared.stdout
