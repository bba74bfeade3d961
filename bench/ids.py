"""Raw ID strings to keys: normalise, validate and pack (figure a), on one thread.

Every variant reads the same column: 85 rows in 100 as they should be, the rest spelled as agencies spell
them, or wrong. Each must give exactly the keys that our kernel gives.
"""

from __future__ import annotations

import os
import random
import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from bench.measure import Measured, in_child, timed

__all__ = ["VARIANTS", "measure", "run"]

TODAY = date(2026, 1, 1)
DAY = 2026_01_01
DISTINCT = 500_000
SLOW_ROWS = 500_000  # plain Python takes eight seconds for a million rows


def run(rows: int, repeats: int) -> list[dict[str, Any]]:
    """Measure every variant in a process of its own.

    Returns:
        One entry a variant: name, rows, seconds (median), rows_per_second, peak_mib.
    """
    found = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ids.parquet"
        in_child("bench.ids", "write", at=str(path), rows=rows)
        for name, (_work, slow) in VARIANTS.items():
            count = min(rows, SLOW_ROWS) if slow else rows
            measured = in_child(
                "bench.ids", "measure", variant=name, path=str(path), rows=count, repeats=repeats
            )
            found.append(
                {
                    "name": name,
                    "rows": count,
                    "seconds": measured.median,
                    "rows_per_second": count / measured.median,
                    "peak_mib": measured.peak_mib,
                    "sum_of_keys": measured.result if count == rows else None,
                }
            )
    sums = {entry["sum_of_keys"] for entry in found} - {None}
    if len(sums) != 1:
        raise SystemExit(f"the variants disagree: {found}")
    return found


def write(at: str, rows: int) -> None:
    """Write the column of raw texts."""
    from yingjiu.codes import make_number  # noqa: PLC0415 - after the measured process is known

    rnd = random.Random(11643)
    first = date(1940, 1, 1)
    texts = [
        _spelled(rnd, make_number("320999", first + timedelta(rnd.randrange(30_000)), rnd.randrange(1000)))
        for _ in range(min(rows, DISTINCT))
    ]
    chosen = np.random.default_rng(7).integers(0, len(texts), rows)
    pq.write_table(pa.table({"place": np.arange(rows), "raw": pa.array(texts).take(pa.array(chosen))}), at)


def _spelled(rnd: random.Random, number: str) -> str | None:
    if rnd.random() < 0.85:
        return number
    return rnd.choice(
        (
            number.lower(),
            f" {number}",
            f"{number}　",
            f"{number[:6]} {number[6:14]} {number[14:]}",
            f"'{number}",
            "".join(chr(ord(sign) + 0xFEE0) for sign in number),
            number[:6] + number[8:17],
            number + "42",
            number[:17] + ("0" if number[17] != "0" else "1"),
            number[:15] + "000" if not number.endswith("000") else number,
            number[:10],
            "3.20981E+17",
            None,
        )
    )


def measure(variant: str, path: str, rows: int, repeats: int) -> Measured:
    """Measure one variant in this process; its result is the sum of the keys, modulo 2**53."""
    os.environ["POLARS_MAX_THREADS"] = "1"
    table = pq.read_table(path, use_threads=False).slice(0, rows)
    return timed(VARIANTS[variant][0](table), repeats)


def _sum(keys: Any) -> int:
    return int(np.asarray(keys, np.int64).sum() % 2**53)


def _python(table: Any) -> Callable[[], int]:
    from yingjiu.codes.columns import parse_scalar  # noqa: PLC0415 - only what is measured

    texts = table["raw"].to_pylist()
    return lambda: _sum(parse_scalar(texts, DAY).keys)


def _kernel(table: Any) -> Callable[[], int]:
    from yingjiu.codes.columns import parse_compiled  # noqa: PLC0415 - only what is measured

    return lambda: _sum(parse_compiled(table["raw"], DAY).keys)


def _one_thread(table: Any) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(config={"threads": 1})
    connection.register("given", table)
    connection.execute("CREATE TABLE raw_ids AS SELECT * FROM given")
    return connection


def _sql(table: Any) -> Callable[[], int]:
    from yingjiu.codes.statement import ID_SQL, parameters, region_days  # noqa: PLC0415 - only what is measured

    connection = _one_thread(table)
    connection.register("region_days", region_days())
    statement = f"SELECT (sum(key) % {2**53})::BIGINT FROM ({ID_SQL.replace('ORDER BY place', '')})"
    return lambda: int(connection.sql(statement, params=parameters(DAY)).fetchall()[0][0])


def _function(table: Any) -> Callable[[], int]:
    from yingjiu.codes import register_id_functions  # noqa: PLC0415 - only what is measured

    connection = _one_thread(table)
    register_id_functions(connection, today=TODAY)
    statement = f"SELECT (sum(yj_id(raw).key) % {2**53})::BIGINT FROM raw_ids"
    return lambda: int(connection.sql(statement).fetchall()[0][0])


def _polars(table: Any) -> Callable[[], int]:
    import polars as pl  # noqa: PLC0415 - after its threads are set

    from yingjiu.codes.resident import CHECK_CHARACTERS, WEIGHTS  # noqa: PLC0415 - only what is measured
    from yingjiu.codes.spelling import MAPPED, SKIPPED  # noqa: PLC0415 - only what is measured
    from yingjiu.codes.statement import region_days  # noqa: PLC0415 - only what is measured

    said, digits = pl.col("said"), pl.col("digits")
    meant = dict(MAPPED) | dict.fromkeys(SKIPPED, "")
    regions = pl.DataFrame(pl.from_arrow(region_days()))
    total = sum(
        (digits // 10 ** (16 - place) % 10 * weight for place, weight in enumerate(WEIGHTS)), pl.lit(0)
    )
    remainders = pl.Series(list(CHECK_CHARACTERS))
    size = said.str.len_bytes()
    clean = pl.col("raw").str.contains(r"^[0-9]{17}[0-9X]$")
    century = pl.when(said.str.slice(12, 3) >= "996").then(pl.lit("18")).otherwise(pl.lit("19"))
    shaped = said.str.contains(r"^[0-9]{17}[0-9X]([1-7][1-4]([0-9B][0-9])?)?$")
    short = said.str.contains(r"^[0-9]{15}$")
    frame = pl.DataFrame(pl.from_arrow(table))

    def work() -> int:
        found = (
            frame.lazy()
            .select(said=pl.when(clean).then(pl.col("raw")).otherwise(pl.col("raw").str.replace_many(meant)))
            .with_columns(
                text=pl.when(shaped)
                .then(said.str.slice(0, 17))
                .when(short)
                .then(said.str.slice(0, 6) + century + said.str.slice(6, 9))
            )
            .with_columns(digits=pl.col("text").cast(pl.Int64))
            .with_columns(
                region=(digits // 10**11).cast(pl.Int32),
                birth=digits // 1000 % 10**8,
                day=pl.col("text").str.slice(6, 8).str.to_date("%Y%m%d", strict=False),
            )
            .join(regions.lazy(), on="region", how="left", maintain_order="left")
            .filter(
                pl.col("day").is_not_null()
                & pl.col("birth").is_between(1850_01_01, DAY)
                & (pl.col("last_day") >= pl.col("birth"))
                & (
                    (size == 15) & (pl.col("region") < 800_000)
                    | (said.str.slice(17, 1) == pl.lit(remainders).gather(total % 11))
                )
            )
            .select(digits)
            .collect()
        )
        return _sum(found["digits"].to_numpy())

    return work


VARIANTS: dict[str, tuple[Callable[[Any], Callable[[], int]], bool]] = {
    "plain Python": (_python, True),
    "readable SQL in DuckDB": (_sql, False),
    "Polars expressions": (_polars, False),
    "yingjiu kernel in DuckDB": (_function, False),
    "yingjiu kernel": (_kernel, False),
}
