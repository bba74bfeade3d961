"""Personal data is shown for a stated purpose only, and who asked is written down."""

from __future__ import annotations

import getpass
import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import click

from yingjiu.cli.workspace import Workspace
from yingjiu.language import _
from yingjiu.report import Reveal

__all__ = ["asked", "reveal_options"]


def reveal_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--reveal`` and ``--purpose`` to a command."""
    purpose = click.option("--purpose", help=_("what for; written into the log and onto everything shown"))
    reveal = click.option(
        "--reveal", is_flag=True, help=_("show names and numbers unmasked; needs --purpose")
    )
    return reveal(purpose(command))


def asked(workspace: Workspace, what: str, *, reveal: bool, purpose: str | None) -> Reveal | None:
    """Check and log a reveal before anything is shown.

    Args:
        workspace: its log is written.
        what: the command and what it shows.
        reveal: whether it was asked for.
        purpose: what for.

    Returns:
        The permission, or ``None`` if nothing is to be revealed.

    Raises:
        click.UsageError: one of the two options without the other.
    """
    if reveal != bool(purpose and purpose.strip()):
        raise click.UsageError(_("--reveal and --purpose belong together: say what the data are needed for"))
    if not reveal or purpose is None:
        return None
    granted = Reveal(purpose=purpose.strip(), at=datetime.now(UTC).astimezone(), by=getpass.getuser())
    line = {"at": granted.at.isoformat(), "by": granted.by, "purpose": granted.purpose, "what": what}
    workspace.folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(workspace.reveal_log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "a", encoding="utf-8") as log:
        log.write(json.dumps(line, ensure_ascii=False) + "\n")
        log.flush()
        os.fsync(log.fileno())
    return granted
