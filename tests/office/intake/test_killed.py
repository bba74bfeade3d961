"""A worker killed in the middle of a load, and in the middle of the run of the models that follows it."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.office.intake.conftest import DAY, County
from tests.office.jobs.workers import Installation
from tests.office.processes import until
from yingjiu.pool import Pool

_SEND = f"""
from datetime import date
from pathlib import Path
from django.conf import settings
from django.db import transaction
from tests.office.house import build_house
from yingjiu.office.files.services import store
from yingjiu.office.intake import services
from yingjiu.office.intake.models import AgencyFile
settings.YINGJIU_RUN_DATE = date.fromisoformat("{DAY}")
with transaction.atomic():
    house = build_house()
path = Path(values["path"])
stored = store(path.open("rb"), path.name, house.analyst)
(file,) = services.take_files(user=house.analyst, files=[stored])
AgencyFile.objects.filter(pk=file.pk).update(state="checked")
file.refresh_from_db()
services.request_load(file=file, user=house.analyst)
answer = file.job_id
"""


@pytest.fixture
def installation(tmp_path: Path, county: County, either_database: None) -> Iterator[Installation]:
    made = Installation(tmp_path / "office")
    county.copy_pool(made.folder, without="police-household-register")
    yield made
    made.end()


def ask(at: Installation, query: str) -> list[tuple[Any, ...]]:
    """The database as it is, read from outside."""
    return [tuple(row.values()) for row in at.ask(query)]


def job(at: Installation, name: str) -> tuple[str, int, int]:
    """State, attempts and progress of the last job of a name."""
    rows = ask(at, f"select state, attempts, done from jobs_job where name = '{name}' order by id desc")
    return rows[0] if rows else ("", 0, 0)


def kill(at: Installation, name: str) -> None:
    at.workers[-1].send_signal(signal.SIGKILL)
    at.workers[-1].wait(timeout=30)
    assert job(at, name)[0] == "running", "it was killed in the middle"


def test_killed_in_a_load_and_in_a_run_nothing_is_lost_and_nothing_repeated(
    installation: Installation, county: County
) -> None:
    at = installation
    batches = len(Pool.open(at.folder / "pool").view().batches)
    at.do(_SEND, path=str(next(county.files.glob("公安局_户籍人口*"))))

    at.start_worker()
    until(lambda: job(at, "intake.load_file")[0] == "running", seconds=120)
    time.sleep(0.3)
    kill(at, "intake.load_file")
    assert len(Pool.open(at.folder / "pool").view().batches) == batches, "half a load is no load"

    at.start_worker()
    until(lambda: 100 < job(at, "intake.run_models")[2] < 750, seconds=120)
    kill(at, "intake.run_models")
    assert job(at, "intake.load_file")[:2] == ("done", 2)

    at.start_worker()
    until(lambda: job(at, "intake.run_models")[0] == "done", seconds=120)
    assert job(at, "intake.run_models")[1] == 2
    view = Pool.open(at.folder / "pool").view()
    assert len(view.batches) == batches + 1
    assert ask(at, "select state from intake_agencyfile") == [("loaded",)]
    ((leads, people, events),) = ask(
        at,
        "select count(*) as leads, count(distinct key_index) as people, "
        "(select count(*) from leads_leadevent where kind = 'found') as events from leads_lead",
    )
    assert leads == people == events > 10
    assert ask(at, "select count(*) from intake_modelrun where finished_at is not null") == [(1,)]
