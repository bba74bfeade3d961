"""Columns of equal length: what the county keeps its lives in, because a million objects would not fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Frame"]

Column = NDArray[Any]


class Frame(Mapping[str, Column]):
    """Named NumPy columns of one length; never changed, only made anew.

    Args:
        columns: the columns; a single value is repeated to the length of the others.
    """

    def __init__(self, **columns: Any) -> None:
        arrays = {name: np.asarray(value) for name, value in columns.items()}
        length = next((len(array) for array in arrays.values() if array.ndim), 0)
        self._columns: dict[str, Column] = {
            name: array if array.ndim else np.full(length, array) for name, array in arrays.items()
        }
        wrong = [name for name, array in self._columns.items() if len(array) != length]
        if wrong:
            raise ValueError(f"columns of another length than {length}: {', '.join(wrong)}")
        self.rows = length

    def __getitem__(self, name: str) -> Column:
        return self._columns[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)

    def take(self, where: NDArray[Any]) -> Frame:
        """The rows at positions, or those where a mask is true."""
        return Frame(**{name: column[where] for name, column in self._columns.items()})

    def with_columns(self, **columns: Any) -> Frame:
        """The same rows with columns added or replaced."""
        added = {k: v if np.ndim(v) else np.full(self.rows, v) for k, v in columns.items()}
        return Frame(**{**self._columns, **added})

    @staticmethod
    def stack(*frames: Frame) -> Frame:
        """Frames one under another; all have the same columns."""
        first = frames[0]
        return Frame(**{name: np.concatenate([frame[name] for frame in frames]) for name in first})
