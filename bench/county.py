"""A county: load every source and screen with all shipped models (figure b); one new party (figure d)."""

from __future__ import annotations

import random
import statistics
import time
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from bench.measure import Measured, timed

RUN_DATE = date(2025, 5, 31)


def write(at: str, size: int) -> None:
    """Write the files of a county once."""
    folder = Path(at)
    if (folder / "files" / ".done").exists():
        return
    from yingjiu.county import generate_county, write_files  # noqa: PLC0415

    write_files(generate_county(1, size), folder / "files", answers=folder / "answers")
    (folder / "files" / ".done").touch()


def _load(folder: Path, pool: str) -> Any:
    from yingjiu.cli.workspace import CATALOGUE  # noqa: PLC0415
    from yingjiu.pool import Pool  # noqa: PLC0415
    from yingjiu.sources import load_folder, read_sources  # noqa: PLC0415

    return load_folder(
        Pool.open(folder / pool, create=True),
        read_sources(CATALOGUE / "sources"),
        folder / "files",
        quarantine_folder=folder / f"{pool}-quarantine",
        run_date=RUN_DATE,
    )


def load(folder: str, repeats: int) -> Measured:
    """Load every source into fresh pools; the result is the number of rows read."""
    import itertools  # noqa: PLC0415
    import shutil  # noqa: PLC0415

    at = Path(folder)
    for old in at.glob("pool*"):
        shutil.rmtree(old)
    names = itertools.chain((f"pool-{n}" for n in range(repeats - 1)), itertools.repeat("pool"))

    def work() -> int:
        name = next(names)
        report = _load(at, name)
        if report.failed:
            raise RuntimeError(str(report.failed))
        if name != "pool":
            shutil.rmtree(at / name)
        return sum(one.read for one in report.reports)

    return timed(work, repeats, warm=0)


def screen(folder: str, repeats: int) -> Measured:
    """Screen with all models; the result tells rows and leads."""
    from yingjiu.pool import Pool, open_engine  # noqa: PLC0415
    from yingjiu.screening import leads, read_models, run_models, shipped_models  # noqa: PLC0415

    pool = Pool.open(Path(folder) / "pool")
    models = read_models(shipped_models())

    def work() -> dict[str, int]:
        with open_engine("duckdb", folders=[pool.folder]) as engine:
            run = run_models(engine, pool.view(), models, RUN_DATE)
        return {"models": len(models), "rows": pool.status().rows, "leads": len(leads(run))}

    return timed(work, repeats, warm=0)


def one_party(folder: str, repeats: int) -> Measured:
    """Screen one new party after another; the result holds p50 and p99 in milliseconds."""
    from yingjiu.pool import Pool  # noqa: PLC0415
    from yingjiu.screening import Screener, read_models, shipped_models  # noqa: PLC0415

    pool = Pool.open(Path(folder) / "pool")
    view = pool.view()
    persons = pq.read_table(view.files("person")[0], columns=["person_id"])["person_id"].to_pylist()
    chosen = random.Random(3).sample(persons, repeats)
    started = time.perf_counter()
    with Screener(view, read_models(shipped_models()), RUN_DATE) as screener:
        opened = time.perf_counter() - started
        seconds = []
        for number, person in enumerate(chosen):
            party = {
                "person_id": person, "case_no": f"新案{number}", "case_id": f"新案{number}", "role": "victim",
                "harm": "bodily", "harm_grade": "serious_2", "received": 0,
            }  # fmt: skip
            begun = time.perf_counter()
            screener.screen(parties=[party])
            seconds.append(time.perf_counter() - begun)
    cut = statistics.quantiles(seconds, n=100)
    measured = timed(lambda: None, 1, warm=0)
    return Measured(seconds, measured.peak_mib, {"open": opened, "p50": cut[49], "p99": cut[98]})
