"""Decisions of people: only added to, refused where they contradict, and standing after every run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from yingjiu.people import DecisionError, LinkStoreError, decide, read_decisions


def _decide(pool: Path, left: int, right: int, verdict: str) -> None:
    decide(pool, left, right, verdict, reason="看过户口簿", by="张检察官")  # type: ignore[arg-type]


def test_the_latest_decision_about_a_pair_counts_and_none_is_lost(tmp_path: Path) -> None:
    for verdict in ("same", "not_same", "open", "same"):
        _decide(tmp_path, 2, -1, verdict)
    found = read_decisions(tmp_path)
    assert [each.verdict for each in found.every] == ["same", "not_same", "open", "same"]
    assert found.pairs("same") == [(-1, 2)]
    decision = found.of(-1, 2)
    assert decision is not None
    assert (decision.reason, decision.by) == ("看过户口簿", "张检察官")


def test_a_decision_taken_back_is_as_if_it_had_not_been(tmp_path: Path) -> None:
    empty = read_decisions(tmp_path).digest()
    _decide(tmp_path, 1, 2, "same")
    assert read_decisions(tmp_path).digest() != empty
    _decide(tmp_path, 2, 1, "open")
    assert read_decisions(tmp_path).digest() == empty


def test_a_chain_that_contradicts_is_refused_and_not_written(tmp_path: Path) -> None:
    _decide(tmp_path, 1, 2, "same")
    _decide(tmp_path, 2, 3, "same")
    with pytest.raises(DecisionError) as caught:
        _decide(tmp_path, 1, 3, "not_same")
    assert caught.value.faults[0].code == "PPL-023"
    assert len(read_decisions(tmp_path).every) == 2


@pytest.mark.parametrize(("reason", "by"), [("", "张"), ("看过", " ")])
def test_a_decision_needs_a_reason_and_a_person(tmp_path: Path, reason: str, by: str) -> None:
    with pytest.raises(DecisionError) as caught:
        decide(tmp_path, 1, 2, "same", reason=reason, by=by)
    assert caught.value.faults[0].code == "PPL-022"


def test_records_that_the_pool_does_not_have_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DecisionError) as caught:
        decide(tmp_path, 1, 2, "same", reason="看过", by="张", known=[1])
    assert [fault.code for fault in caught.value.faults] == ["PPL-020"]


def test_a_damaged_file_stops_everything_and_names_the_lines(tmp_path: Path) -> None:
    _decide(tmp_path, 1, 2, "same")
    path = tmp_path / "people" / "decisions.jsonl"
    path.write_text(
        path.read_text(encoding="utf-8") + "{half\n" + json.dumps({"left": 1}) + "\n", encoding="utf-8"
    )
    with pytest.raises(LinkStoreError) as caught:
        read_decisions(tmp_path)
    assert [fault.line for fault in caught.value.faults] == [2, 3]
