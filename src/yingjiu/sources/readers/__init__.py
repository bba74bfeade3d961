"""Readers: whatever an agency sends, as chunks of text columns with row numbers.

A file is read by its content and never by its name alone. A row that cannot be read is handed on as a
:class:`BrokenRow`, a file that cannot be read is a :class:`ReaderError` that says what to do. Memory stays
flat for delimited text, JSON lines, Parquet and databases; a workbook sheet is held in memory while it is
read (see :mod:`yingjiu.sources.readers.workbooks`).
"""

from yingjiu.sources.readers.chunks import (
    TOTALS,
    BrokenRow,
    CellKind,
    FileFormat,
    FileReport,
    Note,
    RawChunk,
)
from yingjiu.sources.readers.databases import read_database
from yingjiu.sources.readers.digest import digest_file
from yingjiu.sources.readers.errors import BROKEN_ROW_CODES, ReaderError
from yingjiu.sources.readers.files import read_file
from yingjiu.sources.readers.headers import normalise_header

__all__ = [
    "BROKEN_ROW_CODES",
    "TOTALS",
    "BrokenRow",
    "CellKind",
    "FileFormat",
    "FileReport",
    "Note",
    "RawChunk",
    "ReaderError",
    "digest_file",
    "normalise_header",
    "read_database",
    "read_file",
]
