"""Files of agriculture, medical insurance, health, veterans, union, women, education, justice, petitions."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from yingjiu.county.dates import TODAY
from yingjiu.county.desk import STAMP, Desk
from yingjiu.county.hardship import DISEASES
from yingjiu.county.sheets import AgencyFile, Col, Sheet
from yingjiu.county.welfare_files import members

__all__ = ["other_files"]

_RISK = {"remaining": "未消除", "removed": "已消除"}


def other_files(desk: Desk) -> list[AgencyFile]:
    """One or two files from each of these agencies."""
    return [
        _former_poor(desk),
        _monitored(desk),
        _expenses(desk),
        _serious_illness(desk),
        _veterans(desk),
        _workers(desk),
        _women(desk),
        _pupils(desk),
        _petitions(desk),
        _legal_aid(desk),
    ]


def _former_poor(desk: Desk) -> AgencyFile:
    rows = members(desk, "former_poor")
    who = rows["person"]
    return AgencyFile(
        f"农业农村局_脱贫户_{STAMP}.csv",
        "农业农村局",
        "csv-gb18030",
        (
            Sheet(
                "脱贫户",
                (
                    desk.household("户编号", who, "TP"),
                    desk.town("乡", who),
                    desk.village("行政村", who),
                    desk.name("姓名", who),
                    desk.id("证件号码", who),
                    desk.relation("与户主关系", who, kind="code"),
                    desk.household_size("家庭人口数", who),
                    desk.date("脱贫时间", rows["since"], "/"),
                ),
                who,
                once=True,
            ),
        ),
    )


def _monitored(desk: Desk) -> AgencyFile:
    rows = members(desk, "monitored")
    who = rows["person"]
    return AgencyFile(
        f"农业农村局_防返贫监测对象_{STAMP}.xlsx",
        "农业农村局",
        "xlsx",
        (
            Sheet(
                "监测对象",
                (
                    desk.serial(len(who)),
                    desk.household("监测户编号", who, "JC"),
                    desk.town("乡镇", who),
                    desk.village("村", who),
                    desk.name("成员姓名", who),
                    desk.id("成员证件号码", who),
                    desk.relation("与户主关系", who, kind="code"),
                    desk.code("监测对象类别", rows["category"]),
                    desk.date("识别时间", rows["since"]),
                    desk.code("风险是否消除", rows["risk"], _RISK),
                ),
                who,
                once=True,
                title=("全国防返贫监测信息系统", "虚构县监测对象家庭成员信息"),
                bands=(("户信息", 4), ("成员信息", 3), ("监测信息", 3)),
                date_cells=True,
            ),
        ),
    )


def _expenses(desk: Desk) -> AgencyFile:
    rows = desk.county.treatments
    rows = rows.take(rows["started"] > TODAY - 540)
    who = rows["person"]
    return AgencyFile(
        f"医疗保障局_住院费用_{STAMP}.parquet",
        "医疗保障局",
        "parquet",
        (
            Sheet(
                "住院费用",
                (
                    desk.id("psn_certno", who),
                    desk.name("psn_name", who),
                    desk.text("diag_name", np.array(DISEASES)[rows["disease"]]),
                    desk.date("begndate", rows["started"]),
                    desk.date("enddate", rows["ended"], kind="text"),
                    desk.money("medfee_sumamt", rows["total"]),
                    desk.money("fund_pay_sumamt", rows["insured"]),
                    desk.money("psn_part_amt", rows["self_paid"]),
                ),
                who,
            ),
        ),
    )


def _serious_illness(desk: Desk) -> AgencyFile:
    rows = members(desk, "serious_illness")
    who = rows["person"]
    illness = np.array(DISEASES)[desk.draws("illness").integers(len(who), 0, 7)]
    return AgencyFile(
        f"卫健委_重特大疾病患者_{STAMP}.xlsx",
        "卫生健康委员会",
        "xlsx",
        (
            Sheet(
                "大病救治",
                (
                    desk.serial(len(who)),
                    desk.name("患者姓名", who),
                    desk.id("患者身份证号", who),
                    desk.text("病种", illness),
                    desk.date("确诊日期", rows["since"]),
                    desk.phone("联系方式", who),
                ),
                who,
                once=True,
                title=("重特大疾病患者救治台账",),
            ),
        ),
    )


def _veterans(desk: Desk) -> AgencyFile:
    rows = members(desk, "veteran", "hardship_veteran")
    who = rows["person"]
    words = {"veteran": "退役军人", "hardship_veteran": "困难退役军人"}
    return AgencyFile(
        f"退役军人事务局_退役军人_{STAMP}.xls",
        "退役军人事务局",
        "xls",
        (
            Sheet(
                "退役军人",
                (
                    desk.serial(len(who)),
                    desk.name("姓名", who),
                    desk.id("身份证", who),
                    desk.code("人员类别", rows["list"], words),
                    desk.date("登记日期", rows["since"], "."),
                    desk.address("现住址", who),
                ),
                who,
                title=("虚构县退役军人及困难退役军人登记表",),
            ),
        ),
    )


def _workers(desk: Desk) -> AgencyFile:
    rows = members(desk, "hardship_worker")
    who = rows["person"]
    return AgencyFile(
        f"总工会_困难职工_{STAMP}.xls",
        "总工会",
        "xls",
        (
            Sheet(
                "困难职工档案",
                (
                    desk.serial(len(who)),
                    desk.name("职工姓名", who),
                    desk.id("身份证号码", who),
                    desk.code("困难类别", rows["category"], kind="text"),
                    desk.date("建档日期", rows["since"]),
                    desk.date("脱困日期", rows["until"], kind="text"),
                ),
                who,
                once=True,
                date_cells=True,
            ),
        ),
    )


def _women(desk: Desk) -> AgencyFile:
    rows = members(desk, "women_in_difficulty")
    who = rows["person"]
    # a misprinted number belongs to someone else, the name does not
    return AgencyFile(
        f"妇联_困难妇女_{STAMP}.xlsx",
        "妇女联合会",
        "xlsx",
        (
            Sheet(
                "困难妇女摸排",
                (
                    desk.serial(len(who)),
                    desk.name("姓名", who),
                    desk.id("身份证号", rows["shown"]),
                    desk.text("困难类型", rows["category"]),
                    desk.date("摸排日期", rows["since"], "年"),
                    desk.town("乡镇", who),
                ),
                who,
                title=("困难妇女摸排情况表",),
            ),
        ),
    )


def _pupils(desk: Desk) -> AgencyFile:
    paid = desk.county.benefits.take(desk.county.benefits["measure"] == "education_relief")
    who = paid["person"]
    return AgencyFile(
        f"教育局_困难学生资助_{STAMP}.jsonl",
        "教育局",
        "jsonl",
        (
            Sheet(
                "资助",
                (
                    desk.name("学生姓名", who),
                    desk.id("学生身份证号", who),
                    desk.text("资助项目", np.full(len(who), "家庭经济困难学生生活补助")),
                    desk.money("资助金额", paid["amount"]),
                    desk.date("发放日期", paid["paid_on"]),
                ),
                who,
            ),
        ),
    )


def _petitions(desk: Desk) -> AgencyFile:
    rows = desk.county.petitions
    who = rows["person"]
    uids = desk.uids.take(pa.array(np.maximum(rows["case"], 0)))
    related = pc.if_else(pa.array(rows["case"] >= 0), uids, pa.scalar(None, pa.string()))
    number = np.char.add("XF3209992025", np.char.zfill(np.arange(1, rows.rows + 1).astype(str), 6))
    return AgencyFile(
        f"信访局_信访件_{STAMP}.csv",
        "信访局",
        "csv-gb18030",
        (
            Sheet(
                "信访件",
                (
                    Col("信访编号", "text", pa.array(number), required=True),
                    desk.name("信访人", who),
                    desk.id("证件号码", who),
                    desk.phone("联系电话", who),
                    desk.code("信访形式", rows["channel"]),
                    desk.code("信访目的", rows["petition_class"]),
                    desk.text("概况信息", rows["topic"]),
                    Col("涉及案件编号", "text", related),
                    desk.date("信访日期", rows["submitted"], "/"),
                    desk.date("答复日期", rows["answered"], "/", kind="text"),
                ),
                who,
            ),
        ),
    )


def _legal_aid(desk: Desk) -> AgencyFile:
    paid = desk.county.benefits.take(desk.county.benefits["measure"] == "legal_aid")
    who = paid["person"]
    return AgencyFile(
        f"司法局_法律援助_{STAMP}.xlsx",
        "司法局",
        "xlsx",
        (
            Sheet(
                "法律援助",
                (
                    desk.serial(len(who)),
                    desk.name("受援人", who),
                    desk.id("受援人证件号码", who),
                    desk.sex("性别", who),
                    desk.date("受理日期", paid["paid_on"]),
                    desk.text("援助机构", np.full(len(who), "虚构县法律援助中心")),
                ),
                who,
                title=("法律援助案件登记表",),
            ),
        ),
    )
