"""Run the models over a workspace and leave what people read."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq

from yingjiu.cli.console import say, steps, table
from yingjiu.cli.workspace import Workspace
from yingjiu.codes import region_name
from yingjiu.language import LANGUAGE, _, catalogue_text
from yingjiu.people import Links
from yingjiu.pool import open_engine
from yingjiu.report import Estimator, Reveal, Score, from_run, write_leads, write_page, write_workbook
from yingjiu.screening import Lead, Model, Run, leads, run_models

__all__ = ["KINDS", "Results", "screen", "show_estimates", "show_leads", "write_results"]

KINDS = {
    "judicial_relief": _("judicial relief"),
    "social_assistance": _("social assistance"),
    "supervision": _("supervision"),
}
LEVELS = {"red": _("red"), "orange": _("orange"), "yellow": _("yellow")}


@dataclass(frozen=True, slots=True)
class Results:
    """The files that a run leaves.

    Attributes:
        page: the report.
        workbook: leads, reasons and evidence as a workbook.
        parquet: leads as Parquet.
    """

    page: Path
    workbook: Path
    parquet: Path


def screen(
    workspace: Workspace,
    models: Sequence[Model],
    run_date: date,
    *,
    engine: str = "duckdb",
    allow_large_share: Collection[str] = (),
    links: Links | None = None,
) -> tuple[Run, tuple[Lead, ...]]:
    """Run models over everything in the pool, with progress.

    Args:
        workspace: whose pool.
        models: what to run.
        run_date: the day for which they are asked.
        engine: name of the engine.
        allow_large_share: models that may select more than they declared.
        links: who is who; records are read as the people they belong to.

    Returns:
        The run, and its leads.
    """
    view = workspace.pool().view()
    with steps(_("Screening")) as step:
        chosen = open_engine(engine)
        try:
            run = run_models(
                chosen,
                view,
                models,
                run_date,
                progress=lambda what, done, total: step(done, total, what),
                allow_large_share=allow_large_share,
                links=links,
            )
        finally:
            chosen.close()
        return run, leads(run)


def show_leads(run: Run, found: Sequence[Lead]) -> None:
    """Print leads by model and level."""
    rows = []
    for model in run.models:
        levels: dict[str, int] = {}
        possible = 0
        for finding in run.found[model.id]:
            if finding.outcome == "match":
                levels[str(finding.level)] = levels.get(str(finding.level), 0) + 1
            possible += finding.outcome == "possible"
        funnel = run.funnel(model.id)
        rows.append(
            (
                catalogue_text(model.title),
                KINDS[model.kind],
                f"{funnel.subjects:,}",
                *(levels.get(level, 0) for level in LEVELS),
                funnel.match,
                possible,
                funnel.excluded,
            )
        )
    headings = [
        _("model"),
        _("kind"),
        _("subjects"),
        *LEVELS.values(),
        _("match"),
        _("possible"),
        _("excluded"),
    ]
    table(_("Findings by model and level"), headings, rows, numbers=7)
    rows = []
    for kind, name in KINDS.items():
        of_kind = [lead for lead in found if lead.kind == kind]
        sure = [lead for lead in of_kind if lead.outcome == "match"]
        rows.append(
            (
                name,
                *(sum(lead.level == level for lead in sure) for level in LEVELS),
                len(sure),
                len(of_kind) - len(sure),
            )
        )
    table(_("Leads"), [_("kind"), *LEVELS.values(), _("match"), _("possible")], rows, numbers=5)
    for warning in run.warnings:
        say(f"! {warning}", style="yellow")


def show_estimates(leads: Path) -> None:
    """Print the first estimates of amounts by level, as they stand in leads.parquet.

    Relatives of one victim are several leads; the sums count each case once, with its most urgent lead.
    """
    columns = ["lead", "level", "outcome", "case_no", "estimate"]
    rows = [row for row in pq.read_table(leads, columns=columns).to_pylist() if row["estimate"] is not None]
    if not rows:
        return
    first = {row["case_no"] or row["lead"]: row["lead"] for row in reversed(rows)}
    lines = []
    for level, name in LEVELS.items():
        for outcome, label in (("match", _("match")), ("possible", _("possible"))):
            of = [row for row in rows if row["level"] == level and row["outcome"] == outcome]
            told = [row["estimate"] for row in of if row["estimate"]["low"] is not None]
            once = [
                row["estimate"]
                for row in of
                if first[row["case_no"] or row["lead"]] == row["lead"] and row["estimate"]["low"] is not None
            ]
            low, high = (sum((one[end] for one in once), Decimal(0)) for end in ("low", "high"))
            if of:
                counts = (len(of), len(of) - len(told), len(once))
                lines.append((name, label, *counts, f"{low:,.0f}", f"{high:,.0f}"))
    headings = [
        _("level"),
        _("outcome"),
        _("number of leads"),
        _("no amount"),
        _("number of cases"),
        _("from (yuan)"),
        _("to (yuan)"),
    ]
    table(_("First estimates of judicial relief, from the data alone"), headings, lines, numbers=5)
    said = Counter(text for row in rows for text in (row["estimate"]["says"], *row["estimate"]["warnings"]))
    for text, count in said.items():
        if count == len(rows):
            say(f"! {text}", style="yellow")


def write_results(
    workspace: Workspace,
    run: Run,
    found: Sequence[Lead],
    folder: Path,
    *,
    scores: Sequence[Score] = (),
    county: str | None = None,
    synthetic: bool = False,
    reveal: Reveal | None = None,
) -> tuple[Results, bool]:
    """Write report, workbook and Parquet, unless the same run has written them already.

    Args:
        workspace: whose pool was screened.
        run: the run.
        found: its leads.
        folder: where to.
        scores: agreement with planted truth.
        county: name of the county; the region of most parties unless given.
        synthetic: whether the people are invented.
        reveal: permission to show personal data.

    Returns:
        The files, and whether anything was written.
    """
    results = Results(folder / "report.html", folder / "leads.xlsx", folder / "leads.parquet")
    mark = folder / "run.json"
    estimator = Estimator.of(workspace.folder)
    state = {
        "run": run.id,
        "estimates": estimator.identity,
        "language": LANGUAGE,
        "engine": run.engine,
        "scores": [repr(score) for score in scores],
    }
    files = (results.page, results.workbook, results.parquet)
    if reveal is None and mark.exists() and all(file.exists() for file in files):
        try:
            if json.loads(mark.read_text(encoding="utf-8")) == state:
                return results, False
        except ValueError:
            pass  # a mark that cannot be read is no mark
    mark.unlink(missing_ok=True)
    with steps(_("Writing the report")) as step:
        data = from_run(
            run,
            workspace.pool().view().batches,
            county=county or _county(found),
            made_at=datetime.now(UTC).astimezone(),
            leads=found,
            scores=scores,
            synthetic=synthetic,
            reveal=reveal,
            estimator=estimator,
        )
        for done, (write, file) in enumerate(
            ((write_page, results.page), (write_workbook, results.workbook), (write_leads, results.parquet))
        ):
            step(done, 3, file.name)
            write(data, file)
    if reveal is None:
        mark.write_text(json.dumps(state, ensure_ascii=False), encoding="utf-8")
    return results, True


def _county(found: Sequence[Lead]) -> str:
    regions = [str(lead.about.get("region")) for lead in found if lead.about.get("region")]
    most = max(set(regions), key=regions.count, default="")
    return region_name(most) if most else _("this county")
