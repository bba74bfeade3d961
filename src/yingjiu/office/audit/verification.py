"""Find every event that was changed, removed, moved or cut off.

The events are read in their order, a block at a time: a million of them need no more memory than a thousand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.translation import gettext as _

from yingjiu.errors import Fault
from yingjiu.office.audit.anchor import Anchor, anchor_file, read_anchor
from yingjiu.office.audit.chain import FIELDS, ORIGIN, digest_of
from yingjiu.office.audit.models import ChainHead, Event

__all__ = ["Verification", "verify"]

BLOCK: Final = 2000
MOST_FINDINGS: Final = 1000
"""Findings that are kept; whoever breaks more has broken the log."""

Row = dict[str, Any]


@dataclass(slots=True)
class Verification:
    """What a verification found.

    Attributes:
        events: how many events were read.
        last: number of the last event.
        findings: what is wrong, each with a code: ``AUD-010`` changed, ``AUD-011`` removed, ``AUD-012``
            moved, ``AUD-013`` cut off at the end, ``AUD-014`` the link is broken, ``AUD-015`` appended past
            the office, ``AUD-016`` rewritten, ``AUD-017`` the anchor is missing or damaged.
        notes: what is not wrong but worth knowing.
    """

    events: int = 0
    last: int = 0
    findings: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def intact(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings

    def add(self, code: str, path: str, message: str, hint: str = "") -> None:
        """Keep a finding."""
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(Fault(code, message, path=path, hint=hint or None))


def verify(tell: Callable[[int, int], None] | None = None) -> Verification:
    """Read the whole log and compare it with itself, with its head and with its anchor.

    Args:
        tell: called after each block with how many events are read, of how many.

    Returns:
        What was found.
    """
    found = Verification()
    head = ChainHead.objects.filter(pk=1).first()  # before the events: later ones are not looked at
    anchor = _anchor(found)
    upto = max(head.sequence if head else 0, anchor.sequence if anchor else 0)
    broken: list[Row] = []
    previous, expected, continued = ORIGIN, 1, True
    for row in _rows():
        found.events += 1
        number = row["sequence"]
        whole = digest_of(row) == row["digest"]
        if number > expected:
            _removed(found, expected, number - 1)
        elif whole and continued and row["previous"] != previous:
            found.add(
                "AUD-014",
                _event(number),
                _("this event does not continue the one before it: one of the two was replaced"),
            )
        if not whole and len(broken) < MOST_FINDINGS:
            broken.append(row)
        if anchor is not None and number == anchor.sequence and row["digest"] != anchor.digest:
            found.add(
                "AUD-016",
                _event(number),
                _("the log up to this event is not the one that was anchored: it was written anew"),
            )
        # what follows a changed event cannot be told from it: one finding is enough
        previous, expected, continued = row["digest"], number + 1, whole
        found.last = number
        if tell is not None and found.events % BLOCK == 0:
            tell(found.events, upto)
    _changed_or_moved(found, broken)
    _compare_end(found, head, anchor, previous)
    found.findings.sort(key=lambda fault: _number(fault.path))
    return found


def _rows() -> Iterator[Row]:
    """All events in their order, by blocks that each are one short query."""
    last = -1
    while True:
        block = list(
            Event.objects.filter(sequence__gt=last).order_by("sequence").values(*FIELDS, "digest")[:BLOCK]
        )
        yield from block
        if len(block) < BLOCK:
            return
        last = block[-1]["sequence"]


def _anchor(found: Verification) -> Anchor | None:
    try:
        anchor = read_anchor()
    except ValueError:
        found.add(
            "AUD-017",
            str(anchor_file()),
            _("the anchor is damaged: it cannot be told whether the end of the log was cut off"),
            _("keep the file as evidence and restore it from the backup"),
        )
        return None
    if anchor is not None and anchor.since > 1:
        found.notes.append(
            _("the anchor was made anew at event {number}; what was cut off before cannot be seen").format(
                number=anchor.since
            )
        )
    return anchor


def _removed(found: Verification, first: int, last: int) -> None:
    found.add(
        "AUD-011",
        _event(first) if first == last else _("events {first} to {last}").format(first=first, last=last),
        _("this was removed"),
        _("compare with the backup to see what was there"),
    )


def _changed_or_moved(found: Verification, broken: list[Row]) -> None:
    """Tell a changed event from one that carries another's number: that one's digest fits its own number."""
    numbers = [row["sequence"] for row in broken]
    for row in broken:
        own = next((n for n in numbers if digest_of({**row, "sequence": n}) == row["digest"]), None)
        if own is None:
            found.add(
                "AUD-010",
                _event(row["sequence"]),
                _("this event was changed"),
                _("compare with the backup to see what it said"),
            )
        else:
            found.add(
                "AUD-012", _event(row["sequence"]), _("moved: this is event {number}").format(number=own)
            )


def _compare_end(found: Verification, head: ChainHead | None, anchor: Anchor | None, digest: str) -> None:
    known = max(head.sequence if head else 0, anchor.sequence if anchor else 0)
    if known > found.last:
        found.add(
            "AUD-013",
            _("events {first} to {last}").format(first=found.last + 1, last=known),
            _("cut off at the end"),
            _("compare with the backup to see what was there"),
        )
    if head is None:
        if found.events:
            found.add("AUD-015", _event(found.last), _("the log has lost its head"))
    elif head.sequence == found.last and head.digest != digest:
        found.add("AUD-016", _event(found.last), _("the last event is not the one that was recorded last"))
    elif head.sequence < found.last and not _recorded_meanwhile(found.last):
        found.add(
            "AUD-015", _event(head.sequence + 1), _("from here on, events were written past the office")
        )
    if anchor is None and found.events and not any(each.code == "AUD-017" for each in found.findings):
        found.add(
            "AUD-017",
            str(anchor_file()),
            _("the anchor is missing: it cannot be told whether the end of the log was cut off"),
            _("restore it from the backup; the next event makes a new one"),
        )


def _recorded_meanwhile(last: int) -> bool:
    """Whether events after the head that was read first came from the office while the log was read."""
    now = ChainHead.objects.filter(pk=1).first()
    return now is not None and now.sequence >= last


def _event(number: int) -> str:
    return _("event {number}").format(number=number)


def _number(path: str | None) -> int:
    digits = "".join(char if char.isdigit() else " " for char in path or "").split()
    return int(digits[0]) if digits and not (path or "").startswith("/") else 1 << 62
