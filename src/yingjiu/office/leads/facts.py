"""The facts a lead rests on, and what changed between two states of them. Knows nothing of Django.

Facts are the truth of every condition and the rows that made it true or leave it open; not the file, the
batch or the day they were read, so that loading the same content again changes nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

__all__ = ["Change", "changes", "digest_of", "facts_of"]

Finding = Mapping[str, Any]
"""As :func:`yingjiu.office.leads.told.kept` makes it."""

Word = Literal["true", "false", "unknown", ""]

_WORDS: Final[Mapping[bool | None, Word]] = {True: "true", False: "false", None: "unknown"}


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is not as it was.

    Attributes:
        what: ``truth`` of a condition, ``rows`` behind it, a ``model`` that speaks now, or one that no longer
            does (``silent``).
        says: the condition in words, or the title of the model.
        before: truth before; empty for a model.
        after: truth now.
    """

    what: Literal["truth", "rows", "model", "silent"]
    says: str
    before: Word = ""
    after: Word = ""

    @property
    def brings_back(self) -> bool:
        """Whether a dismissed lead comes back for it: fewer grounds are no reason to."""
        return self.what != "silent"

    def plain(self) -> dict[str, str]:
        """As JSON keeps it."""
        return asdict(self)


def facts_of(finding: Finding) -> dict[str, Any]:
    """The facts out of what the models say.

    Args:
        finding: as kept with a lead.

    Returns:
        ``models``: id → title; ``conditions``: "id|what it says" → [truth, digest of its rows].
    """
    conditions: dict[str, list[str]] = {}
    for reason in finding["reasons"]:
        for name, place in reason["conditions"]:
            condition = finding["conditions"][place]
            rows = [finding["rows"][number] for number in condition["rows"]]
            key = f"{name}|{condition['says']}"
            conditions.setdefault(key, [_WORDS[condition["truth"]], _rows_digest(rows)])
    return {
        "models": {reason["model"]: reason["title"] for reason in finding["reasons"]},
        "conditions": dict(sorted(conditions.items())),
    }


def digest_of(facts: Mapping[str, Any]) -> str:
    """SHA-256 of facts, in hexadecimal; titles of models do not count."""
    text = json.dumps([sorted(facts["models"]), facts["conditions"]], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Change, ...]:
    """What changed between two states of a lead's facts.

    A condition that a new version of a model asks for the first time is no change: nothing is known to have
    been otherwise.

    Args:
        before: facts, as of a decision.
        after: facts now.
    """
    found: dict[Change, None] = {}
    for key in before["conditions"].keys() & after["conditions"].keys():
        (was, rows_then), (now, rows_now) = before["conditions"][key], after["conditions"][key]
        says = key.partition("|")[2]
        if was != now:
            found[Change("truth", says, was, now)] = None
        elif rows_then != rows_now:
            found[Change("rows", says, was, now)] = None
    for name in after["models"].keys() - before["models"].keys():
        found[Change("model", after["models"][name])] = None
    for name in before["models"].keys() - after["models"].keys():
        found[Change("silent", before["models"][name])] = None
    order = ("truth", "model", "rows", "silent")
    return tuple(sorted(found, key=lambda change: (order.index(change.what), change.says)))


def _rows_digest(rows: Iterable[Mapping[str, Any]]) -> str:
    told = sorted(
        {
            json.dumps(
                [row["table"], row["route"], row["relation"], row["sure"], sorted(row["values"])],
                ensure_ascii=False,
            )
            for row in rows
        }
    )
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:16] if told else ""
