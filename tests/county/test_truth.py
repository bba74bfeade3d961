"""Everything is planted several times in a county of 20,000, and the truth follows the law."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from yingjiu.county import TRUTH_SCHEMA, County, generate_county, truth
from yingjiu.county.circumstances import Circumstances
from yingjiu.county.claims import Claim, Enforcement, all_claims
from yingjiu.county.dates import TODAY
from yingjiu.county.truth import compensated, eligible_harm, obtainable, refusal

KINDS = ("judicial_relief", "social_assistance", "supervision", "unsupported_child", "missed_benefit")


@pytest.fixture(scope="module")
def county() -> County:
    return generate_county(1, 20_000)


@pytest.fixture(scope="module")
def verdicts(county: County) -> list[dict[str, Any]]:
    table = truth(county)
    assert table.schema == TRUTH_SCHEMA
    return list(table.to_pylist())


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_lead_occurs_several_times(verdicts: list[dict[str, Any]], kind: str) -> None:
    assert sum(one["is_lead"] for one in verdicts if one["kind"] == kind) >= 20


@pytest.mark.parametrize(
    "decoy",
    [
        "twin",
        "same_name",
        "stale_registry",
        "wrong_id_digit",
        "already_relieved",
        "already_compensated",
        "gave_up_claim",
        "serious_fault",
        "false_statement",
        "refused_cooperation",
        "minor_injury_only",
        "harm_below_threshold",
        "hardship_ended",
        "not_in_hardship",
        "suspect_not_victim",
        "compensation_obtainable",
        "recent_act",
        "paid_in_full",
        "already_listed",
        "other_parent_cares",
        "grown_up",
        "tekun_excluded",
        "holder_dead",
    ],
)
def test_every_decoy_occurs(verdicts: list[dict[str, Any]], decoy: str) -> None:
    assert sum(one["decoy"] == decoy for one in verdicts) >= 2


@pytest.mark.parametrize(
    "reason",
    [
        "art7_1_serious_injury",
        "art7_2_urgent_treatment",
        "art7_3_supporter_killed",
        "art7_3_capacity_lost",
        "art7_4_heavy_loss",
        "art7_6_civil_tort",
        "art7_7_sexual_offence",
        "support_claim",
        "parent_killed",
    ],
)
def test_every_situation_of_article_7_is_a_lead_somewhere(
    verdicts: list[dict[str, Any]], reason: str
) -> None:
    assert any(one["is_lead"] and reason in one["reasons"] for one in verdicts)


def test_leads_occur_at_every_stage(verdicts: list[dict[str, Any]]) -> None:
    stages = Counter(one["stage"] for one in verdicts if one["is_lead"] and one["kind"] == "judicial_relief")
    assert (
        min(
            stages[stage]
            for stage in (
                "investigation",
                "arrest_review",
                "prosecution_review",
                "first_trial",
                "enforcement",
            )
        )
        >= 5
    )


def test_one_verdict_for_one_person_case_and_kind(verdicts: list[dict[str, Any]]) -> None:
    keys = [(one["person_id"], one["case_id"], one["kind"]) for one in verdicts]
    assert len(keys) == len(set(keys))


def test_a_decoy_says_why_and_a_lead_does_not(verdicts: list[dict[str, Any]]) -> None:
    assert all((one["decoy"] is None) == one["is_lead"] for one in verdicts)


def test_truth_is_the_same_when_asked_again(county: County) -> None:
    assert truth(county).equals(truth(generate_county(1, 20_000)))


@pytest.fixture(scope="module")
def claim(county: County) -> Claim:
    """A grown man, seriously injured, unpaid, by an offender who has nothing."""
    any_claim = next(iter(all_claims(county, Circumstances(county))))
    return replace(
        any_claim,
        criminal=True,
        role="victim",
        male=True,
        minor=False,
        article="234",
        cause="",
        harm="serious_2",
        bodily=True,
        urgent=False,
        capacity_lost=False,
        loss=0,
        due=100_000,
        received=0,
        fault="none",
        gave_up=False,
        refused=False,
        false_statement=False,
        offender_can_pay=False,
        enforcement=None,
        relief=None,
    )


@pytest.mark.parametrize(
    ("change", "situations"),
    [
        ({}, {"art7_1_serious_injury"}),
        ({"harm": "minor_1"}, set()),
        ({"harm": "minor_1", "urgent": True}, {"art7_2_urgent_treatment"}),
        ({"harm": "death", "role": "near_relative"}, {"art7_3_supporter_killed"}),
        ({"harm": "property", "loss": 50_000}, {"art7_4_heavy_loss"}),
        ({"harm": "property", "loss": 49_999}, set()),
        ({"harm": "retaliation", "role": "witness"}, {"art7_5_retaliation"}),
        ({"criminal": False, "role": "plaintiff", "cause": "traffic_liability"}, {"art7_6_civil_tort"}),
        ({"criminal": False, "role": "plaintiff", "cause": "labour_pay", "harm": "none"}, set()),
        (
            {"criminal": False, "role": "plaintiff", "cause": "support_claim", "harm": "none"},
            {"support_claim"},
        ),
        ({"harm": "psychological", "article": "236", "male": False}, {"art7_7_sexual_offence"}),
        ({"harm": "psychological", "article": "260", "minor": True}, {"minor_trauma"}),
    ],
)
def test_article_7(claim: Claim, change: dict[str, Any], situations: set[str]) -> None:
    assert eligible_harm(replace(claim, **change)) == situations


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({}, None),
        ({"fault": "serious"}, "serious_fault"),
        ({"fault": "equal"}, None),
        ({"gave_up": True}, "gave_up_claim"),
        ({"false_statement": True}, "false_statement"),
        ({"refused": True}, "refused_cooperation"),
    ],
)
def test_article_8(claim: Claim, change: dict[str, Any], reason: str | None) -> None:
    assert refusal(replace(claim, **change)) == reason


@pytest.mark.parametrize(
    ("received", "enough"), [(0, False), (49_999, False), (50_000, True), (100_000, True)]
)
def test_half_of_what_is_due_is_effective_compensation(claim: Claim, received: int, enough: bool) -> None:
    assert compensated(replace(claim, received=received)) is enough


@pytest.mark.parametrize(
    ("change", "can_be_had"),
    [
        ({"offender_can_pay": True}, True),
        ({"offender_can_pay": True, "minor": True}, False),
        ({"offender_can_pay": False}, False),
        ({"criminal": False, "enforcement": None}, True),
        ({"criminal": False, "enforcement": Enforcement("terminated_this_round", TODAY - 10)}, False),
        ({"criminal": False, "enforcement": Enforcement("in_progress", TODAY - 10)}, True),
        ({"criminal": False, "enforcement": Enforcement("in_progress", TODAY - 300)}, False),
    ],
    ids=[
        "able offender",
        "able offender, minor victim",
        "poor offender",
        "no enforcement yet",
        "terminated",
        "running",
        "asleep",
    ],
)
def test_compensation_that_litigation_can_still_bring(
    claim: Claim, change: dict[str, Any], can_be_had: bool
) -> None:
    assert obtainable(replace(claim, **change)) is can_be_had
