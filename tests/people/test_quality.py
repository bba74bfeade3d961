"""The whole way on a synthetic county: loaded by the loader, linked, and held against the truth."""

from __future__ import annotations

from pathlib import Path

import pytest

from yingjiu.cli.people_measure import measure_county, rows_and_truth
from yingjiu.cli.workspace import CATALOGUE
from yingjiu.county import generate_county, write_files
from yingjiu.people import (
    current_links,
    decide,
    link_pool,
    measure_links,
    read_links,
    read_policy,
    read_reviews,
)
from yingjiu.pool import Pool
from yingjiu.sources import load_folder, read_sources


def test_the_middle_degree_meets_its_targets() -> None:
    found = measure_county(generate_county(3, 4_000), "middle", read_policy())
    every, kinds = found[0], {each.kind: each for each in found}
    assert every.rows > 700
    assert every.precision >= 0.999
    assert every.recall >= 0.99
    assert every.plain_recall < 0.85
    assert {
        "id_missing",
        "id_digit",
        "id_swap",
        "id_birth_swapped",
        "name_sound",
        "name_traditional",
    } <= kinds.keys()
    assert kinds["clean"].recall == 1


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Pool:
    folder = tmp_path_factory.mktemp("county")
    county = generate_county(2, 2_000)
    write_files(county, folder / "files", slips="heavy", answers=folder / "answers")
    made = Pool.open(folder / "pool", create=True)
    sources = read_sources(CATALOGUE / "sources")
    load_folder(made, sources, folder / "files", quarantine_folder=folder / "q", run_date=county.run_date)
    return made


def test_linking_again_changes_nothing_and_decisions_stand(pool: Pool) -> None:
    first = link_pool(pool, read_policy())
    before = first.path.read_bytes()
    assert link_pool(pool, read_policy()) == first
    link = read_links(first)[0]
    decide(pool.folder, link.person_id, link.canonical_id, "not_same", reason="问过本人", by="李")
    second = link_pool(pool, read_policy())
    assert second.id != first.id
    assert first.path.read_bytes() == before
    assert link.person_id not in {each.person_id for each in read_links(second)}
    assert link_pool(pool, read_policy()) == second == current_links(pool.folder)
    decide(pool.folder, link.person_id, link.canonical_id, "open", reason="误记", by="李")
    assert link_pool(pool, read_policy()).id == first.id


def test_nothing_that_waits_is_linked(pool: Pool) -> None:
    links = link_pool(pool, read_policy())
    waiting = {each.left for each in read_reviews(links) if each.why in {"between", "rivals"}}
    assert not waiting & {each.person_id for each in read_links(links)}


def test_the_measure_can_fail(pool: Pool) -> None:
    truth = Path(pool.folder).parent / "answers" / "who_is_who.parquet"
    rows = rows_and_truth(pool.view(), truth)
    wrong = {key: 32099919000101001 for key, *_rest in rows if key < 0}
    assert measure_links(rows, wrong)[0].precision < 0.8
    assert measure_links(rows, {})[0].recall == measure_links(rows, {})[0].plain_recall < 0.7
