"""How right the links are, by kind of error, against a truth."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

__all__ = ["Quality", "measure_links"]


@dataclass(frozen=True, slots=True)
class Quality:
    """Precision and recall over rows.

    Attributes:
        kind: kind of error, or ``all``.
        rows: rows whose true person stands somewhere in the pool under the right number.
        given: rows that got a person with a number, also those whose true person nobody could find.
        right: of those, to whom it was the true one.
        plain: rows that a plain join on the number gives to the true person.
    """

    kind: str
    rows: int
    given: int
    right: int
    plain: int

    @property
    def precision(self) -> float:
        """Of the rows that got a person, how many got the right one."""
        return self.right / self.given if self.given else 1.0

    @property
    def recall(self) -> float:
        """Of all rows, how many got the right person."""
        return self.right / self.rows if self.rows else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of the two."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    @property
    def plain_recall(self) -> float:
        """What a plain join on the number finds."""
        return self.plain / self.rows if self.rows else 1.0


def measure_links(
    rows: Iterable[tuple[int, int, str, bool]], links: Mapping[int, int]
) -> tuple[Quality, ...]:
    """Measure links.

    Args:
        rows: for each row its key in the pool, the key of its true person, the kinds of error in it joined by
            ``+``, and whether the true person stands in the pool at all.
        links: record → person.

    Returns:
        All rows first, then each kind, sorted; a row with several errors counts for each.
    """
    counts: dict[str, list[int]] = {"all": [0, 0, 0, 0]}
    for key, true, kinds, findable in rows:
        given = links.get(key, key)
        for name in ("all", *kinds.split("+")):
            count = counts.setdefault(name, [0, 0, 0, 0])
            count[0] += findable
            count[1] += given > 0
            count[2] += given == true
            count[3] += key == true
    return tuple(Quality(name, *counts[name]) for name in ("all", *sorted(counts.keys() - {"all"})))
