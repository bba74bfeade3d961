"""The limit for the first check: begins when a handler has the lead, ends with a check or a decision."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.office.house import House
from tests.office.leads.makers import DAY, one, take, told
from yingjiu.office.accounts.models import User
from yingjiu.office.clocks.models import Clock, ClockEvent, State
from yingjiu.office.clocks.services import running
from yingjiu.office.clocks.upkeep import sweep
from yingjiu.office.leads import services
from yingjiu.office.leads.first_check import LIMIT
from yingjiu.office.leads.models import Lead
from yingjiu.office.speech import in_language

WHY = "经核实已获足额赔偿"


def clocks() -> list[tuple[str, str]]:
    """State and handler of every clock, oldest first."""
    return [(each.state, str(each.handler)) for each in Clock.objects.order_by("pk")]


@pytest.fixture
def lead(house: House) -> Lead:
    """Claimed by the handler."""
    found = one(house.county)
    assert not Clock.objects.exists(), "nobody has it yet"
    return services.claim(lead=found, user=house.handler, version=found.version)


def test_it_begins_when_a_handler_has_the_lead_and_counts_working_days(lead: Lead, house: House) -> None:
    clock = Clock.objects.get()
    assert (clock.limit, clock.subject, clock.handler, clock.department) == (
        LIMIT,
        lead,
        house.handler,
        house.complaints,
    )
    assert clock.started_on == timezone.localdate()
    assert clock.due_on == clock.compute().due
    assert clock.working_days_left() == 3
    assert clock.remind_on is not None
    assert "3" in " ".join(clock.explain())


@pytest.mark.parametrize("how", ["phone", "visit", "document"])
def test_the_first_check_meets_it(lead: Lead, house: House, how: str) -> None:
    services.record_check(lead=lead, kind=how, user=house.handler, note="电话核实，情况属实")
    services.record_check(lead=lead, kind=how, user=house.handler, note="再次核实，情况属实")
    assert clocks() == [("met", "虚构handler")]


def test_asking_is_not_yet_a_check_but_the_answer_is(lead: Lead, house: House) -> None:
    asked = services.ask_visit(
        lead=lead, worker=house.grid_worker, question="家中几口人？", user=house.handler
    )
    assert clocks() == [("running", "虚构handler")]
    services.answer_check(check=asked, user=house.grid_worker, version=1, note="三口人，两个孩子上小学")
    assert clocks() == [("met", "虚构handler")]


def test_a_decision_meets_it(lead: Lead, house: House) -> None:
    services.decide(lead=lead, outcome="dismissed", reason=WHY, user=house.handler, version=lead.version)
    assert clocks() == [("met", "虚构handler")]


def test_another_handler_gets_the_same_limit_and_not_a_new_one(lead: Lead, house: House) -> None:
    services.assign(lead=lead, handler=house.second_handler, user=house.head, version=lead.version)
    assert clocks() == [("running", "虚构handler2")]


def test_a_lead_given_back_has_no_limit_until_somebody_takes_it(lead: Lead, house: House) -> None:
    lead = services.release(lead=lead, user=house.handler, version=lead.version)
    assert clocks() == [("cancelled", "虚构handler")]
    services.claim(lead=lead, user=house.second_handler, version=lead.version)
    assert clocks() == [("cancelled", "虚构handler"), ("running", "虚构handler2")]


def test_why_it_ended_is_read_in_ones_own_language(lead: Lead, house: House) -> None:
    with in_language("en"):
        services.release(lead=lead, user=house.handler, version=lead.version)
        event = ClockEvent.objects.get(kind="cancelled")
        assert event.shown_reason == "given back to the department"
    assert event.shown_reason == "已退回部门"


def test_several_leads_at_once_cost_one_beginning(house: House) -> None:
    take(house.county, *(told(f"m{number}", number=number) for number in range(300, 306)))
    checked = Lead.objects.earliest("pk")
    services.record_check(lead=checked, kind="phone", user=house.head, note="电话核实，情况属实")
    with CaptureQueriesContext(connection) as asked:
        services.claim_many(leads=list(Lead.objects.all()), user=house.second_handler)
    assert sum(each["sql"].startswith('INSERT INTO "clocks_clock') for each in asked) == 2
    assert clocks() == [("running", "虚构handler2")] * 5
    services.assign_many(leads=list(Lead.objects.all()), handler=house.handler, user=house.head)
    assert clocks() == [("running", "虚构handler")] * 5


def test_who_checked_is_not_asked_again(lead: Lead, house: House) -> None:
    services.record_check(lead=lead, kind="phone", user=house.handler, note="电话核实，情况属实")
    lead.refresh_from_db()
    services.assign(lead=lead, handler=house.second_handler, user=house.head, version=lead.version)
    assert clocks() == [("met", "虚构handler")]


def test_a_dismissed_lead_that_comes_back_begins_anew(lead: Lead, house: House) -> None:
    services.decide(lead=lead, outcome="dismissed", reason=WHY, user=house.handler, version=lead.version)
    take(house.county, told(truths={"serious_injury": False}), run="run-2")
    assert clocks() == [("met", "虚构handler"), ("running", "虚构handler")]


def test_a_new_lead_of_ones_own_case_begins_at_once_and_ends_when_it_is_gone(
    lead: Lead, house: House
) -> None:
    take(house.county, told(), told("k2", number=102), run="run-2")
    second = Lead.objects.exclude(pk=lead.pk).get()
    assert second.handler == house.handler
    assert running(second, LIMIT) is not None
    take(house.county, told(), run="run-3")
    assert running(second, LIMIT) is None
    assert running(lead, LIMIT) is not None
    take(house.county, told(), told("k2", number=102), run="run-4")
    assert running(second, LIMIT) is not None


def test_a_taking_of_many_costs_a_few_queries(lead: Lead, house: House) -> None:
    def taking(count: int, run: str) -> int:
        found = [told(f"{run}-{number}", number=number) for number in range(200, 200 + count)]
        with CaptureQueriesContext(connection) as asked:
            take(house.county, told(), *found, run=run, on=DAY + timedelta(days=count), whole=False)
        return sum("clocks_clock" in each["sql"] for each in asked)

    assert taking(5, "few") == 3
    assert taking(60, "many") <= 4  # SQLite takes a long INSERT in parts
    assert Clock.objects.filter(state=State.RUNNING).count() == 66
    assert ClockEvent.objects.filter(kind="started").count() == 66


def test_the_handler_and_the_head_are_reminded_on_desk_list_and_lead(
    lead: Lead, house: House, client_of: Callable[[User], Client]
) -> None:
    clock = Clock.objects.get()
    assert clock.remind_on is not None
    sweep(on=clock.remind_on)
    assert clock.events.filter(kind="reminded").count() == 1
    for user in (house.handler, house.head):
        for address in ("/", reverse("clocks:mine"), lead.get_absolute_url()):
            assert "线索首次核查" in client_of(user).get(address).content.decode(), (user, address)
    others = client_of(house.second_handler).get(reverse("clocks:mine")).content.decode()
    assert lead.get_absolute_url() not in others
