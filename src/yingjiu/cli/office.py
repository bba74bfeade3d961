"""Commands of the office: serve it, show it, begin a real one."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import click

from yingjiu.cli.console import say, steps, table
from yingjiu.county.dates import RUN_DATE
from yingjiu.errors import Fault, YingjiuError
from yingjiu.language import _
from yingjiu.office.run_date import RUN_DATE_NAME, keep_run_date

__all__ = ["office"]

_FOLDER = click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("var/office"),
    show_default=True,
    envvar="YINGJIU_OFFICE_FOLDER",
    help=_("database, keys, files and pool of the office"),
)
_HOST = click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help=_("address to listen on; this computer only unless given"),
)
_PORT = click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help=_("port"))
_THREADS = click.option(
    "--threads", type=click.IntRange(1), default=8, show_default=True, help=_("pages answered at once")
)


class OfficeMissingError(YingjiuError):
    """The office's packages are not installed."""


class RunDateError(YingjiuError):
    """The environment names a day that is none."""


class NoOfficeError(YingjiuError):
    """The folder that was named holds no office."""


@click.group(help=_("The office: leads, relief cases, referrals and people in a browser."))
def office() -> None:
    """Check that the office's packages are there, and what its settings would stumble over."""
    try:
        import django  # noqa: F401, PLC0415 - only to see whether it is installed
        import waitress  # noqa: F401, PLC0415 - as above
    except ImportError as error:
        raise OfficeMissingError(
            Fault(
                "CLI-040",
                _("the office needs packages that are not installed"),
                found=str(error.name),
                hint="pip install 'yingjiu[office]'",
            )
        ) from error
    told = os.environ.get(RUN_DATE_NAME) or RUN_DATE.isoformat()
    try:
        date.fromisoformat(told)
    except ValueError:
        raise RunDateError(
            Fault(
                "CLI-042",
                _("the day for which models are asked is no day"),
                RUN_DATE_NAME,
                found=told,
                hint=_("write it as {day}").format(day=RUN_DATE.isoformat()),
            )
        ) from None


@office.command(help=_("Serve the office and its worker until interrupted."))
@_FOLDER
@_HOST
@_PORT
@_THREADS
def serve(folder: Path, host: str, port: int, threads: int) -> None:
    """Serve."""
    from yingjiu.office.serving import prepare  # noqa: PLC0415 - Django takes a second

    prepare(folder)
    _serve(host, port, threads)


def _serve(host: str, port: int, threads: int) -> None:
    from yingjiu.office.serving import serve as run  # noqa: PLC0415 - Django takes a second

    run(
        host,
        port,
        threads=threads,
        ready=lambda address: say(
            _("The office is open: {address}  (Ctrl-C ends it)").format(address=address)
        ),
    )


@office.command(help=_("Make a demonstration office on the synthetic county, and serve it."))
@_FOLDER
@_HOST
@_PORT
@_THREADS
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help=_("which county"))
@click.option(
    "--size", type=click.IntRange(2000), default=20_000, show_default=True, help=_("how many people")
)
@click.option("--serve/--no-serve", "serving", default=True, help=_("serve it when it is made"))
def demo(  # noqa: PLR0917 - click passes options by name
    folder: Path, host: str, port: int, threads: int, seed: int, size: int, serving: bool
) -> None:
    """Make the demonstration."""
    from yingjiu.office.serving import prepare  # noqa: PLC0415 - Django takes a second

    # the county's files describe one day: runs that the demonstration starts later ask for that day too
    os.environ.setdefault(RUN_DATE_NAME, RUN_DATE.isoformat())
    prepare(folder)
    from yingjiu.office.demonstration import demonstrate  # noqa: PLC0415 - needs Django set up

    with steps(_("Making the demonstration office")) as step:
        made = demonstrate(seed=seed, size=size, progress=lambda says, done, total: step(done, total, says))
    keep_run_date(folder, RUN_DATE)
    if not made.changed:
        say(_("Nothing changed: the demonstration is there already."))
    table(
        _("Users of the demonstration"),
        [_("account"), _("password"), _("role"), _("organisation")],
        [(each.account, each.password, each.role, each.organisation) for each in made.users],
    )
    say(_("{count} leads wait in the inbox.").format(count=f"{made.leads:,}"))
    if serving:
        _serve(host, port, threads)


@office.command(help=_("Begin a real office: the procuratorate, and its three administrators."))
@_FOLDER
@click.option("--name", required=True, help=_("full name of the procuratorate"))
@click.option("--short-name", required=True, help=_("its short name in document numbers"))
@click.option("--region", required=True, help=_("six-digit region code"))
@click.option(
    "--level",
    type=click.Choice(["provincial", "municipal", "county"]),
    default="county",
    show_default=True,
    help=_("level of the procuratorate"),
)
def begin(folder: Path, name: str, short_name: str, region: str, level: str) -> None:
    """Begin an office."""
    from yingjiu.office.serving import prepare  # noqa: PLC0415 - Django takes a second

    prepare(folder)
    from yingjiu.office.beginning import begin_office  # noqa: PLC0415 - needs Django set up

    accounts = begin_office(name=name, short_name=short_name, region=region, level=level)
    table(
        _("Accounts of the three administrators; each must change the password at the first login"),
        [_("account"), _("password"), _("role")],
        [(each.account, each.password, each.role) for each in accounts],
    )
    say(_("Give each to another person: no one may hold two of them. Then: yingjiu office serve"))


@office.command(
    context_settings={"ignore_unknown_options": True, "help_option_names": []},
    help=_("Run one of Django's own management commands in the office."),
)
@_FOLDER
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def manage(folder: Path, arguments: tuple[str, ...]) -> None:
    """Pass a management command through."""
    from yingjiu.office.serving import set_up  # noqa: PLC0415 - Django takes a second

    set_up(folder)
    from django.core.management import execute_from_command_line  # noqa: PLC0415 - needs Django set up

    execute_from_command_line(["yingjiu office manage", *arguments])


@office.command(help=_("Compute the amount of a decided case again from its sealed record, and compare."))
@_FOLDER
@click.argument("case")
def replay(folder: Path, case: str) -> None:
    """Replay a decision."""
    from yingjiu.office.serving import set_up  # noqa: PLC0415 - Django takes a second

    set_up(folder)
    from yingjiu.office.relief.replay import replay_case  # noqa: PLC0415 - needs Django set up

    done = replay_case(case)
    say(done.says)
    if not done.same:
        raise SystemExit(1)


@office.command(help=_("Move an office from SQLite to the PostgreSQL that DATABASE_URL names."))
@_FOLDER
def move(folder: Path) -> None:
    """Move the database."""
    from yingjiu.office.serving import prepare  # noqa: PLC0415 - Django takes a second

    prepare(folder)
    _move()


def _prepare_begun(folder: Path) -> None:
    """Prepare an office that was begun; in a folder that is none, nothing is made."""
    from yingjiu.office.secrets import FILE  # noqa: PLC0415 - the office is loaded when it is asked for
    from yingjiu.office.serving import prepare  # noqa: PLC0415 - Django takes a second

    begun = (folder / FILE).is_file()
    if begun:
        prepare(folder)
        from yingjiu.office.accounts.models import Organisation  # noqa: PLC0415 - needs Django set up

        begun = Organisation.objects.exists()
    if not begun:
        raise NoOfficeError(
            Fault(
                "CLI-041",
                _("this folder holds no office"),
                str(folder),
                hint=_("name the folder of the office with --folder"),
            )
        )


def _move() -> None:
    from yingjiu.office.moving import move_to_server  # noqa: PLC0415 - needs Django set up

    with steps(_("Copying the database")) as step:
        moved = move_to_server(lambda says, done, total: step(done, total, says))
    say(
        _("{rows} rows of {tables} tables copied and compared").format(
            rows=f"{moved.rows:,}", tables=moved.tables
        )
    )


@office.command(help=_("Write a backup of the office into a new folder, while people work."))
@_FOLDER
@click.argument("target", type=click.Path(file_okay=False, path_type=Path))
def backup(folder: Path, target: Path) -> None:
    """Back up."""
    _prepare_begun(folder)
    from yingjiu.office.backups import back_up  # noqa: PLC0415 - needs Django set up

    with steps(_("Writing the backup")) as step:
        count = back_up(target, lambda says, done, total: step(done, total, says))
    say(_("{count} files in {folder}").format(count=f"{count:,}", folder=target))
    say(_("It holds the keys: keep it where nobody else reads it."))


@office.command(help=_("Make an office again from a backup; with DATABASE_URL, on PostgreSQL."))
@_FOLDER
@click.argument("source", type=click.Path(exists=True, file_okay=False, path_type=Path))
def restore(folder: Path, source: Path) -> None:
    """Restore."""
    from yingjiu.office.serving import prepare, set_up  # noqa: PLC0415 - Django takes a second

    on_server = bool(os.environ.get("DATABASE_URL"))
    (prepare if on_server else set_up)(folder)  # a server is looked at before anything is laid out
    from yingjiu.office.backups import lay_out, note_restored  # noqa: PLC0415 - needs Django set up

    with steps(_("Restoring the backup")) as step:
        count = lay_out(source, lambda says, done, total: step(done, total, says))
    if on_server:
        _move()
    else:
        prepare(folder)
    note_restored()
    say(_("{count} files restored to {folder}").format(count=f"{count:,}", folder=folder))
    say(_("Now: yingjiu audit verify --folder {folder}").format(folder=folder))
