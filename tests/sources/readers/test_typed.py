from __future__ import annotations

import sqlite3
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from yingjiu.sources.readers import CellKind, FileReport, ReaderError, read_database

from .reading import Read, read


def test_parquet_is_read_as_text_by_row_groups(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    table = pa.table(
        {
            "姓名": ["张一", None, "李二"],
            "号": pa.array([1, None, 320999199001011234], pa.int64()),
            "浮点": pa.array([1.0, 2.5, 320999199001011234.0]),
            "日": pa.array([date(2023, 5, 1), None, date(2024, 2, 29)]),
            "钱": pa.array([Decimal("12.50"), Decimal("3.00"), None], pa.decimal128(10, 2)),
            "类": pa.array(["甲", "乙", "甲"]).dictionary_encode(),
            "是": [True, False, None],
        }
    )
    pq.write_table(table, path, row_group_size=2)
    result = read(path, chunk_rows=2)
    assert result.table == [
        ("张一", "1", "1", "2023-05-01", "12.5", "甲", "true"),
        (None, None, "2.5", None, "3", "乙", "false"),
        ("李二", "320999199001011234", "3.20999199001011E+17", "2024-02-29", None, "甲", None),
    ]
    assert result.rows == [1, 2, 3]
    assert len(result.chunks) == 2
    assert result.kinds("日") == [CellKind.DATE, CellKind.TEXT, CellKind.DATE]
    assert all(field.type == pa.string() for field in result.chunks[0].columns.schema)


def test_a_bad_json_line_breaks_itself_only(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    lines = [
        '{"姓名": "张一", "收入": {"工资": 1.50}}',
        "{坏",
        "",
        "[1]",
        '{"姓名": "李二", "号": 320999199001011234}',
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    result = read(path)
    assert result.columns == ["姓名", "收入.工资", "号"]
    assert result.table == [("张一", "1.50", None), ("李二", None, "320999199001011234")]
    assert result.rows == [1, 5]
    assert [(row.row, row.code) for row in result.broken] == [(2, "SRC-034"), (4, "SRC-035")]
    assert FileReport.of(result.chunks).rows == 2
    assert FileReport.of(result.chunks).broken == 2


def test_a_query_is_read_in_chunks(tmp_path: Path) -> None:
    file = tmp_path / "a.db"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE t (姓名 TEXT, 金额 REAL)")
        connection.executemany("INSERT INTO t VALUES (?, ?)", [(f"张{n}", n / 2) for n in range(10)])
    connection.close()
    result = Read(tuple(read_database(f"sqlite:///{file}", "SELECT * FROM t ORDER BY 金额", chunk_rows=4)))
    assert [chunk.columns.num_rows for chunk in result.chunks] == [4, 4, 2]
    assert result.table[3] == ("张3", "1.5")
    assert result.rows == list(range(1, 11))


@pytest.mark.parametrize(
    ("url", "query", "code"),
    [
        ("sqlite:////no/such/folder/a.db", "SELECT 1", "SRC-018"),
        ("not a url", "SELECT 1", "SRC-018"),
        ("sqlite://", "SELECT x FROM nowhere", "SRC-019"),
        ("nosuchbase://clerk:verysecret@db/x", "SELECT 1", "SRC-020"),
        ("sqlite://", "SELECT 1 AS a WHERE 1 = 0", "SRC-005"),
    ],
    ids=["not reached", "no URL", "a query that fails", "no driver", "no row"],
)
def test_a_database_that_fails_is_told_without_its_password(url: str, query: str, code: str) -> None:
    with pytest.raises(ReaderError) as caught:
        list(read_database(url, query))
    assert caught.value.code == code
    assert "verysecret" not in str(caught.value)
