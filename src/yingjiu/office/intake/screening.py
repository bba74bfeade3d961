"""Run the models over the pool, and hand the leads to whoever they belong to."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from yingjiu.errors import Fault
from yingjiu.office.accounts.models import Organisation
from yingjiu.office.intake.errors import IntakeError
from yingjiu.office.intake.keeping import offices_below, open_pool
from yingjiu.office.intake.models import AgencyFile, FileState, ModelRun, Why
from yingjiu.office.jobs import Work
from yingjiu.office.jobs.states import OPEN
from yingjiu.office.leads.services import Taken, take_run
from yingjiu.office.people.following import follow_links
from yingjiu.people import link_pool, read_policy
from yingjiu.pool import Batch, open_engine
from yingjiu.report import Estimator
from yingjiu.screening import Lead, Model, Run, leads, read_models, run_models

__all__ = ["models", "run_all"]

_STEPS: Final = 1000
_LINKED, _RUN = 100, 750
"""Of a thousand steps: where linking and running end; the rest is taking the leads over."""


def models() -> tuple[Model, ...]:
    """The models that come with the program and the office's own, which replace those of the same id."""
    own = Path(settings.YINGJIU_FOLDER) / "models"
    stamps = tuple(sorted((path.name, path.stat().st_mtime_ns) for path in own.rglob("*.yaml")))
    return _models(own if any(own.glob("*.yaml")) else None, stamps)


@lru_cache(maxsize=2)
def _models(own: Path | None, _stamps: tuple[tuple[str, int], ...]) -> tuple[Model, ...]:
    found = {model.id: model for model in read_models()}
    if own is not None:
        found |= {model.id: model for model in read_models(own)}
    return tuple(found[name] for name in sorted(found))


def run_all(work: Work, asked: ModelRun) -> dict[str, Any]:
    """Link people, run all models, take their leads over.

    Every step can be done again: links and run depend on the pool alone, and a lead that is known is not
    made anew.

    Args:
        work: the job.
        asked: the run that was asked for.

    Returns:
        How many leads are new, changed, back, gone.

    Raises:
        IntakeError: ``INT-008`` nothing was loaded yet.
        ImplausibleShare: ``SCR-201`` a model selects more than it declared.
    """
    if asked.finished_at is not None:
        return {}
    if asked.why == Why.AFTER_LOAD and _more_to_come(asked.organisation):
        ModelRun.objects.filter(pk=asked.pk).update(finished_at=timezone.now(), skipped=True)
        return {"skipped": True}
    run, batches = _run(work, asked)
    found = leads(run)
    taken = _take(work, asked, run, found, batches)
    funnels = [
        {
            "model": model.id,
            "title": model.title,
            "subjects": (funnel := run.funnel(model.id)).subjects,
            "match": funnel.match,
            "possible": funnel.possible,
            "excluded": funnel.excluded,
        }
        for model in run.models
    ]
    ModelRun.objects.filter(pk=asked.pk).update(
        finished_at=timezone.now(),
        run=run.id,
        leads=len(found),
        new=taken.new,
        changed=taken.changed,
        returned=taken.returned,
        gone=taken.gone,
        funnels=funnels,
        warnings=list(run.warnings),
    )
    return {"leads": len(found), "new": taken.new, "changed": taken.changed, "gone": taken.gone}


def _more_to_come(office: Organisation) -> bool:
    """Whether another load is under way, at whose end a run is asked for again."""
    loading = AgencyFile.objects.filter(organisation=office, state=FileState.LOADING)
    return loading.filter(job__state__in=OPEN).exists()


def _run(work: Work, asked: ModelRun) -> tuple[Run, Sequence[Batch]]:
    pool = open_pool()
    view = pool.view()
    if not view.batches:
        raise IntakeError(
            Fault("INT-008", _("nothing has been loaded yet"), hint=_("load the files of the agencies first"))
        )
    work.progress(0, _STEPS, _("linking records to people"))
    links = link_pool(pool, read_policy())
    with transaction.atomic():
        follow_links()

    def tell(_what: str, done: int, total: int) -> None:
        share = _LINKED + (_RUN - _LINKED) * done // max(total, 1)
        work.progress(
            share, _STEPS, _("running the models: step {done} of {total}").format(done=done, total=total)
        )

    engine = open_engine("duckdb")
    try:
        run = run_models(
            engine,
            view,
            models(),
            asked.run_date,
            progress=tell,
            allow_large_share=frozenset(asked.wide),
            links=links,
        )
    finally:
        engine.close()
    return run, view.batches


def _take(work: Work, asked: ModelRun, run: Run, found: Sequence[Lead], batches: Sequence[Batch]) -> Taken:
    """Hand each lead to the procuratorate of its place below the one that keeps the pool, else to that."""
    below = offices_below(asked.organisation)
    shares: dict[Organisation, list[Lead]] = {asked.organisation: [], **{each: [] for each in below.values()}}
    for lead in found:
        place = str(lead.about.get("case_region") or lead.about.get("region") or "")
        shares[below.get(place, asked.organisation)].append(lead)
    estimator = Estimator.of(Path(settings.YINGJIU_FOLDER))
    taken, before = Taken(), 0
    for office, share in shares.items():

        def tell(done: int, _total: int, before: int = before) -> None:
            so_far = _RUN + (_STEPS - _RUN) * (before + done) // max(len(found), 1)
            work.progress(so_far, _STEPS, _("taking over {done} leads").format(done=f"{before + done:,}"))

        taken = taken.plus(
            take_run(
                office,
                run=run,
                found=share,
                estimates=estimator,
                batches=batches,
                user=asked.asked_by,
                progress=tell,
            )
        )
        before += len(share)
    return taken
