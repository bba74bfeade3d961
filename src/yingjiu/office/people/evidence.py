"""Who somebody is, by the spellings of every source side by side, and why its record is taken for theirs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Final

import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yingjiu.codes import mask_address, mask_id, mask_name, mask_phone
from yingjiu.office.people.facts import Place, label, place_of
from yingjiu.office.people.reading import Loaded, Row
from yingjiu.office.people.spelling import plain_name, plain_number, plain_phone
from yingjiu.office.phrases import clauses
from yingjiu.people import Policy, Reason, read_policy, reason_text

__all__ = ["MARKS", "SLIPS", "TIERS", "Record", "Shown", "records", "shipped_policy"]

MARKS: Final[dict[str, str | Promise]] = {
    "name": gettext_lazy("full name"),
    "id_raw": gettext_lazy("ID number"),
    "sex": gettext_lazy("sex"),
    "birth_date": gettext_lazy("date of birth"),
    "phone": gettext_lazy("telephone"),
    "address": gettext_lazy("address"),
}
"""Columns of ``person`` and ``party`` that say who somebody is, in the order in which they are shown."""

TIERS: Final[dict[str, str | Promise]] = {
    "decided": gettext_lazy("decided by a person"),
    "renumbered": gettext_lazy("two numbers, alike but for the region"),
    "repaired": gettext_lazy("a slip in the number"),
    "case": gettext_lazy("the same name in the same case"),
    "birth": gettext_lazy("the same name, date of birth and village"),
    "home": gettext_lazy("the same name in the same house"),
    "weighed": gettext_lazy("weighed"),
    "kept": gettext_lazy("linked earlier, and not refuted"),
}
SLIPS: Final[dict[str, str | Promise]] = {
    "digit": gettext_lazy("one digit wrong"),
    "swap": gettext_lazy("two digits swapped"),
    "birth_swapped": gettext_lazy("month and day swapped"),
    "missing": gettext_lazy("one digit left out"),
    "surplus": gettext_lazy("one digit too many"),
    "short": gettext_lazy("an old number of 15 digits"),
    "same": gettext_lazy("the number is right"),
}
_PLAIN: Final[dict[str, Callable[[str], str]]] = {
    "name": plain_name,
    "id_raw": plain_number,
    "phone": plain_phone,
}
"""Two spellings of one thing do not differ: a disability certificate holds the ID number it was made of."""
_MASKS: Final = {"name": mask_name, "id_raw": mask_id, "phone": mask_phone, "address": mask_address}


@dataclass(frozen=True, slots=True)
class Shown:
    """One mark of one record.

    Attributes:
        text: as the page shows it; as the source writes it once it is opened.
        differs: it is not what most sources write.
    """

    text: str
    differs: bool


@dataclass(frozen=True, slots=True)
class Record:
    """What one row says of who somebody is.

    Attributes:
        marks: in the order of :data:`MARKS`.
        place: where it was read.
        why: why it is taken for this person's; empty where the number says so.
    """

    marks: tuple[Shown, ...]
    place: Place
    why: str


def records(state: Loaded, rows: Iterable[Row], people: Collection[int], *, clear: bool) -> list[Record]:
    """The rows that say who a person is, what differs marked.

    Args:
        state: the state of the pool.
        rows: rows of ``person`` and ``party`` about the person.
        people: keys under which the person is known.
        clear: whether the spellings are shown as they are.
    """
    rows = list(rows)
    usual = {name: _usual(_plain(name, row.get(name)) for row in rows) for name in MARKS}
    reasons = _reasons(state, {row["person_id"] for row in rows} - set(people))
    return [
        Record(
            tuple(_shown(name, row.get(name), usual[name], clear=clear) for name in MARKS),
            place_of(state, row),
            reasons.get(row["person_id"], ""),
        )
        for row in rows
    ]


def _plain(name: str, value: Any) -> Any:
    return _PLAIN[name](value) if name in _PLAIN and value is not None else value


def _usual(values: Iterable[Any]) -> Any:
    known = Counter(value for value in values if value is not None)
    return known.most_common(1)[0][0] if known else None


def _shown(name: str, value: Any, usual: Any, *, clear: bool) -> Shown:
    if value is None:
        return Shown("", differs=False)
    text = (
        label("sex", value) if name == "sex" else value.isoformat() if isinstance(value, date) else str(value)
    )
    mask = _MASKS.get(name)
    return Shown(text if clear or mask is None else mask(text), differs=_plain(name, value) != usual)


@lru_cache(maxsize=1)
def shipped_policy() -> Policy:
    """The linkage policy, whose words say what each level of agreement is."""
    return read_policy()


def _reasons(state: Loaded, keys: Collection[int]) -> dict[int, str]:
    """Why records under other keys belong to the person, in words."""
    if not keys or state.links is None:
        return {}
    table = pq.read_table(state.links.path, filters=pc.field("person_id").isin(sorted(keys)))
    return {row["person_id"]: _why(row) for row in table.to_pylist()}


def _why(row: Row) -> str:
    words = [str(TIERS.get(row["tier"], row["tier"]))]
    if row["how"] in SLIPS:
        words.append(str(SLIPS[row["how"]]))
    weighed = tuple(Reason(**one) for one in json.loads(row["reasons"] or "[]"))
    if weighed:
        words.append(_("weight {weight}: {reasons}").format(
            weight=f"{row['weight']:+.1f}", reasons=reason_text(weighed, shipped_policy())
        ))  # fmt: skip
    return clauses(words)
