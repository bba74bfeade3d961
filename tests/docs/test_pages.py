"""Links lead somewhere, and commands can be called as they are written."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from yingjiu.cli.app import cli

from .pages import PAGES, ROOT, commands

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


def name_of(page: Path) -> str:
    """The page as it is named in a test."""
    return page.relative_to(ROOT).as_posix()


def anchors(text: str) -> set[str]:
    """What links into a page can name, as GitHub makes it of headings."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for link in LINK.findall(re.sub(r"```.*?```", "", text, flags=re.DOTALL)):
        if re.match(r"[a-z]+:", link):
            continue
        target, _, anchor = link.partition("#")
        file = (page.parent / target).resolve() if target else page
        assert file.exists(), link
        if anchor and file.suffix == ".md":
            assert anchor in anchors(file.read_text(encoding="utf-8")), link


def read(command: click.Command, words: list[str], path: list[str]) -> list[str]:
    """Parse words as a command would, without asking whether files exist; the path of the command."""
    context = click.Context(command, info_name=path[-1])
    given, rest, _order = command.make_parser(context).parse_args(list(words))
    if isinstance(command, click.Group):
        inner = command.get_command(context, rest[0]) if rest else None
        assert inner is not None, rest
        return read(inner, rest[1:], [*path, rest[0]])
    missing = [
        param.name for param in command.params if param.required and given.get(str(param.name)) is None
    ]
    assert not missing
    assert not rest
    return path


CALLS = [
    pytest.param(words, id=f"{name_of(page)}: {' '.join(words)}")
    for page in PAGES
    for words in commands(page.read_text(encoding="utf-8"))
    if name_of(page) not in {"CHANGELOG.md", "docs/reference/commands.md"}
]


@pytest.mark.parametrize("words", CALLS)
def test_a_command_can_be_called_as_it_is_written(words: list[str]) -> None:
    assert len(read(cli, words, ["yingjiu"])) >= 2


def test_the_pages_hold_commands() -> None:
    assert len(CALLS) > 20
