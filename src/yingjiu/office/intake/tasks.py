"""Jobs of the intake."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yingjiu.office.intake import entering, loading, screening
from yingjiu.office.intake.models import AgencyFile, ModelRun, PartyEntry
from yingjiu.office.jobs import Work, job
from yingjiu.office.jobs.models import Job

__all__: list[str] = []


def _file_page(done: Job) -> str:
    return reverse("intake:file", args=[done.arguments["file"]])


@job("intake.check_file", title=_("Check a file of an agency"), link=_file_page)
def check_file(work: Work, *, file: int) -> dict[str, Any]:
    """Check a file."""
    return loading.check(work, AgencyFile.objects.select_related("file", "quarantine").get(pk=file))


@job("intake.load_file", title=_("Load a file of an agency"), link=_file_page)
def load_file(work: Work, *, file: int) -> dict[str, Any]:
    """Load a file."""
    return loading.load(work, AgencyFile.objects.select_related("file", "quarantine").get(pk=file))


@job(
    "intake.run_models",
    title=_("Run the models"),
    link=lambda done: reverse("intake:model_run", args=[done.arguments["model_run"]]),
)
def run_models(work: Work, *, model_run: int) -> dict[str, Any]:
    """Run all models over everything."""
    return screening.run_all(work, ModelRun.objects.select_related("organisation").get(pk=model_run))


@job(
    "intake.screen_entry",
    title=_("Screen a party that was entered"),
    link=lambda done: reverse("intake:entry", args=[done.arguments["entry"]]),
)
def screen_entry(work: Work, *, entry: int) -> dict[str, Any]:
    """Screen a party."""
    return entering.screen_entry(work, PartyEntry.objects.select_related("organisation").get(pk=entry))
