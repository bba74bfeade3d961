"""Take events out: for another program that checks the chain, and for the archive."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date
from pathlib import Path

from django.db.models import Max, QuerySet
from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from yingjiu.errors import Fault
from yingjiu.office.accounts.models import User
from yingjiu.office.audit.chain import FIELDS
from yingjiu.office.audit.errors import AuditError
from yingjiu.office.audit.models import Event
from yingjiu.office.audit.selectors import on_days, shown_detail, subject_title
from yingjiu.office.audit.services import Action, record

__all__ = ["MOST_ROWS", "export_lines", "table"]

BLOCK = 2000
MOST_ROWS = 200_000
"""Events of one table; the command takes out any number."""
_LIVE = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What makes a spreadsheet take a text for a formula."""


def export_lines(
    file: Path,
    *,
    purpose: str,
    by: str,
    since: date | None = None,
    until: date | None = None,
    tell: Callable[[int, int], None] | None = None,
) -> int:
    """Write events as JSON lines, with all columns that their digests cover; the export is an event itself.

    Args:
        file: readable by this user only; it must not exist.
        purpose: what for.
        by: the account of the operating system that exports.
        since: first day.
        until: last day.
        tell: called after each block with how many are written, of how many.

    Returns:
        How many were written.

    Raises:
        AuditError: ``AUD-003`` no purpose, or the file exists.
    """
    if not purpose.strip():
        raise AuditError(Fault("AUD-003", _("an export needs a purpose"), hint=_("say what it is for")))
    rows = on_days(Event.objects.order_by("sequence"), since, until)
    upto = rows.aggregate(last=Max("sequence"))["last"] or 0
    rows = rows.filter(sequence__lte=upto)  # not what is recorded meanwhile
    total = rows.count()
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise AuditError(
            Fault("AUD-003", _("this file exists already"), str(file), hint=_("choose another name"))
        ) from None
    record(
        Action.EXPORT,
        user=None,
        purpose=purpose,
        detail={"name": "audit", "rows": total, "format": "jsonl", "account": by},
    )
    last = written = 0
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        while block := list(rows.filter(sequence__gt=last).values(*FIELDS, "digest")[:BLOCK]):
            for row in block:
                row["at"] = row["at"].astimezone(UTC).isoformat(timespec="microseconds")
                out.write(json.dumps(row, ensure_ascii=False) + "\n")
            last, written = block[-1]["sequence"], written + len(block)
            if tell is not None:
                tell(written, total)
    return written


def table(events: QuerySet[Event], *, by: User, purpose: str) -> StreamingHttpResponse:
    """Events as a CSV file for a spreadsheet, without live formulas; the first line says who took it and why.

    Args:
        events: already those that the user may see.
        by: who exports.
        purpose: what for.
    """
    mark = _("exported by {person} ({account}) on {time}; purpose: {purpose}").format(
        person=by, account=by.username, time=f"{timezone.localtime():%Y-%m-%d %H:%M}", purpose=purpose
    )
    heads = (
        *(_("number"), _("time"), _("user"), _("organisation"), _("action"), _("kind of subject")),
        *(_("number of the subject"), _("purpose"), _("detail"), pgettext("network", "address")),
    )
    response = StreamingHttpResponse(
        _lines([[mark], list(heads)], events), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="audit-{timezone.localdate():%Y%m%d}.csv"'
    response["Cache-Control"] = "no-store, private"
    return response


def _lines(first: Iterable[list[str]], events: QuerySet[Event]) -> Iterator[bytes]:
    yield b"\xef\xbb\xbf"  # Excel then reads it as UTF-8
    line = io.StringIO()
    writer = csv.writer(line)
    writer.writerows([_neutral(cell) for cell in row] for row in first)
    for event in events.iterator(chunk_size=BLOCK):
        writer.writerow([_neutral(cell) for cell in _cells(event)])
        if line.tell() > 32_000:
            yield line.getvalue().encode()
            line.seek(0)
            line.truncate()
    yield line.getvalue().encode()


def _cells(event: Event) -> list[str]:
    return [
        str(event.sequence),
        f"{timezone.localtime(event.at):%Y-%m-%d %H:%M:%S}",
        event.user_name,
        event.organisation_name,
        event.get_action_display(),
        subject_title(event.subject_type),
        event.subject_id,
        event.purpose,
        shown_detail(event),
        event.address,
    ]


def _neutral(text: str) -> str:
    return f"'{text}" if text.lstrip(" \u3000\ufeff").startswith(_LIVE) or text.startswith(_LIVE) else text
