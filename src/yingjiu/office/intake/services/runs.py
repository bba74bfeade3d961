"""Runs of the models over the pool."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from yingjiu.office.accounts.models import Organisation, User
from yingjiu.office.audit.services import Action, record
from yingjiu.office.intake.models import ModelRun, Why
from yingjiu.office.jobs import enqueue
from yingjiu.office.jobs.models import Job
from yingjiu.office.jobs.states import State

__all__ = ["request_run", "run_day"]


def run_day() -> date:
    """The day for which the models are asked: today, or ``YINGJIU_RUN_DATE`` where people are trained."""
    return getattr(settings, "YINGJIU_RUN_DATE", None) or timezone.localdate()


@transaction.atomic
def request_run(
    *,
    organisation: Organisation,
    user: User | None,
    run_date: date | None = None,
    why: Why = Why.BY_HAND,
    wide: Collection[str] = (),
) -> ModelRun:
    """Have all models run over everything.

    Args:
        organisation: the procuratorate that keeps the pool.
        user: who asks, or whose load it follows.
        run_date: the day for which the models are asked; today unless given.
        why: what for.
        wide: models that may select more of their subjects than they declared.

    Returns:
        The run; one that was asked for after another load and has not begun yet serves for both.
    """
    day = run_date or run_day()
    if why != Why.BY_HAND:
        waiting = ModelRun.objects.filter(organisation=organisation, run_date=day).exclude(why=Why.BY_HAND)
        # the lock keeps a worker from beginning it until this transaction has been committed
        queued = Job.objects.select_for_update(no_key=True).filter(
            pk__in=waiting.values("job"), state=State.QUEUED
        )
        there = waiting.filter(job__in=[job.pk for job in queued]).first()
        if there is not None:
            return there
    made = ModelRun(organisation=organisation, run_date=day, why=why, wide=sorted(wide), asked_by=user)
    made.full_clean()
    made.save()
    made.job = enqueue("intake.run_models", user=user, organisation=organisation, model_run=made.pk)
    made.save(update_fields=["job"])
    record(Action.JOB, user=user, subject=made, detail={"run_date": day, "why": why, "wide": sorted(wide)})
    return made
