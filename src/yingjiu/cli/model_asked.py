"""Commands that ask what models say about somebody: explain, screen, diff."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click

from yingjiu.cli.console import say
from yingjiu.cli.model_files import models_in
from yingjiu.cli.options import RUN_DATE, day_or_today
from yingjiu.cli.party_file import read_parties
from yingjiu.cli.reveal import asked, reveal_options
from yingjiu.cli.texts import explanation_lines
from yingjiu.cli.workspace import Workspace
from yingjiu.codes import normalise_case_no, parse_id
from yingjiu.language import _
from yingjiu.people import current_links
from yingjiu.pool import open_engine
from yingjiu.screening import (
    Finding,
    Model,
    ModelDiff,
    Run,
    diff_models,
    explain,
    leads,
    read_models,
    run_models,
    screen_parties,
)

__all__ = ["diff", "explain_findings", "screen_now"]

_PERSON = click.option("--person", help=_("ID number of the person"))
_CASE = click.option("--case", "case_id", help=_("case number"))


@click.command(
    "explain", help=_("Explain what a model found: every condition, its evidence, what would settle it.")
)
@click.argument("name", metavar="MODEL")
@_PERSON
@_CASE
@click.option("--excluded", is_flag=True, help=_("also those left out for a reason"))
@click.option("--limit", type=click.IntRange(1), default=5, show_default=True, help=_("how many at most"))
@RUN_DATE
@reveal_options
@click.pass_obj
def explain_findings(  # noqa: PLR0917 - click passes every option by position or name
    workspace: Workspace,
    name: str,
    person: str | None,
    case_id: str | None,
    excluded: bool,
    limit: int,
    run_date: date | None,
    reveal: bool,
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
            day_or_today(run_date),
            subjects=subjects or None,
            allow_large_share=True,
            links=current_links(workspace.pool().folder),
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


@click.command("diff", help=_("What new versions of models would add and drop, before anybody is told."))
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--limit", type=click.IntRange(0), default=10, show_default=True, help=_("how many people to list")
)
@RUN_DATE
@click.pass_obj
def diff(workspace: Workspace, paths: Sequence[Path], limit: int, run_date: date | None) -> None:
    """Compare models with the published ones of the same id."""
    new = models_in(paths)
    names = {each.id for each in new}
    old = [each for each in read_models(workspace.models) if each.id in names]
    engine = open_engine()
    try:
        diffs = diff_models(old, new, engine, workspace.pool().view(), day_or_today(run_date)) if old else ()
        if missing := names - {each.id for each in old}:
            say(_("new models, nothing to compare with: {names}").format(names=", ".join(sorted(missing))))
    finally:
        engine.close()
    for each in diffs:
        _show_diff(each, limit)


@click.command("screen", help=_("Screen one case, one person or a few new parties at once, with all models."))
@_CASE
@_PERSON
@click.option(
    "--party", "party_file", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=_("JSON file with one new party, or a list of them"),
)  # fmt: skip
@RUN_DATE
@reveal_options
@click.pass_obj
def screen_now(  # noqa: PLR0917 - click passes every option by position or name
    workspace: Workspace,
    case_id: str | None,
    person: str | None,
    party_file: Path | None,
    run_date: date | None,
    reveal: bool,
    purpose: str | None,
) -> None:
    """Screen a handful of subjects."""
    subjects = _subjects(person, case_id)
    parties = read_parties(party_file) if party_file else []
    if not subjects and not parties:
        raise click.UsageError(_("say whom to screen: --case, --person or --party"))
    granted = asked(workspace, "model screen", reveal=reveal, purpose=purpose)
    result = screen_parties(
        workspace.pool().view(),
        read_models(workspace.models),
        day_or_today(run_date),
        parties=parties,
        persons=[each for each in subjects if isinstance(each, int)],
        cases=[each for each in subjects if isinstance(each, str)],
        links=current_links(workspace.pool().folder),
    )
    found = leads(result)
    for lead in found:
        for reason in lead.reasons:
            _explain(result, reason, reveal=granted is not None)
    if not any(result.funnel(each.id).subjects for each in result.models):
        say(_("the pool knows no such case or person, or no model judges them"), style="yellow")
    say(_("{count} leads").format(count=len(found)))


def _named(workspace: Workspace, name: str) -> Model:
    for each in read_models(workspace.models):
        if each.id == name:
            return each
    raise click.BadParameter(
        _("no such model: {name}; see `yingjiu model list`").format(name=name), param_hint="MODEL"
    )


def _subjects(person: str | None, case_id: str | None) -> list[int | str]:
    subjects: list[int | str] = []
    if person:
        subjects.append(parse_id(person).key)
    if case_id:
        subjects.append(normalise_case_no(case_id))
    return subjects


def _explain(result: Run, finding: Finding, *, reveal: bool) -> None:
    for line in explanation_lines(explain(result, finding, reveal=reveal)):
        say(line)
    say()


def _show_diff(found: ModelDiff, limit: int) -> None:
    say(
        _(
            "{model} {old} → {new}: {added} added, {dropped} dropped, {changed} changed, {same} as before"
        ).format(
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
                was, becomes = (
                    "/".join(str(part or "") for part in side).strip("/")
                    for side in (change.was, change.becomes)
                )
                say(f"  {sign} {one.case_id or '-'}  {was} → {becomes}  {one.key}")
