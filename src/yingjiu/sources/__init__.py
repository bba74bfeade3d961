"""Declared agency sources: read, map, check, quarantine, load.

A source file (YAML) says what an agency sends and what its columns mean. Loading it gives canonical rows in
the pool, and a quarantine of the rows that break a rule; read = accepted + quarantined + duplicates.
"""

from yingjiu.sources.declaration import read_source, read_sources
from yingjiu.sources.draft import draft_source
from yingjiu.sources.draft_tables import TableGuess
from yingjiu.sources.errors import LoadStoppedError, SourceError, StructureError, TooManyRejectedError
from yingjiu.sources.guesses import ColumnGuess, SourceDraft
from yingjiu.sources.load import check_source, load_folder, load_source
from yingjiu.sources.readers import ReaderError
from yingjiu.sources.report import FolderReport, LoadReport, Progress, ProgressCallback
from yingjiu.sources.rules import RULES, Rule, rule_texts
from yingjiu.sources.source_file import (
    Constant,
    Contract,
    Database,
    Entry,
    FromFileName,
    LegalBasis,
    Source,
    SourceField,
    SourceFormat,
)

__all__ = [
    "RULES",
    "ColumnGuess",
    "Constant",
    "Contract",
    "Database",
    "Entry",
    "FolderReport",
    "FromFileName",
    "LegalBasis",
    "LoadReport",
    "LoadStoppedError",
    "Progress",
    "ProgressCallback",
    "ReaderError",
    "Rule",
    "Source",
    "SourceDraft",
    "SourceError",
    "SourceField",
    "SourceFormat",
    "StructureError",
    "TableGuess",
    "TooManyRejectedError",
    "check_source",
    "draft_source",
    "load_folder",
    "load_source",
    "read_source",
    "read_sources",
    "rule_texts",
]
