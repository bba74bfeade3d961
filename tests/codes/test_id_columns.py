"""Columns of ID numbers: the three forms are equal, on every Arrow layout and on 400,000 spellings."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yingjiu.codes import IdStatus, make_number, normalise_id, number_of, parse_ids, register_id_functions
from yingjiu.codes.columns import parse_compiled, parse_scalar
from yingjiu.codes.kernel import _compiled
from yingjiu.codes.parsed import ParsedIds
from yingjiu.codes.regions import regions
from yingjiu.codes.resident import check_character
from yingjiu.codes.spelling import MAPPED, SKIPPED
from yingjiu.codes.statement import parse_by_sql

_DAY = 2026_01_01
_TODAY = date(2026, 1, 1)
_SOURCE = Path(__file__).parents[2] / "src"


def _assert_equal(texts: list[str | None], one: ParsedIds, other: ParsedIds) -> None:
    for name in ("status", "keys", "category", "grade", "birth"):
        left, right = getattr(one, name), getattr(other, name)
        assert left.dtype == right.dtype
        differ = np.flatnonzero(left != right)
        assert not len(differ), [(name, texts[row], left[row], right[row]) for row in differ[:5]]


_texts = st.one_of(
    st.none(),
    st.text(max_size=30),
    st.text("0123456789XxB.E+- ’\u200b３Ｘ×", max_size=26),
    st.builds(
        lambda region, birth, sequence, tail: make_number(region, birth, sequence) + tail,
        st.sampled_from(["320999", "110221", "810000", "931840", "512301"]),
        st.dates(date(1840, 1, 1), date(2030, 1, 1)),
        st.integers(0, 999),
        st.sampled_from(["", "42", "42B1", "0", ".0", "99"]),
    ),
    st.from_regex(r"[0-9]{15}(\.0*)?|[0-9]{18}|[0-9](\.[0-9]{2,14})?E\+?1[4-7]", fullmatch=True),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(_texts, max_size=40))
def test_the_compiled_form_equals_the_readable_one(texts: list[str | None]) -> None:
    _assert_equal(texts, parse_scalar(texts, _DAY), parse_compiled(pa.array(texts, pa.string()), _DAY))


@settings(max_examples=30, deadline=None)  # each example opens a database
@given(st.lists(_texts, min_size=40, max_size=80))
def test_the_sql_form_equals_the_readable_one(texts: list[str | None]) -> None:
    _assert_equal(texts, parse_scalar(texts, _DAY), parse_by_sql(pa.array(texts, pa.string()), _DAY))


# --- 400,000 spellings ------------------------------------------------------------------------------------


def _base(rnd: random.Random, codes: list[str]) -> str:
    chance = rnd.random()
    region = "320999" if chance < 0.5 else rnd.choice(codes) if chance < 0.9 else f"{rnd.randrange(10**6):06}"
    birth = date(1900, 1, 1) + timedelta(rnd.randrange(46_100))
    digits = f"{region}{birth:%Y%m%d}{rnd.randrange(1000):03}"
    if rnd.random() < 0.05:
        digits = f"{region}{rnd.randrange(10**8):08}{rnd.randrange(1000):03}"
    return digits + check_character(digits)


_NOISE = "".join(sorted(SKIPPED | set(MAPPED))) + "0123456789XBE.+*?O王٣\x00\x7fé𝟗"


def _mutations(rnd: random.Random) -> list[Callable[[str], str]]:
    def insert(n: str) -> str:
        place = rnd.randrange(len(n) + 1)
        return n[:place] + rnd.choice(_NOISE) + n[place:]

    def replace(n: str) -> str:
        place = rnd.randrange(len(n) or 1)
        return n[:place] + rnd.choice("0123456789X") + n[place + 1 :]

    def delete(n: str) -> str:
        place = rnd.randrange(len(n) or 1)
        return n[:place] + n[place + 1 :]

    def swap(n: str) -> str:
        place = rnd.randrange(max(1, len(n) - 1))
        return n[:place] + n[place : place + 2][::-1] + n[place + 2 :]

    def card_of_foreigner(n: str) -> str:
        digits = "9" + n[:2] + "840" + n[6:17]
        good = len(digits) == 17 and digits.isascii() and digits.isdigit()
        return digits + check_character(digits) if good else digits

    return [
        insert,
        insert,
        replace,
        delete,
        swap,
        str.lower,
        lambda n: n[:17],
        lambda n: n[:15] + "000",
        lambda n: n[:6] + n[8:17],
        lambda n: n[:6] + n[8:17] + rnd.choice((".0", ".00", ".", ".5")),
        lambda n: n[:15] + "000.0",
        lambda n: f"{n[:1]}.{n[1 : rnd.randrange(2, 16)]}{rnd.choice('eE')}+{rnd.choice(('17', '14', '7'))}",
        lambda n: n + f"{rnd.randrange(10)}{rnd.randrange(6)}",
        lambda n: n + f"{rnd.randrange(1, 8)}{rnd.randrange(1, 5)}{rnd.choice('0B1bX')}{rnd.randrange(10)}",
        lambda n: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in n),
        lambda n: f"{n[:6]} {n[6:14]} {n[14:]}",
        lambda n: "'" + n,
        lambda n: rnd.choice(("USA", "usa", "ＪＰＮ", "A1B")) + n[:12],
        lambda n: rnd.choice(("81", "82", "83")) + "0000" + n[6:],
        card_of_foreigner,
        lambda _n: "".join(rnd.choices("0123456789X", k=rnd.choice((15, 17, 18, 20)))),
        lambda n: n * 2,
    ]


def _spellings(count: int, seed: int) -> list[str | None]:
    rnd = random.Random(seed)
    codes = sorted(regions())
    mutations = _mutations(rnd)
    texts: list[str | None] = []
    for _ in range(count):
        text: str | None = _base(rnd, codes)
        for _ in range(rnd.choice((0, 1, 1, 1, 2, 3))):
            text = rnd.choice(mutations)(text or "")
        texts.append(text if rnd.random() > 0.005 else None)
    return texts


@pytest.fixture(scope="module")
def spellings() -> list[str | None]:
    return _spellings(400_000, seed=11643)


@pytest.fixture(scope="module")
def readable(spellings: list[str | None]) -> ParsedIds:
    return parse_scalar(spellings, _DAY)


def test_the_compiled_form_reads_400_000_spellings_like_the_readable_one(
    spellings: list[str | None], readable: ParsedIds
) -> None:
    _assert_equal(spellings, readable, parse_compiled(pa.array(spellings), _DAY))


def test_the_sql_form_reads_400_000_spellings_like_the_readable_one(
    spellings: list[str | None], readable: ParsedIds
) -> None:
    _assert_equal(spellings, readable, parse_by_sql(pa.array(spellings), _DAY))


def test_the_spellings_reach_every_status(readable: ParsedIds) -> None:
    counts = np.bincount(readable.status, minlength=18)
    assert {status.name for status in IdStatus if counts[status] < 50} == set()


def test_no_number_is_accepted_whose_check_character_is_wrong_or_lost(
    spellings: list[str | None], readable: ParsedIds
) -> None:
    for row in np.flatnonzero(readable.ok):
        text = normalise_id(spellings[row]).split(".")[0]
        if readable.status[row] == IdStatus.CONVERTED:
            assert len(text) == 15
            continue
        assert len(text) in {18, 20, 22}
        rest = 0
        for character in text[:18]:
            rest = (rest * 2 + (10 if character == "X" else int(character))) % 11
        assert rest == 1
        assert number_of(int(readable.keys[row])) == text[:18]


# --- layouts ----------------------------------------------------------------------------------------------

_FEW: list[str | None] = [
    "320999199001011235",
    None,
    "３２０９９９１９９００１０１１２３５",
    "x",
    "",
    "320999900101123",
]


@pytest.mark.parametrize(
    "column",
    [
        pa.array(_FEW),
        pa.array(_FEW, pa.large_string()),
        pa.array(_FEW, pa.string_view()),
        pa.array(_FEW).dictionary_encode(),
        pa.array(["before", *_FEW, "after"]).slice(1, len(_FEW)),
        pa.array(["before", *_FEW], pa.large_string()).slice(1),
        pa.chunked_array([_FEW[:2], [], _FEW[2:]], pa.string()),
        pa.chunked_array([pa.array(["-", *_FEW]).slice(1)]),
    ],
    ids=["string", "large", "view", "dictionary", "slice", "large slice", "chunks", "sliced chunk"],
)
def test_every_layout_of_arrow_strings_is_read(column: Any) -> None:
    expected = parse_scalar(_FEW, _DAY)
    _assert_equal(_FEW, expected, parse_compiled(column, _DAY))
    _assert_equal(_FEW, expected, parse_ids(column, today=_TODAY))


@pytest.mark.parametrize(
    "texts", [[], [None], [""], [None, None], ["", None]], ids=["no rows", "null", "empty", "nulls", "both"]
)
def test_columns_without_a_character_are_read(texts: list[str | None]) -> None:
    for column in (pa.array(texts, pa.string()), pa.chunked_array([texts], pa.string())):
        assert set(parse_compiled(column, _DAY).status.tolist()) <= {10}
        assert len(parse_by_sql(column, _DAY).status) == len(texts)
    assert len(parse_compiled(pa.nulls(3), _DAY).status) == 3


def test_columns_made_from_the_outcome_are_null_where_it_is_faulty() -> None:
    found = parse_ids(pa.array(_FEW), today=_TODAY)
    assert found.ok.tolist() == [True, False, True, False, False, True]
    assert found.id_status.to_pylist() == ["valid", "missing", "valid", "missing", "missing", "converted"]
    assert found.sex.to_pylist() == ["male", None, "male", None, None, "male"]
    assert found.region.to_pylist() == ["320999", None, "320999", None, None, "320999"]
    assert found.birth_date.to_pylist()[0] == date(1990, 1, 1)
    assert found.birth_date.null_count == 3


def test_births_far_back_and_leap_days_become_the_right_days() -> None:
    days = [date(1850, 1, 1), date(1899, 12, 31), date(1904, 2, 29), date(1970, 1, 1), date(2000, 2, 29)]
    found = parse_compiled(pa.array([make_number("320999", day, 7) for day in days]), _DAY)
    assert found.birth_date.to_pylist() == days


# --- DuckDB, and the paths without numba ------------------------------------------------------------------


def test_the_duckdb_function_returns_what_the_column_form_does(spellings: list[str | None]) -> None:
    texts = spellings[:10_000]
    connection = duckdb.connect()
    register_id_functions(connection, today=_TODAY)
    connection.register("raw_ids", pa.table({"place": range(len(texts)), "raw": texts}))
    found = connection.sql("SELECT unnest(yj_id(raw)) FROM raw_ids ORDER BY place").to_arrow_table()
    expected = parse_scalar(texts, _DAY)
    assert found["key"].to_pylist() == expected.keys.tolist()
    assert found["status"].to_pylist() == expected.status.tolist()
    assert found["category"].to_pylist() == expected.category.tolist()
    assert found["grade"].to_pylist() == expected.grade.tolist()
    assert found["birth_date"].to_pylist() == expected.birth_date.to_pylist()
    connection.close()


def _python(code: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": str(_SOURCE)} | environment,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


_WITHOUT_NUMBA = """
import sys
sys.modules["numba"] = None  # an import of it now fails
import pyarrow as pa
from yingjiu.codes import parse_ids
found = parse_ids(pa.array(["320999199001011235", "x"] * 15_000))
print(int(found.ok.sum()), "yingjiu.codes.kernel" in sys.modules)
import duckdb
from yingjiu.codes import register_id_functions
connection = duckdb.connect()
register_id_functions(connection)
texts = pa.table({"raw": ["320999199001011235"] * 3000})
print(connection.sql("SELECT count(DISTINCT yj_id(raw)) FROM texts").fetchall()[0][0])
"""


def test_numbers_are_read_where_numba_cannot_be_imported() -> None:
    assert _python(_WITHOUT_NUMBA).split() == ["15000", "False", "1"]


def test_a_few_numbers_are_read_without_importing_numba() -> None:
    code = """
import sys, pyarrow as pa
from yingjiu.codes import parse_id, parse_ids
parse_id("320999199001011235"); parse_ids(pa.array(["320999199001011235"] * 100))
print("numba" in sys.modules)
"""
    assert _python(code) == "False"


def test_the_kernel_is_compiled_where_no_cache_can_be_kept() -> None:
    space: dict[str, Any] = {}
    exec("def double(x):\n    return 2 * x", space)  # noqa: S102 - a function without a file has no place for a cache
    assert _compiled(space["double"])(21) == 42
