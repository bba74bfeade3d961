"""Two records beside each other, for the bench: what differs is marked to the character."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from yingjiu.office.people.facts import Place, label, place_of
from yingjiu.office.people.reading import Loaded, Row, rows_of
from yingjiu.office.people.spelling import plain_name
from yingjiu.people import Review, Side, side_by_side

__all__ = ["Field", "Part", "Record", "compared", "sides_of"]

FIELDS: Final[dict[str, tuple[str, str | Promise]]] = {
    "name": ("name", gettext_lazy("full name")),
    "digits": ("id_raw", gettext_lazy("ID number")),
    "birth": ("birth_date", gettext_lazy("date of birth")),
    "sex": ("sex", gettext_lazy("sex")),
    "phone": ("phone", gettext_lazy("telephone")),
    "address": ("address", gettext_lazy("address")),
}
_PLACES: Final = 6


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a text: the same on both sides, or not."""

    text: str
    differs: bool


@dataclass(frozen=True, slots=True)
class Field:
    """One field of both records.

    Attributes:
        title: what it is called.
        left: values of the one, each in stretches.
        right: values of the other.
        verdict: ``same``, ``differs`` or ``unknown`` where a side says nothing.
    """

    title: str | Promise
    left: tuple[tuple[Part, ...], ...]
    right: tuple[tuple[Part, ...], ...]
    verdict: str


@dataclass(frozen=True, slots=True)
class Record:
    """One side of a pair.

    Attributes:
        side: what its rows say.
        places: where they were read.
        more: how many more places there are.
        listed: an agency keeps it in a list; otherwise it stands in case files only.
        numbered: it has a usable number.
    """

    side: Side
    places: tuple[Place, ...]
    more: int
    listed: bool
    numbered: bool


def sides_of(state: Loaded, review: Review) -> tuple[Record, Record]:
    """Both records of a pair; where two people seem to stand under one number, by name.

    Args:
        state: the state of the pool.
        review: the pair.
    """
    rows = _rows(state, {review.left, review.right})
    if review.left != review.right:
        return (
            _record(state, review.left, [row for row in rows if row["person_id"] == review.left]),
            _record(state, review.right, [row for row in rows if row["person_id"] == review.right]),
        )
    names = [plain_name(row["name"]) for row in rows if row["name"]]
    first = max(names, key=names.count) if names else ""
    one = [row for row in rows if not row["name"] or plain_name(row["name"]) == first]
    other = [row for row in rows if row["name"] and plain_name(row["name"]) != first]
    return _record(state, review.left, one), _record(state, review.right, other)


def _rows(state: Loaded, keys: Iterable[int]) -> list[Row]:
    wanted = set(keys)
    found = [
        {**row, "listed": table == "person"}
        for table in ("person", "party")
        for row in rows_of(state, table, wanted)
    ]
    return [row for row in found if row["person_id"] in wanted]


def _record(state: Loaded, key: int, rows: Sequence[Row]) -> Record:
    values: dict[str, tuple[str, ...]] = {}
    for field, (column, _title) in FIELDS.items():
        known = sorted({str(row[column]) for row in rows if row.get(column) is not None})
        values[field] = tuple(label("sex", one) if field == "sex" else one for one in known)
    places = list(dict.fromkeys(place_of(state, row) for row in rows))
    where = tuple((row["source"], row["file"], row["sheet"], row["row"]) for row in rows[:_PLACES])
    return Record(
        Side(key, values, where),
        tuple(places[:_PLACES]),
        max(0, len(places) - _PLACES),
        any(row["listed"] for row in rows),
        key > 0,
    )


def compared(left: Record, right: Record) -> tuple[Field, ...]:
    """The fields of two records, what differs marked to the character."""
    return tuple(
        Field(
            FIELDS[one.field][1],
            tuple(_marked(value, one.right) for value in one.left),
            tuple(_marked(value, one.left) for value in one.right),
            "differs" if one.differs else "same" if one.left and one.right else "unknown",
        )
        for one in side_by_side(left.side, right.side)
    )


def _marked(value: str, others: Sequence[str]) -> tuple[Part, ...]:
    """A value in stretches; what the nearest value of the other side does not have is marked."""
    if not others or value in others:
        return (Part(value, differs=False),)
    nearest = max(others, key=lambda other: SequenceMatcher(None, value, other, autojunk=False).ratio())
    return tuple(
        Part(value[start:end], differs=kind != "equal")
        for kind, start, end, _from, _to in SequenceMatcher(
            None, value, nearest, autojunk=False
        ).get_opcodes()
        if end > start
    )
