"""Commands for agency sources: draft, check, load, history, rollback, list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

import click

from yingjiu.cli.console import Step, fail, say, steps, table
from yingjiu.cli.options import DAY
from yingjiu.cli.workspace import Workspace
from yingjiu.errors import Fault, YingjiuError
from yingjiu.language import _, catalogue_text
from yingjiu.pool import BatchState
from yingjiu.sources import (
    LoadReport,
    Progress,
    ProgressCallback,
    Source,
    check_source,
    load_folder,
    read_sources,
    rule_texts,
)

__all__ = ["by_source", "show_reports", "source"]

_OUTCOMES = {
    "loaded": _("loaded"),
    "unchanged": _("unchanged"),
    "checked": _("checked"),
    "stopped": _("stopped"),
}
_STATES = {
    BatchState.CURRENT: _("current"),
    BatchState.REPLACED: _("replaced"),
    BatchState.ROLLED_BACK: _("rolled back"),
    BatchState.REMOVED: _("removed"),
}

_FOLDER = click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
_ONLY = click.option("--only", multiple=True, metavar="SOURCE", help=_("only this source; may be repeated"))
_DATA_DATE = click.option("--data-date", type=DAY, help=_("the date the data describe, if not as declared"))


@click.group(help=_("Agency files and databases: look at them, check them, load them."))
def source() -> None:
    """Group of the source commands."""


@source.command(help=_("Look at a file and propose a source declaration for it."))
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help=_("write the draft to this file")
)
def draft(file: Path, out: Path | None) -> None:
    """Print or write a drafted declaration."""
    from yingjiu.sources.draft import draft_source  # noqa: PLC0415 - only this command guesses

    text = draft_source(file).text
    if out is None:
        click.echo(text)
        return
    if out.exists():
        raise click.UsageError(_("{path} exists already; choose another name").format(path=out))
    out.write_text(text, encoding="utf-8")
    say(_("draft written to {path}: read it, correct it, then run `yingjiu source check`").format(path=out))


@source.command("list", help=_("List the declared sources."))
@click.pass_obj
def list_sources(workspace: Workspace) -> None:
    """Print each declaration in a line."""
    declared = read_sources(workspace.sources)
    table(
        _("Sources"),
        [_("source"), _("title"), _("agency"), _("files or database"), _("mode"), _("tables")],
        [
            (
                each.source,
                catalogue_text(each.title),
                catalogue_text(each.agency),
                each.files or _("database"),
                each.mode,
                ", ".join(each.into),
            )
            for each in declared
        ],
    )


@source.command(help=_("Dry run: read and check everything in a folder, change nothing."))
@_FOLDER
@_ONLY
@_DATA_DATE
@click.option(
    "--quarantine",
    type=click.Path(path_type=Path, file_okay=False),
    help=_("also write the rejected rows here"),
)
@click.pass_obj
def check(
    workspace: Workspace, folder: Path, only: Sequence[str], data_date: date | None, quarantine: Path | None
) -> None:
    """Check the sources of a folder without loading."""
    chosen = _chosen(workspace, only)
    reports: list[LoadReport] = []
    failed: dict[str, tuple[Fault, ...]] = {}
    with steps(_("Checking")) as step:
        progress = by_source(step, chosen)
        for each in chosen:
            try:
                reports.append(
                    check_source(
                        each, folder, data_date=data_date, quarantine_folder=quarantine, progress=progress
                    )
                )
            except YingjiuError as error:
                failed[each.source] = error.faults
    _finish(reports, failed)


@source.command(help=_("Load every declared source of a folder; rejected rows go into the quarantine."))
@_FOLDER
@_ONLY
@_DATA_DATE
@click.pass_obj
def load(workspace: Workspace, folder: Path, only: Sequence[str], data_date: date | None) -> None:
    """Load the sources of a folder."""
    chosen = _chosen(workspace, only)
    pool = workspace.pool(create=True)
    with steps(_("Loading")) as step:
        result = load_folder(
            pool,
            chosen,
            folder,
            quarantine_folder=workspace.quarantine,
            data_date=data_date,
            progress=by_source(step, chosen),
        )
    if not only:
        for name in result.unclaimed:
            say(_("no source claims the file {name}").format(name=name), style="yellow")
    _finish(result.reports, result.failed)


@source.command(help=_("Show what was loaded, when, and what became of it."))
@click.option("--source", "name", help=_("only this source"))
@click.pass_obj
def history(workspace: Workspace, name: str | None) -> None:
    """Print the batches, the newest first."""
    table(
        _("Batches"),
        [_("batch"), _("source"), _("data date"), _("loaded at"), _("state"), _("reason"), _("rows")],
        [
            (
                batch.id,
                batch.source,
                batch.data_date,
                f"{batch.committed_at.astimezone():%Y-%m-%d %H:%M}",
                _STATES[batch.state],
                batch.reason,
                f"{sum(batch.rows.values()):,}",
            )
            for batch in reversed(workspace.pool().history(name))
        ],
        numbers=1,
    )


@source.command(help=_("Take one load back; what it had replaced is current again."))
@click.argument("batch")
@click.option("--reason", required=True, help=_("why; kept in the history"))
@click.pass_obj
def rollback(workspace: Workspace, batch: str, reason: str) -> None:
    """Roll one batch back."""
    workspace.pool().rollback(batch, reason=reason)
    say(_("{batch} was rolled back").format(batch=batch))


def _chosen(workspace: Workspace, only: Sequence[str]) -> tuple[Source, ...]:
    declared = read_sources(workspace.sources)
    names = {each.source for each in declared}
    unknown = sorted(set(only) - names)
    if unknown:
        raise click.BadParameter(
            _("no such source: {names}; see `yingjiu source list`").format(names=", ".join(unknown)),
            param_hint="--only",
        )
    return tuple(each for each in declared if not only or each.source in only)


def by_source(step: Step, chosen: Sequence[Source]) -> ProgressCallback:
    """Tell a step how many of the sources are done, and which is at hand with how many rows."""
    place = {each.source: index for index, each in enumerate(chosen)}
    titles = {each.source: catalogue_text(each.title) for each in chosen}

    def tell(progress: Progress) -> None:
        step(place[progress.source], len(chosen), f"{titles[progress.source]} {progress.rows:,}")

    return tell


def show_reports(reports: Iterable[LoadReport]) -> None:
    """Print what became of every source."""
    table(
        _("Sources"),
        [
            _("source"),
            _("outcome"),
            _("rejected, by rule"),
            _("read"),
            _("accepted"),
            _("quarantined"),
            _("duplicates"),
        ],
        [
            (
                catalogue_text(report.title),
                _OUTCOMES[report.outcome],
                ", ".join(f"{code}×{count}" for code, count in sorted(report.rejected_by_rule.items())),
                f"{report.read:,}",
                f"{report.accepted:,}",
                f"{report.quarantined:,}",
                f"{report.duplicates:,}",
            )
            for report in reports
        ],
        numbers=4,
    )


def _finish(reports: Sequence[LoadReport], failed: Mapping[str, tuple[Fault, ...]]) -> None:
    show_reports(reports)
    codes = sorted({code for report in reports for code in report.rejected_by_rule})
    for code in codes:
        says, to_do = rule_texts(code)
        say(f"  {code}  {says} → {to_do}")
    for report in reports:
        for warning in report.warnings:
            say(str(warning), style="yellow")
        for path in report.quarantine:
            say(_("rejected rows: {path}").format(path=path))
    for report in reports:
        if report.outcome == "stopped" and report.source not in failed:
            fail(
                _("{source} would be stopped: {share} of its rows were rejected").format(
                    source=report.source, share=f"{report.rejected_share:.1%}"
                )
            )
    for name, faults in failed.items():
        fail(_("{source} was not loaded:").format(source=name))
        for fault in faults:
            fail(str(fault))
    if failed or any(report.outcome == "stopped" for report in reports):
        raise SystemExit(1)
    if reports and all(report.outcome == "unchanged" for report in reports):
        say(_("nothing changed: the same content is loaded already"))
