"""Commands for agency sources: draft, check, load, history, rollback, list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

import click

from yingjiu.cli.console import fail, say, steps, table
from yingjiu.cli.workspace import Workspace
from yingjiu.errors import Fault, YingjiuError
from yingjiu.language import _, catalogue_text
from yingjiu.sources import (
    RULES,
    LoadReport,
    Progress,
    ProgressCallback,
    Source,
    check_source,
    load_folder,
    read_sources,
)

__all__ = ["DAY", "show_reports", "source"]

DAY = click.DateTime(["%Y-%m-%d"])
"""A day on the command line."""

_OUTCOMES = {
    "loaded": _("loaded"),
    "unchanged": _("unchanged"),
    "checked": _("checked"),
    "stopped": _("stopped"),
}


@click.group(help=_("Agency files and databases: look at them, check them, load them."))
def source() -> None:
    """Group of the source commands."""


@source.command(help=_("Look at a file and propose a source declaration for it."))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help=_("write the draft to this file"))
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
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--only", multiple=True, metavar="SOURCE", help=_("only this source; may be repeated"))
@click.option("--data-date", type=DAY, help=_("the date the data describe, if not as declared"))
@click.option("--quarantine", type=click.Path(path_type=Path), help=_("also write the rejected rows here"))
@click.pass_obj
def check(workspace: Workspace, folder: Path, only: Sequence[str], data_date: date | None, quarantine: Path | None) -> None:
    """Check the sources of a folder without loading."""
    reports, failed = [], {}
    with steps(_("Checking")) as step:
        for each in _chosen(workspace, only):
            try:
                day = _day(data_date)
                report = check_source(
                    each, folder, data_date=day, quarantine_folder=quarantine, progress=_told(step)
                )
                reports.append(report)
            except YingjiuError as error:
                failed[each.source] = error.faults
    _finish(reports, failed)


@source.command(help=_("Load every declared source of a folder; rejected rows go into the quarantine."))
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--only", multiple=True, metavar="SOURCE", help=_("only this source; may be repeated"))
@click.option("--data-date", type=DAY, help=_("the date the data describe, if not as declared"))
@click.pass_obj
def load(workspace: Workspace, folder: Path, only: Sequence[str], data_date: date | None) -> None:
    """Load the sources of a folder."""
    with steps(_("Loading")) as step:
        result = load_folder(
            workspace.pool(create=True),
            _chosen(workspace, only),
            folder,
            quarantine_folder=workspace.quarantine,
            data_date=_day(data_date),
            progress=_told(step),
        )
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
                batch.state.value,
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


def _day(value: date | None) -> date | None:
    """click gives a moment for a day."""
    return date(value.year, value.month, value.day) if value else None


def _chosen(workspace: Workspace, only: Sequence[str]) -> tuple[Source, ...]:
    declared = read_sources(workspace.sources)
    names = {each.source for each in declared}
    unknown = sorted(set(only) - names)
    if unknown:
        raise click.BadParameter(
            _("no such source: {names}; see `yingjiu source list`").format(names=", ".join(unknown)), param_hint="--only"
        )
    return tuple(each for each in declared if not only or each.source in only)


def _told(step: object) -> ProgressCallback:
    def tell(progress: Progress) -> None:
        step(progress.rows, progress.total, progress.source)  # type: ignore[operator] # a Step

    return tell


def show_reports(reports: Iterable[LoadReport]) -> None:
    """Print what became of every source."""
    table(
        _("Sources"),
        [_("source"), _("outcome"), _("rejected, by rule"), _("read"), _("accepted"), _("quarantined"), _("duplicates")],
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


def _finish(reports: Sequence[LoadReport], failed: dict[str, tuple[Fault, ...]] | object) -> None:
    show_reports(reports)
    codes = sorted({code for report in reports for code in report.rejected_by_rule})
    for code in codes:
        rule = RULES[code]
        say(f"  {code}  {rule.says} → {rule.to_do}")
    for report in reports:
        for warning in report.warnings:
            say(str(warning), style="yellow")
        for path in report.quarantine:
            say(_("rejected rows: {path}").format(path=path))
    faults: dict[str, tuple[Fault, ...]] = dict(failed)  # type: ignore[call-overload] # a mapping in both callers
    for name, found in faults.items():
        fail(_("{source} was not loaded:").format(source=name))
        for fault in found:
            fail(str(fault))
    if faults or any(report.outcome == "stopped" for report in reports):
        raise SystemExit(1)
    if reports and all(report.outcome == "unchanged" for report in reports):
        say(_("nothing changed: the same content is loaded already"))
