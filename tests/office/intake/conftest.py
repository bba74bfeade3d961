from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from django.conf import settings
from django.test import override_settings

from yingjiu.codes import number_of
from yingjiu.county import generate_county, write_files
from yingjiu.office.accounts.models import User
from yingjiu.office.files.models import StoredFile
from yingjiu.office.files.services import store
from yingjiu.pool import Pool
from yingjiu.sources import load_folder, read_sources

DAY = date(2025, 5, 31)
SOURCES = Path(str(files("yingjiu.catalogue").joinpath("sources")))


@dataclass(frozen=True)
class County:
    """The files of a small synthetic county, and a pool into which they were loaded."""

    files: Path
    pool: Path

    def upload(self, name: str, user: User) -> StoredFile:
        """What a user has uploaded: the county's file whose name begins so."""
        path = next(self.files.glob(f"{name}*"))
        with path.open("rb") as content:
            return store(content, path.name, user)

    def copy_pool(self, folder: Path, *, without: str = "") -> None:
        """Copy the loaded pool into an installation, one source taken back."""
        shutil.copytree(self.pool, folder / "pool")
        pool = Pool.open(folder / "pool")
        for batch in pool.view().batches:
            if batch.source == without:
                pool.rollback(batch.id, reason="to be loaded by the test")

    def poor(self) -> list[str]:
        """ID numbers of people who receive the minimum living guarantee."""
        found: list[str] = []
        for path in Pool.open(self.pool).view().files("hardship"):
            rows = pq.read_table(path, columns=["person_id", "list"]).to_pylist()
            found += [number_of(row["person_id"]) for row in rows if row["list"] == "dibao"]
        return found


@pytest.fixture(scope="session")
def county(tmp_path_factory: pytest.TempPathFactory) -> County:
    folder = tmp_path_factory.mktemp("county")
    write_files(generate_county(1, 2000), folder / "files")
    pool = Pool.open(folder / "pool", create=True)
    loaded = load_folder(
        pool,
        read_sources(SOURCES),
        folder / "files",
        quarantine_folder=folder / "quarantine",
        run_date=DAY,
    )
    assert not loaded.failed
    return County(folder / "files", folder / "pool")


@pytest.fixture
def empty_pool() -> Iterator[Path]:
    """No pool at all."""
    pool = Path(settings.YINGJIU_FOLDER) / "pool"
    shutil.rmtree(pool, ignore_errors=True)
    with override_settings(YINGJIU_RUN_DATE=DAY):
        yield pool
    shutil.rmtree(pool, ignore_errors=True)


@pytest.fixture
def full_pool(county: County, empty_pool: Path) -> Path:
    """The whole county, loaded."""
    shutil.copytree(county.pool, empty_pool)
    return empty_pool
