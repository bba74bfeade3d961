from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

import tests.office.jobs.sample_tasks as _tasks  # noqa: F401 - registers the jobs
from tests.office.house import House
from yingjiu.office.accounts.models import User
from yingjiu.office.audit.models import Event
from yingjiu.office.jobs import enqueue
from yingjiu.office.jobs.running import drain
from yingjiu.office.jobs.selectors import open_jobs
from yingjiu.office.jobs.states import State

ClientOf = Callable[[User], Client]


def test_a_job_is_shown_live_until_it_has_ended(house: House, client_of: ClientOf) -> None:
    asked = enqueue("tests.add", user=house.analyst, first=1, second=1)
    client = client_of(house.analyst)
    assert open_jobs(house.analyst) == 1
    assert 'hx-trigger="every 2s"' in client.get(reverse("jobs:list")).content.decode()
    assert 'hx-trigger="every 2s"' in client.get(asked.get_absolute_url()).content.decode()
    state = reverse("jobs:state", args=[asked.pk])
    assert "HX-Refresh" not in client.get(state + "?then=reload")
    drain()
    assert client.get(state + "?then=reload")["HX-Refresh"] == "true"
    assert 'hx-trigger="every 2s"' not in client.get(asked.get_absolute_url()).content.decode()
    assert open_jobs(house.analyst) == 0


def test_why_a_job_failed_is_for_whoever_started_it(house: House, client_of: ClientOf) -> None:
    asked = enqueue("tests.fail", user=house.analyst, how="told")
    drain()
    mine = client_of(house.analyst).get(asked.get_absolute_url()).content.decode()
    assert "the file is empty" in mine
    assert "a date in the future" in mine
    client = client_of(house.system_admin)
    assert reverse("jobs:job", args=[asked.pk]) in client.get(reverse("jobs:list")).content.decode()
    theirs = client.get(asked.get_absolute_url()).content.decode()
    assert "the file is empty" not in theirs
    assert "a date in the future" not in theirs
    for other in (house.handler, house.other_handler, house.head):
        assert client_of(other).get(asked.get_absolute_url()).status_code == 404
    for other in (house.security_admin, house.audit_admin, house.grid_worker):
        assert client_of(other).get(reverse("jobs:list")).status_code == 403


def test_a_job_is_cancelled_and_run_again_from_its_page(house: House, client_of: ClientOf) -> None:
    asked = enqueue("tests.add", user=house.analyst, first=1, second=1)
    client = client_of(house.analyst)
    assert client.post(reverse("jobs:cancel", args=[asked.pk])).status_code == 302
    asked.refresh_from_db()
    assert asked.state == State.CANCELLED
    assert client.post(reverse("jobs:retry", args=[asked.pk])).status_code == 302
    drain()
    asked.refresh_from_db()
    assert asked.state == State.DONE
    assert client.post(reverse("jobs:cancel", args=[asked.pk])).status_code == 409
    assert Event.objects.filter(action="job", subject_id=str(asked.pk)).count() == 2


@pytest.mark.parametrize("name", ["cancel", "retry"])
def test_nobody_touches_somebody_elses_job(house: House, client_of: ClientOf, name: str) -> None:
    asked = enqueue("tests.add", user=house.analyst, first=1, second=1)
    assert client_of(house.handler).post(reverse(f"jobs:{name}", args=[asked.pk])).status_code == 404
    asked.refresh_from_db()
    assert asked.state == State.QUEUED
