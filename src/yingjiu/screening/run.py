"""Run models over a pool."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from yingjiu.errors import Fault
from yingjiu.language import _
from yingjiu.people import LINK_TABLE, Links
from yingjiu.pool import PoolView
from yingjiu.pool.engines import Engine
from yingjiu.pool.tables import TABLES
from yingjiu.screening.compile import WANTED_CASES, WANTED_PERSONS, Plan, compile_models, first_step
from yingjiu.screening.errors import ImplausibleShare, RunError
from yingjiu.screening.facts import Facts, no_facts, read_facts
from yingjiu.screening.findings import Finding, Funnel, ModelFindings, find, patterns, tally
from yingjiu.screening.gaps import missing_codes, missing_tables
from yingjiu.screening.logic import Truth
from yingjiu.screening.model import Model
from yingjiu.screening.verdicts import judge

__all__ = ["SMALLEST_SHARE", "Run", "run_id_of", "run_models", "run_plans"]

SMALLEST_SHARE: Final = 50
"""Among fewer subjects any share is plausible."""

Progress = Callable[[str, int, int], None]
"""Is told what is being done, how many steps are done, and of how many."""


@dataclass(frozen=True)
class Run:
    """What a run found.

    Attributes:
        id: the same for the same pool, models, day and subjects: a second run changes nothing.
        run_date: the day for which the models were asked.
        pool: identity of the pool's state.
        engine: name of the engine.
        models: the models that were run, by id.
        funnels: what became of all subjects, by model.
        found: findings by model: match, possible, excluded.
        facts: what is known about subjects that were found, by kind of subject.
        warnings: plain sentences that a reader must see.
        whole: whether all subjects were judged.
    """

    id: str
    run_date: date
    pool: str
    engine: str
    models: tuple[Model, ...]
    funnels: tuple[Funnel, ...]
    found: Mapping[str, ModelFindings]
    facts: Mapping[str, Facts]
    warnings: tuple[str, ...] = ()
    whole: bool = True

    def findings(self, *, excluded: bool = False) -> Iterator[Finding]:
        """Findings by model, person and case.

        Args:
            excluded: also those that are left out for a reason.
        """
        for model in self.models:
            for finding in self.found[model.id]:
                if excluded or finding.outcome != "no":
                    yield finding

    def funnel(self, model: str) -> Funnel:
        """The funnel of a model."""
        return next(funnel for funnel in self.funnels if funnel.model == model)

    def facts_of(self, finding: Finding) -> Facts:
        """What is known about the subjects of a finding's kind."""
        return self.facts[finding.model.subject]


def run_id_of(
    pool: str, models: Sequence[Model], run_date: date, subjects: Sequence[int | str] | None
) -> str:
    """The id of a run: 16 hexadecimal digits out of all that it depends on."""
    parts = [pool, run_date.isoformat(), *sorted(f"{model.id}:{model.digest}" for model in models)]
    if subjects is not None:
        parts += ["subjects", *sorted(str(subject) for subject in subjects)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def run_models(
    engine: Engine,
    data: PoolView | Mapping[str, pa.Table],
    models: Sequence[Model],
    run_date: date,
    *,
    subjects: Sequence[int | str] | None = None,
    progress: Progress | None = None,
    allow_large_share: bool | Collection[str] = False,
    links: Links | None = None,
) -> Run:
    """Run models over a pool.

    Args:
        engine: any engine; what was attached to it is replaced.
        data: a state of the pool, or canonical tables; a table that is missing counts as not loaded.
        models: what to run.
        run_date: the day for which they are asked.
        subjects: person keys and case ids; only these are judged. All, if ``None``.
        progress: is told of every step.
        allow_large_share: models (ids, or all of them) that may select more than they declared.
        links: who is who; records are then read as the people they belong to.

    Returns:
        The run.

    Raises:
        ImplausibleShare: ``SCR-201`` a model selects more of its subjects than it declared.
        RunError: ``SCR-202`` no models, or a model twice.
    """
    models = checked_models(models)
    loaded = loaded_tables(data)
    pool = data.identity() if isinstance(data, PoolView) else identity_of(data)
    attached: dict[str, Sequence[Path] | pa.Table] = dict(data.tables if isinstance(data, PoolView) else data)
    if subjects is not None:
        attached |= wanted_tables(subjects)
    stale: list[str] = []
    if links is not None:
        attached[LINK_TABLE] = pq.read_table(links.path, columns=["person_id", "canonical_id"])
        if links.pool != pool:
            stale = [_("the pool has changed since its people were linked: run yingjiu people link again")]
        pool += links.id
    engine.attach(attached)
    plans = compile_models(models, run_date, loaded, some=subjects is not None, linked=links is not None)
    return run_plans(
        engine,
        plans,
        models,
        run_date,
        run_id=run_id_of(pool, models, run_date, subjects),
        pool=pool,
        warnings=[
            *stale,
            *missing_tables(plans, loaded),
            *(missing_codes(engine, plans, loaded) if subjects is None else ()),
        ],
        whole=subjects is None,
        progress=progress,
        allow_large_share=allow_large_share,
    )


def run_plans(
    engine: Engine,
    plans: Sequence[Plan],
    models: Sequence[Model],
    run_date: date,
    *,
    run_id: str,
    pool: str,
    warnings: Sequence[str] = (),
    whole: bool = True,
    without: Collection[str] = (),
    progress: Progress | None = None,
    allow_large_share: bool | Collection[str] = False,
) -> Run:
    """Run compiled models on an engine to which everything is attached.

    Args:
        engine: the engine.
        plans: from :func:`~yingjiu.screening.compile.compile_models`.
        models: those that were compiled.
        run_date: the day for which they were compiled.
        run_id: of the run.
        pool: identity of the data.
        warnings: known before.
        whole: all subjects; if not, shares are not judged and the few sheets are read at once.
        without: kinds of subjects that are known to have none.
        progress: is told of every step.
        allow_large_share: models (ids, or all of them) that may select more than they declared.

    Raises:
        ImplausibleShare: ``SCR-201``.
    """
    steps = 2 + sum(len(plan.steps) + 2 for plan in plans)
    done = 0

    def tell(what: str) -> None:
        nonlocal done
        done += 1
        if progress:
            progress(what, done, steps)

    first = first_step()
    engine.keep(first.name, first.tree)
    tell(first.name)
    sheets: dict[str, pa.Table] = {}
    funnels: dict[str, Funnel] = {}
    for plan in plans:
        some = plan.kind not in without
        for step in plan.steps:
            if some:
                engine.keep(step.name, step.tree)
            if some and not whole and step is plan.steps[0]:
                some = engine.query(plan.some()).num_rows > 0
            tell(step.name)
        if not some:
            sheets[plan.kind] = plan.nobody()
            funnels |= {model.id: tally(model, []) for model in plan.models}
        elif whole:
            for model in plan.models:
                funnels[model.id] = tally(model, _counted(engine, plan, model))
        else:
            sheets[plan.kind] = engine.query(plan.everything())
            for model in plan.models:
                funnels[model.id] = tally(model, _counted_in(sheets[plan.kind], plan, model))
        tell(plan.sheet)
    if whole:
        _check_shares(models, funnels, allow_large_share)
    found: dict[str, ModelFindings] = {}
    facts: dict[str, Facts] = {}
    for plan in plans:
        order = [(name, "ascending") for name in plan.identity]
        rows = (sheets[plan.kind] if plan.kind in sheets else engine.query(plan.found())).sort_by(order)
        for model in plan.models:
            found[model.id] = find(plan, model, rows)
        asked = _asked(plan, found)
        facts[plan.kind] = no_facts(plan, rows) if asked is None else read_facts(engine, plan, rows, asked)
        tell(f"found_{plan.kind}")
    return Run(
        id=run_id,
        run_date=run_date,
        pool=pool,
        engine=engine.name,
        models=tuple(models),
        funnels=tuple(funnels[model.id] for model in models),
        found=found,
        facts=facts,
        warnings=tuple(warnings),
        whole=whole,
    )


def checked_models(models: Sequence[Model]) -> tuple[Model, ...]:
    """Models by id.

    Raises:
        RunError: ``SCR-202`` none, or one twice.
    """
    names = [model.id for model in models]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice or not models:
        message = _("the same model twice") if twice else _("no model to run")
        raise RunError(
            Fault("SCR-202", message, found=", ".join(twice) or None, hint=_("name each model once"))
        )
    return tuple(sorted(models, key=lambda model: model.id))


def loaded_tables(data: PoolView | Mapping[str, pa.Table]) -> frozenset[str]:
    """The tables of which something has been loaded, be it empty."""
    if isinstance(data, PoolView):
        return frozenset(name for name in TABLES if data.loaded(name))
    return frozenset(data) & frozenset(TABLES)


def identity_of(tables: Mapping[str, pa.Table]) -> str:
    """A digest of the content of some tables."""
    digest = hashlib.sha256()
    for name in sorted(tables):
        digest.update(name.encode())
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, tables[name].schema) as writer:
            writer.write_table(tables[name].combine_chunks())
        digest.update(sink.getvalue())
    return digest.hexdigest()


def wanted_tables(subjects: Sequence[int | str]) -> dict[str, pa.Table]:
    """The tables that say which subjects are judged."""
    persons = sorted({subject for subject in subjects if isinstance(subject, int)})
    cases = sorted({subject for subject in subjects if isinstance(subject, str)})
    return {
        WANTED_PERSONS: pa.table({"person_id": pa.array(persons, pa.int64())}),
        WANTED_CASES: pa.table({"case_id": pa.array(cases, pa.string())}),
    }


def _counted(engine: Engine, plan: Plan, model: Model) -> list[tuple[tuple[Truth, ...], int]]:
    rows = engine.query(plan.counts(model)).to_pylist()
    columns = plan.columns(model)
    return sorted(
        ((tuple(row[column] for column in columns), int(row["n"])) for row in rows),
        key=lambda pair: str(pair[0]),
    )


def _counted_in(sheet: pa.Table, plan: Plan, model: Model) -> list[tuple[tuple[Truth, ...], int]]:
    if model.id in plan.where:
        sheet = sheet.filter(pc.fill_null(sheet.column(plan.where[model.id]), fill_value=False))
    numbers, truths = patterns(sheet, plan.columns(model))
    return [(pattern, int((numbers == number).sum())) for number, pattern in enumerate(truths)]


def _check_shares(
    models: Sequence[Model], funnels: Mapping[str, Funnel], allowed: bool | Collection[str]
) -> None:
    faults = []
    for model in models:
        funnel = funnels[model.id]
        free = allowed if isinstance(allowed, bool) else model.id in allowed
        if not free and funnel.subjects >= SMALLEST_SHARE and funnel.share > float(model.max_share):
            faults.append(
                Fault(
                    "SCR-201",
                    _(
                        "the model {model} selects {match} of {subjects} subjects ({share:.0%}), more than "
                        "the {most:.0%} that it declares as plausible; nothing was given out"
                    ).format(
                        model=model.id,
                        match=funnel.match,
                        subjects=funnel.subjects,
                        share=funnel.share,
                        most=model.max_share,
                    ),
                    model.file,
                    path="$.max_share",
                    found=f"{funnel.share:.4f}",
                    hint=_(
                        "look at the model and at the data that it compares; if this is right, allow it for "
                        "this run, or raise max_share"
                    ),
                )
            )
    if faults:
        raise ImplausibleShare(*faults)


def _asked(plan: Plan, found: Mapping[str, ModelFindings]) -> set[str] | None:
    """Tables compared for findings that are not excluded; ``None`` if there is no such finding."""
    asked: set[str] = set()
    some = False
    for model in plan.models:
        findings = found[model.id]
        columns = plan.columns(model)
        for truths in (findings.truths[number] for number in set(findings.pattern.tolist())):
            if judge(model, truths).outcome != "no":
                some = True
                asked |= {
                    plan.asks[column].table
                    for column, truth in zip(columns, truths, strict=True)
                    if column in plan.asks and truth is not False
                }
    return asked & plan.loaded if some else None
