"""Take events out: for another program that checks the chain, and for the archive."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import UTC, date
from pathlib import Path

from django.utils.translation import gettext as _

from yingjiu.errors import Fault
from yingjiu.office.audit.chain import FIELDS
from yingjiu.office.audit.errors import AuditError
from yingjiu.office.audit.models import Event
from yingjiu.office.audit.selectors import on_days
from yingjiu.office.audit.services import Action, record

__all__ = ["export_lines"]

BLOCK = 2000


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
