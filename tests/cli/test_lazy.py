"""The list of commands: told without importing them, and told right."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest

from yingjiu.cli.app import cli


@pytest.mark.parametrize("name", cli.list_commands(click.Context(cli)))
def test_a_command_says_the_same_in_the_list_and_of_itself(name: str) -> None:
    context = click.Context(cli)
    command = cli.get_command(context, name)
    assert command is not None
    listed = " ".join(cli.get_help(context).split())
    assert " ".join((command.help or "").split()) in listed


def test_help_imports_no_engine() -> None:
    text = (
        "import sys; from click.testing import CliRunner; from yingjiu.cli.app import cli; "
        "assert CliRunner().invoke(cli, ['--help']).exit_code == 0; "
        "print([name for name in ('duckdb', 'pyarrow', 'numba', 'sqlglot') if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
