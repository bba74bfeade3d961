"""The bench: decisions are written, win, are taken back, and of two people the second is told."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from tests.office.house import House
from tests.office.people.world import LI, REVIEWS
from yingjiu.office.accounts.models import User
from yingjiu.office.audit.models import Action, Event
from yingjiu.office.people.bench import decide_pair, open_bench, take_back, waiting_count, who_is
from yingjiu.office.people.errors import BenchConflict, BenchError
from yingjiu.people import DecisionError, decide, read_decisions

ClientOf = Callable[[User], Client]
BETWEEN, TWINS, ONE_NUMBER = (review.code for review in REVIEWS)


@pytest.fixture
def analyst(client_of: ClientOf, house: House, pool: Path) -> Client:
    """A browser of an analyst who has said what the records are opened for."""
    client = client_of(house.analyst)
    answer = client.post(reverse("people:bench-start"), {"purpose": "check", "words": ""})
    assert answer["Location"] == reverse("people:pair", args=[BETWEEN])
    return client


def test_records_are_shown_only_after_a_purpose(client_of: ClientOf, house: House, pool: Path) -> None:
    client = client_of(house.analyst)
    assert client.get(reverse("people:pair", args=[BETWEEN]))["Location"] == reverse("people:bench")
    assert not Event.objects.filter(action=Action.REVEAL).exists()


def test_both_records_stand_side_by_side_and_what_differs_is_marked(analyst: Client) -> None:
    page = analyst.get(reverse("people:pair", args=[BETWEEN])).content.decode()
    assert "李秀<mark>蓝</mark>" in page
    assert "李秀<mark>兰</mark>" in page
    assert "≠" in page
    assert "不同" in page
    assert "第 1 组，共 3 组" in page
    assert "+7.2" in page
    event = Event.objects.get(action=Action.REVEAL)
    assert event.detail["pair"] == BETWEEN
    assert event.purpose


def test_twins_and_two_people_under_one_number_are_shown_as_such(analyst: Client) -> None:
    assert "可能是双胞胎" in analyst.get(reverse("people:pair", args=[TWINS])).content.decode()
    page = analyst.get(reverse("people:pair", args=[ONE_NUMBER])).content.decode()
    page = page.replace("<mark>", "").replace("</mark>", "")
    assert "一号两人" in page
    assert "赵旁人" in page
    assert "孙另人" in page


def test_a_decision_goes_to_the_store_and_the_next_pair_is_shown(
    analyst: Client, house: House, pool: Path
) -> None:
    answer = analyst.post(
        reverse("people:decide", args=[BETWEEN]), {"choice": "same", "reason": "电话核实", "seen": "0"}
    )
    assert answer["Location"] == reverse("people:pair", args=[TWINS])
    (decision,) = read_decisions(pool).every
    assert (decision.left, decision.right, decision.verdict) == (-18, LI, "same")
    assert decision.by == who_is(house.analyst)
    assert decision.reason == "电话核实"
    assert "已判定 1 / 3 组" in analyst.get(answer["Location"]).content.decode()
    event = Event.objects.get(action=Action.DECISION)
    assert event.detail == {"decision": "people.pair", "pair": BETWEEN, "verdict": "same"}


def test_the_second_of_two_people_is_told_who_was_first(
    analyst: Client, client_of: ClientOf, house: House, pool: Path
) -> None:
    handler = client_of(house.handler)
    asked = {"choice": "same", "reason": "同一人", "seen": "0"}
    assert handler.post(reverse("people:decide", args=[BETWEEN]), asked).status_code == 302
    late = analyst.post(reverse("people:decide", args=[BETWEEN]), {**asked, "choice": "not_same"})
    assert late.status_code == 409
    assert "虚构handler" in late.content.decode()
    assert [each.verdict for each in read_decisions(pool).every] == ["same"]


def test_of_many_at_once_one_is_written(house: House, pool: Path, transactional_db: None) -> None:
    told: list[str] = []

    def try_it() -> None:
        from django.db import connection  # noqa: PLC0415 - this thread's own

        try:
            decide_pair(code=BETWEEN, choice="same", reason="同时", user=house.handler, seen=0)
            told.append("written")
        except BenchConflict:
            told.append("told")
        finally:
            connection.close()

    threads = [threading.Thread(target=try_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["told", "told", "told", "written"]
    assert len(read_decisions(pool).every) == 1


def test_a_decision_is_taken_back_and_the_pair_waits_again(analyst: Client, house: House, pool: Path) -> None:
    analyst.post(
        reverse("people:decide", args=[TWINS]), {"choice": "not_same", "reason": "双胞胎", "seen": "0"}
    )
    answer = analyst.post(reverse("people:undo"))
    assert answer["Location"] == reverse("people:pair", args=[TWINS])
    assert [each.verdict for each in read_decisions(pool).every] == ["not_same", "open"]
    bench = open_bench()
    assert bench is not None
    assert bench.pair(TWINS).state == "waiting"
    assert analyst.post(reverse("people:undo")).status_code == 422  # nothing of one's own is left


def test_one_takes_back_ones_own_decision_unless_the_pair_is_named(house: House, pool: Path) -> None:
    decide_pair(code=TWINS, choice="not_same", reason="双胞胎", user=house.handler, seen=0)
    with pytest.raises(BenchError, match="PER-053"):
        take_back(user=house.analyst, reason="误判")
    assert take_back(user=house.analyst, reason="误判", code=TWINS).by == who_is(house.analyst)


def test_what_is_put_off_comes_last(analyst: Client, house: House, pool: Path) -> None:
    answer = analyst.post(
        reverse("people:decide", args=[BETWEEN]), {"choice": "later", "reason": "信息不足", "seen": "0"}
    )
    assert answer["Location"] == reverse("people:pair", args=[TWINS])
    bench = open_bench()
    assert bench is not None
    assert [(pair.code, pair.state) for pair in bench.waiting][-1] == (BETWEEN, "put_off")
    assert waiting_count(house.analyst) == 2


def test_a_reason_is_needed_and_what_is_unknown_is_refused(analyst: Client, house: House, pool: Path) -> None:
    url = reverse("people:decide", args=[BETWEEN])
    assert analyst.post(url, {"choice": "same", "reason": " ", "seen": "0"}).status_code == 422
    assert analyst.post(url, {"choice": "maybe", "reason": "x", "seen": "0"}).status_code == 422
    assert analyst.get(reverse("people:pair", args=["00000000"])).status_code == 422
    assert read_decisions(pool).every == ()


def test_a_contradiction_is_refused(house: House, pool: Path) -> None:
    decide(pool, -18, 77, "same", reason="r", by="b")
    decide(pool, 77, LI, "not_same", reason="r", by="b")
    with pytest.raises(DecisionError, match="PPL-023"):
        decide_pair(code=BETWEEN, choice="same", reason="r", user=house.handler, seen=0)
    assert not Event.objects.filter(action=Action.DECISION).exists()


def test_the_form_carried_out_once(analyst: Client, pool: Path) -> None:
    page = analyst.get(reverse("people:pair", args=[BETWEEN])).content.decode()
    form = page[page.index('id="decision"') :]
    token = form[form.index('name="form_token" value="') :].split('"')[3]
    asked = {"choice": "same", "reason": "r", "seen": "0", "form_token": token}
    first = analyst.post(reverse("people:decide", args=[BETWEEN]), asked)
    again = analyst.post(reverse("people:decide", args=[BETWEEN]), asked)
    assert first["Location"] == again["Location"]
    assert len(read_decisions(pool).every) == 1


def test_the_list_says_when_the_records_must_be_linked_anew(
    analyst: Client, house: House, pool: Path
) -> None:
    decide_pair(code=BETWEEN, choice="same", reason="r", user=house.analyst, seen=0)
    page = analyst.get(reverse("people:bench")).content.decode()
    assert "重新关联记录" in page
    assert who_is(house.analyst) in page
