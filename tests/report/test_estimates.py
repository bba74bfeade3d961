"""First estimates: from a lead's data to a range that says what is unknown."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from yingjiu.report import Estimate, Estimator, ReportData, render, write_leads
from yingjiu.report.estimates import award_facts
from yingjiu.screening.facts import About

DAY = date(2025, 5, 31)
KNOWN: dict[str, Any] = {
    "role": "victim",
    "harm": "bodily",
    "harm_grade": "serious_2",
    "injury_disability_grade": 8,
    "urgent_treatment": False,
    "working_capacity_lost": False,
    "loss": None,
    "medical_cost": Decimal("40000.00"),
    "awarded": Decimal("200000.00"),
    "received": Decimal("0.00"),
    "fault": "none",
    "birth_date": date(1980, 1, 1),
    "stage": "enforcement",
}


def about(**values: Any) -> About:
    return About(32099919800101001, "案", {**KNOWN, **values}, ("victim",))


@pytest.fixture(scope="module")
def estimator() -> Estimator:
    return Estimator.of()


def test_what_the_data_do_not_say_is_unknown() -> None:
    facts = award_facts(about(awarded=None), ["dibao"], DAY)
    assert {"loss", "awarded", "minor_dependants"}.isdisjoint(facts)
    assert facts["injury_disability_grade"] == {"scale": "injury_disability", "grade": 8}
    assert (facts["applicant_minor"], facts["victim_age"]) == (False, 45)


def test_before_a_judgment_nothing_was_awarded() -> None:
    assert award_facts(about(awarded=None, stage="arrest_review"), [], DAY)["awarded"] == "none"


def test_the_age_of_a_relative_is_not_the_victims() -> None:
    assert "victim_age" not in award_facts(about(role="near_relative", harm="death"), [], DAY)


def test_the_larger_of_what_was_received_and_enforced_counts() -> None:
    assert award_facts(about(enforced=Decimal(5000)), [], DAY)["received"] == 5000


def test_an_estimate_is_a_range_by_the_example_and_says_so(estimator: Estimator) -> None:
    found = estimator.estimate(about(), ["dibao"], region="320999", day=DAY)
    assert (found.low, found.high) == (Decimal(67200), Decimal(107500))
    assert found.standard == "national-example"
    assert len(found.unknown) == 2
    assert found.warnings


def test_a_region_with_a_standard_and_no_wage_has_no_amount(estimator: Estimator) -> None:
    found = estimator.estimate(about(), [], region="430200", day=DAY)
    assert found.low is None
    assert found.high is None
    assert "2024" in found.says


def test_the_offices_own_standard_and_wage_count(tmp_path: Path, estimator: Estimator) -> None:
    (tmp_path / "standards").mkdir()
    (tmp_path / "standards" / "county.yaml").write_text(
        "standard: county\ntitle: 虚构县标准\nextends: national-example\n"
        "regions: ['320999']\nvalid_from: 2020-01-01\n"
        "caps: [{id: cap_county, says: 三万元, kind: local, limit: 30000}]\n",
        encoding="utf-8",
    )
    own = Estimator.of(tmp_path)
    assert own.estimate(about(), [], region="320999", day=DAY).high == 30000
    assert own.identity != estimator.identity


def test_the_page_and_the_file_show_it(small: ReportData, tmp_path: Path) -> None:
    estimate = Estimate(
        Decimal(67200), Decimal(107500), "估算依据", "s", (("事实", "户口簿<b>"),), ("仅为示例",)
    )
    first, *others = small.leads
    shown = replace(small, leads=(replace(first, estimate=estimate), *others))
    page = render(shown)
    assert "107,500" in page
    assert "户口簿&lt;b&gt;" in page
    rows = pq.read_table(write_leads(shown, tmp_path / "leads.parquet")).to_pylist()
    told = [row["estimate"] for row in rows if row["estimate"]]
    assert [(one["low"], one["unknown"][0]["document"]) for one in told] == [
        (Decimal("67200.00"), "户口簿<b>")
    ]
