"""Fixtures that several rooms share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped] # xdist ships no types

from tests.browsing import chromium
from yingjiu.pool import Engine, open_engine
from yingjiu.pool.engines.spark import spark_missing

__all__ = ["chromium"]  # pytest finds the fixture here

SPARK = pytest.param("spark", marks=pytest.mark.spark)


def _opened(name: str) -> Engine:
    if name == "spark":
        missing = spark_missing()
        if missing:
            pytest.skip(f"{missing} is not present: the Spark half of the conformance suite did not run")
        return open_engine("spark", threads=2, partitions=2, memory="1g")
    return open_engine(name)


@pytest.fixture(scope="session", params=["duckdb", SPARK])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Each engine in turn, one for the whole run: attach what the test needs, in place of what was."""
    opened = _opened(request.param)
    with opened:
        yield opened


@pytest.fixture(scope="session", params=[SPARK])
def both_engines(request: pytest.FixtureRequest) -> Iterator[tuple[Engine, Engine]]:
    """DuckDB and Spark side by side, to compare row by row."""
    with _opened("duckdb") as duck, _opened(request.param) as spark:
        yield duck, spark


# What is dear to make is made by one worker. pytest 9.2 no longer shows xdist 3.8's loadgroup the marks of
# a test, so groups are found by the ids of the tests: the first part that an id holds decides.
GROUPS = {
    "spark": "spark",
    "tests/cli/test_bad_input.py": "",
    "tests/cli/": "county-demo",
    "tests/report/test_browser.py": "browser",
    "tests/office/walk/": "office browser",
    "tests/office/frame/test_browser.py": "office browser",
    "tests/office/behaviour/test_exports.py": "",
    "tests/office/behaviour/test_damaged_files.py": "",
    "tests/office/behaviour/": "behaviour",
    "tests/office/jobs/test_killed.py": "jobs killed",
    "tests/office/intake/test_screening.py": "office intake",
    "tests/office/intake/test_incoming.py": "office intake",
    "tests/office/test_access.py": "office worlds",
    "tests/office/test_query_counts.py": "office worlds",
    "tests/office/test_english.py": "office english",
    "tests/office/test_moving.py": "office moving",
    "tests/codes/test_id_columns.py": "id columns",
    "tests/county/test_loading.py": "county loading",
    "tests/catalogue/test_models.py": "models",
}


class ByGroup(LoadScopeScheduling):  # type: ignore[misc] # xdist is not typed for subclasses
    """Gives all tests of a group to one worker, and every other test to whoever is free."""

    def _split_scope(self, nodeid: str) -> str:
        named = next((group for part, group in GROUPS.items() if part in nodeid), "")
        return named or nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByGroup | None:
    """Use our groups wherever ``--dist loadgroup`` asks for groups."""
    return ByGroup(config, log) if config.getvalue("dist") == "loadgroup" else None
