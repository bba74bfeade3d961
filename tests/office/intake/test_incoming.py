from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from tests.office.house import House
from tests.office.intake.conftest import County
from yingjiu.errors import YingjiuError
from yingjiu.office.accounts.models import User
from yingjiu.office.audit.models import Event
from yingjiu.office.files.models import StoredFile
from yingjiu.office.files.services import open_file, store
from yingjiu.office.frame.errors import OfficeError
from yingjiu.office.intake import selectors, services
from yingjiu.office.intake.models import AgencyFile, FileState, ModelRun, PoolKeeper, Why
from yingjiu.office.jobs.models import Job
from yingjiu.office.jobs.running import drain
from yingjiu.office.jobs.states import State
from yingjiu.pool import Pool

ClientOf = Callable[[User], Client]


def sent(house: House, county: County, name: str, user: User | None = None) -> list[AgencyFile]:
    who = user or house.analyst
    made = services.take_files(user=who, files=[county.upload(name, who)])
    drain()
    for each in made:
        each.refresh_from_db()
    return made


def skip_runs() -> None:
    """Runs of the models are tested by themselves."""
    Job.objects.filter(name="intake.run_models", state=State.QUEUED).update(state=State.CANCELLED)


def loaded(house: House, county: County, name: str) -> AgencyFile:
    (file,) = sent(house, county, name)
    services.request_load(file=file, user=house.analyst)
    job = file.job
    assert job is not None
    while Job.objects.get(pk=job.pk).open:
        skip_runs()
        drain(most=1)
    skip_runs()
    file.refresh_from_db()
    return file


def test_a_file_is_sent_checked_and_loaded(house: House, county: County, empty_pool: Path) -> None:
    (file,) = sent(house, county, "民政局_低保家庭成员")
    assert (file.source, file.state) == ("civil-affairs-dibao", FileState.CHECKED)
    report = file.report
    assert report["read"] == report["accepted"] + report["quarantined"] + report["duplicates"]
    assert report["read"] > 0
    assert not (empty_pool / "catalogue.sqlite").exists(), "a check changes nothing"
    assert file.file.attached
    file = loaded(house, county, "民政局_低保家庭成员")
    assert file.state == FileState.LOADED
    (batch,) = Pool.open(empty_pool).view().batches
    assert batch.id == file.batch
    assert ModelRun.objects.get().why == Why.AFTER_LOAD
    assert PoolKeeper.objects.get().organisation == house.county


def test_two_sheets_of_one_workbook_are_two_sources(house: House, county: County, empty_pool: Path) -> None:
    made = sent(house, county, "检察院_审查起诉案件")
    assert {each.source for each in made} == {
        "procuratorate-prosecution-cases",
        "procuratorate-prosecution-parties",
    }
    assert {each.state for each in made} == {FileState.CHECKED}


def test_the_database_file_of_the_court_is_taken_too(house: House, county: County, empty_pool: Path) -> None:
    (file,) = sent(house, county, "法院_执行案件")
    assert (file.source, file.state) == ("court-enforcement", FileState.CHECKED), file.report


def test_a_file_that_no_source_claims_is_refused(house: House, empty_pool: Path) -> None:
    stored = store(io.BytesIO(b"a\n1\n"), "通讯录.csv", house.analyst)
    with pytest.raises(OfficeError) as refused:
        services.take_files(user=house.analyst, files=[stored])
    assert refused.value.code == "INT-002"
    stored.refresh_from_db()
    assert not stored.attached


def test_a_file_with_other_columns_says_which_and_is_not_loaded(house: House, empty_pool: Path) -> None:
    stored = store(io.BytesIO("甲,乙\n1,2\n".encode()), "农业农村局_脱贫户_20250531.csv", house.analyst)
    (file,) = services.take_files(user=house.analyst, files=[stored])
    drain()
    file.refresh_from_db()
    assert file.state == FileState.REFUSED
    assert file.report["faults"][0]["code"].startswith("SRC-")
    assert file.report["faults"][0]["hint"]
    with pytest.raises(OfficeError) as refused:
        services.request_load(file=file, user=house.analyst)
    assert refused.value.code == "INT-004"


def test_rows_that_were_held_back_come_as_a_workbook_for_those_who_may(
    house: House, county: County, empty_pool: Path, client_of: ClientOf
) -> None:
    (file,) = sent(house, county, "民政局_婚姻登记")
    assert file.report["rules"]
    assert file.quarantine is not None
    with open_file(file.quarantine) as content:
        assert content.read(2) == b"PK"
    url = file.quarantine.get_absolute_url()
    assert client_of(house.analyst).get(url).status_code == 200
    for user in (house.handler, house.liaison, house.other_handler):
        assert client_of(user).get(url).status_code == 404
    page = client_of(house.analyst).get(file.get_absolute_url())
    assert file.report["rules"][0]["code"] in page.content.decode()


def test_a_liaison_sends_for_the_own_agency_only_and_does_not_load(
    house: House, county: County, empty_pool: Path, client_of: ClientOf
) -> None:
    (file,) = sent(house, county, "民政局_低保家庭成员", house.liaison)
    assert (file.agency, file.organisation) == (house.civil_affairs, house.county)
    stored = county.upload("法院_刑事判决", house.liaison)
    with pytest.raises(OfficeError):
        services.take_files(user=house.liaison, files=[stored])
    with pytest.raises(OfficeError):
        services.take_files(user=house.liaison, files=[stored], source="court-criminal-judgments")
    client = client_of(house.liaison)
    assert client.get(file.get_absolute_url()).status_code == 200
    assert client.post(reverse("intake:load", args=[file.pk])).status_code == 403
    assert client.get(reverse("intake:source", args=["court-criminal-judgments"])).status_code == 404
    assert client_of(house.analyst).get(file.get_absolute_url()).status_code == 200
    assert selectors.waiting_files(house.analyst) == 1


def test_another_county_does_not_load_into_this_pool(house: House, county: County, empty_pool: Path) -> None:
    sent(house, county, "民政局_低保家庭成员")
    stranger = house.other_head
    stored = county.upload("民政局_低保家庭成员", stranger)
    with pytest.raises(OfficeError) as refused:
        services.take_files(user=stranger, files=[stored])
    assert refused.value.code == "INT-001"


def test_the_same_content_changes_nothing_the_second_time(
    house: House, county: County, empty_pool: Path
) -> None:
    first = loaded(house, county, "农业农村局_脱贫户")
    runs = ModelRun.objects.count()
    second = loaded(house, county, "农业农村局_脱贫户")
    assert (first.state, second.state) == (FileState.LOADED, FileState.UNCHANGED)
    assert len(Pool.open(empty_pool).history()) == 1
    assert ModelRun.objects.count() == runs


def test_a_load_is_taken_back_with_a_reason_and_can_be_loaded_again(
    house: House, county: County, empty_pool: Path
) -> None:
    file = loaded(house, county, "农业农村局_脱贫户")
    with pytest.raises(YingjiuError):
        services.take_back(batch=file.batch, reason=" ", user=house.analyst)
    services.take_back(batch=file.batch, reason="名册发错了", user=house.analyst)
    skip_runs()
    file.refresh_from_db()
    assert file.state == FileState.TAKEN_BACK
    assert not Pool.open(empty_pool).view().batches
    assert "名册发错了" in (Pool.open(empty_pool).history()[0].reason or "")
    services.request_load(file=file, user=house.analyst)
    skip_runs()
    drain(most=1)
    file.refresh_from_db()
    assert file.state == FileState.LOADED
    assert len(Pool.open(empty_pool).view().batches) == 1


def test_two_people_who_load_the_same_file_at_once_load_it_once(
    house: House, county: County, empty_pool: Path
) -> None:
    (file,) = sent(house, county, "农业农村局_脱贫户")
    again = AgencyFile.objects.get(pk=file.pk)
    services.request_load(file=file, user=house.analyst)
    with pytest.raises(OfficeError) as refused:
        services.request_load(file=again, user=house.analyst)
    assert (refused.value.code, refused.value.status) == ("INT-004", 409)


@pytest.mark.parametrize("gone", [True, False], ids=["no job", "a job that ended"])
@pytest.mark.parametrize("state", [FileState.CHECKING, FileState.LOADING])
def test_a_file_whose_job_is_lost_is_taken_again(
    house: House, county: County, empty_pool: Path, client_of: ClientOf, *, state: FileState, gone: bool
) -> None:
    (file,) = services.take_files(
        user=house.analyst, files=[county.upload("民政局_低保家庭成员", house.analyst)]
    )
    client, page = client_of(house.analyst), file.get_absolute_url()
    again = reverse("intake:check" if state == FileState.CHECKING else "intake:load", args=[file.pk])
    AgencyFile.objects.update(state=state)
    assert again not in client.get(page).content.decode(), "its job is at work"
    assert client.post(again).status_code == 409
    Job.objects.update(state=State.CANCELLED)
    if gone:
        AgencyFile.objects.update(job=None)
    assert again in client.get(page).content.decode()
    assert client.post(again).status_code == 302
    assert client.post(again).status_code == 409
    drain(most=1)
    file.refresh_from_db()
    assert file.state == (FileState.CHECKED if state == FileState.CHECKING else FileState.LOADED)


def test_the_pages_walk_from_the_upload_to_the_load(
    house: House, county: County, empty_pool: Path, client_of: ClientOf
) -> None:
    client = client_of(house.analyst)
    stored = county.upload("农业农村局_脱贫户", house.analyst)
    assert client.get(reverse("intake:upload")).status_code == 200
    answer = client.post(reverse("intake:upload"), {"files": [stored.pk], "source": "", "data_date": ""})
    file = AgencyFile.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, file.get_absolute_url())
    assert "hx-get" in client.get(file.get_absolute_url()).content.decode(), "the check is shown live"
    drain()
    assert reverse("intake:load", args=[file.pk]) in client.get(file.get_absolute_url()).content.decode()
    assert client.post(reverse("intake:load", args=[file.pk])).status_code == 302
    skip_runs()
    drain(most=1)
    skip_runs()
    page = client.get(reverse("intake:source", args=[file.source])).content.decode()
    assert AgencyFile.objects.get().batch in page
    assert client.get(reverse("intake:sources")).status_code == 200
    batch = AgencyFile.objects.get().batch
    answer = client.post(reverse("intake:rollback", args=[file.source, batch]), {"reason": "发错了"})
    assert answer.status_code == 302
    assert AgencyFile.objects.get().state == FileState.TAKEN_BACK
    assert Event.objects.filter(action="decision", user=house.analyst).count() >= 2


def test_a_forged_key_of_a_file_takes_nothing(
    house: House, county: County, empty_pool: Path, client_of: ClientOf
) -> None:
    others = county.upload("农业农村局_脱贫户", house.handler)
    answer = client_of(house.analyst).post(reverse("intake:upload"), {"files": [others.pk]})
    assert answer.status_code == 422
    assert not AgencyFile.objects.exists()
    assert not StoredFile.objects.get(pk=others.pk).attached


@pytest.mark.parametrize("name", ["sources", "upload", "run", "party"])
def test_who_opens_which_page(house: House, empty_pool: Path, client_of: ClientOf, name: str) -> None:
    allowed = {
        "sources": {"analyst", "liaison"},
        "upload": {"analyst", "liaison"},
        "run": {"analyst"},
        "party": {"analyst", "handler", "second_handler", "other_handler", "prosecutor"},
    }[name]
    for user_name, user in house.users.items():
        status = client_of(user).get(reverse(f"intake:{name}")).status_code
        assert status == (200 if user_name in allowed else 403), user_name
