"""Loading, reading, going back."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

import yingjiu.pool
from yingjiu.pool import (
    TABLES,
    Batch,
    BatchState,
    HistoryError,
    LoadMode,
    Pool,
    PoolFolderError,
    PoolView,
    RowsError,
    arrow_schema,
)

Load = Callable[..., Batch]
ReadContent = Callable[[PoolView], dict[str, list[dict[str, Any]]]]


def names(view: PoolView) -> dict[int, str]:
    rows = [row for path in view.files("person") for row in pq.read_table(path).to_pylist()]
    assert len({row["person_id"] for row in rows}) == len(rows)
    return {row["person_id"]: row["name"] for row in rows}


def test_the_face_is_exactly_what_it_says() -> None:
    public = {
        name
        for name, value in vars(yingjiu.pool).items()
        if not name.startswith("_") and getattr(value, "__module__", "yingjiu").startswith("yingjiu")
    }
    modules = {"batches", "catalogue", "engines", "errors", "files", "lock", "parquet", "pool", "rows"}
    assert public - modules - {"sorting", "status", "tables", "writing"} == set(yingjiu.pool.__all__)


class TestOpening:
    def test_a_missing_folder_is_no_pool(self, tmp_path: Path) -> None:
        with pytest.raises(PoolFolderError) as caught:
            Pool.open(tmp_path / "nothing")
        assert caught.value.code == "POL-001"
        assert not (tmp_path / "nothing").exists()

    def test_a_folder_with_other_things_is_left_alone(self, tmp_path: Path) -> None:
        (tmp_path / "letter.docx").touch()
        with pytest.raises(PoolFolderError) as caught:
            Pool.open(tmp_path, create=True)
        assert caught.value.code == "POL-002"

    def test_a_pool_whose_making_was_cut_short_is_made_again(self, tmp_path: Path) -> None:
        (tmp_path / "catalogue.sqlite").touch()
        assert Pool.open(tmp_path, create=True).view().batches == ()

    def test_a_pool_of_a_newer_version_is_refused(self, pool: Pool) -> None:
        connection = sqlite3.connect(pool.folder / "catalogue.sqlite")
        connection.execute("PRAGMA user_version = 99")
        connection.close()
        with pytest.raises(PoolFolderError) as caught:
            Pool.open(pool.folder)
        assert caught.value.code == "POL-003"

    def test_a_broken_catalogue_is_told_as_such(self, pool: Pool) -> None:
        (pool.folder / "catalogue.sqlite").write_bytes(b"not a database at all" * 100)
        with pytest.raises(PoolFolderError) as caught:
            Pool.open(pool.folder)
        assert caught.value.code == "POL-004"


class TestBatches:
    def test_rows_come_back_sorted_and_with_their_provenance(self, pool: Pool, load: Load) -> None:
        batch = load("civil", "snapshot", person=[(30, "丙"), (10, "甲"), (-5, "无证"), (20, "乙")])
        (path,) = pool.view().files("person")
        assert path.relative_to(pool.folder).parts == ("person", "civil", batch.id, "part-0.parquet")
        table = pq.read_table(path)
        assert table.schema.names == arrow_schema(TABLES["person"]).names
        assert table.schema.types == arrow_schema(TABLES["person"]).types
        assert table.column("person_id").to_pylist() == [-5, 10, 20, 30]
        assert table.column("row").to_pylist() == [4, 3, 5, 2]
        assert set(table.column("source").to_pylist()) == {"civil"}
        assert set(table.column("batch").to_pylist()) == {batch.id}
        assert set(table.column("data_date").to_pylist()) == {date(2024, 5, 31)}

    def test_keys_are_packed_and_pages_compressed(self, pool: Pool, load: Load) -> None:
        load("civil", "snapshot", person=[(key, "x") for key in range(1000, 3000)])
        column = pq.read_metadata(pool.view().files("person")[0]).row_group(0).column(0)
        assert column.compression == "ZSTD"
        assert "DELTA_BINARY_PACKED" in column.encodings

    def test_a_batch_tells_what_it_is(self, pool: Pool) -> None:
        with pool.load(
            source="民政-低保",
            content_digest="abc",
            mode=LoadMode.APPEND,
            data_date=date(2024, 1, 2),
            notes={"files": ["低保.xlsx"], "rejected": 3},
        ) as writer:
            from_writer = writer.batch
            nothing = arrow_schema(TABLES["hardship"]).empty_table()
            writer.write("hardship", nothing.drop(["source", "batch", "data_date"]))
            batch = writer.commit()
        assert batch.id == from_writer
        assert (batch.source, batch.mode, batch.digest) == ("民政-低保", LoadMode.APPEND, "abc")
        assert batch.rows == {"hardship": 0}
        assert batch.notes == {"files": ["低保.xlsx"], "rejected": 3}
        assert batch.state is BatchState.CURRENT
        assert batch.committed_at.utcoffset() == timedelta(0)

    def test_a_table_delivered_empty_is_loaded_and_one_not_delivered_is_not(
        self, pool: Pool, load: Load
    ) -> None:
        load("civil", "snapshot", person=[])
        view = pool.view()
        assert view.loaded("person")
        assert view.rows("person") == 0
        assert not view.loaded("hardship")
        assert view.files("hardship") == ()

    def test_leaving_without_commit_leaves_nothing(self, pool: Pool, load: Load) -> None:
        load("civil", "snapshot", person=[(1, "甲")])
        before = sorted(pool.folder.rglob("*"))
        rows = pq.read_table(pool.view().files("person")[0]).drop(["source", "batch", "data_date"])
        with pool.load(
            source="civil", content_digest="y", mode="snapshot", data_date=date(2024, 1, 1)
        ) as writer:
            writer.write("person", rows)
        assert sorted(pool.folder.rglob("*")) in (before, sorted([*before, pool.folder / "staging"]))
        assert len(pool.history()) == 1

    def test_a_load_without_any_table_is_refused(self, pool: Pool) -> None:
        with (
            pytest.raises(RowsError) as caught,
            pool.load(
                source="civil", content_digest="y", mode="snapshot", data_date=date(2024, 1, 1)
            ) as writer,
        ):
            writer.commit()
        assert caught.value.code == "POL-026"


class TestModes:
    def test_a_snapshot_replaces_only_its_own_source(self, pool: Pool, load: Load) -> None:
        first = load("civil", "snapshot", person=[(1, "甲"), (2, "乙")])
        load("police", "snapshot", person=[(9, "壬")])
        second = load("civil", "snapshot", person=[(3, "丙")])
        assert names(pool.view()) == {3: "丙", 9: "壬"}
        replaced = pool.history("civil")[0]
        assert (replaced.id, replaced.state, replaced.replaced_by) == (
            first.id,
            BatchState.REPLACED,
            second.id,
        )

    def test_an_append_stands_beside(self, pool: Pool, load: Load) -> None:
        load("civil", "snapshot", person=[(1, "甲")])
        load("civil", "append", person=[(2, "乙")])
        assert names(pool.view()) == {1: "甲", 2: "乙"}

    def test_a_snapshot_replaces_appends_too(self, pool: Pool, load: Load) -> None:
        load("civil", "append", person=[(1, "甲")])
        load("civil", "append", person=[(2, "乙")])
        load("civil", "snapshot", person=[(3, "丙")])
        assert names(pool.view()) == {3: "丙"}

    def test_an_upsert_carries_over_what_it_does_not_bring(
        self, pool: Pool, load: Load, content: ReadContent
    ) -> None:
        first = load("civil", "snapshot", person=[(1, "甲"), (2, "乙")], hardship=[(1, "dibao")])
        second = load("civil", "upsert", data_date=date(2024, 6, 30), person=[(2, "乙二"), (3, "丙")])
        view = pool.view()
        assert [batch.id for batch in view.batches] == [second.id]
        assert second.rows == {"person": 3, "hardship": 1}
        rows = {row["person_id"]: row for row in content(view)["person"]}
        assert {key: (row["name"], row["batch"]) for key, row in rows.items()} == {
            1: ("甲", first.id),
            2: ("乙二", second.id),
            3: ("丙", second.id),
        }
        assert rows[1]["data_date"] == date(2024, 5, 31)
        assert rows[2]["data_date"] == date(2024, 6, 30)
        assert content(view)["hardship"][0]["batch"] == first.id

    def test_an_upsert_goes_by_the_declared_key(self, pool: Pool, load: Load) -> None:
        load("civil", "snapshot", hardship=[(1, "dibao"), (1, "tekun")])
        load("civil", "upsert", hardship=[(1, "disabled")], keys={"hardship": ("person_id",)})
        assert pool.view().rows("hardship") == 1

    def test_an_unknown_part_of_a_key_equals_an_unknown(self, pool: Pool, load: Load) -> None:
        load("civil", "snapshot", petition=[(1, "诉求一")])
        load("civil", "upsert", petition=[(1, "诉求二")], keys={"petition": ("person_id", "answered_on")})
        assert pool.view().rows("petition") == 1

    def test_a_key_that_is_no_column_is_refused(self, pool: Pool, load: Load) -> None:
        with pytest.raises(RowsError) as caught:
            load("civil", "upsert", person=[], keys={"person": ("id_no",)})
        assert caught.value.code == "POL-027"


class TestIdempotence:
    def test_the_same_content_is_found(self, pool: Pool, load: Load) -> None:
        batch = load("civil", "snapshot", digest="a", person=[(1, "甲")])
        found = pool.find("civil", "a")
        assert found == batch
        assert pool.find("police", "a") is None
        assert pool.find("civil", "b") is None

    def test_content_that_was_replaced_is_not_there_any_more(self, pool: Pool, load: Load) -> None:
        load("civil", "snapshot", digest="a", person=[(1, "甲")])
        load("civil", "snapshot", digest="b", person=[(2, "乙")])
        assert pool.find("civil", "a") is None

    def test_an_upsert_holds_what_it_took_over(self, pool: Pool, load: Load) -> None:
        load("civil", "upsert", digest="a", person=[(1, "甲")])
        load("civil", "upsert", digest="b", person=[(2, "乙")])
        third = load("civil", "upsert", digest="c", person=[(3, "丙")])
        assert pool.find("civil", "a") == pool.find("civil", "b") == third
        pool.rollback(third.id, reason="test")
        assert pool.find("civil", "c") is None
        assert pool.find("civil", "a") is not None


class TestTime:
    def test_every_moment_can_be_read_again(self, pool: Pool, load: Load) -> None:
        assert names(pool.view()) == {}
        born = pool.view().moment
        first = load("civil", "snapshot", person=[(1, "甲")])
        second = load("civil", "append", person=[(2, "乙")])
        third = load("civil", "snapshot", person=[(3, "丙")])
        pool.rollback(third.id, reason="错误的名册")
        just = timedelta(microseconds=1)
        assert names(pool.view(born)) == {}
        assert names(pool.view(first.committed_at)) == {1: "甲"}
        assert names(pool.view(second.committed_at - just)) == {1: "甲"}
        assert names(pool.view(second.committed_at)) == {1: "甲", 2: "乙"}
        assert names(pool.view(third.committed_at)) == {3: "丙"}
        assert names(pool.view()) == {1: "甲", 2: "乙"}
        assert names(pool.view(datetime.now(UTC) + timedelta(days=1))) == {1: "甲", 2: "乙"}

    def test_a_moment_needs_a_time_zone(self, pool: Pool) -> None:
        with pytest.raises(HistoryError) as caught:
            pool.view(datetime(2024, 1, 1))  # noqa: DTZ001 - that is the point
        assert caught.value.code == "POL-043"

    def test_a_view_stays_readable_while_others_load(self, pool: Pool, load: Load) -> None:
        load("civil", "snapshot", person=[(1, "甲")])
        view = pool.view()
        identity = view.identity()
        load("civil", "snapshot", person=[(2, "乙")])
        assert names(view) == {1: "甲"}
        assert pool.view().identity() != identity

    def test_a_view_is_there_during_a_load(self, pool: Pool, load: Load) -> None:
        load("civil", "snapshot", person=[(1, "甲")])
        with pool.load(source="civil", content_digest="z", mode="snapshot", data_date=date(2024, 1, 1)):
            assert names(Pool.open(pool.folder).view()) == {1: "甲"}
            loading = pool.status().loading
            assert loading is not None
            assert loading.source == "civil"
        assert pool.status().loading is None


def test_looking_at_the_status_never_disturbs_a_load(pool: Pool, load: Load) -> None:
    enough = threading.Event()

    def look() -> None:
        while not enough.is_set():
            pool.status()

    looking = threading.Thread(target=look)
    looking.start()
    try:
        for number in range(15):
            load("civil", "append", person=[(number, "甲")])
    finally:
        enough.set()
        looking.join()
    assert pool.view().rows("person") == 15


class TestRollback:
    def test_it_revives_what_was_replaced_and_the_identity_too(self, pool: Pool, load: Load) -> None:
        load("civil", "snapshot", person=[(1, "甲")])
        load("civil", "append", person=[(2, "乙")])
        identity = pool.view().identity()
        third = load("civil", "snapshot", person=[(3, "丙")])
        pool.rollback(third.id, reason="错误的名册")
        assert pool.view().identity() == identity
        rolled = pool.history()[-1]
        assert (rolled.state, rolled.reason) == (BatchState.ROLLED_BACK, "错误的名册")

    def test_a_batch_that_was_rolled_back_is_never_revived(self, pool: Pool, load: Load) -> None:
        first = load("civil", "snapshot", person=[(1, "甲")])
        load("civil", "append", person=[(2, "乙")])
        pool.rollback(first.id, reason="test")
        third = load("civil", "snapshot", person=[(3, "丙")])
        pool.rollback(third.id, reason="test")
        assert names(pool.view()) == {2: "乙"}

    def test_only_a_current_batch_can_be_rolled_back(self, pool: Pool, load: Load) -> None:
        first = load("civil", "snapshot", person=[(1, "甲")])
        second = load("civil", "snapshot", person=[(2, "乙")])
        with pytest.raises(HistoryError, match=second.id) as caught:
            pool.rollback(first.id, reason="test")
        assert caught.value.code == "POL-041"

    @pytest.mark.parametrize(
        ("batch", "reason", "code"), [("nobody", "x", "POL-040"), ("any", " ", "POL-044")]
    )
    def test_it_needs_a_batch_and_a_reason(self, pool: Pool, batch: str, reason: str, code: str) -> None:
        with pytest.raises(HistoryError) as caught:
            pool.rollback(batch, reason=reason)
        assert caught.value.code == code


class TestGarbage:
    def test_it_removes_what_is_not_current_and_keeps_the_history(self, pool: Pool, load: Load) -> None:
        first = load("civil", "snapshot", person=[(1, "甲")])
        second = load("civil", "snapshot", person=[(2, "乙")])
        third = load("police", "snapshot", person=[(3, "丙")])
        pool.rollback(third.id, reason="test")
        kept = pool.status().kept_bytes
        garbage = pool.collect_garbage(keep_days=0)
        assert set(garbage.batches) == {first.id, third.id}
        assert (garbage.files, garbage.bytes) == (2, kept)
        assert names(pool.view()) == {2: "乙"}
        assert [batch.state for batch in pool.history()] == ["removed", "current", "removed"]
        assert pool.history()[0].rows == {"person": 1}
        assert not (pool.folder / "person" / "police").exists()
        assert not (pool.folder / "person" / "civil" / first.id).exists()
        assert pool.collect_garbage(keep_days=0).batches == ()
        assert pool.find("civil", second.digest) is not None

    def test_what_was_replaced_lately_is_kept(self, pool: Pool, load: Load) -> None:
        load("civil", "snapshot", person=[(1, "甲")])
        second = load("civil", "snapshot", person=[(2, "乙")])
        assert pool.collect_garbage(keep_days=1).batches == ()
        pool.rollback(second.id, reason="test")
        assert names(pool.view()) == {1: "甲"}

    def test_what_was_removed_can_neither_be_read_nor_revived(self, pool: Pool, load: Load) -> None:
        first = load("civil", "snapshot", person=[(1, "甲")])
        second = load("civil", "snapshot", person=[(2, "乙")])
        pool.collect_garbage(keep_days=0)
        with pytest.raises(HistoryError) as caught:
            pool.view(first.committed_at)
        assert caught.value.code == "POL-042"
        with pytest.raises(HistoryError) as caught:
            pool.rollback(second.id, reason="test")
        assert caught.value.code == "POL-042"
        assert names(pool.view()) == {2: "乙"}

    def test_a_folder_that_nobody_knows_is_told_and_left_alone(self, pool: Pool, load: Load) -> None:
        load("civil", "snapshot", person=[(1, "甲")])
        stray = pool.folder / "person" / "civil" / "20200101T000000000Z-abcdef"
        stray.mkdir()
        pool.collect_garbage(keep_days=0)
        assert Pool.open(pool.folder).status().strays == (stray,)
        assert stray.exists()


def test_a_missing_file_of_a_current_batch_is_an_error(pool: Pool, load: Load) -> None:
    load("civil", "snapshot", person=[(1, "甲")])
    pool.view().files("person")[0].unlink()
    with pytest.raises(PoolFolderError) as caught:
        pool.view()
    assert caught.value.code == "POL-005"


def test_the_status_counts_what_is_current(pool: Pool, load: Load) -> None:
    load("civil", "snapshot", person=[(1, "甲")])
    load("civil", "snapshot", person=[(1, "甲"), (2, "乙")], hardship=[(1, "dibao")])
    last = load("police", "append", person=[(3, "丙")])
    status = pool.status()
    assert (status.rows, status.batches, status.sources) == (4, 2, {"civil": 1, "police": 1})
    person = status.tables["person"]
    assert (person.rows, person.batches, person.sources) == (3, 2, ("civil", "police"))
    assert status.bytes == sum(path.stat().st_size for paths in pool.view().tables.values() for path in paths)
    assert 0 < status.kept_bytes < status.bytes
    assert status.last_load == last
    assert status.strays == ()
    assert set(status.tables) == set(TABLES)
