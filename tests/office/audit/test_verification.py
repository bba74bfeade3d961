"""Every way of tampering with the log is found, and the number of the event is told."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import translation
from pytest_django import Settings

from tests.office.house import House
from yingjiu.office.audit import anchor
from yingjiu.office.audit.chain import FIELDS, digest_of
from yingjiu.office.audit.models import Event
from yingjiu.office.audit.services import Action, record
from yingjiu.office.audit.triggers import remove
from yingjiu.office.audit.verification import Verification, verify

COUNT = 20

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def log(house: House, tmp_path: Path, settings: Settings) -> House:
    """Twenty events with their anchor, and no triggers."""
    settings.YINGJIU_FOLDER = tmp_path
    for number in range(COUNT):
        record(Action.READ, user=house.handler, purpose=f"第{number}次")
    anchor._anchor(1)  # the test's transaction never commits
    remove(connection)
    return house


def sql(statement: str, *parameters: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def told() -> list[tuple[str, str | None]]:
    return [(fault.code, fault.path) for fault in verify().findings]


def stored(number: int) -> dict[str, object]:
    return dict(Event.objects.values(*FIELDS, "digest").get(sequence=number))


def test_an_untouched_log_is_intact(log: House) -> None:
    found = verify()
    assert (found.intact, found.events, found.last, found.notes) == (True, COUNT, COUNT, [])


@pytest.mark.parametrize(
    "change",
    [
        "purpose = 'anders'",
        "user_name = 'jemand'",
        "user_id = NULL",
        "action = 'search'",
        "subject_id = '1'",
        "at = '2020-01-01 00:00:00'",
        "detail_text = '{\"a\":1}'",
        "address = '10.0.0.1'",
        "digest = '" + "1" * 64 + "'",
        "previous = '" + "1" * 64 + "'",
    ],
)
def test_a_changed_event_is_found(log: House, change: str) -> None:
    sql(f"UPDATE audit_event SET {change} WHERE sequence = 7")
    assert told() == [("AUD-010", "event 7")]


def test_a_changed_event_with_a_new_digest_is_found_by_the_next_one(log: House) -> None:
    forged = stored(7) | {"purpose": "anders"}
    sql("UPDATE audit_event SET purpose = 'anders', digest = %s WHERE sequence = 7", digest_of(forged))
    assert told() == [("AUD-014", "event 8")]


def test_a_chain_written_anew_is_found_by_its_head_and_its_anchor(log: House) -> None:
    previous = str(stored(6)["digest"])
    for number in range(7, COUNT + 1):
        forged = stored(number) | {"previous": previous} | ({"purpose": "anders"} if number == 7 else {})
        sql(
            "UPDATE audit_event SET purpose = %s, previous = %s, digest = %s WHERE sequence = %s",
            forged["purpose"],
            previous,
            digest_of(forged),
            number,
        )
        previous = digest_of(forged)
    assert told() == [("AUD-016", "event 20"), ("AUD-016", "event 20")]
    sql("UPDATE audit_chainhead SET digest = %s", previous)
    assert told() == [("AUD-016", "event 20")]


@pytest.mark.parametrize(
    ("first", "last", "path"), [(1, 1, "event 1"), (7, 7, "event 7"), (7, 9, "events 7 to 9")]
)
def test_removed_events_are_found(log: House, first: int, last: int, path: str) -> None:
    sql("DELETE FROM audit_event WHERE sequence BETWEEN %s AND %s", first, last)
    assert told() == [("AUD-011", path)]


def test_removed_events_are_found_when_the_others_close_ranks(log: House) -> None:
    sql("DELETE FROM audit_event WHERE sequence = 7")
    for number in range(8, COUNT + 1):
        sql("UPDATE audit_event SET sequence = %s WHERE sequence = %s", number - 1, number)
    codes = {code for code, _path in told()}
    assert {"AUD-012", "AUD-013"} <= codes


def test_events_that_changed_places_are_found(log: House) -> None:
    sql("UPDATE audit_event SET sequence = 999 WHERE sequence = 5")
    sql("UPDATE audit_event SET sequence = 5 WHERE sequence = 12")
    sql("UPDATE audit_event SET sequence = 12 WHERE sequence = 999")
    found = verify()
    assert [(fault.code, fault.path) for fault in found.findings] == [
        ("AUD-012", "event 5"),
        ("AUD-012", "event 12"),
    ]
    assert "12" in found.findings[0].message


def test_a_cut_end_is_found_by_the_head(log: House) -> None:
    sql("DELETE FROM audit_event WHERE sequence > 17")
    assert told() == [("AUD-013", "events 18 to 20")]


def test_a_cut_end_is_found_by_the_anchor_when_the_head_was_set_back(log: House) -> None:
    sql("DELETE FROM audit_event WHERE sequence > 17")
    sql("UPDATE audit_chainhead SET sequence = 17, digest = %s", stored(17)["digest"])
    assert told() == [("AUD-013", "events 18 to 20")]
    record(Action.READ, user=log.handler)
    assert ("AUD-013", "events 19 to 20") in told()


def test_an_emptied_log_is_found(log: House) -> None:
    sql("DELETE FROM audit_event")
    sql("DELETE FROM audit_chainhead")
    assert told() == [("AUD-013", "events 1 to 20")]


def test_an_event_written_past_the_office_is_found(log: House) -> None:
    forged = stored(COUNT) | {"sequence": COUNT + 1, "previous": stored(COUNT)["digest"]}
    forged["digest"] = digest_of(forged)
    names = ", ".join(forged)
    marks = ", ".join(["%s"] * len(forged))
    sql(f"INSERT INTO audit_event ({names}) VALUES ({marks})", *forged.values())
    assert told() == [("AUD-015", "event 21")]


def test_a_lost_anchor_is_told(log: House, tmp_path: Path) -> None:
    (tmp_path / "audit-head.json").unlink()
    assert [code for code, _path in told()] == ["AUD-017"]


def test_a_damaged_anchor_is_told_and_kept_as_evidence(log: House, tmp_path: Path) -> None:
    (tmp_path / "audit-head.json").write_text("{", encoding="utf-8")
    record(Action.READ, user=log.handler)
    anchor._anchor(COUNT + 1)
    assert (tmp_path / "audit-head.json").read_text(encoding="utf-8") == "{"
    assert [code for code, _path in told()] == ["AUD-017"]


def test_an_anchor_made_anew_says_since_when(log: House, tmp_path: Path) -> None:
    (tmp_path / "audit-head.json").unlink()
    record(Action.READ, user=log.handler)
    anchor._anchor(COUNT + 1)
    found = verify()
    assert found.intact
    assert "21" in found.notes[0]


@pytest.mark.django_db(transaction=True)
def test_the_anchor_follows_commits_and_not_rollbacks(tmp_path: Path, settings: Settings) -> None:
    settings.YINGJIU_FOLDER = tmp_path
    file = tmp_path / "audit-head.json"
    with pytest.raises(RuntimeError), transaction.atomic():
        lost()
    assert not file.exists()
    with transaction.atomic():
        for _ in range(3):
            last = record(Action.JOB, user=None)
        assert not file.exists()
    written = json.loads(file.read_text(encoding="utf-8"))
    assert (written["sequence"], written["digest"]) == (last.sequence, last.digest)
    assert verify().intact


def lost() -> None:
    record(Action.JOB, user=None)
    raise RuntimeError


def test_memory_stays_flat(
    house: House, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.YINGJIU_FOLDER = tmp_path
    monkeypatch.setattr("yingjiu.office.audit.verification.BLOCK", 200)

    def peak(check: Callable[[], Verification]) -> int:
        tracemalloc.start()
        check()
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return used

    many(house, 500)
    few = peak(verify)
    many(house, 2_000)
    assert peak(verify) < 1.3 * few


def many(house: House, count: int) -> None:
    """Events as the service writes them, without its queries one by one."""
    last = Event.objects.order_by("-sequence").values(*FIELDS, "digest").first() or dict(
        Event.objects.values(*FIELDS, "digest").get(pk=record(Action.READ, user=house.handler).pk)
    )
    rows = []
    for _ in range(count):
        last = last | {"sequence": last["sequence"] + 1, "previous": last["digest"]}
        last["digest"] = digest_of(last)
        rows.append(list(last.values()))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO audit_event ({', '.join(last)}) VALUES ({', '.join(['%s'] * len(last))})", rows
        )
