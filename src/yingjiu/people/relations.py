"""Who lives with whom, and who is whose kin, as query trees over the canonical tables.

A household is what a register says it is, on a day: members whose entry has begun and not ended. A register
page with more than :data:`LARGEST_HOUSEHOLD` people is a collective register (集体户), not a family, and
says nothing about its people.

Kin come from three places: a kinship row, the same row read the other way round, and two entries of one
household whose relations to its head decide theirs to each other (the head's child and the head's parent
are grandchild and grandparent). Where the two relations do not decide (the head's child and the head's
grandchild may be parent and child, or uncle and nephew) the relation is NULL: unknown, not absent.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

import sqlglot
from sqlglot import exp

__all__ = [
    "BETWEEN_MEMBERS",
    "INVERSE",
    "LARGEST_HOUSEHOLD",
    "household_pairs",
    "kin_pairs",
    "known_households",
    "known_kin",
]

LARGEST_HOUSEHOLD: Final = 30
"""A page with more people is a collective register."""

INVERSE: Final[Mapping[str, str]] = {
    "spouse": "spouse",
    "child": "parent",
    "parent": "child",
    "child_in_law": "parent_in_law",
    "parent_in_law": "child_in_law",
    "grandchild": "grandparent",
    "grandparent": "grandchild",
    "sibling": "sibling",
    "other": "other",
}
"""If b is a's …, then a is b's …."""

_DECIDED: Final[Mapping[tuple[str, str], str]] = {
    ("spouse", "child"): "child",
    ("spouse", "child_in_law"): "child_in_law",
    ("spouse", "grandchild"): "grandchild",
    ("spouse", "parent"): "parent_in_law",
    ("spouse", "parent_in_law"): "parent",
    ("spouse", "sibling"): "other",
    ("spouse", "grandparent"): "other",
    ("child", "child"): "sibling",
    ("child", "parent"): "grandparent",
    ("child", "parent_in_law"): "grandparent",
    ("child", "sibling"): "other",
    ("child", "grandparent"): "other",
    ("child_in_law", "child_in_law"): "other",
    ("grandchild", "parent"): "other",
    ("grandchild", "sibling"): "other",
    ("parent", "parent"): "spouse",
    ("parent", "sibling"): "child",
    ("parent_in_law", "parent_in_law"): "spouse",
    ("sibling", "sibling"): "sibling",
    ("sibling", "grandparent"): "grandparent",
}


def _between() -> dict[tuple[str, str], str]:
    table: dict[tuple[str, str], str] = {}
    for relation, inverse in INVERSE.items():
        table["head", relation] = relation
        table[relation, "head"] = inverse
    for (first, second), relation in _DECIDED.items():
        table[first, second] = relation
        table[second, first] = INVERSE[relation]
    return table


BETWEEN_MEMBERS: Final[Mapping[tuple[str, str], str]] = _between()
"""(a's, b's) relation to the head → what b is to a; a pair that is missing is not decided."""


def _tree(text: str) -> exp.Query:
    tree = sqlglot.parse_one(text, dialect="duckdb")
    assert isinstance(tree, exp.Query)  # noqa: S101 - our own text
    return tree


def _active(day: date) -> str:
    at = f"CAST('{day.isoformat()}' AS DATE)"
    return f"(valid_from IS NULL OR valid_from <= {at}) AND (valid_to IS NULL OR valid_to >= {at})"


def _members(day: date, persons: str) -> str:
    """CTEs ``mine`` (entries of the persons asked about) and ``members`` (their whole households)."""
    return f"""
        mine AS (
            SELECT DISTINCT person_id, household_id FROM household_member
            WHERE person_id IN ({persons}) AND {_active(day)}
        ),
        family AS (
            SELECT household_id FROM household_member
            WHERE household_id IN (SELECT household_id FROM mine) AND {_active(day)}
            GROUP BY household_id HAVING COUNT(DISTINCT person_id) <= {LARGEST_HOUSEHOLD}
        ),
        members AS (
            SELECT person_id, household_id, MAX(relation) AS relation FROM household_member
            WHERE household_id IN (SELECT household_id FROM family) AND {_active(day)}
            GROUP BY person_id, household_id
        )"""  # noqa: S608 - our own text


def household_pairs(persons: str, day: date) -> exp.Query:
    """Everyone who shares a household with one of the persons on a day, and is not known to be dead.

    Registers keep the dead for years, and what they say of them is nobody's hardship today.

    Args:
        persons: SQL of one column, the ``person_id`` asked about.
        day: the day.

    Returns:
        Columns ``person_id``, ``other_id``; each pair once, nobody with themselves.
    """
    return _tree(f"""
        WITH {_members(day, persons)}
        SELECT DISTINCT mine.person_id, members.person_id AS other_id
        FROM mine JOIN members ON members.household_id = mine.household_id
        WHERE members.person_id <> mine.person_id AND NOT EXISTS (
            SELECT 1 FROM person_state AS gone
            WHERE gone.person_id = members.person_id AND gone.state = 'dead'
            AND (gone.since IS NULL OR gone.since <= CAST('{day.isoformat()}' AS DATE))
        )
    """)  # noqa: S608 - our own text


def known_households(persons: str, day: date) -> exp.Query:
    """Those of the persons who stand in some household on a day. Column ``person_id``, each once."""
    return _tree(f"""
        WITH {_members(day, persons)}
        SELECT DISTINCT person_id FROM mine WHERE household_id IN (SELECT household_id FROM family)
    """)  # noqa: S608 - our own text


def kin_pairs(persons: str, day: date) -> exp.Query:
    """Everyone who is kin of one of the persons on a day.

    Args:
        persons: SQL of one column, the ``person_id`` asked about.
        day: the day; a marriage that has ended is no kinship.

    Returns:
        Columns ``person_id``, ``other_id``, ``relation`` (what the other is to the person). A relation that a
        shared household leaves open is NULL, and only if nothing else says what the two are to each other.
    """
    inverse = " ".join(f"WHEN '{relation}' THEN '{back}'" for relation, back in INVERSE.items())
    between = " ".join(
        f"WHEN a.relation = '{first}' AND b.relation = '{second}' THEN '{relation}'"
        for (first, second), relation in BETWEEN_MEMBERS.items()
    )
    return _tree(f"""
        WITH {_members(day, persons)},
        said AS (
            SELECT person_id, kin_id AS other_id, relation FROM kinship
            WHERE person_id IN ({persons}) AND {_active(day)}
            UNION ALL
            SELECT kin_id AS person_id, person_id AS other_id, CASE relation {inverse} END AS relation
            FROM kinship WHERE kin_id IN ({persons}) AND {_active(day)}
            UNION ALL
            SELECT a.person_id, b.person_id AS other_id, CASE {between} END AS relation
            FROM members AS a JOIN members AS b ON b.household_id = a.household_id
            WHERE a.person_id IN ({persons})
        ),
        sure AS (SELECT DISTINCT person_id, other_id, relation FROM said WHERE NOT relation IS NULL),
        undecided AS (SELECT DISTINCT person_id, other_id FROM said WHERE relation IS NULL)
        SELECT person_id, other_id, relation FROM sure WHERE person_id <> other_id
        UNION ALL
        SELECT undecided.person_id, undecided.other_id, CAST(NULL AS TEXT) AS relation FROM undecided
        WHERE undecided.person_id <> undecided.other_id AND NOT EXISTS (
            SELECT 1 FROM sure
            WHERE sure.person_id = undecided.person_id AND sure.other_id = undecided.other_id
        )
    """)  # noqa: S608 - our own text


def known_kin(persons: str, day: date) -> exp.Query:
    """Those of the persons of whom a kinship row or a household is known. Column ``person_id``, each once."""
    return _tree(f"""
        WITH {_members(day, persons)}
        SELECT person_id FROM mine WHERE household_id IN (SELECT household_id FROM family)
        UNION
        SELECT person_id FROM kinship WHERE person_id IN ({persons}) AND {_active(day)}
        UNION
        SELECT kin_id AS person_id FROM kinship WHERE kin_id IN ({persons}) AND {_active(day)}
    """)  # noqa: S608 - our own text
