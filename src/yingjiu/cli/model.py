"""Commands for models: list, check, test, run; those that ask about somebody stand beside."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click

from yingjiu.cli.console import fail, say, table
from yingjiu.cli.model_asked import diff, explain_findings, screen_now
from yingjiu.cli.model_files import models_in
from yingjiu.cli.options import ENGINE, RUN_DATE, day_or_today
from yingjiu.cli.reveal import asked, reveal_options
from yingjiu.cli.screen import KINDS, screen, show_leads, write_results
from yingjiu.cli.workspace import Workspace
from yingjiu.language import _, catalogue_text
from yingjiu.people import current_links
from yingjiu.pool import open_engine
from yingjiu.screening import read_models, run_cases

__all__ = ["model"]

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
        [
            _("model"),
            _("version"),
            _("title"),
            _("kind"),
            _("subject"),
            _("after the published case"),
            _("cases"),
        ],
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
    found = models_in(paths or (workspace.models,))
    for each in found:
        for warning in each.warnings:
            say(str(warning), style="yellow")
    say(_("{count} models are sound").format(count=len(found)))


@model.command(help=_("Run the cases that models ship with."))
@_PATHS
@ENGINE
@click.pass_obj
def test(workspace: Workspace, paths: Sequence[Path], engine: str) -> None:
    """Run the models' own cases."""
    chosen = open_engine(engine)
    try:
        results = run_cases(chosen, models_in(paths or (workspace.models,)))
    finally:
        chosen.close()
    for result in results:
        if not result.passed:
            fail(f"✗ {result.model}  {catalogue_text(result.says)}")
            for what, expected, found in result.differences:
                fail(
                    "    "
                    + _("{what}: expected {expected}, found {found}").format(
                        what=what, expected=expected, found=found
                    )
                )
    failed = sum(not result.passed for result in results)
    say(_("{passed} cases passed, {failed} failed").format(passed=len(results) - failed, failed=failed))
    if failed:
        raise SystemExit(1)


@model.command(help=_("Screen everything in the pool; leave report.html, leads.xlsx and leads.parquet."))
@RUN_DATE
@ENGINE
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help=_("where to; the workspace unless given")
)
@click.option(
    "--allow-large-share",
    multiple=True,
    metavar="MODEL",
    help=_("this model may select more than it declared"),
)
@reveal_options
@click.pass_obj
def run(  # noqa: PLR0917 - click passes every option by position or name
    workspace: Workspace,
    run_date: date | None,
    engine: str,
    out: Path | None,
    allow_large_share: Sequence[str],
    reveal: bool,
    purpose: str | None,
) -> None:
    """Run all models."""
    granted = asked(workspace, "model run", reveal=reveal, purpose=purpose)
    result, found = screen(
        workspace,
        read_models(workspace.models),
        day_or_today(run_date),
        engine=engine,
        allow_large_share=allow_large_share,
        links=current_links(workspace.pool().folder),
    )
    show_leads(result, found)
    files, written = write_results(workspace, result, found, out or workspace.folder, reveal=granted)
    if not written:
        say(_("nothing changed since the last run: same data, same models, same day"))
    for file in (files.page, files.workbook, files.parquet):
        say(f"  {file}")


for _command in (explain_findings, diff, screen_now):
    model.add_command(_command)
