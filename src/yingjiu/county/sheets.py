"""What an agency sends: files of sheets of columns, before and after the dirt."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

__all__ = ["FORMATS", "AgencyFile", "Col", "Fault", "Sheet"]

FORMATS: Final = ("csv-utf8-bom", "csv-gb18030", "xls", "xlsx", "jsonl", "parquet", "sqlite")


@dataclass(frozen=True, slots=True)
class Col:
    """One column, as text; NULL is an empty cell.

    Attributes:
        header: what the agency calls it.
        kind: id, name, date, code, money, integer or text; says which faults it can have.
        values: the cells.
        keep: a faulty ID number does not cost the row (parties of cases).
        required: an empty cell costs the row.
    """

    header: str
    kind: str
    values: pa.Array
    keep: bool = False
    required: bool = False

    def __post_init__(self) -> None:
        """Arrow hands long texts back in chunks."""
        if isinstance(self.values, pa.ChunkedArray):
            object.__setattr__(self, "values", self.values.combine_chunks())


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook, or the whole of another file.

    Attributes:
        name: of the sheet; in SQLite of the table.
        columns: the data.
        persons: for each row the position of the person it is about.
        once: each person has one row, so that a second name under the number can be planted.
        title: lines above the header.
        bands: a merged header row above the header: texts and how many columns each spans.
        totals: a line of sums at the end.
        date_cells: dates are stored as dates, not as text.
        number_cells: money is stored as numbers, not as text.
        hidden: a sheet nobody is meant to read.
    """

    name: str
    columns: tuple[Col, ...]
    persons: NDArray[np.int64]
    once: bool = False
    title: tuple[str, ...] = ()
    bands: tuple[tuple[str, int], ...] = ()
    totals: bool = False
    date_cells: bool = False
    number_cells: bool = True
    hidden: bool = False

    @property
    def rows(self) -> int:
        """How many data rows."""
        return len(self.persons)

    @property
    def header_row(self) -> int:
        """The row of the header as a user counts, from 1."""
        return len(self.title) + (1 if self.bands else 0) + 1

    def with_columns(self, columns: tuple[Col, ...], persons: NDArray[np.int64]) -> Sheet:
        """The same sheet with other cells."""
        return replace(self, columns=columns, persons=persons)

    def pylists(self) -> list[list[Any]]:
        """The cells, column by column."""
        return [column.values.to_pylist() for column in self.columns]


@dataclass(frozen=True, slots=True)
class AgencyFile:
    """One file of one agency.

    Attributes:
        name: of the file.
        agency: who sends it.
        format: one of :data:`FORMATS`.
        sheets: at least one.
    """

    name: str
    agency: str
    format: str
    sheets: tuple[Sheet, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """One planted bad row.

    Attributes:
        file: name of the file.
        sheet: name of the sheet; None where the format has none.
        row: as the user counts, from 1, with titles and headers; of records where there is no header line.
        header: the column; None when the whole row is at fault.
        kind: what is wrong.
        expected: quarantined, kept, repaired, converted, duplicate or accepted.
        person: position of the person the row is about.
    """

    file: str
    sheet: str | None
    row: int
    header: str | None
    kind: str
    expected: str
    person: int = field(default=-1)
