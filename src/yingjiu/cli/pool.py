"""Commands for the pool: status and garbage collection."""

from __future__ import annotations

import click

from yingjiu.cli.console import say, table
from yingjiu.cli.workspace import Workspace
from yingjiu.language import _, catalogue_text
from yingjiu.pool import TABLES

__all__ = ["pool"]


@click.group(help=_("The pool of loaded data."))
def pool() -> None:
    """Group of the pool commands."""


@pool.command(help=_("What the pool holds."))
@click.pass_obj
def status(workspace: Workspace) -> None:
    """Print tables, rows and sources."""
    found = workspace.pool().status()
    table(
        str(found.folder),
        [_("table"), _("name"), _("sources"), _("batches"), _("rows"), "MiB"],
        [
            (
                name,
                catalogue_text(TABLES[name].zh),
                len(one.sources),
                one.batches,
                f"{one.rows:,}",
                f"{one.bytes / 2**20:.2f}",
            )
            for name, one in found.tables.items()
        ],
        numbers=4,
    )
    say(
        _(
            "{batches} current batches, {rows} rows, {size} MiB; {kept} MiB of replaced batches are kept"
        ).format(
            batches=found.batches,
            rows=f"{found.rows:,}",
            size=f"{found.bytes / 2**20:.1f}",
            kept=f"{found.kept_bytes / 2**20:.1f}",
        )
    )
    if found.last_load:
        say(
            _("last load: {source} at {moment}").format(
                source=found.last_load.source,
                moment=f"{found.last_load.committed_at.astimezone():%Y-%m-%d %H:%M}",
            )
        )
    if found.loading:
        say(
            _("loading now: {source} (process {pid})").format(
                source=found.loading.source, pid=found.loading.pid
            )
        )
    for stray in found.strays:
        say(_("unknown folder, left alone: {path}").format(path=stray), style="yellow")


@pool.command(help=_("Remove the files of batches that were replaced or rolled back some time ago."))
@click.option(
    "--keep-days", type=click.IntRange(0), default=30, show_default=True, help=_("keep younger ones")
)
@click.pass_obj
def clean(workspace: Workspace, keep_days: int) -> None:
    """Collect garbage."""
    removed = workspace.pool().collect_garbage(keep_days=keep_days)
    say(
        _("{batches} batches, {files} files, {size} MiB removed").format(
            batches=len(removed.batches), files=removed.files, size=f"{removed.bytes / 2**20:.1f}"
        )
    )
