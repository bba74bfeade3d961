"""Options that several commands share."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, Final

import click

from yingjiu.language import _

__all__ = ["DAY", "ENGINE", "RUN_DATE", "day_or_today"]


class _Day(click.DateTime):
    """A day written like 2024-05-31."""

    name = "date"

    def __init__(self) -> None:
        super().__init__(["%Y-%m-%d"])

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Read a day."""
        moment: datetime = super().convert(value, param, ctx)
        return moment.date()


DAY: Final = _Day()
"""A day on the command line."""

ENGINE: Final = click.option(
    "--engine",
    type=click.Choice(["duckdb", "spark"]),
    default="duckdb",
    show_default=True,
    help=_("where it runs"),
)

RUN_DATE: Final = click.option(
    "--date", "run_date", type=DAY, help=_("the day for which the models are asked; today unless given")
)


def day_or_today(value: date | None) -> date:
    """The day asked for, or today on this computer."""
    return value or datetime.now(UTC).astimezone().date()
