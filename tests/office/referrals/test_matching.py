"""Which measures fit, and what rows about a person make of the facts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.office.house import House
from tests.office.referrals.makers import make_lead
from yingjiu.codes import CODE_LISTS
from yingjiu.declarations import DeclarationError, read_yaml
from yingjiu.office.referrals.known import Known, truths_of
from yingjiu.office.referrals.matching import Facts, match, match_one
from yingjiu.office.referrals.measures import Catalogue, read_catalogue
from yingjiu.office.referrals.services import propose

TABLE = Path(__file__).with_name("measures.yaml")
CASES, _LINES = read_yaml(TABLE.read_text(encoding="utf-8"), file=str(TABLE))
DAY = date(2026, 11, 2)
SHIPPED = read_catalogue()


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """The catalogue of an office with local standards of its own, in a region that does not exist."""
    folder = tmp_path_factory.mktemp("measures")
    value = "from: 2025-01-01, certainty: read, citation: 虚构通知"
    (folder / "parameters.yaml").write_text(
        "parameters:\n"
        "  dibao_line: {title: 低保标准, unit: yuan/month, "
        f'values: [{{region: "990000", value: 800, {value}}}]}}\n'
        f'  edge_factor: {{title: 倍数, unit: times, values: [{{region: "990000", value: 1.5, {value}}}]}}\n',
        encoding="utf-8",
    )
    return read_catalogue(folder)


@pytest.mark.parametrize("case", CASES["cases"], ids=[case["says"] for case in CASES["cases"]])
def test_measures_fit_as_the_table_says(case: dict[str, Any], local: Catalogue) -> None:
    facts = Facts(
        case.get("region", "320999"),
        DAY,
        truths=case["known"],
        numbers={key: Decimal(number) for key, number in case.get("numbers", {}).items()},
    )
    assert set(case["known"]) <= set(local.facts)
    found = {each.key: each for each in match(facts, local)}
    assert {key: found[key].outcome for key in case["expect"]} == case["expect"]
    for key, open_ in case.get("open", {}).items():
        assert [fact.key for fact in found[key].open] == open_


def test_every_measure_names_a_known_agency_and_its_basis_or_says_unconfirmed() -> None:
    assert len(SHIPPED.measures) >= 25
    for measure in SHIPPED.measures.values():
        assert measure.agency in SHIPPED.agencies
        assert measure.basis or measure.certainty == "unconfirmed", measure.key


def test_every_code_that_models_recommend_has_a_measure() -> None:
    assert {code for code in CODE_LISTS["measure"].codes if SHIPPED.measure(code) is None} == set()


def test_lists_and_benefits_of_facts_are_codes_of_the_engine() -> None:
    for key, fact in SHIPPED.facts.items():
        for code in (fact.list, *fact.also):
            assert code is None or code in CODE_LISTS["hardship_list"].codes, key
        assert fact.measure is None or fact.measure in CODE_LISTS["measure"].codes, key


def test_agencies_are_found_by_the_names_that_models_use() -> None:
    names = ("民政局", "医保局", "教育局", "司法局", "妇联", "残联", "农业农村局", "公安局", "人社局")
    assert all(SHIPPED.agency_code(name) for name in names)


TRUTHS = st.dictionaries(st.sampled_from(sorted(SHIPPED.facts)), st.sampled_from([True, False]), max_size=20)


@given(TRUTHS, TRUTHS)
def test_more_knowledge_never_turns_fits_into_does_not_fit(
    known: dict[str, bool], more: dict[str, bool]
) -> None:
    later = {**more, **known}
    for measure in SHIPPED.measures.values():
        before = match_one(measure, Facts("320999", DAY, truths=known), SHIPPED).outcome
        after = match_one(measure, Facts("320999", DAY, truths=later), SHIPPED).outcome
        assert before in {"possible", after} or {before, after} == {"no", "already"}


def test_a_standard_that_is_not_confirmed_warns() -> None:
    facts = Facts("320999", DAY, numbers={"self_paid_12_months": Decimal(60000)})
    found = match_one(SHIPPED.measures["medical_relief"], facts, SHIPPED)
    fact = next(each for each in found.facts if each.key == "self_paid_above")
    assert fact.truth is True
    assert "推算" in fact.warning


ROW = {
    "list": "dibao",
    "valid_from": None,
    "valid_to": None,
    "agency": "虚构县民政局",
    "data_date": date(2026, 6, 1),
}


@pytest.mark.parametrize(
    ("known", "fact", "truth"),
    [
        (Known(DAY), "minor", None),
        (Known(DAY, birth_date=date(2008, 11, 2)), "minor", False),
        (Known(DAY, birth_date=date(2008, 11, 3)), "minor", True),
        (Known(DAY, birth_date=date(1966, 11, 2)), "elderly", True),
        (Known(DAY, sex="unknown"), "female", None),
        (Known(DAY, household=[ROW]), "dibao", True),
        (Known(DAY, household=[{**ROW, "valid_to": date(2026, 1, 1)}]), "dibao", None),
        (Known(DAY, sources=frozenset({"civil-affairs-dibao"})), "dibao", False),
        (Known(DAY, own=[{**ROW, "list": "disabled", "grade": 2}]), "severely_disabled", True),
        (
            Known(DAY, own=[{**ROW, "list": "disabled", "grade": 3, "category": "mental"}]),
            "mentally_disabled_3_4",
            True,
        ),
        (
            Known(DAY, benefits=[{"measure": "temporary_relief", "paid_on": date(2025, 1, 1)}]),
            "got_temporary_relief",
            None,
        ),
        (
            Known(DAY, benefits=[{"measure": "temporary_relief", "paid_on": date(2026, 1, 1)}]),
            "got_temporary_relief",
            True,
        ),
        (Known(DAY, parents=[frozenset({"dead"}), frozenset({"in_custody"})]), "parents_unable", True),
        (Known(DAY, parents=[frozenset({"dead"})]), "parents_unable", None),
        (
            Known(
                DAY,
                parents=[frozenset({"dead"}), frozenset()],
                sources=frozenset({"police-deaths", "police-custody"}),
            ),
            "parents_unable",
            False,
        ),
        (Known(DAY, cases=[{"charge": "交通肇事罪"}]), "traffic_case", True),
        (Known(DAY, cases=[{"charge": "盗窃罪"}]), "traffic_case", False),
        (Known(DAY), "traffic_case", None),
        (Known(DAY, lost=[{"harm": "death"}]), "supporter_lost", True),
        (Known(DAY, parties=[{"role": "victim", "harm": "bodily"}]), "bodily_harm", True),
        (Known(DAY, parties=[{"role": "victim", "harm": "bodily"}]), "sudden_loss", None),
        (Known(DAY, parties=[{"role": "victim", "harm": "bodily"}], household=[ROW]), "sudden_loss", True),
        (Known(DAY, relieved=True), "judicially_relieved", True),
        (
            Known(DAY, enforcements=[{"cause_of_action": "support_claim", "status": "partly"}]),
            "support_claim_unpaid",
            True,
        ),
    ],
)
def test_rows_make_facts_and_silence_is_unknown(known: Known, fact: str, truth: bool | None) -> None:
    truths, evidence = truths_of(SHIPPED.facts, known)
    assert truths[fact] is truth
    if fact == "dibao" and truth:
        assert evidence[fact] == ("虚构县民政局 2026-06-01",)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("require: not_a_fact, agency: civil_affairs", "DCL-221"),
        ("require: minor, agency: nobody", "DCL-222"),
        ("require: minor, agency: civil_affairs, colour: red", "DCL-004"),
    ],
)
def test_a_wrong_measure_of_an_office_is_refused(tmp_path: Path, text: str, code: str) -> None:
    (tmp_path / "measures.yaml").write_text(
        f"measures:\n  own: {{title: 本地措施, unit: person, certainty: read, {text}}}\n", encoding="utf-8"
    )
    with pytest.raises(DeclarationError) as refused:
        read_catalogue(tmp_path)
    assert refused.value.code == code
    assert refused.value.faults[0].line == 2


def test_a_lead_without_a_pool_is_judged_by_what_it_says(house: House) -> None:
    lead = make_lead(house)
    lead.charge = "交通肇事罪"
    lead.save()
    found = {each.key: each for each in propose(lead)}
    assert found["temporary_relief"].outcome == "possible"
    assert [fact.key for fact in found["temporary_relief"].open] == ["got_temporary_relief"]
