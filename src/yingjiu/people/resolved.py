"""Read the canonical tables through the links: every person key becomes the key of the person it belongs to.

Only queries change, not a row of the pool: the evidence keeps where a row was read and what stood there.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import sqlglot
from sqlglot import exp

from yingjiu.pool.tables import PROVENANCE, TABLES, ColumnType

__all__ = ["LINK_TABLE", "resolve", "resolved_rows"]

LINK_TABLE: Final = "person_link"
"""Attached when there are links: columns ``person_id``, ``canonical_id``; see
:data:`~yingjiu.people.store.LINK_SCHEMA`."""


def resolve(tree: exp.Query) -> exp.Query:
    """A query that sees people instead of records.

    Args:
        tree: a query over canonical tables, neutral flavour. Not changed.

    Returns:
        The query with every canonical table that has person keys read through :data:`LINK_TABLE`.
    """
    inner = {cte.alias for cte in tree.find_all(exp.CTE)}

    def through(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Table) and node.name in TABLES and node.name not in inner:
            seen = _through(node.name)
            if seen is not None:
                return seen.copy().subquery(node.alias or node.name)
        return node

    changed = tree.copy().transform(through, copy=False)
    assert isinstance(changed, exp.Query)  # noqa: S101 - the root of a query is no table
    return changed


@cache
def _through(name: str) -> exp.Query | None:
    table = TABLES[name]
    keys = [column.name for column in table.columns.values() if column.type is ColumnType.KEY]
    if not keys:
        return None
    listed = [
        f'COALESCE(link_{column.name}.canonical_id, record."{column.name}") AS "{column.name}"'
        if column.name in keys
        else f'record."{column.name}"'
        for column in (*table.columns.values(), *PROVENANCE)
    ]
    joins = " ".join(
        f'LEFT JOIN {LINK_TABLE} AS link_{key} ON link_{key}.person_id = record."{key}"' for key in keys
    )
    text = f'SELECT {", ".join(listed)} FROM "{name}" AS record {joins}'  # noqa: S608 - our own names
    tree = sqlglot.parse_one(text, dialect="duckdb")
    assert isinstance(tree, exp.Query)  # noqa: S101 - our own text
    return tree


def resolved_rows(name: str, rows: pa.Table, links: pa.Table) -> pa.Table:
    """Rows of a canonical table that see people instead of records, as :func:`resolve` does for queries.

    Args:
        name: the canonical table.
        rows: its rows.
        links: columns ``person_id``, ``canonical_id``.
    """
    for column in TABLES[name].columns.values():
        if column.type is ColumnType.KEY:
            keys = rows.column(column.name)
            known, people = (links.column(side).combine_chunks() for side in ("person_id", "canonical_id"))
            place = pc.index_in(keys, value_set=known).combine_chunks()
            linked = pc.coalesce(people.take(place), keys.combine_chunks())
            rows = rows.set_column(rows.column_names.index(column.name), rows.field(column.name), linked)
    return rows
