"""What must work on PostgreSQL; run by ``test_postgres.py`` with ``DATABASE_URL`` set."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from tests.office.house import House, user
from tests.office.leads.makers import one, take, told
from tests.office.relief.way import start
from yingjiu.codes import make_number
from yingjiu.office.accounts.models import User
from yingjiu.office.accounts.roles import Role
from yingjiu.office.audit import triggers
from yingjiu.office.audit.anchor import anchor_file
from yingjiu.office.audit.models import Action, Event
from yingjiu.office.audit.services import record
from yingjiu.office.audit.verification import verify
from yingjiu.office.frame.errors import Conflict
from yingjiu.office.frame.middleware import OfficeFrame
from yingjiu.office.frame.once import form_token
from yingjiu.office.leads.models import Lead
from yingjiu.office.leads.services import assign, assign_many, claim
from yingjiu.office.leads.told import fitting
from yingjiu.office.people.merging import merge, part
from yingjiu.office.people.models import Person, PersonGram
from yingjiu.office.people.services import PersonRow, take_person, take_persons
from yingjiu.office.relief import services
from yingjiu.office.relief.errors import CaseDataError
from yingjiu.office.relief.models import CaseEvent, ReliefCase
from yingjiu.office.relief.services import open_case

NUMBER = make_number("320999", date(1980, 3, 5), 7)
KEY = int(NUMBER[:17])


@pytest.fixture
def committed(transactional_db: None) -> Iterator[None]:
    """What is written is committed, so that threads see it; the audit log can be cleared afterwards."""
    anchor_file().unlink(missing_ok=True)  # of the log of the test before
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


@pytest.mark.parametrize("same", [True, False], ids=["one form sent twice", "two officers"])
def test_of_two_payments_at_once_one_is_made(
    committed: None, house: House, client_of: Callable[[User], Client], same: bool
) -> None:
    way = start(house).granted().served().planned()
    payment = way.case.payments.get()
    way.part(services.check_payment, payment=payment, name_agrees=True, in_budget=True, user=house.finance)
    officers = [
        house.finance,
        house.finance if same else user("finance2", house.finance_department, Role.FINANCE),
    ]
    clients = [client_of(each) for each in officers]
    tokens = [form_token(each.pk) for each in officers]
    url = reverse("relief:pay", args=[payment.pk])
    sent = {"version": way.case.version, "paid_on": way.case.decided_on}

    def pay(number: int) -> int:
        token = tokens[0 if same else number]
        answer = clients[number].post(url, {**sent, "voucher": f"V{number}", "form_token": token})
        return answer.status_code

    assert sorted(at_once(2, pay)) == ([302, 302] if same else [302, 409])
    way.case.refresh_from_db()
    assert way.case.paid_total == way.case.decided_amount
    assert CaseEvent.objects.filter(case=way.case, act="pay").count() == 1


def test_the_audit_log_is_one_chain_however_many_write_at_once(committed: None, house: House) -> None:
    def write(number: int) -> int:
        for _time in range(10):
            with transaction.atomic():
                record(Action.READ, user=house.handler, detail={"thread": number})
        return 10

    assert at_once(6, write) == [10] * 6
    assert Event.objects.count() == 60
    assert verify().intact


def test_a_case_that_two_open_at_once_is_there_once(committed: None, house: House) -> None:
    person = take_person(house.county, person_id=KEY, name="张建明")
    users = [house.handler, house.second_handler]
    results = at_once(
        2, lambda number: open_case(person=person, user=users[number], case_no="（2025）苏0999刑初1号")
    )
    assert sum(isinstance(each, CaseDataError) for each in results) == 1
    assert ReliefCase.objects.count() == 1


def test_who_reads_and_who_opens_cases_do_not_wait_for_each_other_in_a_circle(
    committed: None, house: House
) -> None:
    people = take_persons(
        house.county, [PersonRow(KEY + 10 * number, f"虚构{number:03}") for number in range(12)]
    )

    def act(number: int) -> None:
        if number % 2:
            for _time in range(15):
                with transaction.atomic():
                    record(Action.READ, user=house.handler)
        else:
            for person in list(people.values())[number * 2 : number * 2 + 4]:
                open_case(person=person, user=house.handler, case_no=f"（2025）苏0999刑初{person.pk}号")

    assert at_once(6, act) == [None] * 6
    assert ReliefCase.objects.count() == len(set(ReliefCase.objects.values_list("number"))) == 12
    assert verify().intact


def test_what_two_runs_find_at_once_is_one_lead(committed: None, house: House) -> None:
    found = [told(f"k{number}", number=200 + number, case_no="") for number in range(40)]
    results = at_once(3, lambda number: take(house.county, *found[number:], *found[:number], whole=False).new)
    assert sorted(results) == [0, 0, 40]
    assert Lead.objects.count() == 40


def test_what_an_agency_writes_at_length_is_taken(house: House) -> None:
    charge = "故意伤害罪、" * 60
    found = told("k1", case_no="（2025）苏0999刑初1号" * 20)
    long = replace(found, columns=fitting({**found.columns, "charge": charge}))
    assert take(house.county, long).new == 1
    (lead,) = Lead.objects.all()
    assert charge.startswith(lead.charge)
    assert len(lead.charge) == 120


def test_many_leads_at_once_and_one_of_them_alone_do_not_wait_in_a_circle(
    committed: None, house: House
) -> None:
    take(house.county, *(told(f"k{number}", number=200 + number, case_no="") for number in range(30)))
    leads = list(Lead.objects.order_by("pk"))

    def act(number: int) -> None:
        if number:
            for lead in reversed(leads):
                assign(lead=lead, handler=house.handler, user=house.head, version=lead.version)
        else:
            assign_many(leads=leads, handler=house.second_handler, user=house.head)

    results = at_once(2, act)
    assert {type(each) for each in results} == {type(None), Conflict}


def test_who_met_the_lock_of_another_is_told_to_try_again(committed: None, house: House) -> None:
    people = [take_person(house.county, person_id=KEY + 10 * each, name="张建明") for each in range(2)]
    gate = threading.Barrier(2)

    def act(number: int) -> None:
        with transaction.atomic():
            Person.objects.filter(pk=people[number].pk).update(region="320999")
            gate.wait()
            Person.objects.filter(pk=people[1 - number].pk).update(region="320999")

    (error,) = [each for each in at_once(2, act) if each]
    assert isinstance(error, OperationalError)
    request = RequestFactory().get("/", headers={"Accept": "application/json"})
    answer = OfficeFrame(lambda _request: HttpResponse()).process_exception(request, error)
    assert answer is not None
    assert answer.status_code == 409
