"""Tables that leave the office: for a purpose, on record, with a watermark, and without live formulas."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any, Final

import xlsxwriter
from django.db.models import Model, QuerySet
from django.http import FileResponse, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from yingjiu.errors import Fault
from yingjiu.office.audit.services import Action, record
from yingjiu.office.frame.errors import OfficeError, TooLarge
from yingjiu.office.frame.purposes import ExportForm

__all__ = ["MOST", "Column", "neutral", "table_response"]

MOST: Final = 200_000
"""Rows of one export."""
_LIVE: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What makes a spreadsheet take a text for a formula."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an exported table.

    Attributes:
        title: its heading.
        value: gives the cell for a row.
        width: in characters.
    """

    title: Any
    value: Callable[[Any], Any]
    width: int = 16


def neutral(text: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe stands before what looks like one."""
    return f"'{text}" if text.lstrip(" \u3000\ufeff").startswith(_LIVE) or text.startswith(_LIVE) else text


def table_response(
    request: HttpRequest,
    rows: Iterable[Any],
    columns: Iterable[Column],
    *,
    name: str,
    purpose: str | None = None,
    subject: Model | None = None,
) -> HttpResponseBase:
    """Export a table; without a purpose, ask for it first.

    Args:
        request: GET opens the dialog; POST carries ``purpose`` and ``format`` (``xlsx`` or ``csv``).
        rows: a queryset, already limited by ``visible_to``, or any rows. Read once, a part at a time.
        columns: what is written of each row. Personal data stands there masked unless the page that asks
            for the export shows it open.
        name: of the file, without its ending.
        purpose: why, when the caller knows; otherwise the dialog asks.
        subject: what the table is about, for the record.

    Returns:
        The file, or the dialog.

    Raises:
        TooLarge: ``FRM-006`` more than :data:`MOST` rows.
        OfficeError: ``FRM-007`` no purpose.
    """
    form = ExportForm(request.POST or None)
    if purpose is None:
        if request.method != "POST" or not form.is_valid():
            context = {"form": form, "what": name, "action": request.get_full_path()}
            return render(request, "frame/export.html", context)
        purpose = form.text()
    if not purpose.strip():
        raise OfficeError(Fault("FRM-007", _("an export needs a purpose"), hint=_("say what it is for")))
    kind = request.POST.get("format") or request.GET.get("format") or "xlsx"
    columns = list(columns)
    count = _count(rows)
    record(
        Action.EXPORT,
        user=request.user,
        subject=subject,
        purpose=purpose,
        detail={
            "name": name,
            "rows": count,
            "format": kind,
            "columns": [str(each.title) for each in columns],
        },
        request=request,
    )
    mark = _("exported by {person} ({account}) on {time}; purpose: {purpose}").format(
        person=request.user,
        account=request.user.get_username(),
        time=timezone.localtime().strftime("%Y-%m-%d %H:%M"),
        purpose=purpose,
    )
    cells = ([_cell(column.value(row)) for column in columns] for row in _stream(rows))
    file = f"{name}-{timezone.localdate():%Y%m%d}.{'csv' if kind == 'csv' else 'xlsx'}"
    response = _csv(mark, columns, cells) if kind == "csv" else _xlsx(mark, columns, cells, file)
    disposition = content_disposition_header(as_attachment=True, filename=file)
    response["Content-Disposition"] = disposition or "attachment"
    response["Cache-Control"] = "no-store, private"
    return response


def _count(rows: Iterable[Any]) -> int | None:
    if isinstance(rows, QuerySet):
        count = rows.order_by()[: MOST + 1].count()
    elif hasattr(rows, "__len__"):
        count = len(rows)  # type: ignore[arg-type] # it has one
    else:
        return None
    if count > MOST:
        raise TooLarge(
            Fault(
                "FRM-006",
                _("more than {most} rows cannot be exported at once").format(most=f"{MOST:,}"),
                hint=_("narrow the filter, and export in parts"),
            )
        )
    return count


def _stream(rows: Iterable[Any]) -> Iterator[Any]:
    if isinstance(rows, QuerySet):
        return rows.iterator(chunk_size=2000)
    return iter(rows)


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, Promise):
        value = str(value)
    if isinstance(value, str):
        return neutral(value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M") if value.tzinfo else value.isoformat(" ")
    if isinstance(value, (int, float, Decimal, date)):
        return value
    return neutral(str(value))


def _csv(mark: str, columns: list[Column], cells: Iterable[list[Any]]) -> StreamingHttpResponse:
    def lines() -> Iterator[bytes]:
        yield b"\xef\xbb\xbf"  # Excel then reads it as UTF-8
        line = io.StringIO()
        writer = csv.writer(line)
        writer.writerow([neutral(mark)])
        writer.writerow([neutral(str(column.title)) for column in columns])
        for row in cells:
            writer.writerow(row)
            if line.tell() > 32_000:
                yield line.getvalue().encode()
                line.seek(0)
                line.truncate()
        yield line.getvalue().encode()

    return StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")


def _xlsx(mark: str, columns: list[Column], cells: Iterable[list[Any]], file: str) -> FileResponse:
    target: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - FileResponse closes it
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True, "bottom": 1})
        pale = book.add_format({"font_color": "#666666", "italic": True})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_string(0, 0, mark, pale)
        for at, column in enumerate(columns):
            sheet.set_column(at, at, column.width)
            sheet.write_string(1, at, neutral(str(column.title)), bold)
        sheet.freeze_panes(2, 0)
        for number, row in enumerate(cells, start=2):
            for at, value in enumerate(row):
                if isinstance(value, date):
                    sheet.write_datetime(number, at, value, day)
                elif isinstance(value, str):
                    sheet.write_string(number, at, value[:32_767])
                else:
                    sheet.write_number(number, at, value)
        sheet.set_footer(f"&L{mark.replace('&', '&&')[:200]}&R&P/&N")
    target.seek(0)
    return FileResponse(
        target,
        filename=file,
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )
