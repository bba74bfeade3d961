"""Chance that is the same on every machine.

NumPy promises that the raw bits of a bit generator never change, but not what its distributions make of
them. So every draw here is made from raw PCG64 bits with the four arithmetic operations only, which IEEE 754
rounds alike everywhere: no logarithms, no normal distribution of a library.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["Draws"]

Ints = NDArray[np.int64]


class Draws:
    """One named stream of chance.

    Args:
        seed: the county's seed.
        size: the county's size.
        name: what the stream is for; another name is another stream.
    """

    def __init__(self, seed: int, size: int, name: str) -> None:
        entropy = np.random.SeedSequence([seed, size, zlib.crc32(name.encode())])
        self._bits = np.random.PCG64(entropy)

    def unit(self, n: int) -> NDArray[np.float64]:
        """``n`` numbers in [0, 1)."""
        raw = self._bits.random_raw(n)
        return np.asarray((raw >> np.uint64(11)).astype(np.float64) * 2.0**-53)

    def chance(self, n: int, share: float) -> NDArray[np.bool_]:
        """``n`` yes-or-no answers, of which ``share`` are yes."""
        return self.unit(n) < share

    def integers(self, n: int, low: int, high: int) -> Ints:
        """``n`` integers from ``low`` up to but without ``high``."""
        return low + (self.unit(n) * (high - low)).astype(np.int64)

    def between(self, low: Ints, high: Ints) -> Ints:
        """One integer from each ``low`` up to but without each ``high`` (at least ``low``)."""
        low, high = np.asarray(low, np.int64), np.asarray(high, np.int64)
        return np.asarray(low + (self.unit(len(low)) * np.maximum(high - low, 1)).astype(np.int64))

    def pick(self, n: int, weights: Sequence[float]) -> Ints:
        """``n`` positions in ``weights``, each as often as its weight."""
        steps = np.cumsum(np.asarray(weights, np.float64))
        return np.searchsorted(steps / steps[-1], self.unit(n), side="right").clip(0, len(steps) - 1)

    def along(self, n: int, points: Sequence[float]) -> NDArray[np.float64]:
        """``n`` numbers whose quantiles are ``points``, evenly spaced, joined by straight lines."""
        where = self.unit(n) * (len(points) - 1)
        low = where.astype(np.int64)
        values = np.asarray(points, np.float64)
        return np.asarray(values[low] + (values[low + 1] - values[low]) * (where - low))

    def order(self, n: int) -> Ints:
        """A random order of ``n`` things."""
        return np.argsort(self._bits.random_raw(n), kind="stable").astype(np.int64)

    def sample(self, pool: NDArray[np.integer], n: int) -> Ints:
        """``n`` different members of ``pool``, or all of them in random order when it has fewer."""
        return np.asarray(pool, np.int64)[self.order(len(pool))[:n]]
