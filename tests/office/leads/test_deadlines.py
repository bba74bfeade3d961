"""Until when a lead should be looked at: our rule, and an office's own in its folder."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from tests.office.house import House
from tests.office.leads.makers import one
from yingjiu.errors import YingjiuError
from yingjiu.office.leads import services
from yingjiu.office.leads.deadlines import check_due, deadline, deadline_rule

OWN = """\
certainty: unconfirmed
note: 虚构县院规定
unit: calendar_days
days: {red: 2, orange: 9, yellow: 30}
checks: {visit: 3, agency: 12}
"""
MONDAY = date(2026, 6, 1)


@pytest.fixture
def own_rule(office_folder: Path) -> Any:
    """A rule of the office's own."""
    path = office_folder / "lead-deadlines.yaml"
    path.write_text(OWN, encoding="utf-8")
    deadline_rule_forgotten()
    yield path
    path.unlink()
    deadline_rule_forgotten()


def deadline_rule_forgotten() -> None:
    """The rule is read at start; a test stands for a restart."""
    deadline_rule.cache_clear()


@pytest.mark.parametrize(
    ("level", "last"), [("red", "2026-06-02"), ("orange", "2026-06-08"), ("yellow", "2026-06-30")]
)
def test_ours_counts_working_days(level: str, last: str) -> None:
    assert deadline(level, MONDAY).isoformat() == last  # 19 June is the Dragon Boat Festival


def test_the_office_has_its_own(own_rule: Path) -> None:
    assert deadline("orange", MONDAY) == date(2026, 6, 10)
    assert check_due("agency", MONDAY) == date(2026, 6, 15)  # the 13th is a Saturday: the end moves


def test_a_lead_and_a_question_follow_the_offices_own_rule(own_rule: Path, house: House) -> None:
    lead = one(house.county, level="yellow")
    today = timezone.localdate()
    assert lead.deadline == deadline("yellow", today) >= date.fromordinal(today.toordinal() + 30)
    services.claim(lead=lead, user=house.handler, version=1)
    lead.refresh_from_db()
    asked = services.ask_visit(
        lead=lead, worker=house.grid_worker, question="家中几口人？", user=house.handler
    )
    assert asked.due == check_due("visit", today)


def test_a_rule_without_a_level_is_refused(own_rule: Path) -> None:
    own_rule.write_text(OWN.replace(", yellow: 30", ""), encoding="utf-8")
    deadline_rule_forgotten()
    with pytest.raises(YingjiuError, match="red, orange, yellow"):
        deadline("red", MONDAY)
