"""A group whose commands are imported when they are called: `yingjiu --help` must not wait for engines."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from gettext import gettext as click_says
from typing import Any

import click

__all__ = ["LazyGroup"]


class LazyGroup(click.Group):
    """A click group that imports its commands on demand.

    Args:
        commands_in: from the name of a command to ``module:attribute`` and what it is for, in a sentence.
    """

    def __init__(self, *args: Any, commands_in: Mapping[str, tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._commands_in = commands_in

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of the commands, in the order of the way of the data."""
        return list(self._commands_in)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command."""
        if cmd_name not in self._commands_in:
            return None
        module, attribute = self._commands_in[cmd_name][0].split(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        rows = [(name, says) for name, (_place, says) in self._commands_in.items()]
        with formatter.section(click_says("Commands")):
            formatter.write_dl(rows)
