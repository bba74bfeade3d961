"""The whole way in one command: a synthetic county, its files, the leads, the report, how right they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import click
import pyarrow as pa
import pyarrow.parquet as pq

from yingjiu.cli.console import say, steps, table
from yingjiu.cli.people import link_people
from yingjiu.cli.screen import KINDS, screen, show_estimates, show_leads, write_results
from yingjiu.cli.source import by_source, show_reports
from yingjiu.cli.workspace import CATALOGUE, Workspace
from yingjiu.county import generate_county, write_files
from yingjiu.county.dates import RUN_DATE
from yingjiu.errors import YingjiuError
from yingjiu.language import _, catalogue_text
from yingjiu.report import Score
from yingjiu.screening import Lead, Run, read_models
from yingjiu.sources import load_folder, read_sources

__all__ = ["demo", "score"]

Found = set[tuple[int, str]]

_KINDS: Final = ("judicial_relief", "social_assistance", "supervision", "unsupported_child", "missed_benefit")

_MODELS_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "unsupported_child": ("unsupported-child",),
    "missed_benefit": ("missed-living-subsidy", "missed-nursing-subsidy"),
    "social_assistance": ("yueqing-social-assistance",),
}
"""Truth of these kinds is answered by some models only, not by all of a kind."""


@click.command(
    help=_("Write a synthetic county, load its files, screen, report, and compare with the planted truth.")
)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help=_("which county"))
@click.option(
    "--size", type=click.IntRange(2000), default=20_000, show_default=True, help=_("how many people")
)
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    help=_("where; demo in the workspace unless given"),
)
@click.pass_obj
def demo(workspace: Workspace, seed: int, size: int, folder: Path | None) -> None:
    """Run the demonstration."""
    at = Workspace(folder or workspace.folder / "demo", CATALOGUE / "sources", CATALOGUE / "models")
    files, answers = at.folder / "files", at.folder / "answers"
    with steps(_("Writing the county of {size} people").format(size=f"{size:,}")):
        written = write_files(generate_county(seed, size), files, answers=answers)
    say("  " + _("{count} files of its agencies in {folder}").format(count=len(written.files), folder=files))
    declared = read_sources(at.sources)
    with steps(_("Loading")) as step:
        loaded = load_folder(
            at.pool(create=True),
            declared,
            files,
            quarantine_folder=at.quarantine,
            run_date=RUN_DATE,
            progress=by_source(step, declared),
        )
    show_reports(loaded.reports)
    if loaded.failed:
        raise YingjiuError(*(fault for faults in loaded.failed.values() for fault in faults))
    links = link_people(at)
    run, found = screen(at, read_models(at.models), RUN_DATE, links=links)
    show_leads(run, found)
    scores = score(run, found, pq.read_table(answers / "truth.parquet"))
    show_scores(run, scores)
    results, wrote = write_results(
        at, run, found, at.folder, scores=scores, county=_("the synthetic county"), synthetic=True
    )
    show_estimates(results.parquet)
    if all(one.outcome == "unchanged" for one in loaded.reports) and not wrote:
        say(_("Nothing changed: every source holds this content already, and the run found the same leads."))
    say(_("Open the report in a browser:"))
    for file in (results.page, results.workbook, results.parquet):
        say(f"  {file}")


def score(run: Run, found: Sequence[Lead], truth: pa.Table) -> tuple[Score, ...]:
    """Compare matches with the planted truth.

    A match is right if the truth names the person, for that kind, in the same case; where one of the two
    knows no case (a missed benefit, a child without support) the person decides.

    Args:
        run: the run.
        found: its leads.
        truth: from :func:`yingjiu.county.truth`.

    Returns:
        One score for each kind of truth, then one for each model; of a single model only its precision, for
        its recall would hold against it what other models are for.
    """
    planted: dict[str, Found] = {}
    for row in truth.select(["kind", "person_id", "case_id", "is_lead"]).to_pylist():
        if row["is_lead"]:
            planted.setdefault(row["kind"], set()).add((row["person_id"], row["case_id"] or ""))
    matched: dict[str, Found] = {
        model.id: {(each.person_id, each.case_id) for each in run.found[model.id] if each.outcome == "match"}
        for model in run.models
    }
    topic = {name: kind for kind, names in _MODELS_OF.items() for name in names}
    by_kind = []
    for kind in _KINDS:
        if kind in _MODELS_OF:
            hits = set[tuple[int, str]]().union(*(matched[name] for name in _MODELS_OF[kind]))
        else:
            sure = (lead for lead in found if lead.kind == kind and lead.outcome == "match")
            hits = {(lead.person_id, lead.case_id) for lead in sure}
        wanted = planted.get(kind, set())
        right, reached = _agreeing(hits, wanted), _agreeing(wanted, hits)
        by_kind.append(Score(kind, len(wanted), len(hits), len(right), len(reached)))
    by_model = [
        Score(name, None, len(hits), len(_agreeing(hits, planted.get(topic.get(name, kind), set()))))
        for name, kind, hits in ((model.id, model.kind, matched[model.id]) for model in run.models)
    ]
    return (*by_kind, *by_model)


def _agreeing(these: Found, those: Found) -> Found:
    """Those of ``these`` that some of ``those`` agrees with."""
    persons = {person for person, _case in those}
    caseless = {person for person, case in those if not case}
    return {
        (person, case)
        for person, case in these
        if (person, case) in those or person in caseless or (not case and person in persons)
    }


def show_scores(run: Run, scores: Sequence[Score]) -> None:
    """Print precision and recall."""
    titles = {model.id: catalogue_text(model.title) for model in run.models}
    names = {
        **KINDS,
        "unsupported_child": _("de facto unsupported children"),
        "missed_benefit": _("missed benefits"),
    }

    def percent(value: float | None) -> str:
        return "-" if value is None else f"{value:.1%}"

    table(
        _("Agreement with the planted truth (matches only)"),
        [_("kind or model"), _("planted"), _("found"), _("right"), _("precision"), _("recall")],
        [
            (
                titles.get(one.of) or names.get(one.of, one.of),
                "" if one.planted is None else one.planted,
                one.found,
                one.right,
                percent(one.precision),
                percent(one.recall),
            )
            for one in scores
        ],
        numbers=5,
    )
