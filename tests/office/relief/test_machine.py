"""The state machine against a table that a lawyer can read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.utils import timezone

from tests.office.house import House
from tests.office.relief.way import ANSWERS, OnTheWay, start
from yingjiu.office.relief import services
from yingjiu.office.relief.errors import NotAllowedError
from yingjiu.office.relief.machine import ACTS, perform, steps_of
from yingjiu.office.relief.models import ReliefCase
from yingjiu.office.relief.states import State
from yingjiu.office.relief.words import act_title

ROWS = yaml.safe_load((Path(__file__).parent / "machine.yaml").read_text(encoding="utf-8"))


def _supplementing(way: OnTheWay) -> OnTheWay:
    way.informed().applied()
    way.act(services.ask_supplement, on=timezone.localdate())
    return way


def _supplemented(way: OnTheWay) -> OnTheWay:
    _supplementing(way).complete()
    way.act(services.supplemented, on=timezone.localdate())
    return way


def _answered(way: OnTheWay) -> OnTheWay:
    way.informed().applied().accepted()
    way.act(services.answer, answers=ANSWERS)
    return way


def _refused(way: OnTheWay) -> OnTheWay:
    way.informed().applied().accepted().reviewed(gave_up={"answer": "yes", "evidence": "谅解书"})
    return way.proposed(None, "refuse").submitted().approved()


STAGES: dict[str, Callable[[OnTheWay], OnTheWay]] = {
    "opened": lambda way: way,
    "informed": OnTheWay.informed,
    "applied": lambda way: way.informed().applied(),
    "complete": lambda way: way.informed().applied().complete(),
    "supplementing": _supplementing,
    "supplemented": _supplemented,
    "accepted": lambda way: way.informed().applied().accepted(),
    "answered": _answered,
    "reviewed": lambda way: way.informed().applied().accepted().reviewed(),
    "proposed": lambda way: way.informed().applied().accepted().reviewed().proposed(),
    "in_approval": lambda way: way.informed().applied().accepted().reviewed().proposed().submitted(),
    "granted": OnTheWay.granted,
    "served": lambda way: way.granted().served(),
    "paying": lambda way: way.granted().served().planned(),
    "paid": lambda way: way.granted().served().planned().paid(),
    "refused": _refused,
}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['at']} {row['act']}")
def test_a_step_is_open_only_when_its_conditions_hold(house: House, row: dict[str, Any]) -> None:
    case = STAGES[row["at"]](start(house)).case
    case = ReliefCase.objects.get(pk=case.pk)
    case.stated_reason = row.get("reason", "")
    if row["act"] == "propose":
        case.proposal = "grant"
        case.opinion = ""
    if "to" in row:
        perform(case, row["act"])
        assert case.state == row["to"]
        return
    before = case.state
    with pytest.raises(NotAllowedError) as caught:
        perform(case, row["act"])
    assert case.state == before
    if row.get("none"):
        assert caught.value.code == "REL-001"
        assert row["act"] not in {step.name for step in steps_of(case)}
    else:
        assert {each.code for each in caught.value.faults} == {"REL-002"}
        unmet = next(step.unmet for step in steps_of(case) if step.name == row["act"])
        assert sorted(each.key for each in unmet) == sorted(row["lacks"])
        assert all(each.message and each.hint for each in caught.value.faults)


def test_the_state_is_changed_by_transitions_alone(house: House) -> None:
    case = start(house).case
    with pytest.raises(AttributeError):
        case.state = State.GRANTED
    with pytest.raises(AttributeError):
        case.urgent_state = "paid"


def test_every_transition_has_a_name_for_people() -> None:
    fields: Any = ReliefCase._meta
    transitions = {
        each.name
        for name in ("state", "urgent_state")
        for each in getattr(ReliefCase(), f"get_all_{name}_transitions")()
    }
    assert transitions == set(ACTS)
    assert all(act_title(name) != name for name in transitions)
    assert fields.get_field("state").protected
