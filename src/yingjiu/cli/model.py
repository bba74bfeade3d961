"""Commands for models: list, check, test, run, explain, diff, screen."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click

from yingjiu.cli.console import fail, say, table
from yingjiu.cli.reveal import asked, reveal_options
from yingjiu.cli.screen import KINDS, screen, show_leads, write_results
from yingjiu.cli.source import DAY
from yingjiu.cli.texts import explanation_lines
from yingjiu.cli.workspace import Workspace
from yingjiu.codes import normalise_case_no, parse_id
from yingjiu.errors import YingjiuError
from yingjiu.language import _, catalogue_text
from yingjiu.pool import open_engine
from yingjiu.screening import (
    Finding,
    Model,
    ModelDiff,
    Run,
    diff_models,
    explain,
    leads,
    read_model,
    read_models,
    run_cases,
    run_models,
    screen_parties,
)

__all__ = ["model"]

_ENGINE = click.option(
    "--engine", type=click.Choice(["duckdb", "spark"]), default="duckdb", show_default=True, help=_("where it runs")
)
_DATE = click.option("--date", "run_date", type=DAY, help=_("the day for which the models are asked; today unless given"))
_PATHS = click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))


@click.group(help=_("Models: check them, test them, run them, explain what they found."))
def model() -> None:
    """Group of the model commands."""


@model.command("list", help=_("List the models."))
@click.pass_obj
def list_models(workspace: Workspace) -> None:
    """Print each model in a line."""
    table(
        _("Models"),
        [_("model"), _("version"), _("title"), _("kind"), _("subject"), _("after"), _("cases")],
        [
            (
                each.id,
                each.version,
                catalogue_text(each.title),
                KINDS[each.kind],
                each.subject,
                catalogue_text(each.after or ""),
                len(each.cases),
            )
            for each in read_models(workspace.models)
        ],
        numbers=1,
    )


@model.command(help=_("Read models and report every fault at once; nothing is run."))
@_PATHS
@click.pass_obj
def check(workspace: Workspace, paths: Sequence[Path]) -> None:
    """Check models."""
    found = _read(paths or (workspace.models,))
    for each in found:
        for warning in each.warnings:
            say(str(warning), style="yellow")
    say(_("{count} models are sound").format(count=len(found)))


@model.command(help=_("Run the cases that models ship with."))
@_PATHS
@_ENGINE
@click.pass_obj
def test(workspace: Workspace, paths: Sequence[Path], engine: str) -> None:
    """Run the models' own cases."""
    chosen = open_engine(engine)
    try:
        results = run_cases(chosen, _read(paths or (workspace.models,)))
    finally:
        chosen.close()
    for result in results:
        if not result.passed:
            fail(f"✗ {result.model}  {catalogue_text(result.says)}")
            for what, expected, found in result.differences:
                fail("    " + _("{what}: expected {expected}, found {found}").format(what=what, expected=expected, found=found))
    failed = sum(not result.passed for result in results)
    say(_("{passed} cases passed, {failed} failed").format(passed=len(results) - failed, failed=failed))
    if failed:
        raise SystemExit(1)


@model.command(help=_("Screen everything in the pool; leave report.html, leads.xlsx and leads.parquet."))
@_DATE
@_ENGINE
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help=_("where to; the workspace unless given"))
@click.option("--allow-large-share", multiple=True, metavar="MODEL", help=_("this model may select more than it declared"))
@reveal_options
@click.pass_obj
def run(  # noqa: PLR0917 - click passes every option by position or name
    workspace: Workspace,
    run_date: date | None,
    engine: str,
    out: Path | None,
    allow_large_share: Sequence[str],
    reveal: bool,  # noqa: FBT001 - a flag of the command line
    purpose: str | None,
) -> None:
    """Run all models."""
    granted = asked(workspace, "model run", reveal=reveal, purpose=purpose)
    result, found = screen(
        workspace,
        read_models(workspace.models),
        _day(run_date),
        engine=engine,
        allow_large_share=allow_large_share,
    )
    show_leads(result, found)
    files, written = write_results(workspace, result, found, out or workspace.folder, reveal=granted)
    if not written:
        say(_("nothing changed since the last run: same data, same models, same day"))
    for file in (files.page, files.workbook, files.parquet):
        say(f"  {file}")


@model.command("explain", help=_("Explain what a model found: every condition, its evidence, what would settle it."))
@click.argument("name", metavar="MODEL")
@click.option("--person", help=_("ID number of the person"))
@click.option("--case", "case_id", help=_("case number"))
@click.option("--excluded", is_flag=True, help=_("also those left out for a reason"))
@click.option("--limit", type=click.IntRange(1), default=5, show_default=True, help=_("how many at most"))
@_DATE
@reveal_options
@click.pass_obj
def explain_findings(  # noqa: PLR0917 - click passes every option by position or name
    workspace: Workspace,
    name: str,
    person: str | None,
    case_id: str | None,
    excluded: bool,  # noqa: FBT001 - a flag of the command line
    limit: int,
    run_date: date | None,
    reveal: bool,  # noqa: FBT001 - a flag of the command line
    purpose: str | None,
) -> None:
    """Explain findings of one model."""
    granted = asked(workspace, f"model explain {name}", reveal=reveal, purpose=purpose)
    chosen = _named(workspace, name)
    subjects = _subjects(person, case_id)
    engine = open_engine()
    try:
        result = run_models(
            engine,
            workspace.pool().view(),
            [chosen],
            _day(run_date),
            subjects=subjects or None,
            allow_large_share=True,
        )
    finally:
        engine.close()
    order = {"match": 0, "possible": 1, "no": 2}
    found = sorted(result.findings(excluded=excluded or bool(subjects)), key=lambda each: order[each.outcome])
    for each in found[:limit]:
        _explain(result, each, reveal=granted is not None)
    if not found:
        say(_("the model found nobody"))
    elif len(found) > limit:
        say(_("{more} more; use --limit, --person or --case").format(more=len(found) - limit))


@model.command(help=_("What new versions of models would add and drop, before anybody is told."))
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--limit", type=click.IntRange(0), default=10, show_default=True, help=_("how many people to list"))
@_DATE
@click.pass_obj
def diff(workspace: Workspace, paths: Sequence[Path], limit: int, run_date: date | None) -> None:
    """Compare models with the published ones of the same id."""
    new = _read(paths)
    names = {each.id for each in new}
    old = [each for each in read_models(workspace.models) if each.id in names]
    engine = open_engine()
    try:
        diffs = diff_models(old, new, engine, workspace.pool().view(), _day(run_date)) if old else ()
        if missing := names - {each.id for each in old}:
            say(_("new models, nothing to compare with: {names}").format(names=", ".join(sorted(missing))))
    finally:
        engine.close()
    for each in diffs:
        _show_diff(each, limit)


@model.command("screen", help=_("Screen one case, one person or a few new parties at once, with all models."))
@click.option("--case", "case_id", help=_("case number"))
@click.option("--person", help=_("ID number of the person"))
@click.option(
    "--party", "party_file", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=_("JSON file with one new party, or a list of them"),
)  # fmt: skip
@_DATE
@reveal_options
@click.pass_obj
def screen_now(  # noqa: PLR0917 - click passes every option by position or name
    workspace: Workspace,
    case_id: str | None,
    person: str | None,
    party_file: Path | None,
    run_date: date | None,
    reveal: bool,  # noqa: FBT001 - a flag of the command line
    purpose: str | None,
) -> None:
    """Screen a handful of subjects."""
    subjects = _subjects(person, case_id)
    parties = _parties(party_file) if party_file else []
    if not subjects and not parties:
        raise click.UsageError(_("say whom to screen: --case, --person or --party"))
    granted = asked(workspace, "model screen", reveal=reveal, purpose=purpose)
    result = screen_parties(
        workspace.pool().view(),
        read_models(workspace.models),
        _day(run_date),
        parties=parties,
        persons=[each for each in subjects if isinstance(each, int)],
        cases=[each for each in subjects if isinstance(each, str)],
    )
    found = leads(result)
    for lead in found:
        for reason in lead.reasons:
            _explain(result, reason, reveal=granted is not None)
    say(_("{count} leads").format(count=len(found)))


def _read(paths: Sequence[Path]) -> tuple[Model, ...]:
    """Read models from files and folders; the faults of all of them at once."""
    found: list[Model] = []
    faults = []
    for path in paths:
        try:
            found += read_models(path) if path.is_dir() else [read_model(path)]
        except YingjiuError as error:
            faults += error.faults
    if faults:
        raise YingjiuError(*faults)
    return tuple(found)


def _named(workspace: Workspace, name: str) -> Model:
    for each in read_models(workspace.models):
        if each.id == name:
            return each
    raise click.BadParameter(_("no such model: {name}; see `yingjiu model list`").format(name=name), param_hint="MODEL")


def _day(value: date | None) -> date:
    """The day asked for, or today on this computer."""
    chosen = value or datetime.now(UTC).astimezone()
    return date(chosen.year, chosen.month, chosen.day)


def _subjects(person: str | None, case_id: str | None) -> list[int | str]:
    subjects: list[int | str] = []
    if person:
        subjects.append(parse_id(person).key)
    if case_id:
        subjects.append(normalise_case_no(case_id))
    return subjects


def _parties(path: Path) -> list[dict[str, Any]]:
    try:
        found = json.loads(path.read_text(encoding="utf-8-sig"))
    except ValueError as error:
        raise click.BadParameter(_("not readable as JSON: {problem}").format(problem=error), param_hint="--party") from None
    rows = found if isinstance(found, list) else [found]
    if not all(isinstance(row, dict) for row in rows):
        raise click.BadParameter(_("a party is an object with canonical columns"), param_hint="--party")
    return rows


def _explain(result: Run, finding: Finding, *, reveal: bool) -> None:
    for line in explanation_lines(explain(result, finding, reveal=reveal)):
        say(line)
    say()


def _show_diff(found: ModelDiff, limit: int) -> None:
    say(
        _("{model} {old} → {new}: {added} added, {dropped} dropped, {changed} changed, {same} as before").format(
            model=found.model,
            old=found.old_version,
            new=found.new_version,
            added=len(found.added),
            dropped=len(found.dropped),
            changed=len(found.changed),
            same=found.same,
        )
    )
    for sign, changes in (("+", found.added), ("-", found.dropped), ("~", found.changed)):
        for change in changes[:limit]:
            one = change.after or change.before
            if one is not None:
                was, becomes = ("/".join(str(part or "") for part in side).strip("/") for side in (change.was, change.becomes))
                say(f"  {sign} {one.case_id or '-'}  {was} → {becomes}  {one.key}")
