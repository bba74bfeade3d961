"""What pages read of jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yingjiu.office.jobs.models import Job, JobFault, JobQuerySet
from yingjiu.office.jobs.registry import find

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from yingjiu.office.accounts.models import User

__all__ = ["SHOWN_FAULTS", "faults_for", "link_of", "listed", "open_jobs", "title_of"]

SHOWN_FAULTS = 200
"""Rows that a page shows."""


def listed(user: User) -> JobQuerySet:
    """The jobs that a user sees, the newest first."""
    return Job.objects.visible_to(user).select_related("user", "organisation")


def open_jobs(user: User) -> int:
    """How many jobs of a user's own wait or are at work."""
    return Job.objects.open().filter(user=user).count()


def faults_for(job: Job, user: User) -> list[JobFault]:
    """Faulty rows of a job, for the person who started it and nobody else."""
    return list(job.faults.all()[:SHOWN_FAULTS]) if job.user_id == user.pk else []


def title_of(job: Job) -> StrOrPromise:
    """What a job is called on screen."""
    registered = find(job.name)
    return registered.title if registered else job.name


def link_of(job: Job, user: User) -> str | None:
    """Where the result of a job stands, for the person who started it."""
    registered = find(job.name)
    if registered is None or registered.link is None or job.user_id != user.pk:
        return None
    return registered.link(job)
