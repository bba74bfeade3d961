"""Files of civil affairs (民政局) and of the disabled persons' federation (残联)."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from yingjiu.county.dates import NEVER
from yingjiu.county.desk import STAMP, Desk
from yingjiu.county.frame import Frame
from yingjiu.county.sheets import AgencyFile, Col, Sheet

__all__ = ["civil_affairs_files", "disability_files", "members"]

_DISABILITY = ("", "视力", "听力", "言语", "肢体", "智力", "精神", "多重")
_GRADES = ("", "一级", "二级", "三级", "四级")
_SUBSIDIES = {
    "disability_living_subsidy": "困难残疾人生活补贴",
    "disability_nursing_subsidy": "重度残疾人护理补贴",
}
_CHILDREN = {"orphan": "孤儿", "unsupported_child": "事实无人抚养儿童", "child_in_difficulty": "困境儿童"}
_EDGES = {"dibao_edge": "低保边缘家庭", "rigid_expenditure": "刚性支出困难家庭"}


def members(desk: Desk, *names: str) -> Frame:
    """The rows of the lists as the agency has them: few of the long dead, misprints printed."""
    rows = desk.county.listings.take(np.isin(desk.county.listings["list"], names))
    here = desk.present(rows["person"], names[0]) | (rows["category"] == "单人保")
    rows = rows.take(here)
    shown = np.where(rows["printed"] >= 0, rows["printed"], rows["person"])
    rows = rows.with_columns(shown=shown)
    return rows.take(np.argsort(rows["person"], kind="stable"))


def civil_affairs_files(desk: Desk) -> list[AgencyFile]:
    """Everything civil affairs keeps."""
    return [_dibao(desk), _tekun(desk), _edges(desk), _children(desk), _subsidies(desk), _temporary(desk)]


def _dibao(desk: Desk) -> AgencyFile:
    sheets = []
    for place, kind in (("农村低保", True), ("城市低保", False)):
        rows = members(desk, "dibao")
        rows = rows.take((rows["category"] != "城市") == kind)
        who = rows["person"]
        sheets.append(
            Sheet(
                place,
                (
                    desk.serial(len(who)),
                    desk.household("低保证号", who, "DB320999"),
                    desk.town("乡镇", who),
                    desk.village("村（社区）", who),
                    desk.name("姓名", who),
                    desk.id("身份证号", who),
                    desk.relation("与户主关系", who, kind="code"),
                    desk.household_size("保障人口", who),
                    desk.code("保障类别", rows["category"], {"单人保": "农村单人保"}, kind="text"),
                    desk.money("月保障金额(元)", rows["amount"]),
                    desk.date("批准日期", rows["since"]),
                    desk.date("停保日期", rows["until"], kind="text"),
                ),
                who,
                once=True,
                title=(f"虚构县{place}家庭成员名册", "填报单位：县民政局    截止日期：2025-05-31"),
                totals=True,
                date_cells=place.startswith("城市"),
                number_cells=True,
            )
        )
    key = Sheet(
        "字典",
        (
            Col("代码", "text", pa.array(["10", "20", "30"])),
            Col("含义", "text", pa.array(["配偶", "子", "女"])),
        ),
        np.zeros(3, np.int64),
        hidden=True,
    )
    return AgencyFile(f"民政局_低保家庭成员_{STAMP}.xlsx", "民政局", "xlsx", (*sheets, key))


def _tekun(desk: Desk) -> AgencyFile:
    rows = members(desk, "tekun")
    who = rows["person"]
    return AgencyFile(
        f"民政局_特困供养_{STAMP}.xls",
        "民政局",
        "xls",
        (
            Sheet(
                "特困人员",
                (
                    desk.serial(len(who)),
                    desk.name("对象姓名", who),
                    desk.id("公民身份号码", who),
                    desk.sex("性别", who),
                    desk.code("供养方式", rows["category"]),
                    desk.money("月供养标准", rows["amount"]),
                    desk.date("纳入日期", rows["since"]),
                    desk.address("住址", who),
                ),
                who,
                once=True,
                title=("虚构县特困人员救助供养花名册",),
                date_cells=True,
            ),
        ),
    )


def _edges(desk: Desk) -> AgencyFile:
    rows = members(desk, *_EDGES)
    who = rows["person"]
    return AgencyFile(
        f"民政局_低保边缘与刚性支出_{STAMP}.csv",
        "民政局",
        "csv-gb18030",
        (
            Sheet(
                "低收入",
                (
                    desk.household("家庭编号", who, "DS320999"),
                    desk.code("对象类别", rows["list"], _EDGES),
                    desk.name("成员姓名", who),
                    desk.id("成员身份证", who),
                    desk.relation("与申请人关系", who),
                    desk.date("认定日期", rows["since"], "."),
                    desk.phone("电话", who),
                ),
                who,
            ),
        ),
    )


def _children(desk: Desk) -> AgencyFile:
    rows = members(desk, *_CHILDREN)
    who = rows["person"]
    return AgencyFile(
        f"民政局_儿童福利_{STAMP}.xlsx",
        "民政局",
        "xlsx",
        (
            Sheet(
                "在册儿童",
                (
                    desk.serial(len(who)),
                    desk.name("儿童姓名", who),
                    desk.id("身份证件号码", who),
                    desk.births("出生日期", who),
                    desk.code("儿童类别", rows["list"], _CHILDREN),
                    desk.date("认定时间", rows["since"]),
                    desk.town("乡镇（街道）", who),
                ),
                who,
                title=("全国儿童福利信息系统导出",),
                bands=(("基本信息", 4), ("保障信息", 3)),
            ),
        ),
    )


def _subsidies(desk: Desk) -> AgencyFile:
    paid = desk.county.benefits.take(np.isin(desk.county.benefits["measure"], list(_SUBSIDIES)))
    who = paid["person"]
    return AgencyFile(
        f"民政局_残疾人两项补贴发放_{STAMP}.csv",
        "民政局",
        "csv-utf8-bom",
        (
            Sheet(
                "发放",
                (
                    desk.name("姓名", who),
                    desk.id("身份证号", who),
                    desk.code("补贴类型", paid["measure"], _SUBSIDIES),
                    desk.money("发放金额", paid["amount"]),
                    desk.date("发放日期", paid["paid_on"]),
                ),
                who,
            ),
        ),
    )


def _temporary(desk: Desk) -> AgencyFile:
    paid = desk.county.benefits.take(desk.county.benefits["measure"] == "temporary_relief")
    who = paid["person"]
    reasons = np.array(["急难型", "支出型"])[desk.draws("temporary").pick(paid.rows, [3, 2])]
    return AgencyFile(
        f"民政局_临时救助_{STAMP}.xls",
        "民政局",
        "xls",
        (
            Sheet(
                "临时救助",
                (
                    desk.serial(len(who)),
                    desk.name("申请人", who),
                    desk.id("申请人身份证号", who),
                    desk.text("救助类型", reasons),
                    desk.money("救助金额（元）", paid["amount"]),
                    desk.date("审批日期", paid["paid_on"]),
                    desk.town("乡镇", who),
                ),
                who,
                title=("临时救助台账",),
            ),
        ),
    )


def disability_files(desk: Desk) -> list[AgencyFile]:
    """The certificates: the number of the certificate holds the ID number, the category and the grade."""
    disabled = desk.county.disabled
    disabled = disabled.take(desk.present(disabled["person"], "disabled"))
    who = disabled["person"]
    tail = pc.cast(pa.array(disabled["category"] * 10 + disabled["grade"]), pa.string())
    card = pc.binary_join_element_wise(desk.numbers.take(pa.array(who)), tail, "")
    return [
        AgencyFile(
            f"残联_持证残疾人_{STAMP}.csv",
            "残疾人联合会",
            "csv-utf8-bom",
            (
                Sheet(
                    "持证残疾人",
                    (
                        desk.name("姓名", who),
                        Col("残疾人证号", "id", card, required=True),
                        desk.sex("性别", who),
                        desk.code("残疾类别", np.array(_DISABILITY)[disabled["category"]], kind="text"),
                        desk.code("残疾等级", np.array(_GRADES)[disabled["grade"]], kind="text"),
                        desk.date("发证日期", disabled["since"]),
                        desk.date(
                            "有效期至",
                            np.where(disabled["since"] > 0, disabled["since"] + 3652, NEVER),
                            kind="text",
                        ),
                        desk.address("家庭住址", who),
                        desk.phone("联系电话", who),
                    ),
                    who,
                    once=True,
                ),
            ),
        )
    ]
