"""The quality of each source, from what the pool remembers of its loads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from yingjiu.pool import Batch
from yingjiu.report.data import SourceQuality
from yingjiu.sources import rule_texts

__all__ = ["quality"]


def quality(batches: Iterable[Batch]) -> tuple[SourceQuality, ...]:
    """What became of the rows of each source.

    The pool keeps with every batch what its load counted, so that a report made later, or after a second
    load that changed nothing, tells the same.

    Args:
        batches: current batches; several of one source (append) are added up.

    Returns:
        One for each source, in the order of the batches.
    """
    by_source: dict[str, list[Batch]] = {}
    for batch in batches:
        by_source.setdefault(batch.source, []).append(batch)
    return tuple(_quality(source, loads) for source, loads in by_source.items())


def _quality(source: str, loads: Sequence[Batch]) -> SourceQuality:
    notes = [load.notes for load in loads]
    rejected: Counter[str] = Counter()
    for note in notes:
        rejected.update(_mapping(note.get("rejected_by_rule")))
    latest = max(loads, key=lambda load: (load.data_date, load.committed_at))
    return SourceQuality(
        source=source,
        title=str(latest.notes.get("title") or source),
        agency=str(latest.notes.get("agency") or ""),
        files=tuple(dict.fromkeys(str(name) for note in notes for name in note.get("files") or ())),
        read=sum(int(note.get("read") or 0) for note in notes),
        accepted=sum(int(note.get("accepted") or 0) for note in notes),
        quarantined=sum(int(note.get("quarantined") or 0) for note in notes),
        duplicates=sum(int(note.get("duplicates") or 0) for note in notes),
        rejected=dict(rejected),
        remarks=tuple(dict.fromkeys(str(remark) for note in notes for remark in note.get("remarks") or ())),
        data_date=latest.data_date,
        rules={code: rule_texts(code)[0] for code in rejected},
    )


def _mapping(found: Any) -> dict[str, int]:
    return {str(code): int(count) for code, count in found.items()} if isinstance(found, Mapping) else {}
