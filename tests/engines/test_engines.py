"""Attaching, keeping, writing: what an engine does beside answering."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sqlglot
from sqlglot import exp

from yingjiu.pool import TABLES, Engine, EngineError, Pool, StorageError, arrow_schema, open_engine


def parse(text: str) -> exp.Query:
    tree = sqlglot.parse_one(text, dialect="duckdb")
    assert isinstance(tree, exp.Query)
    return tree


def rows(engine: Engine, text: str) -> list[tuple[object, ...]]:
    found = [tuple(row.values()) for row in engine.query(parse(text)).to_pylist()]
    return sorted(found, key=repr)


def people(*pairs: tuple[int, str]) -> pa.Table:
    return pa.table(
        {
            "person_id": pa.array([key for key, _name in pairs], pa.int64()),
            "name": [name for _key, name in pairs],
            "file": ["f.csv"] * len(pairs),
            "row": pa.array(range(len(pairs)), pa.int32()),
        }
    )


@pytest.fixture
def pool(tmp_path: Path) -> Pool:
    made = Pool.open(tmp_path / "池 [2024] 100%", create=True)
    for source, pairs in (("civil", [(3, "丙"), (1, "甲")]), ("police", [(2, "乙")])):
        with made.load(
            source=source, content_digest="d", mode="snapshot", data_date=date(2024, 5, 31)
        ) as writer:
            writer.write("person", people(*pairs))
            writer.commit()
    return made


def test_every_canonical_table_is_there_with_its_types(engine: Engine) -> None:
    engine.attach({})
    for name, table in TABLES.items():
        result = engine.query(parse(f'SELECT * FROM "{name}"'))
        assert result.num_rows == 0
        assert result.column_names == arrow_schema(table).names
        kinds = {pa.int32(): pa.int64(), pa.decimal128(14, 2): pa.decimal128(38, 2)}
        assert result.schema.types == [kinds.get(kind, kind) for kind in arrow_schema(table).types]


def test_files_of_the_pool_are_read(pool: Pool) -> None:
    # an engine of its own: behind its wall, the shared one may not read this folder any more
    with open_engine("duckdb", folders=[pool.folder]) as engine:
        engine.attach(pool.view().tables)
        assert rows(engine, "SELECT person_id, name, source FROM person") == [
            (1, "甲", "civil"),
            (2, "乙", "police"),
            (3, "丙", "civil"),
        ]


@pytest.mark.spark
def test_both_engines_read_the_pool_alike(
    both_engines: tuple[Engine, Engine], tmp_path: Path, pool: Pool
) -> None:
    spark = both_engines[1]
    view = pool.view()
    spark.attach(view.tables)
    with open_engine("duckdb", folders=[tmp_path]) as duck:
        duck.attach(view.tables)
        text = "SELECT * FROM person ORDER BY person_id"
        assert spark.query(parse(text)) == duck.query(parse(text))
    spark.attach({})
    assert rows(spark, "SELECT person_id FROM person") == []


def test_rows_lack_columns_and_have_them_as_null(engine: Engine) -> None:
    engine.attach({"hardship": pa.table({"person_id": [1], "list": ["dibao"]})})
    assert rows(engine, "SELECT person_id, list, amount, valid_from, batch FROM hardship") == [
        (1, "dibao", None, None, None)
    ]


@pytest.mark.parametrize(
    "columns",
    [
        pytest.param({"person_id": [1], "lsit": ["dibao"]}, id="an unknown column"),
        pytest.param({"person_id": ["not a key"]}, id="a text for a key"),
    ],
)
def test_rows_that_do_not_fit_a_canonical_table_are_refused(
    engine: Engine, columns: dict[str, list[object]]
) -> None:
    with pytest.raises(EngineError) as caught:
        engine.attach({"hardship": pa.table(columns)})
    assert caught.value.code == "POL-069"


def test_attaching_again_leaves_nothing_of_before(engine: Engine) -> None:
    engine.attach({"person": people((1, "甲")), "extra": pa.table({"n": [1]})})
    engine.keep("kept", parse("SELECT person_id FROM person"))
    assert rows(engine, "SELECT person_id FROM kept") == [(1,)]
    engine.attach({"hardship": pa.table({"person_id": [7]})})
    assert rows(engine, "SELECT person_id FROM person") == []
    assert rows(engine, "SELECT person_id FROM hardship") == [(7,)]
    for gone in ("kept", "extra"):
        with pytest.raises(EngineError) as caught:
            rows(engine, f"SELECT * FROM {gone}")
        assert caught.value.code == "POL-070"


def test_what_is_kept_does_not_change_with_what_it_came_from(engine: Engine) -> None:
    engine.attach({"numbers": pa.table({"n": [1, 2, 3]})})
    engine.keep("some", parse("SELECT n, NULL AS unknown, 1.50 AS money FROM numbers WHERE n > 1"))
    assert rows(engine, "SELECT * FROM some") == [(2, None, Decimal("1.50")), (3, None, Decimal("1.50"))]
    engine.keep("some", parse("SELECT n FROM numbers WHERE n > 2"))
    assert rows(engine, "SELECT * FROM Some") == [(3,)]
    engine.keep("none", parse("SELECT n FROM some WHERE n > 9"))
    assert rows(engine, "SELECT COUNT(*) AS n FROM none") == [(0,)]


@pytest.mark.parametrize("name", ["person", "case", "a b", "1a", "x;y", "", "numbers"])
def test_names_that_are_taken_or_not_plain_are_refused(engine: Engine, name: str) -> None:
    engine.attach({"numbers": pa.table({"n": [1]})})
    with pytest.raises(EngineError) as caught:
        engine.keep(name, parse("SELECT n FROM numbers"))
    assert caught.value.code == "POL-067"


def test_a_result_is_written_to_one_file_in_its_order(engine: Engine, tmp_path: Path) -> None:
    engine.attach({"numbers": pa.table({"n": list(range(1000))})})
    target = tmp_path / "结果.parquet"
    assert (
        engine.write(parse("SELECT n, n * 0.5 AS h FROM numbers WHERE n >= 500 ORDER BY n DESC"), target)
        == 500
    )
    written = pq.read_table(target)
    assert written.column("n").to_pylist() == list(range(999, 499, -1))
    assert written.schema.types == [pa.int64(), pa.decimal128(38, 1)]
    assert engine.write(parse("SELECT n FROM numbers WHERE n < 0"), target) == 0
    assert pq.read_table(target).num_rows == 0
    assert list(tmp_path.iterdir()) == [target]


def test_a_result_that_cannot_be_written_leaves_the_old_file(engine: Engine, tmp_path: Path) -> None:
    engine.attach({"numbers": pa.table({"n": [1]})})
    with pytest.raises(StorageError):
        engine.write(parse("SELECT n FROM numbers"), tmp_path / "no folder" / "x.parquet")
    target = tmp_path / "x.parquet"
    engine.write(parse("SELECT n FROM numbers"), target)
    before = target.read_bytes()
    with pytest.raises(EngineError):
        engine.write(parse("SELECT CAST('x' AS INT) AS n FROM numbers"), target)
    assert target.read_bytes() == before


class TestDuckDB:
    """What only DuckDB has: a wall."""

    def test_outside_its_folders_there_is_nothing(self, pool: Pool, tmp_path: Path) -> None:
        elsewhere = tmp_path / "elsewhere.parquet"
        pq.write_table(people((9, "壬")), elsewhere)
        with open_engine("duckdb", folders=[pool.folder]) as engine:
            engine.attach(pool.view().tables)
            rows(engine, "SELECT person_id FROM person")
            with pytest.raises(EngineError) as caught:
                engine.attach({"person": [elsewhere]})
            assert caught.value.code == "POL-062"
            assert len(rows(engine, "SELECT person_id FROM person")) == 3

    def test_new_batches_of_the_same_pool_are_read(self, pool: Pool) -> None:
        with open_engine("duckdb", folders=[pool.folder]) as engine:
            engine.attach(pool.view().tables)
            rows(engine, "SELECT person_id FROM person")
            with pool.load(
                source="new", content_digest="d", mode="append", data_date=date(2024, 6, 1)
            ) as writer:
                writer.write("person", people((4, "丁")))
                writer.commit()
            engine.attach(pool.view().tables)
            assert len(rows(engine, "SELECT person_id FROM person")) == 4

    def test_functions_that_reach_outside_meet_the_wall(self, pool: Pool) -> None:
        with open_engine("duckdb", folders=[pool.folder]) as engine:
            engine.attach(pool.view().tables)
            with pytest.raises(EngineError):
                rows(engine, "SELECT getenv('HOME') AS h, content FROM person, (SELECT 1 AS content) AS x")

    def test_it_closes_twice_and_answers_no_more(self) -> None:
        engine = open_engine("duckdb", threads=1, memory="200MB")
        engine.close()
        engine.close()
        with pytest.raises(EngineError) as caught:
            engine.query(parse("SELECT 1 AS n"))
        assert caught.value.code == "POL-065"

    def test_columns_that_older_files_lack_are_null(self, tmp_path: Path) -> None:
        old, new = tmp_path / "old.parquet", tmp_path / "new.parquet"
        pq.write_table(people((1, "甲")), old)
        pq.write_table(people((2, "乙")).append_column("phone", [["13900000000"]]), new)
        with open_engine("duckdb") as engine:
            engine.attach({"person": [old, new]})
            assert rows(engine, "SELECT person_id, phone, ethnicity FROM person") == [
                (1, None, None),
                (2, "13900000000", None),
            ]


@pytest.mark.parametrize(
    ("name", "settings", "code", "hint"),
    [("duckbd", {}, "POL-060", "duckdb"), ("duckdb", {"memroy": "1GB"}, "POL-066", "memory")],
)
def test_unknown_engines_and_settings_name_the_known(
    name: str, settings: dict[str, str], code: str, hint: str
) -> None:
    with pytest.raises(EngineError, match=hint) as caught:
        open_engine(name, **settings)
    assert caught.value.code == code


def test_without_java_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(EngineError, match=r"yingjiu\[spark\]") as caught:
        open_engine("spark")
    assert caught.value.code == "POL-061"
