"""Runs of the models over and over: what the data say is renewed, what people decided stays."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from tests.office.house import House
from tests.office.leads.makers import DAY, TITLES, one, row, take, told
from yingjiu.office.leads import services
from yingjiu.office.leads.deadlines import deadline
from yingjiu.office.leads.models import Lead, LeadDecision
from yingjiu.office.leads.services import Taken, taking
from yingjiu.office.leads.services.taking import take_told
from yingjiu.office.leads.told import Told
from yingjiu.report import Estimate

RUN_2: dict[str, Any] = {"run": "run-2", "on": DAY + timedelta(days=30)}


def events(lead: Lead) -> list[str]:
    return list(lead.events.order_by("pk").values_list("kind", flat=True))


def dismissed(house: House) -> Lead:
    lead = one(house.county)
    services.claim(lead=lead, user=house.handler, version=1)
    services.decide(lead=lead, outcome="dismissed", reason="已由其他单位救助", user=house.handler, version=2)
    return Lead.objects.get()


def test_a_new_lead_has_person_level_deadline_and_department(house: House) -> None:
    estimate = Estimate(Decimal(10000), Decimal(30000), "估算依据：全国示例标准", "national-example", ())
    lead = one(house.county, level="red", estimate=estimate)
    assert (lead.state, lead.level, lead.handler) == ("new", "red", None)
    assert lead.department == house.complaints
    assert lead.deadline == deadline("red", timezone.localdate())
    assert lead.person.name == "张三明"
    assert (lead.estimate_low, lead.estimate_high) == (Decimal(10000), Decimal(30000))
    assert lead.finding["estimate"]["low"] == "10000"
    assert [each.model for each in lead.by_model.all()] == lead.models
    assert events(lead) == ["found"]


def test_the_same_run_again_changes_nothing(house: House) -> None:
    leads = [told(f"k{number}", number=number) for number in range(1, 8)]
    assert take(house.county, *leads) == Taken(new=7)
    before = list(Lead.objects.order_by("pk").values())
    assert take(house.county, *leads) == Taken(unchanged=7)
    assert list(Lead.objects.order_by("pk").values()) == before


def test_the_same_content_from_another_file_changes_nothing(house: House) -> None:
    lead = one(house.county)
    digest = lead.facts_digest
    reloaded = told(rows=[row(batch="b2")])
    assert take(house.county, reloaded, **RUN_2) == Taken(unchanged=1)
    assert take(house.county, told(rows=[row(batch="b3", file="六月.xlsx", number=90)]), **RUN_2) == Taken(
        changed=1
    )
    lead.refresh_from_db()
    assert lead.facts_digest == digest
    assert lead.version == 1, "nobody's open page is out of date"
    assert events(lead) == ["found"]


def test_changed_facts_renew_an_open_lead_and_say_what_changed(house: House) -> None:
    lead = one(house.county, level="yellow")
    services.claim(lead=lead, user=house.handler, version=1)
    assert take(house.county, told(truths={"little_received": True}, level="red"), **RUN_2) == Taken(
        changed=1
    )
    lead = Lead.objects.get()
    assert (lead.level, lead.state, lead.handler) == ("red", "assigned", house.handler)
    assert lead.deadline == deadline("red", timezone.localdate())
    changed = lead.events.get(kind="changed").detail["changes"]
    assert changed == [
        {"what": "truth", "says": "所获赔偿不到应得的一半", "before": "unknown", "after": "true"}
    ]


def test_a_less_urgent_level_does_not_move_the_deadline_back(house: House) -> None:
    before = one(house.county, level="red").deadline
    take(house.county, told(level="yellow"), **RUN_2)
    lead = Lead.objects.get()
    assert (lead.level, lead.deadline) == ("yellow", before)


def test_a_dismissed_lead_stays_dismissed_while_its_facts_stay(house: House) -> None:
    dismissed(house)
    assert take(house.county, told(), **RUN_2).returned == 0
    assert take(house.county, told(level="red"), run="run-3", on=DAY + timedelta(days=60)).returned == 0
    lead = Lead.objects.get()
    assert (lead.state, lead.outcome_decided) == ("decided", "dismissed")


def test_a_dismissed_lead_comes_back_when_its_facts_change_and_says_which(house: House) -> None:
    before = dismissed(house)
    taken = take(house.county, told(truths={"relieved": None, "little_received": True}), **RUN_2)
    assert taken == Taken(changed=1, returned=1)
    lead = Lead.objects.get()
    assert (lead.state, lead.outcome_decided, lead.handler) == ("reopened", "", house.handler)
    assert lead.arrived_at > before.arrived_at
    returned = lead.events.get(kind="returned").detail["changes"]
    assert {(each["says"], each["before"], each["after"]) for each in returned} == {
        ("本案已获司法救助", "false", "unknown"),
        ("所获赔偿不到应得的一半", "unknown", "true"),
    }
    assert LeadDecision.objects.get().ended_at is not None
    assert LeadDecision.objects.get().reason == "已由其他单位救助", "the decision itself is kept"


@pytest.mark.parametrize("outcome", ["relief_case", "refer", "supervision"])
def test_no_run_undoes_another_decision(house: House, outcome: str) -> None:
    lead = one(house.county)
    services.claim(lead=lead, user=house.handler, version=1)
    services.decide(
        lead=lead,
        outcome=outcome,
        reason="依照细则办理",
        user=house.handler,
        version=2,
        to_department=house.prosecution if outcome == "supervision" else None,
    )
    take(house.county, told(truths={"dibao": None, "little_received": False}, level="red"), **RUN_2)
    lead = Lead.objects.get()
    assert (lead.state, lead.outcome_decided) == ("decided", outcome)
    assert "changed" in events(lead), "but its history says that the data changed"


def test_a_lead_that_is_no_longer_found_is_marked_and_stays_for_who_works_on_it(house: House) -> None:
    take(house.county, told("k1", number=1), told("k2", number=2))
    worked = Lead.objects.order_by("pk")[0]
    services.claim(lead=worked, user=house.handler, version=1)
    assert take(house.county, **RUN_2) == Taken(gone=2)
    worked, untouched = Lead.objects.order_by("pk")
    assert worked.gone_on == untouched.gone_on == timezone.localdate()
    assert (worked.pile, untouched.pile) == (2, 0)
    assert take(
        house.county, told("k1", number=1), told("k2", number=2), run="run-3", on=RUN_2["on"]
    ) == Taken(unchanged=2)
    assert not Lead.objects.filter(gone_on__isnull=False).exists()
    assert events(worked) == ["found", "claimed", "gone", "found_again"]


def test_a_run_of_a_few_people_marks_nobody_gone(house: House) -> None:
    take(house.county, told("k1", number=1))
    assert take(house.county, told("k2", number=2), whole=False, user=house.handler).gone == 0
    entered = Lead.objects.get(handler=house.handler)
    assert (entered.state, entered.origin) == ("new", "entry"), "it arrives as a new lead of one's own"


def test_a_run_of_some_models_marks_no_lead_of_others(house: House) -> None:
    take(house.county, told("k1", models=tuple(TITLES)))
    taken = take_told(house.county, run="run-2", run_date=DAY, told=[], models=["weidu-bodily-harm"])
    assert taken.gone == 0


def test_an_older_run_that_comes_late_changes_nothing(house: House) -> None:
    take(house.county, told(truths={"dibao": True}), **RUN_2)
    assert take(house.county, told(truths={"dibao": None}), run="old", on=date(2025, 1, 1)).changed == 0
    assert Lead.objects.get().gone_on is None


def test_a_taking_that_was_killed_goes_on(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taking, "CHUNK", 3)
    leads = [told(f"k{number}", number=number) for number in range(1, 9)]

    def until_killed() -> Iterator[Told]:
        yield from leads[:7]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        take_told(house.county, run="run-1", run_date=DAY, told=until_killed(), models=list(TITLES))
    assert Lead.objects.count() == 6, "two whole chunks"
    assert take(house.county, *leads) == Taken(new=2, unchanged=6)
    assert [len(events(lead)) for lead in Lead.objects.all()] == [1] * 8


def test_new_leads_of_a_case_go_to_its_handler(house: House) -> None:
    lead = one(house.county)
    services.claim(lead=lead, user=house.handler, version=1)
    take(
        house.county, told("k1"), told("k2", number=2), told("k3", number=3, case_no="（2024）苏0999刑初99号")
    )
    handlers = dict(Lead.objects.values_list("key_index", "handler"))
    assert sorted(handlers.values(), key=str) == sorted([house.handler.pk, house.handler.pk, None], key=str)


def test_two_procuratorates_keep_their_own_leads(house: House) -> None:
    take(house.county, told())
    take(house.other_county, told())
    assert Lead.objects.count() == 2
    assert take(house.other_county, **RUN_2).gone == 1
    assert Lead.objects.get(organisation=house.county).gone_on is None


def test_a_finding_holds_no_id_number(house: House) -> None:
    evidence = dataclasses.replace(
        row(), values=(("id_raw", "320999198001011012"), ("person_id", "32099919800101101"))
    )
    lead = one(house.county, rows=[evidence])
    text = str(lead.finding)
    assert "320999198001011012" not in text
    assert "32099919800101101" not in text


def test_thousands_are_taken_in_seconds(house: House) -> None:
    leads = [
        told(f"k{number}", number=number, case_no=f"（2024）苏0999刑初{number}号") for number in range(1, 999)
    ]
    started = timezone.now()
    assert take(house.county, *leads).new == 998
    assert (timezone.now() - started).total_seconds() < 30


def test_progress_is_told(house: House) -> None:
    said: list[Any] = []
    take_told(
        house.county,
        run="r",
        run_date=DAY,
        told=[told()],
        count=1,
        models=None,
        progress=lambda *now: said.append(now),
    )
    assert said == [(1, 1)]
