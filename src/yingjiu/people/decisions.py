"""What people decided about matches: kept apart from all that is computed, only ever added to.

One line of JSON each in ``people/decisions.jsonl`` in the pool's folder. Of several decisions about a
pair the
latest counts; ``open`` takes an earlier one back. No run of the software ever changes this file.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

from yingjiu.errors import Fault
from yingjiu.language import _
from yingjiu.people.errors import DecisionError, LinkStoreError

__all__ = ["Decision", "Decisions", "Verdict", "decide", "read_decisions"]

Verdict = Literal["same", "not_same", "open"]
"""One person; two people; taken back."""

_FILE: Final = "decisions.jsonl"


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody decided about two records.

    Attributes:
        left: the smaller person key.
        right: the greater one; the same key where two people seem to stand under one number.
        verdict: what was decided.
        reason: why.
        by: who.
        at: when, ISO 8601 with zone.
    """

    left: int
    right: int
    verdict: Verdict
    reason: str
    by: str
    at: str


@dataclass(frozen=True)
class Decisions:
    """The decisions that count.

    Attributes:
        every: all ever made, oldest first.
        latest: by pair, the smaller key first; taken back ones are left out.
    """

    every: tuple[Decision, ...]
    latest: Mapping[tuple[int, int], Decision]

    def digest(self) -> str:
        """Digest of the decisions that count."""
        lines = sorted(f"{a} {b} {each.verdict}" for (a, b), each in self.latest.items())
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()

    def of(self, left: int, right: int) -> Decision | None:
        """What was decided about a pair."""
        return self.latest.get((min(left, right), max(left, right)))

    def pairs(self, verdict: Verdict) -> list[tuple[int, int]]:
        """The pairs of a verdict, sorted."""
        return sorted(
            pair for pair, each in self.latest.items() if each.verdict == verdict and pair[0] != pair[1]
        )


def read_decisions(pool: Path) -> Decisions:
    """Read all decisions of a pool.

    Args:
        pool: its folder.

    Raises:
        LinkStoreError: ``PPL-040`` lines that cannot be read; every one of them.
    """
    path = pool / "people" / _FILE
    if not path.is_file():
        return Decisions((), {})
    every, faults = [], []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            every.append(Decision(**json.loads(line)))
        except (ValueError, TypeError):
            faults.append(
                Fault(
                    "PPL-040",
                    _("this decision cannot be read"),
                    str(path),
                    line=number,
                    hint=_("restore the file from a backup; nothing is linked without it"),
                )
            )
    if faults:
        raise LinkStoreError(*faults)
    return Decisions(tuple(every), _latest(every))


def _latest(every: Iterable[Decision]) -> dict[tuple[int, int], Decision]:
    latest = {(each.left, each.right): each for each in every}
    return {pair: each for pair, each in latest.items() if each.verdict != "open"}


def decide(
    pool: Path,
    left: int,
    right: int,
    verdict: Verdict,
    *,
    reason: str,
    by: str,
    known: Iterable[int] | None = None,
) -> Decision:
    """Take down a decision. It counts from the next linking on, and no run undoes it.

    Args:
        pool: the pool's folder.
        left: a person key.
        right: another; or the same, to say whether the names under one number are one person's.
        verdict: ``same``, ``not_same``, or ``open`` to take an earlier decision back.
        reason: why, in a few words.
        by: who decides.
        known: the person keys of the pool, to refuse others.

    Returns:
        The decision.

    Raises:
        DecisionError: ``PPL-020`` an unknown key, ``PPL-022`` no reason or person, ``PPL-023`` it would make
            two records one person of which it was decided that they are not.
    """
    decisions = read_decisions(pool)
    faults = []
    if not reason.strip() or not by.strip():
        faults.append(
            Fault(
                "PPL-022",
                _("a decision needs a reason and the person who decides"),
                hint=_("say why, in a few words"),
            )
        )
    if known is not None:
        people = set(known)
        faults += [
            Fault(
                "PPL-020",
                _("the pool has no such record"),
                hint=_("take the keys from: yingjiu people review"),
            )
            for key in (left, right)
            if key not in people
        ]
    pair = (min(left, right), max(left, right))
    decision = Decision(
        *pair, verdict, reason.strip(), by.strip(), datetime.now(UTC).isoformat(timespec="seconds")
    )
    if contradicted(_latest([*decisions.every, decision])):
        faults.append(
            Fault(
                "PPL-023",
                _("with this, records would be one person and not one person"),
                hint=_("look at the earlier decisions about these records, and take one back"),
            )
        )
    if faults:
        raise DecisionError(*faults)
    folder = pool / "people"
    folder.mkdir(mode=0o700, exist_ok=True)
    line = json.dumps(asdict(decision), ensure_ascii=False) + "\n"
    descriptor = os.open(folder / _FILE, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "a", encoding="utf-8") as file:
        file.write(line)
        file.flush()
        os.fsync(file.fileno())
    return decision


def contradicted(latest: Mapping[tuple[int, int], Decision]) -> bool:
    """Whether some records are said to be one person by a chain, and two people at the same time."""
    root: dict[int, int] = {}

    def find(key: int) -> int:
        while root.setdefault(key, key) != key:
            key = root[key]
        return key

    for (left, right), each in latest.items():
        if each.verdict == "same":
            root[find(left)] = find(right)
    return any(
        each.verdict == "not_same" and left != right and find(left) == find(right)
        for (left, right), each in latest.items()
    )
