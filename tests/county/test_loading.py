"""The shipped declarations load the county's files, and the quarantine holds exactly the planted faults."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from yingjiu.county import County, Written, generate_county, write_files
from yingjiu.pool import TABLES, Pool
from yingjiu.sources import FolderReport, load_folder, read_sources

SOURCES = Path(str(files("yingjiu.catalogue").joinpath("sources")))
ENFORCEMENT = "法院_执行案件_20250531.db"


@dataclass(frozen=True)
class Loaded:
    county: County
    written: Written
    report: FolderReport
    quarantine: pa.Table
    pool: Pool


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    folder = tmp_path_factory.mktemp("county")
    county = generate_county(1, 8_000)
    written = write_files(county, folder / "files")
    pool = Pool.open(folder / "pool", create=True)
    report = load_folder(
        pool,
        read_sources(SOURCES),
        folder / "files",
        quarantine_folder=folder / "quarantine",
        run_date=county.run_date,
    )
    tables = [
        pq.read_table(path) for one in report.reports for path in one.quarantine if path.suffix == ".parquet"
    ]
    return Loaded(county, written, report, pa.concat_tables(tables), pool)


def test_every_source_loads(loaded: Loaded) -> None:
    assert not loaded.report.failed
    assert {one.outcome for one in loaded.report.reports} == {"loaded"}
    assert len(loaded.report.reports) == 32


def test_every_file_belongs_to_a_source(loaded: Loaded) -> None:
    # a database is named by its address
    assert set(loaded.report.unclaimed) <= {ENFORCEMENT}


def test_read_is_accepted_and_quarantined_and_duplicates(loaded: Loaded) -> None:
    for one in loaded.report.reports:
        assert one.read == one.accepted + one.quarantined + one.duplicates, one.source


def _places(table: pa.Table, column: str, wanted: str) -> set[tuple[str, str | None, int]]:
    """Where rows stand; a database, whose address holds this run's folder, by the name of its file."""
    return {
        (unquote(row["file"]).split("/")[-1], row["sheet"], row["row"])
        for row in table.to_pylist()
        if row[column] == wanted
    }


def test_the_quarantine_finds_exactly_the_planted_faults(loaded: Loaded) -> None:
    planted = _places(loaded.written.planted_faults, "expected", "quarantined")
    assert len(planted) > 100
    assert _places(loaded.quarantine, "outcome", "rejected") == planted


def test_exact_copies_are_told_and_taken_once(loaded: Loaded) -> None:
    planted = _places(loaded.written.planted_faults, "expected", "duplicate")
    assert _places(loaded.quarantine, "outcome", "duplicate") == planted


def test_a_party_with_a_faulty_number_is_kept(loaded: Loaded) -> None:
    kept = loaded.written.planted_faults.to_pylist()
    assert any(one["expected"] == "kept" for one in kept)
    rows = pa.concat_tables(
        [pq.read_table(path, columns=["person_id", "source"]) for path in loaded.pool.view().files("party")]
    )
    assert min(rows["person_id"].to_pylist()) < 0


def test_every_canonical_table_is_filled(loaded: Loaded) -> None:
    view = loaded.pool.view()
    assert {name for name in TABLES if view.rows(name) == 0} == set()
