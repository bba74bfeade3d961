"""What must hold for every case: order, ends, caps, and the trace that keeps its word."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.awards.sound import DAY, book, standard
from yingjiu.awards import INPUTS, Award, award_case, compute, counterfactuals, recompute, walk, what_if
from yingjiu.codes import CODE_LISTS

MONEY = st.integers(0, 2_000_000).map(lambda cents: Decimal(cents * 7) / 4)
INJURIES = [*CODE_LISTS["injury_grade"].codes, "none"]
GRADES = st.sampled_from([{"scale": "injury_disability", "grade": grade} for grade in range(1, 11)])
FACTS = st.fixed_dictionaries(
    {
        "harm": st.sampled_from(["death", "bodily", "psychological", "property"]),
        "injury_grade": st.sampled_from(INJURIES),
        "injury_disability_grade": st.one_of(st.just("none"), GRADES),
        "urgent_treatment": st.booleans(),
        "working_capacity_lost": st.booleans(),
        "long_treatment": st.booleans(),
        "loss": MONEY,
        "medical_cost": MONEY,
        "awarded": st.one_of(st.just("none"), MONEY),
        "received": MONEY,
        "fault": st.sampled_from(list(CODE_LISTS["fault"].codes)),
        "hardships": st.lists(st.sampled_from(list(CODE_LISTS["hardship_list"].codes)), max_size=4),
        "minor_dependants": st.integers(0, 8),
        "other_dependants": st.integers(0, 8),
        "applicant_minor": st.booleans(),
        "woman_in_focus": st.booleans(),
        "victim_age": st.integers(0, 100),
        "levels": st.integers(1, 3),
        "minimum_living_cost": st.integers(0, 2000),
        "first_relief_paid": st.integers(0, 60_000),
    }
)
STANDARDS = st.sampled_from(["national-example", "zhuzhou", "ningbo"])
FEW = settings(max_examples=60, deadline=None)


def of(facts: dict[str, Any], name: str = "national-example") -> Award:
    data: dict[str, Any] = {"region": "330200", "decided_on": DAY, "facts": facts}
    if name != "national-example":
        data["wage"] = {"value": 9000, "year": 2024, "from": "统计局"}
    return compute(award_case(data), standard(name), book())


@FEW
@given(FACTS, STANDARDS)
def test_never_negative_never_above_a_cap_and_rounded_once(facts: dict[str, Any], name: str) -> None:
    award = of(facts, name)
    assert award.amount.exact
    for step in (award.root, award.band_low, award.band_high):
        assert step.value.low >= 0
        assert all(step.value.high <= cap.value.high for cap in award.root.children[1:])
        assert step.value.low % award.standard.round_to == 0
    assert award.band.low <= award.amount.low <= award.band.high
    if facts["awarded"] != "none":
        assert award.amount.high <= max(Decimal(0), facts["awarded"] - facts["received"])
    assert sum(award.joint, Decimal(0)) in {Decimal(0), award.amount.low}


@FEW
@given(FACTS, STANDARDS)
def test_the_root_is_what_the_printed_formulas_give(facts: dict[str, Any], name: str) -> None:
    award = of(facts, name)
    for root in (award.root, award.band_low, award.band_high, award.to_pay, award.overpaid):
        for step in walk(root):
            assert recompute(step.formula) == step.value.low, step
    assert award.amount == award.steps[-1].value


@FEW
@given(FACTS, st.data())
def test_a_range_holds_every_value_that_the_unknown_can_lead_to(
    facts: dict[str, Any], data: st.DataObject
) -> None:
    missing = data.draw(st.sets(st.sampled_from(sorted(facts)), min_size=1, max_size=6))
    known = of(facts)
    ranged = of(
        {
            name: value
            for name, value in facts.items()
            if name not in missing or INPUTS[name].default is not None
        }
    )
    assert ranged.amount.low <= known.amount.low <= known.amount.high <= ranged.amount.high
    assert ranged.band.low <= known.band.low
    assert known.band.high <= ranged.band.high


@FEW
@given(FACTS)
def test_more_received_never_gives_more(facts: dict[str, Any]) -> None:
    amounts = [
        of({**facts, "received": facts["received"] + more}).amount.low for more in (0, 1, 10_000, 500_000)
    ]
    assert amounts == sorted(amounts, reverse=True)


@FEW
@given(FACTS)
def test_graver_harm_never_gives_less(facts: dict[str, Any]) -> None:
    by_injury = [of({**facts, "injury_grade": grade}).amount.low for grade in INJURIES]
    assert by_injury == sorted(by_injury, reverse=True)
    by_grade = [
        of({**facts, "injury_disability_grade": {"scale": "injury_disability", "grade": grade}}).amount.low
        for grade in range(1, 11)
    ]
    assert by_grade == sorted(by_grade, reverse=True)
    if facts["awarded"] != "none" and facts["harm"] != "property":
        dead, hurt = (of({**facts, "harm": harm}).amount.low for harm in ("death", "bodily"))
        assert dead >= hurt


@FEW
@given(FACTS)
def test_more_dependants_never_give_less_and_more_fault_never_more(facts: dict[str, Any]) -> None:
    by_number = [of({**facts, "minor_dependants": number}).amount.low for number in range(6)]
    assert by_number == sorted(by_number)
    by_fault = [of({**facts, "fault": fault}).amount.low for fault in ("none", "slight", "equal", "serious")]
    assert by_fault == sorted(by_fault, reverse=True)


@settings(max_examples=15, deadline=None)
@given(FACTS)
def test_a_counterfactual_is_the_award_of_the_changed_case(facts: dict[str, Any]) -> None:
    award = of(facts)
    for each in counterfactuals(award):
        assert each.before == award.amount
        assert each.after != award.amount
    more = of({**facts, "minor_dependants": facts["minor_dependants"] + 1})
    assert what_if(award, {"minor_dependants": facts["minor_dependants"] + 1}).after == more.amount
