"""Households and kin: on a day, both ways round, and unknown where a shared household leaves it open."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import product
from typing import Any

import pyarrow as pa
import pytest

from yingjiu.codes import CODE_LISTS
from yingjiu.people import (
    BETWEEN_MEMBERS,
    INVERSE,
    LARGEST_HOUSEHOLD,
    household_pairs,
    kin_pairs,
    known_households,
    known_kin,
)
from yingjiu.pool import Engine, open_engine
from yingjiu.pool.tables import TABLES, arrow_schema

DAY = date(2024, 6, 30)
ASKED = "SELECT person_id FROM asked"


@pytest.fixture(scope="module")
def duck() -> Iterator[Engine]:
    with open_engine() as opened:
        yield opened


def attach(engine: Engine, persons: list[int], **tables: list[dict[str, Any]]) -> None:
    rows = {
        name: pa.Table.from_pylist(
            given, schema=pa.schema([field.with_nullable(True) for field in arrow_schema(TABLES[name])])
        )
        for name, given in tables.items()
    }
    engine.attach({**rows, "asked": pa.table({"person_id": pa.array(persons, pa.int64())})})


def member(person: int, relation: str | None = None, home: str = "h", **more: Any) -> dict[str, Any]:
    return {"person_id": person, "household_id": home, "relation": relation, **more}


def kin_of(engine: Engine) -> set[tuple[int, int, str | None]]:
    rows = engine.query(kin_pairs(ASKED, DAY)).to_pylist()
    return {(row["person_id"], row["other_id"], row["relation"]) for row in rows}


def test_a_household_is_who_is_in_it_on_the_day_and_alive(duck: Engine) -> None:
    attach(
        duck,
        [1],
        household_member=[
            member(1),
            member(2),
            member(3, valid_to=date(2024, 6, 29)),
            member(4, valid_from=date(2024, 7, 1)),
            member(5, valid_to=date(2024, 6, 30)),
            member(6),
            member(7, home="other"),
        ],
        person_state=[{"person_id": 6, "state": "dead", "since": date(2020, 1, 1)}],
    )
    assert {row["other_id"] for row in duck.query(household_pairs(ASKED, DAY)).to_pylist()} == {2, 5}


def test_a_collective_register_is_no_family(duck: Engine) -> None:
    attach(duck, [1], household_member=[member(number) for number in range(1, LARGEST_HOUSEHOLD + 2)])
    assert duck.query(household_pairs(ASKED, DAY)).num_rows == 0
    assert duck.query(known_households(ASKED, DAY)).num_rows == 0
    attach(duck, [1], household_member=[member(number) for number in range(1, LARGEST_HOUSEHOLD + 1)])
    assert duck.query(household_pairs(ASKED, DAY)).num_rows == LARGEST_HOUSEHOLD - 1


def test_kinship_is_read_both_ways_and_ends(duck: Engine) -> None:
    attach(
        duck,
        [1, 3],
        kinship=[
            {"person_id": 1, "kin_id": 2, "relation": "parent"},
            {"person_id": 4, "kin_id": 1, "relation": "parent"},
            {"person_id": 1, "kin_id": 5, "relation": "spouse", "valid_to": date(2023, 1, 1)},
            {"person_id": 3, "kin_id": 3, "relation": "other"},
        ],
    )
    assert kin_of(duck) == {(1, 2, "parent"), (1, 4, "child")}
    assert duck.query(known_kin(ASKED, DAY)).column("person_id").to_pylist().count(1) == 1


def test_a_household_says_who_its_members_are_to_each_other(duck: Engine) -> None:
    attach(
        duck,
        [2],
        household_member=[
            member(1, "head"), member(2, "child"), member(3, "spouse"), member(4, "child"),
            member(5, "grandchild"),
            member(6), member(7, "parent"),
        ],
    )  # fmt: skip
    assert kin_of(duck) == {
        (2, 1, "parent"), (2, 3, "parent"), (2, 4, "sibling"), (2, 5, None), (2, 6, None),
        (2, 7, "grandparent"),
    }  # fmt: skip


def test_what_is_said_elsewhere_settles_what_a_household_leaves_open(duck: Engine) -> None:
    attach(
        duck,
        [2],
        household_member=[member(2, "child"), member(5, "grandchild")],
        kinship=[{"person_id": 5, "kin_id": 2, "relation": "parent"}],
    )
    assert kin_of(duck) == {(2, 5, "child")}


def test_the_table_of_members_is_the_same_from_both_sides() -> None:
    relations = set(CODE_LISTS["relation"].codes)
    assert set(INVERSE) == relations - {"head"}
    for first, second in product(relations, repeat=2):
        there, back = BETWEEN_MEMBERS.get((first, second)), BETWEEN_MEMBERS.get((second, first))
        assert (there is None) == (back is None)
        assert there is None or INVERSE[there] == back
