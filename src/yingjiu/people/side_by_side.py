"""Two records beside each other, what differs marked, and the reasons in words."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb

from yingjiu.language import _, catalogue_text
from yingjiu.people.joining import Reason
from yingjiu.people.policy import Policy

__all__ = ["Compared", "Side", "reason_text", "records_of", "side_by_side"]

FIELDS: Final = ("name", "digits", "birth", "sex", "phone", "address")


@dataclass(frozen=True, slots=True)
class Side:
    """What the rows of one record say; personal, unmasked.

    Attributes:
        person_id: the key.
        fields: canonical column → every value found, sorted.
        places: where: source, file, sheet, row.
    """

    person_id: int
    fields: Mapping[str, tuple[str, ...]]
    places: tuple[tuple[str, str, str | None, int], ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """One field of two records.

    Attributes:
        field: its column.
        left: values of the one.
        right: values of the other.
        differs: both are known and they have nothing in common.
    """

    field: str
    left: tuple[str, ...]
    right: tuple[str, ...]
    differs: bool


def records_of(
    tables: Mapping[str, Sequence[Path]], keys: Collection[int], *, places: int = 5
) -> dict[int, Side]:
    """What the pool says about some records.

    Args:
        tables: its tables.
        keys: person keys.
        places: how many places are named for each.
    """
    if not keys:
        return {}
    listed = ", ".join(str(int(key)) for key in keys)
    found: dict[int, dict[str, set[str]]] = {key: {name: set() for name in FIELDS} for key in keys}
    where: dict[int, dict[tuple[str, str, str | None, int], None]] = {key: {} for key in keys}
    with duckdb.connect() as connection:
        for name in ("person", "party"):
            paths = ", ".join("'" + str(path).replace("'", "''") + "'" for path in tables.get(name, ()))
            if not paths:
                continue
            rows = connection.sql(
                f"SELECT * FROM read_parquet([{paths}], union_by_name=true, hive_partitioning=false) "  # noqa: S608
                f'WHERE person_id IN ({listed}) ORDER BY source, file, "row"'
            ).to_arrow_table()
            for row in rows.to_pylist():
                key = row["person_id"]
                for field, column in zip(
                    FIELDS, ("name", "id_raw", "birth_date", "sex", "phone", "address"), strict=True
                ):
                    if row.get(column) is not None:
                        found[key][field].add(str(row[column]))
                where[key][row["source"], row["file"], row["sheet"], row["row"]] = None
    return {
        key: Side(
            key,
            {name: tuple(sorted(values)) for name, values in found[key].items()},
            tuple(where[key])[:places],
        )
        for key in keys
    }


def side_by_side(left: Side, right: Side) -> tuple[Compared, ...]:
    """The fields of two records, those that differ marked."""
    return tuple(
        Compared(
            name,
            left.fields[name],
            right.fields[name],
            bool(
                left.fields[name]
                and right.fields[name]
                and not set(left.fields[name]) & set(right.fields[name])
            ),
        )
        for name in FIELDS
    )


def reason_text(reasons: Sequence[Reason], policy: Policy) -> str:
    """Reasons in words: ``姓名同音 +11.6, 出生日期一致 +14.2``."""
    said = {
        (compared.name, level.level): catalogue_text(level.says)
        for compared in policy.comparisons
        for level in compared.levels
    }
    named = {"prior": _("odds before any comparison"), "twins": _("perhaps twins")}
    words = [said.get((each.comparison, each.level)) or named[each.comparison] for each in reasons]
    return ", ".join(f"{word} {each.weight:+.1f}" for word, each in zip(words, reasons, strict=True))
