"""Starting the office's own command, and finding what it started."""

from __future__ import annotations

import sys
from pathlib import Path

__all__ = ["children_of", "office_command"]


def office_command() -> list[str]:
    """``yingjiu office`` with this interpreter."""
    return [sys.executable, "-c", "from yingjiu.cli import main; main()", "office"]


def children_of(pid: int) -> list[int]:
    """Processes that a process has started and that live."""
    text = Path(f"/proc/{pid}/task/{pid}/children")
    found = set()
    for task in text.parent.parent.iterdir():
        found |= {int(child) for child in (task / "children").read_text().split()}
    return sorted(child for child in found if not _dead(child))


def _dead(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except FileNotFoundError:
        return True
