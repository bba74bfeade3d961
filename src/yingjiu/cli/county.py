"""Commands for the synthetic county."""

from __future__ import annotations

from pathlib import Path

import click

from yingjiu.cli.console import say, steps
from yingjiu.county import generate_county, write_files
from yingjiu.language import _

__all__ = ["county"]


@click.group(help=_("A synthetic county with planted truth, to learn on and to measure with."))
def county() -> None:
    """Group of the county commands."""


@county.command(help=_("Write the files that the county's agencies would send."))
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help=_("which county"))
@click.option(
    "--size", type=click.IntRange(2000), default=20_000, show_default=True, help=_("how many people")
)
@click.option(
    "--dirt", type=click.Choice(["none", "light", "middle", "heavy"]), default="middle", show_default=True,
    help=_("how many rows are bad"),
)  # fmt: skip
@click.option(
    "--slips", type=click.Choice(["none", "light", "middle", "heavy"]), default="none", show_default=True,
    help=_("how often case files are mistaken about who somebody is"),
)  # fmt: skip
@click.option(
    "--answers",
    type=click.Path(file_okay=False, path_type=Path),
    help=_("also write truth and planted faults here"),
)
def write(  # noqa: PLR0917 - click passes every option by name
    folder: Path, seed: int, size: int, dirt: str, slips: str, answers: Path | None
) -> None:
    """Write a county."""
    with steps(_("Writing the county")):
        written = write_files(generate_county(seed, size), folder, dirt=dirt, slips=slips, answers=answers)
    say(_("{count} files in {folder}").format(count=len(written.files), folder=folder))
