"""Where links stand: immutable files in the pool's folder, and one small file that says which of them counts.

::

    <pool>/people/decisions.jsonl             what people decided; only ever added to
    <pool>/people/links/<id>.parquet          record → person, with tier, weight and reasons
    <pool>/people/links/<id>-reviews.parquet  what a person must decide
    <pool>/people/current.json                the id that counts, and of what it was made
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from yingjiu.errors import Fault
from yingjiu.language import _
from yingjiu.people.errors import LinkStoreError
from yingjiu.people.joining import Link, Reason, Review

__all__ = [
    "LINK_SCHEMA",
    "Links",
    "current_links",
    "link_table",
    "links_id",
    "read_links",
    "read_reviews",
    "write_links",
]

LINK_SCHEMA: Final = pa.schema(
    [
        ("person_id", pa.int64()),
        ("canonical_id", pa.int64()),
        ("tier", pa.string()),
        ("how", pa.string()),
        ("matched_id", pa.int64()),
        ("weight", pa.float64()),
        ("reasons", pa.string()),
    ]
)
"""Columns of a link table; ``reasons`` is JSON."""

REVIEW_SCHEMA: Final = pa.schema(
    [
        ("left", pa.int64()),
        ("right", pa.int64()),
        ("why", pa.string()),
        ("weight", pa.float64()),
        ("reasons", pa.string()),
    ]
)


@dataclass(frozen=True, slots=True)
class Links:
    """The links that count.

    Attributes:
        id: 16 hexadecimal digits out of pool, policy and decisions.
        path: the link table.
        pool: identity of the state of the pool that was linked.
        policy: digest of the policy.
        linked: how many records belong to a person of another key.
        waiting: how many pairs wait for a person's decision.
        warnings: what was said about the measurement and the sources.
    """

    id: str
    path: Path
    pool: str
    policy: str
    linked: int
    waiting: int
    warnings: tuple[str, ...] = ()


def links_id(pool: str, policy: str, decisions: str) -> str:
    """The id of links: the same for the same pool, policy and decisions."""
    return hashlib.sha256(f"{pool}\n{policy}\n{decisions}".encode()).hexdigest()[:16]


def current_links(pool: Path) -> Links | None:
    """The links that count, or None if nothing has been linked.

    Args:
        pool: its folder.

    Raises:
        LinkStoreError: ``PPL-041`` they cannot be read.
    """
    path = pool / "people" / "current.json"
    if not path.is_file():
        return None
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        stored["warnings"] = tuple(stored["warnings"])
        links = Links(path=pool / "people" / "links" / f"{stored['id']}.parquet", **stored)
    except (ValueError, TypeError, KeyError) as error:
        raise _unreadable(path) from error
    if not links.path.is_file():
        raise _unreadable(links.path)
    return links


def _unreadable(path: Path) -> LinkStoreError:
    return LinkStoreError(
        Fault(
            "PPL-041",
            _("the links of this pool cannot be read"),
            str(path),
            hint=_("make them anew: yingjiu people link"),
        )
    )


def link_table(links: Sequence[Link]) -> pa.Table:
    """Links as a table, sorted by record."""
    return pa.Table.from_pylist(
        [
            {**asdict(each), "reasons": json.dumps([asdict(one) for one in each.reasons], ensure_ascii=False)}
            for each in links
        ],
        schema=LINK_SCHEMA,
    )


def write_links(pool: Path, made: Links, links: Sequence[Link], reviews: Sequence[Review]) -> Links:
    """Write links and let them count.

    Args:
        pool: its folder.
        made: what they were made of; its path is set.
        links: the links.
        reviews: what must be decided.
    """
    folder = pool / "people" / "links"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{made.id}.parquet"
    table = pa.Table.from_pylist(
        [{**asdict(each), "reasons": json.dumps([asdict(one) for one in each.reasons])} for each in reviews],
        schema=REVIEW_SCHEMA,
    )
    _replace(folder / f"{made.id}-reviews.parquet", table)
    _replace(path, link_table(links))
    told: dict[str, Any] = asdict(made)
    del told["path"]
    current = pool / "people" / "current.json"
    fresh = current.with_suffix(".tmp")
    fresh.write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
    fresh.replace(current)
    return Links(**{**told, "path": path})


def _replace(path: Path, table: pa.Table) -> None:
    fresh = path.with_suffix(".tmp")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        pq.write_table(table, file)
    fresh.replace(path)


def read_links(links: Links) -> list[Link]:
    """The links."""
    return [
        Link(**{**row, "reasons": tuple(Reason(**one) for one in json.loads(row["reasons"]))})
        for row in pq.read_table(links.path).to_pylist()
    ]


def read_reviews(links: Links) -> list[Review]:
    """What a person must decide, the heaviest first."""
    path = links.path.with_name(f"{links.id}-reviews.parquet")
    return [
        Review(**{**row, "reasons": tuple(Reason(**one) for one in json.loads(row["reasons"]))})
        for row in pq.read_table(path).to_pylist()
    ]
