"""Cells become values, or the code of the rule that they break."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yingjiu.codes import make_number
from yingjiu.declarations import read_yaml
from yingjiu.sources import Source
from yingjiu.sources.convert import converters
from yingjiu.sources.scalars import EPOCH, cents_of, days_of

from .agency import RUN_DATE

INTO = {
    "id": ("person", {"person_id": "it"}),
    "text": ("hardship", {"category": "it"}),
    "code": ("household_member", {"relation": "it"}),
    "date": ("hardship", {"valid_from": "it"}),
    "money": ("hardship", {"amount": "it"}),
    "integer": ("household_member", {"household_size": "it"}),
    "boolean": ("party", {"settled": "it"}),
}


def source_of(field: dict[str, Any]) -> Source:
    table, columns = INTO[field["type"]]
    return Source.model_validate(
        {
            "source": "one-field",
            "title": "一列",
            "agency": "县民政局",
            "legal_basis": [{"rule": "社会救助暂行办法", "article": "58"}],
            "files": "*",
            "fields": {"it": {"header": "列"} | field},
            "into": {table: columns},
        }
    )


def convert(field: dict[str, Any], texts: list[str | None], *, spreadsheet: bool = False) -> list[Any]:
    """The value of each text, or the code of the rule it breaks."""
    converter = converters(source_of(field), run_date=RUN_DATE, data_date=RUN_DATE)["it"]
    converted = converter(pa.array(texts, pa.string()), spreadsheet)
    return [
        f"SRC-{rule}" if rule else value
        for value, rule in zip(converted.values.to_pylist(), converted.faults.tolist(), strict=True)
    ]


def table_of_cases() -> Iterator[Any]:
    path = Path(__file__).with_name("conversions.yaml")
    groups, _lines = read_yaml(path.read_text(encoding="utf-8"), file=path.name)
    for kind, blocks in groups.items():
        for block in blocks:
            for text, expected in block["cases"].items():
                value = Decimal(expected) if kind == "money" and str(expected)[:1].isdigit() else expected
                value = Decimal(expected) if kind == "money" and str(expected)[:1] == "-" else value
                yield pytest.param(
                    block["field"], block.get("spreadsheet", False), str(text), value, id=f"{kind} {text!r}"
                )


@pytest.mark.parametrize(("field", "spreadsheet", "text", "expected"), list(table_of_cases()))
def test_a_cell_becomes(field: dict[str, Any], spreadsheet: bool, text: str, expected: Any) -> None:
    # beside other cells, so that the quick way and the slow way both run
    around: list[str | None] = [None, "2020-01-01", "1", text, "x", text]
    got = convert(field, around, spreadsheet=spreadsheet)
    assert got[3] == got[5] == expected


def test_a_faulty_value_is_never_handed_on() -> None:
    field = {"type": "money", "range": [0, 100]}
    converter = converters(source_of(field), run_date=RUN_DATE, data_date=RUN_DATE)["it"]
    converted = converter(pa.array(["-1", "101", "x", "5"]), False)
    assert converted.values.to_pylist() == [None, None, None, Decimal("5.00")]


def test_money_is_decimal_and_not_float() -> None:
    converter = converters(source_of({"type": "money"}), run_date=RUN_DATE, data_date=RUN_DATE)["it"]
    assert converter(pa.array(["0.1"]), False).values.type == pa.decimal128(14, 2)


def test_a_slice_of_a_column_is_read_at_its_own_place() -> None:
    texts = pa.array(["1.00", "2.00", "3.00", None, "x", "6.50"]).slice(1)
    converter = converters(source_of({"type": "money"}), run_date=RUN_DATE, data_date=RUN_DATE)["it"]
    assert converter(texts, False).values.to_pylist() == [
        Decimal("2.00"), Decimal("3.00"), None, None, Decimal("6.50")
    ]  # fmt: skip


@given(st.lists(st.dates(date(1000, 1, 1)), max_size=30))
@settings(max_examples=40, deadline=None)
def test_every_day_is_read_the_same_in_every_spelling(days: list[date]) -> None:
    for spelling in ("{0:04}-{1:02}-{2:02}", "{0:04}{1:02}{2:02}", "{0:04}/{1}/{2}", "{0:04}年{1}月{2}日"):
        texts: list[str | None] = [spelling.format(day.year, day.month, day.day) for day in days]
        assert convert({"type": "date"}, texts) == days


@given(st.lists(st.from_regex(r"[0-9]{4}-[0-1][0-9]-[0-3][0-9]|[0-9]{8}", fullmatch=True), max_size=30))
@settings(max_examples=60, deadline=None)
def test_the_quick_way_for_dates_agrees_with_the_slow_one(texts: list[str | None]) -> None:
    slow = [days_of(text or "", serial=False) for text in texts]
    expected = [f"SRC-{rule}" if day is None else date.fromordinal(day + EPOCH) for day, rule in slow]
    assert convert({"type": "date"}, texts) == expected


@given(st.lists(st.decimals(0, 10**9, places=2).map(str), max_size=30), st.sampled_from([1, 1000, 10000]))
@settings(max_examples=60, deadline=None)
def test_the_quick_way_for_money_agrees_with_the_slow_one(texts: list[str | None], unit: int) -> None:
    slow = [cents_of(text or "", Decimal(unit)) for text in texts]
    expected = [f"SRC-{rule}" if cents is None else Decimal(cents) / 100 for cents, rule in slow]
    assert convert({"type": "money", "unit": unit}, texts) == expected


@given(st.text(max_size=12))
@settings(max_examples=150, deadline=None)
def test_no_text_breaks_a_converter(text: str) -> None:
    for kind in INTO:
        field: dict[str, Any] = {"type": kind} | ({"list": "relation"} if kind == "code" else {})
        assert len(convert(field, [text], spreadsheet=True)) == 1


def test_an_id_column_gives_key_and_birth_date() -> None:
    text = make_number("320999", date(1980, 5, 1), 2)
    converter = converters(source_of({"type": "id"}), run_date=RUN_DATE, data_date=RUN_DATE)["it"]
    converted = converter(pa.array([text, None]), False)
    assert converted.values.to_pylist() == [int(text[:17]), None]
    assert converted.parts["birth_date"].to_pylist() == [date(1980, 5, 1), None]
