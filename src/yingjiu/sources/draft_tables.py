"""Which canonical tables a file fills, by the fields found in it and by what it is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from yingjiu.pool.tables import TABLES
from yingjiu.sources.synonyms import Topic, synonyms

__all__ = ["TableGuess", "guess_tables"]

_SURE_OF_COLUMN: Final = 0.6
"""From here a column that says it for each row goes before the topic of the file."""


@dataclass(frozen=True, slots=True)
class TableGuess:
    """A canonical table that the file may fill.

    Attributes:
        table: its name.
        columns: canonical column → field, or ``field.part``.
        constants: canonical column → code that the topic of the file gives.
        missing: required columns that nothing fills; with any, the entry is written as a comment.
        confidence: from 0 to 1.
    """

    table: str
    columns: Mapping[str, str]
    constants: Mapping[str, str]
    missing: tuple[str, ...]
    confidence: float


def guess_tables(sure: Mapping[str, float], topic: Topic | None) -> tuple[TableGuess, ...]:
    """Guess which tables a file fills.

    Args:
        sure: the fields that were found, each with its confidence.
        topic: what the file is about.

    Returns:
        The tables, those first of which every required column is filled.
    """
    guesses: list[TableGuess] = []
    about = topic.into if topic else {}
    for table in TABLES:
        if table == "kinship":
            guesses += _kinship(sure)
            continue
        named = table in about
        guess = _table(
            table, sure, dict(about.get(table, {})), named=named, about_another=bool(about) and not named
        )
        if guess is not None:
            guesses.append(guess)
    if "id_no" in sure and not any(not guess.missing for guess in guesses):
        guesses.append(TableGuess("person", {"person_id": "id_no"}, {}, (), sure["id_no"]))
    return tuple(sorted(guesses, key=lambda guess: (bool(guess.missing), -guess.confidence)))


def _table(
    table: str, sure: Mapping[str, float], constants: dict[str, str], *, named: bool, about_another: bool
) -> TableGuess | None:
    """What a table would get; None if the file has nothing of its own for it."""
    mapped: dict[str, str] = {}
    own = 0
    for field, concept in synonyms().fields.items():
        column = concept.fills.get(table) or concept.fills.get("*")
        if field not in sure or column is None or column not in TABLES[table].columns:
            continue
        if mapped.setdefault(column, field) != field and not concept.parts:
            continue
        mapped |= {
            target: f"{field}.{part}"
            for part, target in concept.parts.get(table, {}).items()
            if target not in mapped and target not in sure
        }
        own += len(concept.fills) == 1 and "*" not in concept.fills
    if "case_no" in TABLES[table].columns and "case_no" not in mapped and "case_id" in mapped:
        mapped["case_no"] = mapped.pop("case_id")
    for column in tuple(constants):
        if sure.get(mapped.get(column, ""), 0.0) >= _SURE_OF_COLUMN:
            del constants[column]
        else:
            mapped.pop(column, None)
    needed = [name for name, column in TABLES[table].columns.items() if column.required]
    loaded = {"case_id"} if "case_no" in mapped else set()
    missing = tuple(
        name for name in needed if name not in mapped and name not in constants and name not in loaded
    )
    if table == "person":
        worth = len(mapped) > 1 and not missing
    else:
        enough = own >= 2 and not missing if about_another else own >= 1 and len(missing) <= 1
        worth = bool(mapped) and (named or enough)
    if not worth:
        return None
    scores = [sure[field.split(".")[0]] for field in mapped.values()]
    confidence = (
        sum(scores) / len(scores) * (1.0 if named or table == "person" else min(1.0, 0.4 + 0.2 * own))
    )
    return TableGuess(table, mapped, constants, missing, round(confidence, 2))


def _kinship(sure: Mapping[str, float]) -> list[TableGuess]:
    person = "id_no" if "id_no" in sure else None
    return [
        TableGuess(
            "kinship", {"person_id": person, "kin_id": field}, {"relation": concept.kin}, (), sure[field]
        )
        for field, concept in synonyms().fields.items()
        if person and concept.kin and field in sure
    ]
