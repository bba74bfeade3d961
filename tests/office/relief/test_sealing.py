"""Facts frozen at a decision: replayed, and found when one byte is changed."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.office.house import House
from tests.office.relief.conftest import write_wage
from tests.office.relief.way import FACTS, OnTheWay, start
from yingjiu.awards import award_case, award_data
from yingjiu.office.relief import services
from yingjiu.office.relief.errors import SealError
from yingjiu.office.relief.facts import case_data
from yingjiu.office.relief.models import SealedRecord
from yingjiu.office.relief.replay import replay
from yingjiu.office.relief.rule_texts import RuleSet, canonical, rules_for
from yingjiu.office.relief.seal import broken_seals
from yingjiu.office.relief.timing import today


def test_a_sealed_decision_is_computed_again_when_every_file_has_changed(
    house: House, office_folder: Path, wage: Path
) -> None:
    way = start(house).granted()
    before = wage.read_text(encoding="utf-8")
    write_wage(office_folder, "99999.00")
    try:
        assert rules_for("320999", today()).digest != way.case.computation.rules_id  # type: ignore[union-attr]
        found = replay(way.case.sealed.get())
    finally:
        wage.write_text(before, encoding="utf-8")
    assert found.same
    assert found.amount == Decimal(67200)
    assert found.recommended == found.sealed == (Decimal(67200), Decimal(67200))


def low(way: OnTheWay) -> Decimal:
    assert way.case.computation is not None
    return Decimal(way.case.computation.low or 0)


def test_a_standard_changed_under_review_is_told_and_taken_on_purpose(
    house: House, office_folder: Path, wage: Path
) -> None:
    way = start(house).informed().applied().accepted().reviewed()
    assert not services.has_newer_rules(way.case)
    before = wage.read_text(encoding="utf-8")
    write_wage(office_folder, "20000.00")
    try:
        assert services.has_newer_rules(way.case)
        way.act(services.compute_award)
        assert low(way) == Decimal(67200)  # the case keeps its version
        way.act(services.compute_award, newest=True)
        assert low(way) == Decimal(120000)
    finally:
        wage.write_text(before, encoding="utf-8")


def test_the_record_holds_what_the_decision_rested_on(house: House) -> None:
    record = start(house).granted().case.sealed.get()
    content = json.loads(record.content)
    assert content["person"]["name"] == "虚构甲"
    assert content["lead"]["finding"]["rows"][0]["file"] == "parties.xlsx"
    assert content["computation"]["rules"]["standards"]["national-example"].startswith("# 全国示例标准")
    assert [each["by"] for each in content["approvals"]][:2] == ["虚构head", "虚构deputy"]
    assert canonical(content) == record.content


@pytest.mark.parametrize("column", ["content", "digest", "previous", "amount of it"])
def test_a_changed_byte_is_found(house: House, column: str) -> None:
    first = start(house).granted().case
    record = first.sealed.get()
    if column == "amount of it":
        changed = record.content.replace('"decided_amount":"67200', '"decided_amount":"67201', 1)
        assert changed != record.content
        SealedRecord.objects.filter(pk=record.pk).update(content=changed)
    elif column == "content":
        with connection.cursor() as cursor:  # as somebody with the database, but without the keys, would
            cursor.execute("SELECT content FROM relief_sealedrecord WHERE id = %s", [record.pk])
            stored = cursor.fetchone()[0]
            middle = len(stored) // 2
            other = "A" if stored[middle] != "A" else "B"
            text = stored[:middle] + other + stored[middle + 1 :]
            cursor.execute("UPDATE relief_sealedrecord SET content = %s WHERE id = %s", [text, record.pk])
    else:
        SealedRecord.objects.filter(pk=record.pk).update(**{column: "0" * 64})
    wrong = dict(broken_seals(house.county))
    assert wrong == {1: "unreadable" if column == "content" else "changed"}
    if column != "content":
        with pytest.raises(SealError):
            replay(SealedRecord.objects.get(pk=record.pk))


def test_a_removed_record_is_found(house: House) -> None:
    start(house).granted()
    way = start(house, lead=False)
    way.granted()
    assert not list(broken_seals(house.county))
    SealedRecord.objects.filter(place=1).delete()
    assert dict(broken_seals(house.county)) == {1: "missing", 2: "unlinked"}


def test_the_command_replays_a_case(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    case = start(house).granted().case
    call_command("replay_relief", case.number)
    assert "67,200" in capsys.readouterr().out


@given(
    wage_due=st.integers(min_value=0, max_value=200000),
    minors=st.integers(min_value=0, max_value=6),
    hardships=st.lists(st.sampled_from(["dibao", "tekun", "disabled", "monitored"]), unique=True),
    grade=st.sampled_from(["serious_1", "serious_2", "minor_1", "slight", None]),
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_computing_again_from_the_texts_gives_the_same(
    wage: Path, wage_due: int, minors: int, hardships: list[str], grade: str | None
) -> None:
    values = {
        **FACTS,
        "received": wage_due,
        "minor_dependants": minors,
        "hardships": hardships,
        "injury_grade": grade,
    }
    facts = {
        name: {"value": str(value) if isinstance(value, Decimal) else value, "from": "测试"}
        for name, value in values.items()
    }
    case = award_case(case_data(facts, name="一", region="320999", on=today(), approval=None))
    rules = rules_for("320999", today())
    assert RuleSet.of(rules.content) == rules
    assert award_data(RuleSet.of(rules.content).compute(case)) == award_data(rules.compute(case))
