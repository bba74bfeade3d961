from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.awards.sound import DAY, FACTS, awarded, standards
from yingjiu.awards import (
    AwardError,
    CaseError,
    DiscretionError,
    NoAmountError,
    StandardError,
    award_case,
    check_decision,
    choose_standard,
    read_case,
    read_standard,
    shipped_standards,
)
from yingjiu.codes import DisabilityCertificateGrade, InjuryDisabilityGrade
from yingjiu.errors import YingjiuError

HERE = Path(__file__).parent
CASES = yaml.safe_load((HERE / "bad_cases.yaml").read_text(encoding="utf-8"))
STANDARDS = yaml.safe_load((HERE / "bad_standards.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("bad", CASES, ids=[bad["says"] for bad in CASES])
def test_a_wrong_fact_is_a_fault_that_says_where(bad: dict[str, Any]) -> None:
    data = {"region": "320999", "decided_on": DAY, **bad.get("case", {})}
    data["facts"] = {**FACTS, **bad.get("facts", {})}
    with pytest.raises(CaseError) as caught:
        award_case(data, file="case.yaml")
    assert bad["fault"] in {fault.code for fault in caught.value.faults}
    assert all(fault.file == "case.yaml" and fault.path for fault in caught.value.faults)


def test_all_faults_of_a_case_are_told_at_once() -> None:
    with pytest.raises(CaseError) as caught:
        award_case({"region": "1", "decided_on": "never", "facts": {"received": -1, "fault": "some"}})
    assert [fault.code for fault in caught.value.faults] == ["AWD-307", "AWD-302", "AWD-306", "AWD-304"]


def test_grades_as_enums_keep_their_scale() -> None:
    award = awarded({"injury_disability_grade": InjuryDisabilityGrade.GRADE_8})
    assert award.case.facts["injury_disability_grade"].codes == ("8",)
    with pytest.raises(CaseError, match="AWD-305"):
        awarded({"injury_disability_grade": DisabilityCertificateGrade.GRADE_2})


def test_a_case_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="AWD-301"):
        read_case(tmp_path / "none.yaml")


@pytest.mark.parametrize("bad", STANDARDS, ids=[bad["says"] for bad in STANDARDS])
def test_a_wrong_standard_is_refused_before_it_computes(bad: dict[str, Any], tmp_path: Path) -> None:
    text = (shipped_standards() / "national-example.yaml").read_text(encoding="utf-8")
    for old, new in bad["swap"].items():
        assert old in text, f"the table of cases no longer fits the example: {old}"
        text = text.replace(old, new)
    path = tmp_path / "national-example.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(YingjiuError) as caught:
        read_standard(path)
    assert bad["fault"] in {fault.code for fault in caught.value.faults}, str(caught.value)


@pytest.mark.parametrize(
    ("region", "on", "name", "code"),
    [
        ("320999", DAY, None, "AWD-220"),
        ("320999", DAY, "nowhere", "AWD-222"),
        ("330200", date(2021, 12, 31), None, "AWD-223"),
        ("320999", date(2013, 5, 1), "national-example", "AWD-223"),
    ],
    ids=["a region without a standard", "no such name", "before the standard", "before the law"],
)
def test_no_standard_no_amount(region: str, on: date, name: str | None, code: str) -> None:
    with pytest.raises(StandardError, match=code):
        choose_standard(standards(), region=region, on=on, name=name)


def test_the_nearest_region_has_the_standard() -> None:
    assert choose_standard(standards(), region="330212", on=DAY).standard == "ningbo"
    assert choose_standard(standards(), region="430281", on=DAY).standard == "zhuzhou"


def test_no_wage_no_amount() -> None:
    with pytest.raises(NoAmountError, match="AWD-401"):
        awarded(decided_on=date(2030, 5, 31))
    with pytest.raises(NoAmountError, match="AWD-401"):
        awarded(of="zhuzhou", region="430200")


@pytest.mark.parametrize(
    ("amount", "reason", "code"),
    [
        (67200, None, None),
        (90000, None, "AWD-501"),
        (90000, "家庭特别困难", None),
        (130000, "家庭特别困难", "AWD-502"),
        (-1, None, "AWD-503"),
    ],
    ids=["in the band", "outside", "outside with a reason", "above what the court awards", "negative"],
)
def test_a_decision_is_held_against_band_and_caps(amount: int, reason: str | None, code: str | None) -> None:
    award = awarded()
    if code is None:
        check_decision(award, Decimal(amount), reason=reason)
        return
    with pytest.raises(DiscretionError, match=code):
        check_decision(award, Decimal(amount), reason=reason)


def test_every_award_error_is_one_of_ours() -> None:
    assert all(
        issubclass(each, AwardError) for each in (CaseError, StandardError, NoAmountError, DiscretionError)
    )
