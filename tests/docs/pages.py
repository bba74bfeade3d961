"""The pages of the documentation, and what stands in them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def shell_lines(text: str) -> Iterator[str]:
    """Lines of the shell blocks of a page."""
    for block in re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        yield from (line for line in block.splitlines() if line.strip())


def commands(text: str) -> Iterator[list[str]]:
    """The arguments of every call of ours in a page, in blocks and in the text."""
    inline = re.findall(r"`((?:\.venv/bin/)?yingjiu [^`\n]+)`", text)
    for line in [*shell_lines(text), *inline]:
        words = shlex.split(line, comments=True)
        if words and words[0] in {"yingjiu", ".venv/bin/yingjiu"}:
            yield words[1:]
