"""A card says each thing once, and its address gives its town."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from yingjiu.report import Condition, Evidence, ReportData
from yingjiu.report.cards import card
from yingjiu.report.convert import town_of


@pytest.mark.parametrize(
    ("address", "town"),
    [
        ("江苏省盐城市虚构县永宁镇红旗村3组12号", "永宁镇"),
        ("虚构县虚城街道东升社区1组1号", "虚城街道"),
        ("石桥乡马沟村", "石桥乡"),
        ("盐城市亭湖区新城街道1号", "新城街道"),
        ("内蒙古自治区某旗某某苏木", "某某苏木"),
        ("浙江省乐清市柳市镇1号", "柳市镇"),
        ("虚构县", ""),
        ("不详", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_the_town_is_read_from_the_address(address: str | None, town: str) -> None:
    assert town_of(address) == town


_DAY = date(2024, 5, 31)


def row(number: int, file: str = "低保.xlsx", route: str = "household") -> Evidence:
    return Evidence(
        "hardship", "dibao", "低保", "民政局", file, number, _DAY, values=(("list", "dibao"),), route=route
    )


def test_what_several_models_say_is_said_once(small: ReportData) -> None:
    low = Condition("low_income", "低保", truth=True, evidence=(row(7), row(9)))
    first = replace(small.leads[0].reasons[0], conditions=(low, Condition("dead", "已死亡", truth=False)))
    second = replace(first, model="traffic", conditions=(replace(low, id="dibao"), *first.conditions[1:]))
    shown = card(replace(small.leads[0], reasons=(first, second)))
    assert [fact.condition.says for fact in shown.true] == ["低保"]
    assert shown.false == ("已死亡",)
    assert shown.questions == first.questions
    assert shown.recommendations == first.recommendations


def test_conditions_that_differ_are_both_said(small: ReportData) -> None:
    one = Condition("a", "重伤", truth=True, table="party", seen=(("harm_grade", "serious_1"),))
    other = replace(one, seen=(("harm_grade", "serious_2"),))
    first = replace(small.leads[0].reasons[0], conditions=(one,))
    second = replace(first, model="traffic", conditions=(other,))
    assert len(card(replace(small.leads[0], reasons=(first, second))).true) == 2


def test_rows_that_say_the_same_stand_together(small: ReportData) -> None:
    condition = Condition(
        "a", "低保", truth=True, evidence=(row(9), row(7), row(8, route="person"), row(7), row(1, "b.csv"))
    )
    reason = replace(small.leads[0].reasons[0], conditions=(condition,))
    groups = card(replace(small.leads[0], reasons=(reason,))).true[0].rows
    assert [(group.first.file, group.first.route, group.rows) for group in groups] == [
        ("低保.xlsx", "household", (7, 9)),
        ("低保.xlsx", "person", (8,)),
        ("b.csv", "household", (1,)),
    ]


def test_rows_told_once_are_referred_to(small: ReportData) -> None:
    conditions = (
        Condition("a", "低保", truth=True, evidence=(row(7),)),
        Condition("b", "困难早于案发", truth=True, evidence=(row(7),)),
    )
    reason = replace(small.leads[0].reasons[0], conditions=conditions)
    first, second = card(replace(small.leads[0], reasons=(reason,))).true
    assert first.rows
    assert (second.rows, second.same_as) == ((), "低保")


def test_unknown_that_matters_is_told_apart(small: ReportData) -> None:
    conditions = (
        Condition("a", "赔偿情况", truth=None, settle="收条"),
        Condition("b", "持证残疾人", truth=None),
    )
    reason = replace(small.leads[0].reasons[0], conditions=conditions)
    shown = card(replace(small.leads[0], reasons=(reason,)))
    assert [fact.condition.says for fact in shown.open] == ["赔偿情况"]
    assert shown.unknown == ("持证残疾人",)


def test_what_is_open_for_one_model_is_not_repeated_as_unknown(small: ReportData) -> None:
    opened = replace(
        small.leads[0].reasons[0], conditions=(Condition("a", "赔偿情况", truth=None, settle="收条"),)
    )
    unknown = replace(opened, model="traffic", conditions=(Condition("a", "赔偿情况", truth=None),))
    shown = card(replace(small.leads[0], reasons=(opened, unknown)))
    assert len(shown.open) == 1
    assert shown.unknown == ()
