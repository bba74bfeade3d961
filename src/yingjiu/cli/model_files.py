"""Models that a command is given by path."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from yingjiu.errors import Fault, YingjiuError
from yingjiu.screening import Model, read_model, read_models

__all__ = ["models_in"]


def models_in(paths: Sequence[Path]) -> tuple[Model, ...]:
    """Read models from files and folders.

    Args:
        paths: files, or folders of files.

    Returns:
        The models, in the order of the paths.

    Raises:
        YingjiuError: the faults of all of them at once.
    """
    found: list[Model] = []
    faults: list[Fault] = []
    for path in paths:
        try:
            found += read_models(path) if path.is_dir() else [read_model(path)]
        except YingjiuError as error:
            faults += error.faults
    if faults:
        raise YingjiuError(*faults)
    return tuple(found)
