"""The anchor: number and digest of the last event, in a file apart from the database.

The chain proves that nothing inside it was changed; that its end was not cut off is proved by what lies
outside. The file is written after each commit, by one process at a time, and never goes back.
"""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import transaction

from yingjiu.office.audit.models import ChainHead
from yingjiu.office.vault.locks import exclusive

__all__ = ["Anchor", "anchor_after_commit", "anchor_file", "read_anchor"]


@dataclass(frozen=True, slots=True)
class Anchor:
    """What the file tells.

    Attributes:
        sequence: number of the last event.
        digest: its digest.
        since: number of the first event that the file stood for; more than 1 if it was lost and made anew.
    """

    sequence: int
    digest: str
    since: int


_WRITTEN: Final[dict[Path, int]] = {}
"""The last number that this process saw in the file."""


def anchor_file() -> Path:
    """Where the anchor is kept."""
    return Path(settings.YINGJIU_FOLDER) / "audit-head.json"


def read_anchor() -> Anchor | None:
    """The anchor; None if there is no such file.

    Raises:
        ValueError: the file is no anchor.
    """
    try:
        told = json.loads(anchor_file().read_text(encoding="utf-8"))
        return Anchor(int(told["sequence"]), str(told["digest"]), int(told["since"]))
    except FileNotFoundError:
        return None
    except (KeyError, TypeError) as error:
        raise ValueError(str(error)) from error


def anchor_after_commit(sequence: int) -> None:
    """Write the anchor once the event with this number is committed.

    One write serves all events of a transaction. A disk that is full does not undo what was committed: the
    failure is logged, and the next event writes the anchor.
    """
    transaction.on_commit(lambda: _anchor(sequence), robust=True)


def _anchor(sequence: int) -> None:
    path = anchor_file()
    if _WRITTEN.get(path, 0) >= sequence and path.exists():
        return
    head = ChainHead.objects.get(pk=1)
    with exclusive(path.with_name("audit-head.lock")):
        try:
            before = read_anchor()
        except ValueError:
            return  # kept as evidence; verification reports it
        if before is None or before.sequence < head.sequence:
            _write(path, Anchor(head.sequence, head.digest, before.since if before else sequence))
    _WRITTEN[path] = head.sequence


def _write(path: Path, anchor: Anchor) -> None:
    told = {
        "sequence": anchor.sequence,
        "digest": anchor.digest,
        "since": anchor.since,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    partial = path.with_name(f"{path.name}.{os.getpid()}-{secrets.token_hex(4)}")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(told, file)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
