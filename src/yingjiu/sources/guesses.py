"""What a draft guesses: columns, and the source file as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from yingjiu.sources.draft_tables import TableGuess
from yingjiu.sources.readers import Note
from yingjiu.sources.synonyms import Agency, Topic

__all__ = ["ColumnGuess", "SourceDraft"]


@dataclass(frozen=True, slots=True)
class ColumnGuess:
    """What one column was taken for.

    Attributes:
        header: as it stands in the file.
        field: name of the proposed field, None if nothing was found.
        type: proposed type; for a column without a field what its values look like.
        confidence: from 0 to 1.
        reason: ``header``, ``header and values``, ``values`` or ``nothing``.
        code_list: the list of a code field.
        codes: from each value in the file to its code, where known.
        unknown: values in the file that are in no list.
        unit: 10000 where the header says 万元.
        filled: share of rows that have a value.
    """

    header: str
    field: str | None
    type: str
    confidence: float
    reason: str
    code_list: str | None = None
    codes: Mapping[str, str | int] | None = None
    unknown: tuple[str, ...] = ()
    unit: int = 1
    filled: float = 1.0


@dataclass(frozen=True, slots=True)
class SourceDraft:
    """A proposed source file.

    Attributes:
        source: proposed identifier.
        title: from the title line of the file, or its name.
        agency: the agency that seems to have sent it, None if unknown.
        topic: what it seems to be about, None if unknown.
        files: glob for this file and its successors.
        dated: whether the file name holds a date.
        columns: one guess a column, in the order of the file.
        tables: tables that it may fill, the surest first.
        notes: what the reader said.
        text: the YAML.
    """

    source: str
    title: str
    agency: Agency | None
    topic: Topic | None
    files: str
    dated: bool
    columns: tuple[ColumnGuess, ...]
    tables: tuple[TableGuess, ...]
    notes: tuple[Note, ...]
    text: str = ""
