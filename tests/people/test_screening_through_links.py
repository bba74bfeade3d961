"""A run reads records as the people they belong to; the evidence stays where it was read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import sqlglot

from tests.people.world import key, number, party, world
from tests.screening.test_run import model
from yingjiu.people import LINK_TABLE, Link, Links, current_links, read_links, resolve
from yingjiu.people.store import link_table, write_links
from yingjiu.pool import Engine, open_engine
from yingjiu.pool.tables import TABLES
from yingjiu.screening import Run, run_models, screen_parties

WANG, MOTHER = key(number(date(1980, 1, 1), 1)), key(number(date(1955, 3, 3), 2))
DAY = date(2024, 6, 30)
HURT: dict[str, Any] = {"harm_grade": "serious_1", "received": Decimal(0), "name": "王建国"}
TABLES_GIVEN = world(
    party=[party(-17, **HURT)],
    case=[{"case_no": "C1", "case_id": "C1", "charge": "故意伤害罪", "stage": "first_trial"}],
    hardship=[{"person_id": MOTHER, "list": "dibao", "valid_from": date(2020, 1, 1)}],
    household_member=[{"person_id": WANG, "household_id": "h1"}, {"person_id": -4, "household_id": "h1"}],
    relief_history=[{"person_id": 1, "case_id": "C9", "organ_kind": "court", "outcome": "granted"}],
    benefit=[{"person_id": 1, "measure": "temporary_relief"}],
)


@pytest.fixture(scope="module")
def duck() -> Iterator[Engine]:
    with open_engine() as opened:
        yield opened


@pytest.fixture
def links(tmp_path: Path) -> Links:
    made = Links("0" * 16, Path(), "p", "q", linked=2, waiting=0)
    return write_links(tmp_path, made, [Link(-17, WANG, "home"), Link(-4, MOTHER, "home")], [])


def test_without_links_it_is_unknown_and_with_them_it_is_found(duck: Engine, links: Links) -> None:
    plain = run_models(duck, TABLES_GIVEN, [model()], DAY)
    assert [each.outcome for each in plain.findings()] == ["possible"]
    run = run_models(duck, TABLES_GIVEN, [model()], DAY, links=links)
    (found,) = run.findings()
    assert (found.outcome, found.person_id) == ("match", WANG)
    facts = run.facts_of(found)
    evidence = facts.behind(found.row, facts.plan.column["poor-victim", "dibao"])
    assert [(each.person_id, each.route, each.provenance.file) for each in evidence] == [
        (MOTHER, "household", "hardship.csv")
    ]
    assert [each.file for each in facts.read_at(found.row)] == ["party.csv", "case.csv"]
    assert run.id != plain.id


def test_every_person_key_of_every_table_is_read_through_the_links(engine: Engine) -> None:
    rows: dict[str, list[dict[str, Any]]] = {}
    for name, table in TABLES.items():
        row: dict[str, Any] = {column.name: "x" for column in table.columns.values() if column.required}
        keys = {column.name: -17 for column in table.columns.values() if column.type == "key"}
        rows[name] = [{**row, **keys}]
    attached: dict[str, Any] = {**world(**rows), LINK_TABLE: link_table([Link(-17, WANG, "home")])}
    engine.attach(attached)
    for name, table in TABLES.items():
        for column in (each.name for each in table.columns.values() if each.type == "key"):
            tree = sqlglot.parse_one(f'SELECT t.{column} AS k FROM "{name}" AS t', dialect="duckdb")
            assert isinstance(tree, sqlglot.exp.Query)
            assert engine.query(resolve(tree)).column("k").to_pylist() == [WANG], (name, column)


def test_a_name_of_a_step_is_not_taken_for_a_table() -> None:
    tree = sqlglot.parse_one(
        "WITH person AS (SELECT 1 AS person_id) SELECT person_id FROM person", dialect="duckdb"
    )
    assert isinstance(tree, sqlglot.exp.Query)
    assert resolve(tree) == tree


def test_what_was_written_is_read_back(tmp_path: Path, links: Links) -> None:
    assert current_links(tmp_path) == links
    assert [(each.person_id, each.canonical_id) for each in read_links(links)] == [(-17, WANG), (-4, MOTHER)]
    assert isinstance(link_table([]), pa.Table)


def test_links_of_another_state_of_the_pool_are_told(duck: Engine, links: Links) -> None:
    assert any(
        "people link" in each for each in run_models(duck, TABLES_GIVEN, [model()], DAY, links=links).warnings
    )


def test_screening_a_few_people_reads_through_the_same_links(links: Links) -> None:
    whole = [(each.person_id, each.outcome) for each in run_with(links).findings()]
    for asked in ({"persons": [-17]}, {"persons": [WANG]}, {"cases": ["C1"]}):
        found = screen_parties(TABLES_GIVEN, [model()], DAY, links=links, **asked)
        assert [(each.person_id, each.outcome) for each in found.findings()] == whole, asked


def run_with(links: Links) -> Run:
    with open_engine() as engine:
        return run_models(engine, TABLES_GIVEN, [model()], DAY, links=links)
