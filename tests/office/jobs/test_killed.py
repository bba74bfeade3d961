"""Real workers that are killed and stopped while they are at a job."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.office.jobs.workers import Installation
from tests.office.processes import until

LETTERS = 40


@pytest.fixture
def installation(tmp_path: Path, either_database: None) -> Iterator[Installation]:
    made = Installation(tmp_path / "office")
    yield made
    made.end()


def row(at: Installation, pk: int) -> dict[str, Any]:
    """A job as the database has it, read from outside."""
    (found,) = at.ask("select * from jobs_job where id = %s", pk)
    return found


def letters(at: Installation, slow: float = 0.05) -> tuple[int, list[int]]:
    """Rows to write to, and the job that writes a letter to each."""
    job, rows = at.do(
        """
from django.db import transaction
from yingjiu.office.jobs import enqueue
from yingjiu.office.jobs.models import Job
with transaction.atomic():
    rows = [Job.objects.create(name="tests.add", state="cancelled").pk for _ in range(values["count"])]
    answer = [enqueue("tests.letters", pks=rows, slow=values["slow"]).pk, rows]
""",
        count=LETTERS,
        slow=slow,
    )
    return job, rows


def sent(at: Installation, rows: list[int]) -> list[str]:
    listed = ", ".join(map(str, rows))
    return [each["once"] for each in at.ask(f"select once from jobs_job where id in ({listed}) order by id")]


def test_killed_twice_in_the_middle_of_a_mailing_every_letter_is_sent_once(
    installation: Installation,
) -> None:
    job, rows = letters(installation)
    for wanted in (5, 20):
        worker = installation.start_worker()
        until(lambda wanted=wanted: sum(map(bool, sent(installation, rows))) >= wanted, seconds=120)  # type: ignore[misc]  # a default binds the loop's value
        worker.send_signal(signal.SIGKILL)
        worker.wait(timeout=30)
        left = row(installation, job)
        assert left["state"] == "running", "a killed worker cannot say goodbye"
        assert 0 < sum(map(bool, sent(installation, rows))) < LETTERS
    installation.start_worker()
    until(lambda: row(installation, job)["state"] == "done", seconds=120)
    assert sent(installation, rows) == ["x"] * LETTERS
    assert row(installation, job)["attempts"] == 3


def test_stopped_gracefully_a_job_goes_back_to_the_queue_and_is_finished_by_the_next(
    installation: Installation,
) -> None:
    job, rows = letters(installation)
    worker = installation.start_worker()
    until(lambda: sum(map(bool, sent(installation, rows))) >= 5, seconds=120)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=30) == 0
    left = row(installation, job)
    assert (left["state"], left["attempts"]) == ("queued", 0)
    installation.start_worker()
    until(lambda: row(installation, job)["state"] == "done", seconds=120)
    assert sent(installation, rows) == ["x"] * LETTERS


def test_a_job_at_work_beats_tells_its_progress_and_ends_when_it_is_cancelled(
    installation: Installation,
) -> None:
    job = installation.do(
        "from yingjiu.office.jobs import enqueue\nanswer = enqueue('tests.obedient').pk",
    )
    installation.start_worker()
    until(lambda: row(installation, job)["says"] == "going on", seconds=120)
    installation.do(
        "from yingjiu.office.jobs.models import Job\nfrom yingjiu.office.jobs.services import cancel\n"
        "cancel(job=Job.objects.get(pk=values['job']), user=None)",
        job=job,
    )
    until(lambda: row(installation, job)["state"] == "cancelled", seconds=120)
