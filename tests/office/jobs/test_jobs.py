from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

import tests.office.jobs.sample_tasks as _tasks  # noqa: F401 - registers the jobs
from tests.office.house import House
from yingjiu.office.frame.errors import Conflict
from yingjiu.office.jobs import enqueue
from yingjiu.office.jobs.errors import JobError, Lost
from yingjiu.office.jobs.models import Job, JobStep
from yingjiu.office.jobs.queue import queue
from yingjiu.office.jobs.running import drain, run
from yingjiu.office.jobs.services import cancel, retry
from yingjiu.office.jobs.states import State
from yingjiu.office.jobs.upkeep import ask_for_periodic, prune, reap, resend
from yingjiu.office.jobs.work import Work


def test_a_job_is_done_and_says_what_came_of_it(house: House) -> None:
    asked = enqueue("tests.add", user=house.analyst, first=2, second=3)
    assert drain() == 1
    asked.refresh_from_db()
    assert (asked.state, asked.result, asked.attempts) == (State.DONE, {"sum": 5}, 1)
    assert asked.organisation == house.county
    assert asked.percent == 100
    assert asked.finished_at is not None


def test_an_unknown_job_is_refused_at_once(house: House) -> None:
    with pytest.raises(JobError) as refused:
        enqueue("tests.nothing", user=house.analyst)
    assert refused.value.code == "JOB-001"


def test_asked_for_once_it_stays_one_job(house: House) -> None:
    first = enqueue("tests.add", user=house.analyst, once="add:1", first=1, second=1)
    assert enqueue("tests.add", user=house.handler, once="add:1", first=1, second=1) == first
    drain()
    assert enqueue("tests.add", user=house.analyst, once="add:1", first=1, second=1) == first
    assert enqueue("tests.add", user=house.analyst, once="add:2", first=1, second=1) != first


def test_after_a_failure_the_same_may_be_asked_for_again(house: House) -> None:
    first = enqueue("tests.fail", user=house.analyst, once="fail", how="told")
    drain()
    second = enqueue("tests.fail", user=house.analyst, once="fail", how="told")
    assert second != first
    with pytest.raises(Conflict) as refused:
        retry(job=first, user=house.analyst)
    assert refused.value.code == "JOB-004"


def test_a_failure_that_was_told_is_shown_and_its_rows_kept(house: House) -> None:
    asked = enqueue("tests.fail", user=house.analyst, how="told")
    drain()
    asked.refresh_from_db()
    assert asked.state == State.FAILED
    assert "the file is empty" in asked.error
    assert asked.fault_count == 1
    assert asked.faults.get().content == {"row": 4, "what": "a date in the future"}


def test_a_fault_of_the_program_shows_nothing_of_what_it_held(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    asked = enqueue("tests.fail", user=house.analyst, how="secret")
    drain()
    asked.refresh_from_db()
    assert asked.state == State.FAILED
    assert "secret" not in asked.error
    assert str(asked.pk) in asked.error
    assert "ZeroDivisionError" in caplog.text


def test_faulty_rows_of_the_first_try_do_not_stand_beside_those_of_the_second(house: House) -> None:
    asked = enqueue("tests.fail", user=house.analyst, how="told")
    drain()
    retry(job=asked, user=house.analyst)
    drain()
    asked.refresh_from_db()
    assert asked.faults.count() == asked.fault_count == 1


def test_a_waiting_job_is_cancelled_at_once_and_never_run(house: House) -> None:
    asked = enqueue("tests.add", user=house.analyst, first=1, second=1)
    cancel(job=asked, user=house.analyst)
    assert drain() == 0
    asked.refresh_from_db()
    assert asked.state == State.CANCELLED
    with pytest.raises(Conflict) as refused:
        cancel(job=asked, user=house.analyst)
    assert refused.value.code == "JOB-002"


def test_a_job_that_must_wait_goes_back_without_its_attempt_being_counted(house: House) -> None:
    asked = enqueue("tests.later", user=house.analyst)
    assert drain() == 1
    asked.refresh_from_db()
    assert (asked.state, asked.attempts) == (State.QUEUED, 0)
    assert asked.says == "another load is at work"
    assert asked.not_before > timezone.now()
    Job.objects.filter(pk=asked.pk).update(not_before=timezone.now())
    drain()
    asked.refresh_from_db()
    assert asked.result == {"at": "last"}


def test_of_two_messages_for_a_job_one_does_it(house: House) -> None:
    asked = enqueue("tests.add", user=house.analyst, first=1, second=1)
    assert run(asked.pk, beat=False)
    assert not run(asked.pk, beat=False)


def running(house: House, *, silent: timedelta, attempts: int = 1, **more: object) -> Job:
    asked = enqueue("tests.add", user=house.analyst, first=1, second=1)
    then = timezone.now() - silent
    Job.objects.filter(pk=asked.pk).update(
        state=State.RUNNING,
        token="gone.1",  # noqa: S106 - names a worker
        heartbeat=then,
        attempts=attempts,
        **more,
    )
    asked.refresh_from_db()
    return asked


@pytest.mark.parametrize(
    ("silent", "attempts", "asked_to_end", "becomes"),
    [
        (29, 1, False, State.RUNNING),
        (31, 1, False, State.QUEUED),
        (31, 2, False, State.QUEUED),
        (31, 3, False, State.FAILED),
        (31, 1, True, State.CANCELLED),
    ],
    ids=["silent for 29 s", "silent for 31 s", "the second time", "the third time", "already cancelled"],
)
def test_what_becomes_of_a_job_whose_worker_is_silent(
    house: House, silent: int, attempts: int, asked_to_end: bool, becomes: State
) -> None:
    left = running(house, silent=timedelta(seconds=silent), attempts=attempts, cancel_asked=asked_to_end)
    reap()
    left.refresh_from_db()
    assert left.state == becomes
    if becomes == State.FAILED:
        assert "3" in left.error


def test_who_was_taken_for_dead_cannot_write_over_the_second_attempt(house: House) -> None:
    """A worker that was held up for a while finds its job gone, and leaves everything as it is."""
    asked = running(house, silent=timedelta(minutes=2))
    work = Work(asked)
    reap()
    with pytest.raises(Lost), work.step("letter:1"):
        pytest.fail("the step was begun")
    work.look()
    with pytest.raises(Lost):
        work.check()
    assert not JobStep.objects.exists()


def test_a_job_that_the_queue_forgot_is_sent_again(house: House) -> None:
    queue().huey.flush()
    asked = enqueue("tests.add", user=house.analyst, first=1, second=1)
    assert resend() == 0, "it may still be on its way"
    Job.objects.filter(pk=asked.pk).update(not_before=timezone.now() - timedelta(minutes=3), sent_at=None)
    assert resend() == 1
    assert resend(everything=True) == 1


def test_regular_jobs_are_asked_for_once_a_period(house: House) -> None:
    del house
    ask_for_periodic()
    before = Job.objects.count()
    ask_for_periodic()
    assert Job.objects.count() == before


def test_the_offices_own_jobs_are_forgotten_after_a_month_and_peoples_stay(house: House) -> None:
    mine = enqueue("tests.add", user=house.analyst, first=1, second=1)
    own = enqueue("tests.add", first=1, second=1)
    drain()
    Job.objects.update(finished_at=timezone.now() - timedelta(days=31))
    prune()
    assert list(Job.objects.all()) == [mine]
    assert not Job.objects.filter(pk=own.pk).exists()


def test_everybody_sees_their_own_jobs_and_the_system_administrator_all(house: House) -> None:
    mine = enqueue("tests.add", user=house.analyst, first=1, second=1)
    for name, user in house.users.items():
        seen = list(Job.objects.visible_to(user))
        assert seen == ([mine] if name in {"analyst", "system_admin"} else []), name


def test_steps_that_are_done_are_not_done_again(house: House) -> None:
    rows = [enqueue("tests.add", first=1, second=1) for _ in range(3)]
    for row in rows:
        cancel(job=row, user=house.analyst)
    sending = enqueue("tests.letters", user=house.analyst, pks=[row.pk for row in rows])
    drain()
    Job.objects.filter(pk=sending.pk).update(state=State.FAILED)
    retry(job=sending, user=house.analyst)
    drain()
    assert [Job.objects.get(pk=row.pk).once for row in rows] == ["x"] * 3
