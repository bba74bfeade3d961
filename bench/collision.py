"""Collision: registry rows against parties, ours beside pandas, Polars and raw DuckDB (figure c).

Everyone reads Parquet and counts the parties who stand in the registry. On strings, the readers get the clean
18-character numbers (their cleaning is not charged to them); on keys, the packed integers. Of ours, the
comparison is the step of a run that finds which parties stand in the registry, and keeps it; the whole model
also merges the rows about one party, counts the funnel, and reads every finding with its evidence.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from bench.measure import Measured, timed

FLOOR = "DuckDB, packed keys (floor)"
COMPARISON = "yingjiu, the comparison"
VARIANTS = (
    "pandas, strings",
    "Polars, strings",
    "DuckDB, strings",
    FLOOR,
    COMPARISON,
    "yingjiu, a whole model",
)
DAY = date(2024, 6, 30)

MODEL = """
model: bench-collision
version: 1
title: 比对基准
kind: judicial_relief
basis: [{rule: bench, article: "1"}]
subject: party
max_share: 1.0
conditions:
  - {id: victim, says: 被害人, expr: "role = 'victim'"}
comparisons:
  - {id: listed, says: 在册, with: hardship, by: [person], expr: "list = 'dibao'", settle: 名册}
require: victim AND listed
cases:
  - {says: 在册, given: {party: {role: victim}, hardship: [{list: dibao}]}, expect: {outcome: match}}
  - {says: 不在册, given: {party: {role: victim}}, expect: {outcome: no}}
"""


def write(at: str, registry: int, parties: int) -> None:
    """Write the two sides, once as a pool and once as plain string files."""
    folder = Path(at)
    if (folder / "done").exists():
        return
    from yingjiu.pool import Pool  # noqa: PLC0415 - the other variants must not pay for importing us

    random = np.random.default_rng(7)
    keys = _keys(random, registry)
    half = random.choice(keys, parties // 2, replace=False)
    other = _keys(random, parties - len(half))
    party_keys = np.concatenate([half, other])
    random.shuffle(party_keys)
    folder.mkdir(parents=True, exist_ok=True)
    for name, values in (("registry", keys), ("parties", party_keys)):
        text = pc.binary_join_element_wise(pc.cast(pa.array(values), pa.string()), "X", "")
        pq.write_table(pa.table({"id_no": text}), folder / f"{name}-strings.parquet")
    pool = Pool.open(folder / "pool", create=True)
    rows = {"file": "bench", "row": np.arange(1, registry + 1, dtype=np.int32)}
    with pool.load(source="registry", content_digest="r", mode="snapshot", data_date=DAY, notes={}) as load:
        load.write(
            "hardship",
            pa.table(
                {
                    "person_id": keys,
                    "list": pa.repeat("dibao", registry),
                    "file": pa.repeat("r", registry),
                    "row": rows["row"],
                }
            ),
        )
        load.commit()
    n = len(party_keys)
    numbers = pc.binary_join_element_wise("C", pc.cast(pa.array(np.arange(n)), pa.string()), "")
    with pool.load(source="cases", content_digest="p", mode="snapshot", data_date=DAY, notes={}) as load:
        load.write(
            "party",
            pa.table(
                {
                    "person_id": party_keys,
                    "case_no": numbers,
                    "case_id": numbers,
                    "role": pa.repeat("victim", n),
                    "file": pa.repeat("p", n),
                    "row": np.arange(1, n + 1, dtype=np.int32),
                }
            ),
        )
        load.commit()
    (folder / "done").touch()


def _keys(random: np.random.Generator, count: int) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Distinct keys spread over regions, birthdays and sequence numbers."""
    region = 320900 + random.integers(0, 100, int(count * 1.1))
    year, month, day = (
        random.integers(1930, 2024, len(region)),
        random.integers(1, 13, len(region)),
        random.integers(1, 29, len(region)),
    )
    key = (
        (region * 10**8 + year * 10**4 + month * 100 + day) * 1000 + random.integers(0, 1000, len(region))
    ).astype(np.int64)
    key.sort()
    key = key[np.concatenate([[True], key[1:] != key[:-1]])]
    return np.asarray(random.permutation(key)[:count])


def run(variant: str, folder: str, repeats: int) -> Measured:
    """Measure one variant; its result is the number of parties hit."""
    if variant == COMPARISON:
        return _comparison(Path(folder), repeats)
    return timed(_WORK[variant](Path(folder)), repeats)


def _pandas(folder: Path) -> Callable[[], int]:
    import pandas as pd  # noqa: PLC0415

    def work() -> int:
        left = pd.read_parquet(folder / "parties-strings.parquet")
        right = pd.read_parquet(folder / "registry-strings.parquet")
        return len(left.merge(right, on="id_no"))

    return work


def _polars(folder: Path) -> Callable[[], int]:
    import polars as pl  # noqa: PLC0415

    def work() -> int:
        left = pl.scan_parquet(folder / "parties-strings.parquet")
        right = pl.scan_parquet(folder / "registry-strings.parquet")
        return int(left.join(right, on="id_no", how="semi").select(pl.len()).collect().item())

    return work


def _duckdb(folder: Path, left: str, right: str, column: str) -> Callable[[], int]:
    import duckdb  # noqa: PLC0415

    def work() -> int:
        with duckdb.connect() as connection:
            sql = f"SELECT count(*) FROM '{left}' WHERE {column} IN (SELECT {column} FROM '{right}')"
            return int(connection.execute(sql).fetchall()[0][0])

    return work


def _duckdb_strings(folder: Path) -> Callable[[], int]:
    return _duckdb(folder, f"{folder}/parties-strings.parquet", f"{folder}/registry-strings.parquet", "id_no")


def _duckdb_keys(folder: Path) -> Callable[[], int]:
    pool = folder / "pool"
    return _duckdb(folder, f"{pool}/party/*/*/*.parquet", f"{pool}/hardship/*/*/*.parquet", "person_id")


def _ours(folder: Path, *, progress: Callable[[str, int, int], None] | None = None) -> Callable[[], int]:
    from yingjiu.pool import Pool, open_engine  # noqa: PLC0415
    from yingjiu.screening import read_model, run_models  # noqa: PLC0415

    model = read_model("bench-collision.yaml", text=MODEL)
    pool = Pool.open(folder / "pool")

    def work() -> int:
        with open_engine("duckdb", folders=[pool.folder]) as engine:
            run = run_models(engine, pool.view(), [model], DAY, allow_large_share=True, progress=progress)
            return run.funnels[0].match

    return work


def _comparison(folder: Path, repeats: int) -> Measured:
    """The time of one step of a run, from the end of the step before it."""
    ended: dict[str, float] = {}

    def progress(step: str, _done: int, _steps: int) -> None:
        ended[step] = time.perf_counter()

    seconds: list[float] = []

    def work() -> int:
        hits = whole()
        seconds.append(ended["hit_party_hardship"] - ended["subject_party"])
        return hits

    whole = _ours(folder, progress=progress)
    measured = timed(work, repeats)
    return Measured(seconds[-repeats:], measured.peak_mib, measured.result)


_WORK: dict[str, Callable[[Path], Callable[[], int]]] = {
    "pandas, strings": _pandas,
    "Polars, strings": _polars,
    "DuckDB, strings": _duckdb_strings,
    FLOOR: _duckdb_keys,
    "yingjiu, a whole model": _ours,
}
