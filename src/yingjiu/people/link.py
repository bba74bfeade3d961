"""Link the people of a pool: tiers, weights, decisions, and a table of who is who."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from yingjiu.errors import Fault
from yingjiu.language import _
from yingjiu.people.decisions import Decisions, read_decisions
from yingjiu.people.errors import LinkageError
from yingjiu.people.joining import Link, Person, Review, join
from yingjiu.people.policy import Policy
from yingjiu.people.records import Tables, open_records
from yingjiu.people.store import Links, current_links, links_id, read_links, write_links
from yingjiu.people.tiers import run_tiers
from yingjiu.people.weighing import weigh
from yingjiu.pool import Pool

__all__ = ["Linkage", "link_pool", "link_tables"]

_NOBODY: int = 5
"""A source with fewer doubtful records may well link to nobody."""


@dataclass(frozen=True)
class Linkage:
    """What linking found.

    Attributes:
        links: record → person.
        reviews: what a person must decide.
        warnings: about the measurement and the sources.
        doubtful: how many records had no usable number, or stand in case files only.
    """

    links: tuple[Link, ...]
    reviews: tuple[Review, ...]
    warnings: tuple[Fault, ...]
    doubtful: int


def link_tables(
    tables: Tables,
    policy: Policy,
    *,
    decisions: Decisions | None = None,
    earlier: Mapping[int, int] | None = None,
    memory: str | None = None,
) -> Linkage:
    """Say who is who in some tables.

    Args:
        tables: canonical tables, as files or rows.
        policy: the linkage policy.
        decisions: what people decided; it wins.
        earlier: record → person of the links made last time.
        memory: what may be held in memory, such as ``"4GB"``.

    Raises:
        LinkageError: ``PPL-003`` a level without a probability, ``PPL-004`` there are no people.
    """
    with open_records(tables, memory=memory) as records:
        people = {
            key: Person(listed=listed, rows=rows)
            for key, listed, rows in records.sql(
                "SELECT person_id, bool_or(listed), CAST(sum(rows) AS BIGINT) FROM record GROUP BY person_id"
            ).fetchall()
        }
        if not people:
            raise LinkageError(
                Fault(
                    "PPL-004",
                    _("there is nobody to link"),
                    hint=_("load sources with people and parties first"),
                )
            )
        tiers = run_tiers(records)
        weighed = weigh(records, policy)
        links, reviews = join(
            people,
            tiers,
            weighed.pairs.to_pylist(),
            decisions or Decisions((), {}),
            policy,
            earlier=earlier or {},
            two_names=_two_names(records),
        )
        warnings = (*weighed.warnings, *_lonely(records, {each.person_id for each in links}))
        doubtful = records.sql("SELECT count(DISTINCT person_id) FROM record WHERE doubtful").fetchall()[0][0]
    return Linkage(links, reviews, warnings, doubtful)


def link_pool(pool: Pool, policy: Policy, *, memory: str | None = None) -> Links:
    """Link the people of a pool; the links count from now on.

    The same pool, policy and decisions give the same links, which are then not made again.

    Args:
        pool: the pool.
        policy: the linkage policy.
        memory: what may be held in memory, such as ``"4GB"``.

    Returns:
        The links that count now.

    Raises:
        LinkageError: the policy or the data do not allow it.
        LinkStoreError: earlier links or decisions cannot be read.
    """
    view = pool.view()
    decisions = read_decisions(pool.folder)
    made = links_id(view.identity(), policy.digest, decisions.digest())
    now = current_links(pool.folder)
    if now is not None and now.id == made:
        return now
    earlier = {each.person_id: each.canonical_id for each in read_links(now)} if now is not None else {}
    found = link_tables(view.tables, policy, decisions=decisions, earlier=earlier, memory=memory)
    return write_links(
        pool.folder,
        Links(
            id=made,
            path=Path(),
            pool=view.identity(),
            policy=policy.digest,
            linked=len(found.links),
            waiting=len(found.reviews),
            warnings=tuple(str(each) for each in found.warnings),
        ),
        found.links,
        found.reviews,
    )


def _two_names(records: duckdb.DuckDBPyConnection) -> list[int]:
    """Numbers under which two names stand that do not look like one name written in two ways."""
    rows = records.sql("""
        SELECT DISTINCT a.person_id FROM record AS a JOIN record AS b
            ON b.person_id = a.person_id AND b.unique_id > a.unique_id
        WHERE a.person_id > 0 AND a.sound <> b.sound AND a.characters <> b.characters
            AND NOT (a.surname_sound = b.surname_sound AND (a.first = b.first OR a.last = b.last))
        ORDER BY 1
    """).fetchall()
    return [key for (key,) in rows]


def _lonely(records: duckdb.DuckDBPyConnection, linked: set[int]) -> list[Fault]:
    """Sources of which not one doubtful record was linked to anybody."""
    rows = records.sql("""
        SELECT s.source, list(DISTINCT s.person_id) FROM seen AS s WHERE s.person_id < 0 GROUP BY s.source
            ORDER BY 1
    """).fetchall()
    return [
        Fault(
            "PPL-012",
            _("not one of the {count} records without a usable number of this source could be linked").format(
                count=len(keys)
            ),
            path=source,
            hint=_("look whether names, telephones and addresses of the source are mapped"),
        )
        for source, keys in rows
        if len(keys) >= _NOBODY and not linked & set(keys)
    ]
