"""Fixtures that several rooms share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from yingjiu.pool import Engine, open_engine
from yingjiu.pool.engines.spark import spark_missing

# one Spark session takes seconds to start: with xdist's loadgroup all its tests go to one worker
SPARK = pytest.param("spark", marks=[pytest.mark.spark, pytest.mark.xdist_group("spark")])


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
