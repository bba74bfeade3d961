"""What must work on PostgreSQL; run by ``test_postgres.py`` with ``DATABASE_URL`` set."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from tests.office.house import House
from tests.office.leads.makers import one
from yingjiu.codes import make_number
from yingjiu.office.accounts.models import User
from yingjiu.office.audit import triggers
from yingjiu.office.audit.models import Action, Event
from yingjiu.office.audit.services import record
from yingjiu.office.audit.verification import verify
from yingjiu.office.frame.errors import Conflict
from yingjiu.office.leads.services import claim
from yingjiu.office.people.merging import merge, part
from yingjiu.office.people.models import Person, PersonGram
from yingjiu.office.people.services import PersonRow, take_person, take_persons

NUMBER = make_number("320999", date(1980, 3, 5), 7)
KEY = int(NUMBER[:17])


@pytest.fixture
def committed(transactional_db: None) -> Iterator[None]:
    """What is written is committed, so that threads see it; the audit log can be cleared afterwards."""
    triggers.install(connection)
    yield
    triggers.remove(connection)


def at_once(count: int, act: Callable[[int], Any]) -> list[Any]:
    """Do something in several threads; what each returned, or the error that it raised."""
    results: list[Any] = []
    gate = threading.Barrier(count)

    def one_of_them(number: int) -> None:
        gate.wait()
        try:
            results.append(act(number))
        except Exception as error:  # noqa: BLE001 - it is what the test looks at
            results.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=one_of_them, args=[number]) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_it_is_postgresql(db: None) -> None:
    assert connection.vendor == "postgresql"


def test_what_is_encrypted_comes_back_and_is_not_to_be_read_in_the_table(house: House) -> None:
    person = take_person(
        house.county, person_id=KEY, name="张建明", phone="13800001234", address="虚构县甲村"
    )
    person.refresh_from_db()
    assert (person.name, person.id_number, person.phone, person.address) == (
        "张建明", NUMBER, "13800001234", "虚构县甲村",
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM people_person")
        stored = str(cursor.fetchall())
    assert not any(secret in stored for secret in ("张建明", "13800001234", NUMBER, "甲村"))


def test_people_are_searched_on_the_pages(house: House, client_of: Callable[[User], Client]) -> None:
    rows = [PersonRow(KEY + 10 * number, f"虚构{number:03}") for number in range(300)]
    take_persons(house.county, [*rows, PersonRow(KEY + 7000, "张建明")])
    client = client_of(house.handler)
    for kind, term, count in (("name", "建明", 1), ("name", "虚构", 300), ("id_number", NUMBER, 1)):
        asked = {"kind": kind, "term": term, "purpose": "check", "words": ""}
        answer = client.post(reverse("people:search"), asked)
        assert client.get(answer["Location"]).status_code == 200
        assert Event.objects.filter(action=Action.SEARCH).first().detail["found"] == count  # type: ignore[union-attr] # just made


def test_people_are_merged_with_their_leads_and_parted(house: House) -> None:
    lead = one(house.county)
    into = take_person(house.county, person_id=KEY, name="张三明")
    other = lead.person
    alias = merge(into, other, house.analyst, "同一人")
    lead.refresh_from_db()
    assert lead.person_id == into.pk
    part(alias, house.analyst, "不是同一人")
    lead.refresh_from_db()
    assert lead.person_id == other.pk


def test_the_same_people_taken_over_at_once_stand_there_once(committed: None, house: House) -> None:
    rows = [PersonRow(KEY + 10 * number, f"虚构{number:03}") for number in range(200)]
    results = at_once(4, lambda number: len(take_persons(house.county, rows[number:] + rows[:number])))
    assert results == [200] * 4
    assert Person.objects.count() == 200
    named = Person.objects.filter(pk__in=PersonGram.objects.values("person"))
    assert named.count() == 200


def test_of_two_who_claim_a_lead_the_second_is_told(committed: None, house: House) -> None:
    lead = one(house.county)
    users = [house.handler, house.second_handler]
    results = at_once(2, lambda number: claim(lead=lead, user=users[number], version=lead.version))
    assert sum(isinstance(each, Conflict) for each in results) == 1
    lead.refresh_from_db()
    assert lead.handler_id in {user.pk for user in users}


def test_the_audit_log_is_one_chain_however_many_write_at_once(committed: None, house: House) -> None:
    def write(number: int) -> int:
        for _time in range(10):
            with transaction.atomic():
                record(Action.READ, user=house.handler, detail={"thread": number})
        return 10

    assert at_once(6, write) == [10] * 6
    assert Event.objects.count() == 60
    assert verify().intact
