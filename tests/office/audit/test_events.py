"""Events: what is recorded, and that nothing of it can be changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client, RequestFactory

from tests.office.house import PASSWORD, House
from yingjiu.office.accounts.models import User
from yingjiu.office.audit.chain import ORIGIN
from yingjiu.office.audit.errors import AuditError
from yingjiu.office.audit.exporting import export_lines
from yingjiu.office.audit.management.commands.flush import is_of_a_test
from yingjiu.office.audit.models import ChainHead, Event
from yingjiu.office.audit.services import Action, record


def test_events_follow_each_other_without_a_gap(house: House) -> None:
    made = [record(Action.READ, user=house.handler, subject=house.county) for _ in range(3)]
    first = made[0].sequence
    assert [event.sequence for event in made] == [first, first + 1, first + 2]
    assert [event.previous for event in made[1:]] == [event.digest for event in made[:-1]]
    assert Event.objects.get(sequence=1).previous == ORIGIN
    assert ChainHead.objects.get().digest == made[-1].digest


def test_an_event_says_who_where_and_what_of_but_no_more(house: House) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR="10.1.2.3")
    event = record(
        Action.REVEAL,
        user=house.handler,
        subject=house.county,
        purpose="  核对\n申请人 ",
        detail={"field": "id_number"},
        request=request,
    )
    event.refresh_from_db()
    assert event.user_name == "虚构handler (handler)"
    assert event.organisation_name == "控告申诉检察部"
    assert (event.subject_type, event.subject_id) == ("accounts.Organisation", str(house.county.pk))
    assert (event.purpose, event.detail, event.address) == ("核对 申请人", {"field": "id_number"}, "10.1.2.3")
    assert event.computed_digest() == event.digest


WRONG = "falsch"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("查 320999199001011234", "查 3209**********1234"),
        ("查 32099919900101123X 的申请", "查 3209**********123X 的申请"),
        ("致电 13812345678", "致电 138****5678"),
        ("卡号 6222020000001234567", "卡号 6222***********4567"),
        ("案号（2026）苏0999刑初12号", "案号（2026）苏0999刑初12号"),
    ],
)
def test_numbers_of_people_are_masked_wherever_they_are_written(
    house: House, written: str, kept: str
) -> None:
    event = record(Action.SEARCH, user=house.handler, purpose=written, detail={"terms": [written]})
    assert event.purpose == kept
    assert event.detail == {"terms": [kept]}


def test_what_is_rolled_back_leaves_no_gap(house: House) -> None:
    before = record(Action.READ, user=house.handler).sequence
    with pytest.raises(RuntimeError), transaction.atomic():
        decide_and_fail(house)
    assert record(Action.READ, user=house.handler).sequence == before + 1


def test_the_model_refuses_every_change(house: House) -> None:
    event = record(Action.READ, user=house.handler)
    event.purpose = "anders"
    attempts: list[Callable[[], object]] = [
        event.save,
        event.delete,
        lambda: Event.objects.update(purpose=""),
        lambda: Event.objects.all().delete(),
        lambda: Event.objects.bulk_create([Event(sequence=99)]),
        lambda: Event.objects.bulk_update([event], ["purpose"]),
        lambda: Event.objects.update_or_create(sequence=1),
        lambda: Event.objects.create(sequence=99, at=event.at, digest="0" * 64),
    ]
    for attempt in attempts:
        with pytest.raises(AuditError) as told:
            attempt()
        assert told.value.code == "AUD-001"


def decide_and_fail(house: House) -> None:
    record(Action.DECISION, user=house.handler)
    raise RuntimeError


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET purpose = 'x'",
        "DELETE FROM audit_event",
        "INSERT INTO audit_event SELECT * FROM audit_event",
        "UPDATE audit_chainhead SET sequence = 0",
        "DELETE FROM audit_chainhead",
    ],
)
def test_the_database_refuses_every_change(house: House, statement: str) -> None:
    record(Action.READ, user=house.handler)
    with pytest.raises(DatabaseError, match="audit: "), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="a statement of SQLite")
def test_replacing_is_refused_too(house: House) -> None:
    record(Action.READ, user=house.handler)
    with pytest.raises(DatabaseError, match="audit: "), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("REPLACE INTO audit_event SELECT * FROM audit_event WHERE sequence = 1")


def test_a_chain_without_its_head_records_nothing(house: House) -> None:
    record(Action.READ, user=house.handler)
    with connection.cursor() as cursor:
        cursor.execute(
            "DROP TRIGGER audit_head_stay" + (" ON audit_chainhead" * (connection.vendor != "sqlite"))
        )
        cursor.execute("DELETE FROM audit_chainhead")
    with pytest.raises(AuditError) as told:
        record(Action.READ, user=house.handler)
    assert told.value.code == "AUD-002"


def test_logins_are_on_record(house: House, client: Client) -> None:
    client.login(username=house.handler.username, password=WRONG)
    client.login(username="geheim-als-name-getippt", password=WRONG)
    assert client.login(username=house.handler.username, password=PASSWORD)
    client.logout()
    told = [(event.action, event.user, event.detail) for event in Event.objects.order_by("sequence")]
    assert told == [
        (Action.LOGIN_FAILED, house.handler, {"known": True}),
        (Action.LOGIN_FAILED, None, {"known": False}),
        (Action.LOGIN, house.handler, {}),
        (Action.LOGOUT, house.handler, {}),
    ]


def test_only_the_audit_administrator_sees_events(house: House) -> None:
    record(Action.READ, user=house.handler)
    seeing = [name for name, user in house.users.items() if Event.objects.visible_to(user).exists()]
    assert seeing == ["audit_admin"]


def test_a_user_with_events_cannot_be_removed(house: House) -> None:
    record(Action.READ, user=house.handler)
    with pytest.raises(DatabaseError):
        User.objects.filter(pk=house.handler.pk).delete()


def test_an_export_needs_a_purpose_and_a_new_file(house: House, tmp_path: Path) -> None:
    record(Action.READ, user=house.handler)
    file = tmp_path / "events.jsonl"
    for purpose, path in ((" ", file), ("归档", tmp_path / "there")):
        (tmp_path / "there").touch()
        with pytest.raises(AuditError) as told:
            export_lines(path, purpose=purpose, by="somebody")
        assert told.value.code == "AUD-003"
    assert export_lines(file, purpose="归档", by="somebody") == 1
    assert file.stat().st_mode & 0o777 == 0o600
    assert Event.objects.latest("sequence").detail["account"] == "somebody"


def test_the_database_of_a_running_office_cannot_be_flushed(db: None) -> None:
    assert is_of_a_test(connection)
    running = SimpleNamespace(
        settings_dict={"NAME": "/srv/office/database.sqlite3", "TEST": {}}, vendor="sqlite"
    )
    assert not is_of_a_test(cast("Any", running))
