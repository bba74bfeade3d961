"""Commands for the office's log of events: prove that it is whole, take it out."""

from __future__ import annotations

import getpass
from datetime import datetime
from pathlib import Path

import click

from yingjiu.cli.console import fail, say, steps
from yingjiu.language import LANGUAGE, _

__all__ = ["audit"]

_FOLDER = click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("var/office"),
    show_default=True,
    envvar="YINGJIU_OFFICE_FOLDER",
    help=_("database, keys, files and pool of the office"),
)


def _set_up(folder: Path) -> None:
    from yingjiu.office.serving import set_up  # noqa: PLC0415 - Django takes a second

    set_up(folder)
    from django.utils import translation  # noqa: PLC0415 - needs Django set up

    translation.activate("en" if LANGUAGE == "en" else "zh-hans")


@click.group(help=_("The office's log of events: who read, searched, exported, printed and decided what."))
def audit() -> None:
    """Group of the audit commands."""


@audit.command(help=_("Find every event that was changed, removed, moved or cut off."))
@_FOLDER
def verify(folder: Path) -> None:
    """Verify the chain; exit 1 if it is broken."""
    _set_up(folder)
    from yingjiu.office.audit.verification import verify as run  # noqa: PLC0415 - needs Django set up

    with steps(_("Reading the log")) as step:
        found = run(step)
    for note in found.notes:
        say(note, style="yellow")
    for fault in found.findings:
        fail(str(fault))
    if not found.intact:
        fail(_("{count} findings: the log was tampered with").format(count=len(found.findings)))
        raise SystemExit(1)
    say(_("{count} events, none changed, removed, moved or cut off").format(count=f"{found.events:,}"))


@audit.command(help=_("Write events to a file, one JSON object a line, with their digests."))
@_FOLDER
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--purpose", required=True, help=_("what for; it stays on record"))
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help=_("first day"))
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help=_("last day"))
def export(folder: Path, file: Path, purpose: str, since: datetime | None, until: datetime | None) -> None:
    """Export events."""
    _set_up(folder)
    from yingjiu.office.audit.exporting import export_lines  # noqa: PLC0415 - needs Django set up

    with steps(_("Writing events")) as step:
        count = export_lines(
            file,
            purpose=purpose,
            by=getpass.getuser(),
            since=since.date() if since else None,
            until=until.date() if until else None,
            tell=step,
        )
    say(_("{count} events written to {file}").format(count=f"{count:,}", file=file))
