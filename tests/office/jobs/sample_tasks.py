"""Jobs that only the tests ask for; a worker of the tests imports this module."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import F, Value
from django.db.models.functions import Concat

from yingjiu.errors import Fault
from yingjiu.office.jobs import Work, job
from yingjiu.office.jobs.errors import JobError, Postponed
from yingjiu.office.jobs.models import Job


@job("tests.add", title="add up")
def add(work: Work, *, first: int, second: int) -> dict[str, Any]:
    work.progress(1, 2, "half of it")
    return {"sum": first + second}


@job("tests.fail", title="fail")
def fail(work: Work, *, how: str) -> None:
    work.progress(3, 10, "about to fail")
    work.fault({"row": 4, "what": "a date in the future"})
    if how == "told":
        raise JobError(Fault("JOB-099", "the file is empty", hint="ask the agency"))
    raise ZeroDivisionError(how)


@job("tests.later")
def later(work: Work) -> dict[str, Any]:
    mark = Path(settings.YINGJIU_FOLDER) / "later.mark"
    if not mark.exists():
        mark.touch()
        raise Postponed("another load is at work", after=timedelta(hours=1))
    return {"at": "last"}


@job("tests.obedient")
def obedient(work: Work) -> None:
    """Goes on until it is told to stop."""
    (Path(settings.YINGJIU_FOLDER) / "obedient.begun").touch()
    while True:
        work.progress(1, None, "going on")
        time.sleep(0.05)


@job("tests.letters", title="send letters")
def letters(work: Work, *, pks: list[int], slow: float = 0.0) -> dict[str, Any]:
    """One letter a row; a letter that was sent twice cannot be called back, so each is a step."""
    for number, pk in enumerate(pks):
        work.progress(number, len(pks), "sending")
        with work.step(f"letter:{pk}") as wanted:
            if wanted:
                Job.objects.filter(pk=pk).update(once=Concat(F("once"), Value("x")), total=pk)
        time.sleep(slow)
    return {"sent": len(pks)}
