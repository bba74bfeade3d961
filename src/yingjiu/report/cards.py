"""What one lead's card says: everything once, however many models say it.

Models share blocks of conditions, so that five reasons of a lead repeat most of what they know. A card tells
each fact once, and below it which models came to what.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from yingjiu.report.data import Condition, Evidence, Lead, Recommendation

__all__ = ["Card", "Rows", "card"]


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of one file that say the same.

    Attributes:
        first: the first of them; it stands for all.
        rows: their row numbers.
    """

    first: Evidence
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """A condition with the rows behind it.

    Attributes:
        condition: the condition.
        rows: the rows behind it, by file and content.
        same_as: what an earlier condition says that rests on the same rows; they are then not told again.
    """

    condition: Condition
    rows: tuple[Rows, ...]
    same_as: str | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """What a card shows.

    Attributes:
        lead: the lead.
        true: what is true, in the order of the models.
        open: what is unknown and matters.
        unknown: what else is unknown, in words.
        false: what is false, in words.
        questions: what a person must answer.
        recommendations: help to ask for.
        read_at: where the rows of the subject and its case were read.
    """

    lead: Lead
    true: tuple[Fact, ...]
    open: tuple[Fact, ...]
    unknown: tuple[str, ...]
    false: tuple[str, ...]
    questions: tuple[str, ...]
    recommendations: tuple[Recommendation, ...]
    read_at: tuple[Rows, ...]


def card(lead: Lead) -> Card:
    """Gather what the reasons of a lead say, each thing once.

    Args:
        lead: the lead, masked or not.
    """
    told = [_same(item) for reason in lead.reasons for item in reason.conditions]
    unique = list({_identity(item): item for item in reversed(told)}.values())[::-1]
    unknown = [item for item in unique if item.truth is None]
    matters = {item.says for item in unknown if item.settle}
    advice = (item for reason in lead.reasons for item in reason.recommendations)
    return Card(
        lead=lead,
        true=_facts(item for item in unique if item.truth),
        open=_facts(item for item in unknown if item.settle),
        unknown=_once(item.says for item in unknown if item.says not in matters),
        false=_once(item.says for item in unique if item.truth is False),
        questions=_once(text for reason in lead.reasons for text in reason.questions),
        recommendations=tuple(dict.fromkeys(advice)),
        read_at=_grouped(row for reason in lead.reasons for row in reason.read_at),
    )


def _facts(conditions: Iterable[Condition]) -> tuple[Fact, ...]:
    facts: list[Fact] = []
    told: dict[tuple[Rows, ...], str] = {}
    for condition in conditions:
        rows = _grouped(condition.evidence)
        if rows and rows in told:
            facts.append(Fact(condition, (), told[rows]))
        else:
            facts.append(Fact(condition, rows))
            told.setdefault(rows, condition.says)
    return tuple(facts)


def _same(condition: Condition) -> Condition:
    """Identifiers differ from model to model; what is said does not."""
    return replace(condition, id="")


def _identity(condition: Condition) -> tuple[object, ...]:
    rows = tuple((row.source, row.file, row.sheet, row.row, row.values) for row in condition.evidence)
    return (condition.says, condition.truth, bool(condition.settle), condition.seen, rows)


def _once(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))


def _grouped(evidence: Iterable[Evidence]) -> tuple[Rows, ...]:
    groups: dict[Evidence, dict[int, None]] = {}
    for row in evidence:
        groups.setdefault(replace(row, row=0), {})[row.row] = None
    return tuple(Rows(replace(first, row=min(rows)), tuple(sorted(rows))) for first, rows in groups.items())
