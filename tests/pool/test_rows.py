"""Rows that do not fit their table are refused, all faults at once, before anything is stored."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pytest

from yingjiu.pool import Pool, RowsError

GOOD = {
    "person_id": pa.array([1, 2], pa.int64()),
    "name": pa.array(["甲", None], pa.string()),
    "file": pa.array(["a.csv", "a.csv"], pa.string()),
    "row": pa.array([2, 3], pa.int32()),
}


def write(pool: Pool, table: str, rows: pa.Table | pa.RecordBatch) -> list[str]:
    """The codes and places of the faults; none if the rows were taken."""
    with pool.load(source="s", content_digest="d", mode="append", data_date=date(2024, 1, 1)) as writer:
        try:
            writer.write(table, rows)
        except RowsError as error:
            return [f"{fault.code} {fault.path or fault.found}" for fault in error.faults]
        writer.commit()
    return []


@pytest.mark.parametrize(
    ("changed", "faults"),
    [
        pytest.param({}, [], id="good rows"),
        pytest.param({"name": pa.nulls(2)}, [], id="a column of which nothing is known"),
        pytest.param({"name": pa.array(["a", "b"], pa.large_string())}, [], id="large strings"),
        pytest.param({"name": pa.array(["a", "b"]).dictionary_encode()}, [], id="dictionary strings"),
        pytest.param(
            {"nmae": pa.array(["a", "b"])}, ["POL-021 person.nmae"], id="a column that is not there"
        ),
        pytest.param({"batch": pa.array(["a", "b"])}, ["POL-021 person.batch"], id="a column the pool fills"),
        pytest.param({"person_id": None}, ["POL-022 person.person_id"], id="no key"),
        pytest.param({"name": pa.array([1, 2])}, ["POL-023 person.name"], id="numbers for texts"),
        pytest.param(
            {"person_id": pa.array([1.0, 2.0])}, ["POL-023 person.person_id"], id="a key as a float"
        ),
        pytest.param({"row": pa.array([1, 2])}, ["POL-023 person.row"], id="a wider integer"),
        pytest.param(
            {"row": pa.array([1, None], pa.int32())}, ["POL-024 person.row"], id="a row without number"
        ),
        pytest.param({"person_id": pa.nulls(2)}, ["POL-024 person.person_id"], id="no key known"),
        pytest.param(
            {"row": None, "x": pa.array([1, 2]), "name": pa.array([1, 2])},
            ["POL-021 person.x", "POL-023 person.name", "POL-022 person.row"],
            id="several faults at once",
        ),
    ],
)
def test_rows_are_checked(pool: Pool, changed: dict[str, pa.Array | None], faults: list[str]) -> None:
    columns = {name: array for name, array in {**GOOD, **changed}.items() if array is not None}
    assert sorted(write(pool, "person", pa.table(columns))) == sorted(faults)
    assert len(pool.history()) == (0 if faults else 1)


def test_a_record_batch_is_taken(pool: Pool) -> None:
    assert write(pool, "person", pa.RecordBatch.from_pydict(GOOD)) == []
    assert pool.view().rows("person") == 2


def test_a_column_that_is_there_twice_is_refused(pool: Pool) -> None:
    twice = pa.Table.from_arrays([*GOOD.values(), GOOD["name"]], names=[*GOOD, "name"])
    assert write(pool, "person", twice) == ["POL-021 person.name"]


def test_an_unknown_table_names_the_nearest(pool: Pool) -> None:
    load = pool.load(source="s", content_digest="d", mode="append", data_date=date(2024, 1, 1))
    with load as writer, pytest.raises(RowsError, match="hardship") as caught:
        writer.write("hardships", pa.table(GOOD))
    assert caught.value.code == "POL-020"


@pytest.mark.parametrize("source", ["", "../x", "a/b", "a b", ".hidden", "-x", "a.b", "x" * 81])
def test_a_source_is_named_so_that_it_can_be_a_folder(pool: Pool, source: str) -> None:
    with pytest.raises(RowsError) as caught:
        pool.load(source=source, content_digest="d", mode="append", data_date=date(2024, 1, 1))
    assert caught.value.code == "POL-025"


def test_a_writer_is_used_inside_its_block_and_commits_once(pool: Pool) -> None:
    writer = pool.load(source="s", content_digest="d", mode="append", data_date=date(2024, 1, 1))
    with pytest.raises(RowsError) as caught:
        writer.write("person", pa.table(GOOD))
    assert caught.value.code == "POL-028"
    with writer:
        writer.write("person", pa.table(GOOD))
        writer.commit()
        with pytest.raises(RowsError):
            writer.commit()
        with pytest.raises(RowsError):
            writer.write("person", pa.table(GOOD))
    assert pool.view().rows("person") == 2


def test_an_error_never_tells_a_value(pool: Pool) -> None:
    wrong = pa.table(
        {**GOOD, "name": pa.array([b"\xe7\x94\xb2", b"x"]), "row": pa.array([77, None], pa.int32())}
    )
    with (
        pool.load(source="s", content_digest="d", mode="append", data_date=date(2024, 1, 1)) as writer,
        pytest.raises(RowsError) as caught,
    ):
        writer.write("person", wrong)
    assert "甲" not in str(caught.value)
    assert "77" not in str(caught.value)


def test_many_small_writes_are_one_sorted_file(pool: Pool) -> None:
    with pool.load(source="s", content_digest="d", mode="append", data_date=date(2024, 1, 1)) as writer:
        for key in range(500, 0, -1):
            writer.write("person", pa.table({**GOOD, "person_id": pa.array([key, -key], pa.int64())}))
        batch = writer.commit()
    assert batch.rows == {"person": 1000}
    assert len(pool.view().files("person")) == 1
