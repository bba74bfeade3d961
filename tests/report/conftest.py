"""A small report with everything on it, and large ones: invented people of an invented county."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from yingjiu.report import (
    Basis,
    Condition,
    Evidence,
    FunnelStep,
    Lead,
    Model,
    Person,
    Reason,
    Recommendation,
    ReportData,
    Score,
    SourceQuality,
)
from yingjiu.report.data import Kind, Level, Outcome

RULES = "人民检察院开展国家司法救助工作细则"
MODELS = (
    Model(
        "injured-victim-in-hardship",
        1,
        "侵害人身权刑事被害人",
        "judicial_relief",
        "案例五（魏都）",
        (Basis(RULES, "7(1)"), Basis(RULES, "8")),
        1204,
        31,
    ),
    Model("killing", 2, "故意杀人类", "judicial_relief", "案例三（磐安）", (Basis(RULES, "7(3)"),), 310, 4),
    Model("traffic", 1, "交通肇事类", "judicial_relief", "案例三（磐安）", (Basis(RULES, "7(6)"),), 655, 12),
    Model(
        "missed-disability-subsidy",
        1,
        "应享未享残疾人两项补贴",
        "social_assistance",
        None,
        (Basis("社会救助暂行办法", "14"),),
        1498,
        0,
    ),
    Model(
        "unenforced-judgment",
        1,
        "侵权判决执行不到位监督线索",
        "supervision",
        "案例五（魏都）",
        (Basis("中华人民共和国民事诉讼法", "246"),),
        233,
        9,
    ),
    Model("family", 1, "虐待遗弃类", "judicial_relief", "案例三（磐安）", (Basis(RULES, "7(1)"),), 88, 0),
)
TOWNS = ("伊山镇", "杨集镇", "燕尾港镇", "同兴镇", "四队镇", "圩丰镇", "龙苴镇", "下车镇", "侍庄街道", "")
DIBAO = Evidence(
    "hardship",
    "civil-affairs-dibao",
    "最低生活保障家庭成员名册",
    "县民政局",
    "民政局_低保_202405.xlsx",
    1287,
    date(2024, 5, 31),
    "5月",
    "b-0007",
    (("list", "dibao"), ("amount", "680.00"), ("valid_from", "2021-03-01")),
)
KIN = Evidence(
    "person",
    "police-household",
    "常住人口登记",
    "县公安局",
    "户籍_20240531.csv",
    20411,
    date(2024, 5, 31),
    None,
    "b-0001",
    (("name", "王小明"), ("id_raw", "32099919850607001X"), ("address", "江苏省盐城市虚构县伊山镇1号")),
)


def _lead(  # noqa: PLR0917 - a row of a table
    number: int = 1,
    kind: Kind = "judicial_relief",
    level: Level = "red",
    outcome: Outcome = "match",
    model: str = "injured-victim-in-hardship",
    town: str = "伊山镇",
) -> Lead:
    """One lead with a true, a false and an unknown condition, evidence, a question and a recommendation."""
    conditions = (
        Condition("victim", "刑事案件被害人", True),
        Condition("serious_harm", "重伤", True),
        Condition("low_income", "本人或同户为低保、特困", True, "户籍地民政部门低保核查", (DIBAO, KIN)),
        Condition("uncompensated", "获赔不足判赔的一半", None, "赔偿履行情况（向执行法院或当事人核实）"),
        Condition("killed", "被害人死亡", False),
    )
    reason = Reason(
        model,
        outcome,
        level,
        conditions,
        ("赔偿履行情况（向执行法院或当事人核实）",) if outcome == "possible" else (),
        ("是否已与对方和解、实际收到多少",),
        (Recommendation("temporary_relief", "民政局", "申请临时救助"),),
    )
    person = Person(
        "王小明",
        "32099919850607001X",
        "male",
        date(1985, 6, 7),
        39,
        f"江苏省盐城市虚构县{town}幸福村1组8号",
        "13812345678",
        "320999",
    )
    charge = {"killing": "故意杀人罪", "traffic": "交通肇事罪"}.get(model, "故意伤害罪")
    return Lead(
        f"L-{number:05}",
        kind,
        level,
        outcome,
        person,
        f"虚检刑诉〔2024〕{number}号",
        charge,
        "prosecution_review",
        "victim",
        town,
        ("dibao", "disabled"),
        (reason,),
    )


SOURCES = (
    SourceQuality(
        "civil-affairs-dibao",
        "最低生活保障家庭成员名册",
        "县民政局",
        ("民政局_低保_202405.xlsx",),
        1310,
        1288,
        19,
        3,
        {"SRC-106": 11, "SRC-120": 8},
        ("隐藏工作表“备注”未读取",),
        date(2024, 5, 31),
        {"SRC-106": "身份证号码校验码不符", "SRC-120": "日期不存在"},
    ),
    SourceQuality(
        "police-household",
        "常住人口登记",
        "县公安局",
        ("户籍_20240531.csv",),
        20480,
        20331,
        149,
        0,
        {"SRC-101": 149},
        ("户籍_20240531.csv: 编码：GB18030",),
        date(2024, 5, 31),
        {"SRC-101": "身份证号码为空"},
    ),
    SourceQuality(
        "court-enforcement", "执行案件信息", "县人民法院", ("执行.jsonl",), 402, 402, 0, 0, {}, (), None
    ),
)
FUNNEL = (
    FunnelStep("读入", 22192, "行"),
    FunnelStep("入库", 22021, "行", "168 行退回机关更正"),
    FunnelStep("当事人", 3150, "人"),
    FunnelStep("已筛查", 3150, "人次", "6 个模型"),
    FunnelStep("待核实", 41, "条"),
    FunnelStep("符合条件", 128, "条"),
    FunnelStep("线索", 169, "条", "同一人同一案合并"),
)
SCORES = (
    Score("judicial_relief", 98, 99, 95, 94),
    Score("injured-victim-in-hardship", None, 60, 59),
    Score("killing", None, 11, 11),
    Score("missed-disability-subsidy", None, 44, 39),
)


def _small() -> ReportData:
    """One lead of each kind and level."""
    leads = (
        _lead(1),
        _lead(2, "social_assistance", "orange", "match", "missed-disability-subsidy", "杨集镇"),
        _lead(3, "supervision", "yellow", "possible", "unenforced-judgment", ""),
        _lead(4, "judicial_relief", "yellow", "possible", "killing"),
    )
    return ReportData(
        county="江苏省盐城市虚构县",
        run_date=date(2024, 6, 30),
        made_at=datetime(2024, 7, 1, 9, 30, tzinfo=UTC),
        models=MODELS,
        leads=leads,
        funnel=FUNNEL,
        sources=SOURCES,
        scores=SCORES,
        run="r-20240701-0930",
        pool="9f2c41",
        engine="duckdb",
        notes=("没有加载：信访登记。有关条件为未知。",),
        synthetic=True,
    )


def _large(count: int) -> ReportData:
    """A report of many leads, some found by two models."""
    dice = random.Random(7)
    leads = []
    for number in range(1, count + 1):
        model = dice.choice(MODELS)
        level: Level = dice.choices(("red", "orange", "yellow"), (1, 3, 6))[0]
        outcome: Outcome = dice.choices(("match", "possible"), (4, 1))[0]
        made = _lead(number, model.kind, level, outcome, model.id, dice.choice(TOWNS))
        if number % 3 == 0:
            made = replace(made, reasons=(*made.reasons, replace(made.reasons[0], model="traffic")))
        stage = dice.choice(("arrest_review", "prosecution_review", "first_trial", "enforcement", None))
        lists = dice.sample(("dibao", "tekun", "disabled", "monitored", "serious_illness", "veteran"), k=2)
        leads.append(replace(made, stage=stage, hardship=tuple(lists)))
    return replace(_small(), leads=tuple(leads))


@pytest.fixture
def small() -> ReportData:
    """One lead of each kind and level."""
    return _small()


@pytest.fixture
def large() -> Callable[[int], ReportData]:
    """A report of as many leads as asked for."""
    return _large
