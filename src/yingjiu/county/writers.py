"""Write sheets in the formats that agencies send."""

from __future__ import annotations

import io
import json
import sqlite3
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import xlsxwriter

from yingjiu.county.errors import CountyError
from yingjiu.county.sheets import AgencyFile, Sheet
from yingjiu.errors import Fault
from yingjiu.language import _

__all__ = ["write_file"]

_CHUNK: Final = 100_000
_XLS_ROWS: Final = 65_000
"""An XLS sheet holds 65,536 rows; what is longer goes on in another sheet."""


def write_file(file: AgencyFile, folder: Path) -> Path:
    """Write one file.

    Args:
        file: what to write.
        folder: where to.

    Returns:
        The path of the file.
    """
    path = folder / file.name
    _WRITERS[file.format](file, path)
    return path


def _table(sheet: Sheet) -> pa.Table:
    return pa.table({column.header: column.values for column in sheet.columns})


def _csv(encoding: str) -> Callable[[AgencyFile, Path], None]:
    def write(file: AgencyFile, path: Path) -> None:
        table = _table(file.sheets[0])
        with path.open("wb") as out:
            for number, batch in enumerate(
                table.to_batches(_CHUNK) or [pa.RecordBatch.from_pylist([], table.schema)]
            ):
                memory = io.BytesIO()
                options = pacsv.WriteOptions(include_header=False, quoting_style="needed")
                pacsv.write_csv(batch, memory, options)
                text = memory.getvalue().decode("utf-8").replace("\n", "\r\n")
                if number == 0:
                    text = ",".join(table.column_names) + "\r\n" + text
                out.write(text.encode(encoding if number == 0 or encoding != "utf-8-sig" else "utf-8"))

    return write


def _jsonl(file: AgencyFile, path: Path) -> None:
    sheet = file.sheets[0]
    headers = [column.header for column in sheet.columns]
    with path.open("w", encoding="utf-8", newline="\n") as out:
        for row in zip(*sheet.pylists(), strict=True):
            out.write(json.dumps(dict(zip(headers, row, strict=True)), ensure_ascii=False) + "\n")


def _parquet(file: AgencyFile, path: Path) -> None:
    pq.write_table(_table(file.sheets[0]), path, compression="zstd")


def _sqlite(file: AgencyFile, path: Path) -> None:
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path)
    try:
        for sheet in file.sheets:
            columns = ", ".join(f'"{column.header}" TEXT' for column in sheet.columns)
            connection.execute(f'CREATE TABLE "{sheet.name}" (id INTEGER PRIMARY KEY, {columns})')
            marks = ", ".join("?" * len(sheet.columns))
            # names of tables and columns are constants of this package
            connection.executemany(
                f'INSERT INTO "{sheet.name}" VALUES (NULL, {marks})',  # noqa: S608
                zip(*sheet.pylists(), strict=True),
            )
        connection.commit()
    finally:
        connection.close()


def _cell(sheet: Sheet, kind: str, text: str | None) -> Any:
    """The value as the workbook stores it: text, number or date; what is neither stays text."""
    if text is None:
        return None
    try:
        if kind == "id" and "E+" in text:
            return float(text)
        if kind == "integer" or (kind == "money" and sheet.number_cells):
            return float(text) if "." in text else int(text)
        if kind == "date" and sheet.date_cells:
            return date.fromisoformat(text)
    except ValueError:
        pass
    return text


def _totals(sheet: Sheet) -> list[Any]:
    row: list[Any] = ["合计"] + [None] * (len(sheet.columns) - 1)
    for place, column in enumerate(sheet.columns[1:], 1):
        if column.kind == "money":
            row[place] = sum(float(text) for text in column.values.to_pylist() if text)
    return row


def _xlsx(file: AgencyFile, path: Path) -> None:
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    # the same bytes on every day; a document property has no zone
    book.set_properties({"author": file.agency, "created": datetime(2025, 6, 3)})  # noqa: DTZ001 - see above
    day_format = book.add_format({"num_format": "yyyy-mm-dd"})
    bold = book.add_format({"bold": True, "align": "center"})
    for sheet in file.sheets:
        page = book.add_worksheet(sheet.name)
        if sheet.hidden:
            page.hide()
        _xlsx_head(page, sheet, bold)
        kinds = [column.kind for column in sheet.columns]
        row = sheet.header_row
        for cells in zip(*sheet.pylists(), strict=True):
            for place, text in enumerate(cells):
                value = _cell(sheet, kinds[place], text)
                if isinstance(value, str):
                    page.write_string(row, place, value)
                elif isinstance(value, date):
                    page.write_datetime(row, place, value, day_format)
                elif value is not None:
                    page.write_number(row, place, value)
            row += 1
        for place, value in enumerate(_totals(sheet) if sheet.totals else ()):
            if value is not None:
                page.write(row, place, value)
    book.close()


def _xlsx_head(page: Any, sheet: Sheet, bold: Any) -> None:
    """Titles across the sheet, merged bands, and the header."""
    for row, line in enumerate(sheet.title):
        page.merge_range(row, 0, row, max(len(sheet.columns) - 1, 1), line, bold)
    place = 0
    for text, span in sheet.bands:
        row = sheet.header_row - 2
        if span > 1:
            page.merge_range(row, place, row, place + span - 1, text, bold)
        else:
            page.write_string(row, place, text, bold)
        place += span
    for place, column in enumerate(sheet.columns):
        page.write_string(sheet.header_row - 1, place, column.header, bold)


def _xls(file: AgencyFile, path: Path) -> None:
    try:
        import xlwt  # noqa: PLC0415 - only this format needs it
    except ImportError:
        raise CountyError(
            Fault("CTY-003", _("writing XLS needs the package xlwt"), str(path), hint=_("pip install xlwt"))
        ) from None
    book = xlwt.Workbook(encoding="utf-8")
    day_style = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    for sheet in file.sheets:
        kinds = [column.kind for column in sheet.columns]
        rows = list(zip(*sheet.pylists(), strict=True))
        for part in range(max(1, -(-len(rows) // _XLS_ROWS))):
            page = book.add_sheet(sheet.name if not part else f"{sheet.name}{part + 1}")
            row = 0
            for line in sheet.title:
                page.write_merge(row, row, 0, max(len(sheet.columns) - 1, 1), line)
                row += 1
            for place, column in enumerate(sheet.columns):
                page.write(row, place, column.header)
            for cells in rows[part * _XLS_ROWS : (part + 1) * _XLS_ROWS]:
                row += 1
                for place, text in enumerate(cells):
                    value = _cell(sheet, kinds[place], text)
                    if isinstance(value, date):
                        page.write(row, place, value, day_style)
                    elif value is not None:
                        page.write(row, place, value)
    book.save(str(path))


_WRITERS: Final[dict[str, Callable[[AgencyFile, Path], None]]] = {
    "csv-utf8-bom": _csv("utf-8-sig"),
    "csv-gb18030": _csv("gb18030"),
    "jsonl": _jsonl,
    "parquet": _parquet,
    "sqlite": _sqlite,
    "xlsx": _xlsx,
    "xls": _xls,
}
