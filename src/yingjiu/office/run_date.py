"""The day for which models are asked where people train on old data: of the environment, or of the folder."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Final

__all__ = ["RUN_DATE_NAME", "keep_run_date", "run_date"]

RUN_DATE_NAME: Final = "YINGJIU_OFFICE_RUN_DATE"
"""In the environment."""
_FILE: Final = "run-date"


def run_date(folder: Path) -> date | None:
    """What the environment says, or the folder; None where the day is today's.

    Args:
        folder: of the installation.
    """
    file = folder / _FILE
    told = os.environ.get(RUN_DATE_NAME) or (
        file.read_text(encoding="ascii").strip() if file.is_file() else ""
    )
    return date.fromisoformat(told) if told else None


def keep_run_date(folder: Path, day: date) -> None:
    """Keep the day in the folder: whatever serves it later asks for that day too."""
    (folder / _FILE).write_text(f"{day.isoformat()}\n", encoding="ascii")
