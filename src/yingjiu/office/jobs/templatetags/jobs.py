"""``{% load jobs %}``: what a job is called, and its progress inside another page."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context

from yingjiu.office.jobs import selectors
from yingjiu.office.jobs.models import Job

register = template.Library()

_TONES = {
    "queued": "secondary",
    "running": "blue",
    "done": "green",
    "failed": "red",
    "cancelled": "secondary",
}


@register.filter
def job_title(job: Job) -> str:
    """What a job is called on screen."""
    return str(selectors.title_of(job))


@register.filter
def job_tone(job: Job) -> str:
    """The colour of a job's state."""
    return _TONES[job.state]


@register.inclusion_tag("jobs/state.html", takes_context=True)
def job_progress(context: Context, job: Job) -> dict[str, Any]:
    """A job's progress inside another page, which is loaded again when the job has ended."""
    user = context["request"].user
    return {
        "job": job,
        "title": selectors.title_of(job),
        "link": None,
        "faults": [],
        "mine": job.user_id == user.pk,
        "then": "reload",
        "request": context["request"],
        "embedded": True,
    }
