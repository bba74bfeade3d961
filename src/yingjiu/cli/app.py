"""The root command, its settings, and how errors reach the person who meets them."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from yingjiu.cli.console import fail
from yingjiu.cli.interrupt import interruptible
from yingjiu.cli.lazy import LazyGroup
from yingjiu.cli.workspace import CATALOGUE, Workspace
from yingjiu.errors import YingjiuError
from yingjiu.language import _, speak_for_process

__all__ = ["cli", "main"]

speak_for_process()

INTERRUPTED = 130
"""The exit code of shells for Ctrl-C: 128 and the number of the signal."""

_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.group(
    cls=LazyGroup,
    commands_in={
        "demo": (
            "yingjiu.cli.demo:demo",
            _(
                "Write a synthetic county, load its files, screen, report, "
                "and compare with the planted truth."
            ),
        ),
        "source": (
            "yingjiu.cli.source:source",
            _("Agency files and databases: look at them, check them, load them."),
        ),
        "pool": ("yingjiu.cli.pool:pool", _("The pool of loaded data.")),
        "people": (
            "yingjiu.cli.people:people",
            _("Who is who: link records to people, and decide what stays open."),
        ),
        "model": (
            "yingjiu.cli.model:model",
            _("Models: check them, test them, run them, explain what they found."),
        ),
        "award": (
            "yingjiu.cli.award:award",
            _("Awards: compute an amount, explain it, compare cases, test standards."),
        ),
        "office": (
            "yingjiu.cli.office:office",
            _("The office: leads, relief cases, referrals and people in a browser."),
        ),
        "audit": (
            "yingjiu.cli.audit:audit",
            _("The office's log of events: who read, searched, exported, printed and decided what."),
        ),
        "county": (
            "yingjiu.cli.county:county",
            _("A synthetic county with planted truth, to learn on and to measure with."),
        ),
    },
    help=_("Find every person who should receive national judicial relief, and say why."),
    epilog=_("YINGJIU_LANGUAGE=en speaks English. Errors carry a code: see docs/reference/errors.md."),
)
@click.option(
    "--workspace",
    type=_FOLDER,
    default=Path("var"),
    show_default=True,
    envvar="YINGJIU_WORKSPACE",
    help=_("folder that holds the pool, the quarantine and the results"),
)
@click.option(
    "--sources",
    type=_FOLDER,
    default=CATALOGUE / "sources",
    envvar="YINGJIU_SOURCES",
    help=_("folder of source declarations; the shipped ones unless given"),
)
@click.option(
    "--models",
    type=_FOLDER,
    default=CATALOGUE / "models",
    envvar="YINGJIU_MODELS",
    help=_("folder of models; the shipped ones unless given"),
)
@click.version_option(package_name="yingjiu", prog_name="yingjiu")
@click.pass_context
def cli(context: click.Context, workspace: Path, sources: Path, models: Path) -> None:
    """Gather the settings that all commands share."""
    context.obj = Workspace(workspace, sources, models)


def main() -> None:
    """Run the command line.

    The process ends with 0 done, 1 something is wrong, 2 wrongly called, 130 interrupted.
    """
    try:
        with interruptible():
            code = cli(prog_name="yingjiu", standalone_mode=False)
        sys.exit(code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        fail(_("interrupted: what was complete is kept, everything else is as before"))
        sys.exit(INTERRUPTED)
    except YingjiuError as error:
        for fault in error.faults:
            fail(str(fault))
        sys.exit(1)
