from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from tests.office.house import House
from tests.office.intake.conftest import DAY, County
from yingjiu.office.accounts.models import User
from yingjiu.office.frame.errors import OfficeError
from yingjiu.office.intake import services
from yingjiu.office.intake.models import AgencyFile, FileState, ModelRun, PartyEntry, Why
from yingjiu.office.jobs.models import Job
from yingjiu.office.jobs.running import drain
from yingjiu.office.jobs.services import retry
from yingjiu.office.jobs.states import State
from yingjiu.office.leads.models import Lead
from yingjiu.pool import Pool

ClientOf = Callable[[User], Client]


def party(county: County, **more: object) -> dict[str, object]:
    return {
        "name": "张三丰",
        "id_raw": county.poor()[0],
        "case_no": "（2025）苏0999刑初9001号",
        "role": "victim",
        "charge": "故意伤害罪",
        "kind": "criminal",
        "stage": "first_trial",
        "harm": "bodily",
        "harm_grade": "serious_1",
        "working_capacity_lost": True,
        "awarded": "300000.00",
        "received": "0.00",
        "fault": "none",
        **more,
    }


def test_an_entry_a_run_and_the_same_run_again(
    house: House, county: County, full_pool: Path, client_of: ClientOf
) -> None:
    entry = services.enter_party(user=house.handler, values=party(county))
    drain()
    entry.refresh_from_db()
    mine = Lead.objects.get(pk=entry.leads[0])
    first = services.request_run(organisation=house.county, user=house.analyst)
    drain()
    first.refresh_from_db()
    assert first.finished_at is not None, Job.objects.get(pk=first.job_id or 0).error
    assert first.run_date == DAY
    assert first.leads == Lead.objects.filter(organisation=house.county).count() > 10
    assert first.new == first.leads - len(entry.leads)
    assert Lead.objects.filter(estimate_high__gt=0).exists()
    assert len(first.funnels) > 10
    mine.refresh_from_db()
    assert (mine.gone_on, mine.handler) == (None, house.handler), "the run leaves what people did"
    second = services.request_run(organisation=house.county, user=house.analyst)
    drain()
    second.refresh_from_db()
    assert (second.new, second.changed, second.gone) == (0, 0, 0)
    assert second.run == first.run
    client = client_of(house.analyst)
    assert first.funnels[0]["title"] in client.get(first.get_absolute_url()).content.decode()
    assert client.get(reverse("intake:run")).status_code == 200


def test_nothing_is_run_over_an_empty_pool(house: House, empty_pool: Path) -> None:
    asked = services.request_run(organisation=house.county, user=house.analyst)
    drain()
    job = Job.objects.get(pk=asked.job_id or 0)
    assert job.state == State.FAILED
    assert "INT-008" in job.error


def test_a_run_after_a_load_leaves_it_to_the_one_after_the_last_load(house: House, county: County) -> None:
    stored = county.upload("农业农村局_脱贫户", house.analyst)
    AgencyFile.objects.create(
        organisation=house.county,
        source="agriculture-former-poor",
        file=stored,
        state=FileState.LOADING,
        uploaded_by=house.analyst,
        job=Job.objects.create(name="intake.load_file", state=State.RUNNING),
    )
    asked = services.request_run(organisation=house.county, user=house.analyst, why=Why.AFTER_LOAD)
    same = services.request_run(organisation=house.county, user=house.analyst, why=Why.AFTER_LOAD)
    assert same == asked, "one that waits serves for both loads"
    drain()
    asked.refresh_from_db()
    assert asked.skipped
    assert not Lead.objects.exists()


def test_a_run_for_a_chosen_day_is_asked_for_in_the_page(
    house: House, full_pool: Path, client_of: ClientOf
) -> None:
    answer = client_of(house.analyst).post(reverse("intake:run"), {"run_date": "2025-06-30"})
    asked = ModelRun.objects.get()
    assert answer["Location"] == asked.get_absolute_url()
    assert (asked.run_date, asked.why) == (date(2025, 6, 30), Why.BY_HAND)
    other = client_of(house.other_head).get(asked.get_absolute_url())
    assert other.status_code == 403


def test_a_party_entered_by_hand_is_a_lead_at_once(
    house: House, county: County, full_pool: Path, client_of: ClientOf
) -> None:
    client = client_of(house.handler)
    assert "故意伤害罪" in client.get(reverse("intake:party")).content.decode()
    answer = client.post(reverse("intake:party"), {**party(county), "working_capacity_lost": "true"})
    entry = PartyEntry.objects.get()
    assert answer["Location"] == entry.get_absolute_url()
    assert "hx-get" in client.get(entry.get_absolute_url()).content.decode()
    drain()
    entry.refresh_from_db()
    assert entry.screened_at is not None, Job.objects.get(pk=entry.job_id or 0).error
    lead = Lead.objects.get(pk=entry.leads[0])
    assert lead.handler == house.handler, "it is a lead of one's own case"
    assert lead.case_no == "（2025）苏0999刑初9001号"
    assert lead.get_absolute_url() in client.get(entry.get_absolute_url()).content.decode()
    assert client_of(house.second_handler).get(entry.get_absolute_url()).status_code == 404
    assert client_of(house.other_handler).get(entry.get_absolute_url()).status_code == 404


def test_an_entry_that_is_screened_again_is_written_once(
    house: House, county: County, full_pool: Path
) -> None:
    entry = services.enter_party(user=house.handler, values=party(county))
    drain()
    batches = [each for each in Pool.open(full_pool).history() if each.source == "office-parties"]
    leads = Lead.objects.count()
    PartyEntry.objects.update(screened_at=None)  # as if the worker had been killed before it said so
    job = Job.objects.get(pk=PartyEntry.objects.get().job_id or 0)
    Job.objects.filter(pk=job.pk).update(state=State.FAILED)
    retry(job=job, user=house.handler)
    drain()
    again = [each for each in Pool.open(full_pool).history() if each.source == "office-parties"]
    assert [each.id for each in again] == [each.id for each in batches]
    assert Lead.objects.count() == leads
    entry.refresh_from_db()
    assert entry.leads


def test_the_second_entry_leaves_the_first_in_the_pool(house: House, county: County, full_pool: Path) -> None:
    services.enter_party(user=house.handler, values=party(county))
    nameless = party(county, name="李四", case_no="（2025）苏0999刑初9002号", birth_date=date(1990, 1, 1))
    del nameless["id_raw"]
    services.enter_party(user=house.handler, values=nameless)
    drain()
    view = Pool.open(full_pool).view()
    (batch,) = [each for each in view.batches if each.source == "office-parties"]
    assert batch.rows["party"] == 2
    assert batch.rows["case"] == 2


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"name": ""}, "INT-005"),
        ({"case_no": ""}, "INT-005"),
        ({"id_raw": ""}, "INT-005"),
        ({"id_raw": "320999199001011234"}, "INT-006"),
    ],
    ids=["no name", "no case", "neither number nor date of birth", "a wrong check digit"],
)
def test_what_cannot_be_entered(
    house: House, county: County, empty_pool: Path, changed: dict[str, str], code: str
) -> None:
    with pytest.raises(OfficeError) as refused:
        services.enter_party(user=house.handler, values=party(county, **changed))
    assert refused.value.code == code
    assert "320999199001011234" not in str(refused.value)


def test_a_wrong_number_in_the_form_is_told_there_and_nothing_typed_is_lost(
    house: House, county: County, empty_pool: Path, client_of: ClientOf
) -> None:
    answer = client_of(house.handler).post(
        reverse("intake:party"), party(county, id_raw="320999199001011234", working_capacity_lost="true")
    )
    assert answer.status_code == 422
    assert "（2025）苏0999刑初9001号" in answer.content.decode()


def test_leads_of_a_county_go_there_when_the_city_keeps_the_pool(house: House, full_pool: Path) -> None:
    services.request_run(organisation=house.city, user=None)
    drain()
    offices = set(Lead.objects.values_list("organisation__name", flat=True))
    assert house.county.name in offices
    assert offices <= {house.county.name, house.city.name, house.other_county.name}
