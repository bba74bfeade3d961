"""Files of the procuratorate (检察院) and of the court (法院)."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from yingjiu.county.case_files import CaseDesk
from yingjiu.county.dates import TODAY
from yingjiu.county.desk import STAMP, Desk
from yingjiu.county.offences import HARMS
from yingjiu.county.sheets import AgencyFile, Col, Sheet

__all__ = ["justice_files"]

_CAUSES = {
    "traffic_liability": "机动车交通事故责任纠纷",
    "life_body_health": "生命权、身体权、健康权纠纷",
    "support_claim": "赡养费、扶养费、抚养费纠纷",
    "labour_pay": "追索劳动报酬纠纷",
    "": "刑事附带民事赔偿",
}
_STATUS = {
    "in_progress": "执行中",
    "terminated_this_round": "终结本次执行程序",
    "partly": "部分执行",
    "completed": "执行完毕",
}
_OUTCOME = {"granted": "予以救助", "refused": "不予救助", "in_progress": "办理中"}
_HARM = ("人身伤害",) * 5 + ("死亡", "心理创伤", "财产损失", "人身伤害", "")
_GRADE = ("轻微伤", "轻伤二级", "轻伤一级", "重伤二级", "重伤一级", "", "", "", "", "")
_FAULT = {"none": "无责任", "slight": "次要责任", "equal": "同等责任", "serious": "主要责任"}


def justice_files(desk: Desk) -> list[AgencyFile]:
    """Arrest review, prosecution review, judgments, enforcement, relief."""
    cases = CaseDesk(desk)
    return [
        _arrest(cases),
        _prosecution(cases),
        _criminal_judgments(cases),
        _civil_judgments(cases),
        _enforcement(cases),
        _relief(cases, "procuratorate"),
        _relief(cases, "court"),
    ]


def _arrest(cases: CaseDesk) -> AgencyFile:
    frame = cases.county.cases
    at = np.flatnonzero((frame["kind"] == "criminal") & frame["arrest_reviewed"])
    return AgencyFile(
        f"检察院_审查逮捕案件_{STAMP}.xlsx",
        "检察院",
        "xlsx",
        cases.two_sheets(
            at,
            "arrest",
            "部门受案号",
            title=("全国检察业务应用系统 审查逮捕案件导出",),
            names=("案件", "诉讼参与人"),
            early=True,
        ),
    )


def _prosecution(cases: CaseDesk) -> AgencyFile:
    frame = cases.county.cases
    at = np.flatnonzero((frame["kind"] == "criminal") & (frame["stage"] >= 2))
    return AgencyFile(
        f"检察院_审查起诉案件_{STAMP}.xlsx",
        "检察院",
        "xlsx",
        cases.two_sheets(
            at,
            "prosecution",
            "部门受案号",
            title=("全国检察业务应用系统 审查起诉案件导出", "统计口径：受理未结及已结"),
            names=("案件信息", "当事人信息"),
            early=False,
        ),
    )


def _criminal_judgments(cases: CaseDesk) -> AgencyFile:
    frame = cases.county.cases
    at = np.flatnonzero((frame["kind"] == "criminal") & (frame["stage"] >= 3))
    return AgencyFile(
        f"法院_刑事判决及附带民事_{STAMP}.csv",
        "法院",
        "csv-gb18030",
        (cases.flat("刑事判决", at, "trial", "案号", related="关联案件编号"),),
    )


def _civil_judgments(cases: CaseDesk) -> AgencyFile:
    desk, county = cases.desk, cases.county
    rows = county.harmed.take(county.cases["kind"][county.harmed["case"]] == "civil")
    at = rows["case"]
    frame, who = county.cases.take(at), rows["person"]
    tort = rows["harm"] < len(HARMS)
    text = cases.number("civil").take(pa.array(at))
    return AgencyFile(
        f"法院_民事判决_{STAMP}.jsonl",
        "法院",
        "jsonl",
        (
            Sheet(
                "民事判决",
                (
                    Col("案号", "text", text, required=True),
                    Col("案件统一编号", "text", desk.uids.take(pa.array(at))),
                    desk.code("案由", frame["cause"], _CAUSES, kind="text"),
                    desk.date("立案日期", frame["incident"] - 60),
                    desk.date("裁判日期", frame["incident"]),
                    desk.name("原告", who),
                    desk.id("原告证件号码", who, keep=True),
                    desk.address("原告住址", who),
                    desk.phone("原告电话", who),
                    desk.name("被告", frame["suspect"], required=False),
                    desk.id("被告证件号码", frame["suspect"], required=False),
                    desk.code("损害类型", np.where(tort, np.array(_HARM)[rows["harm"]], ""), kind="text"),
                    desk.code("伤情", np.array(_GRADE)[rows["harm"]], kind="text"),
                    desk.integer(
                        "伤残等级",
                        np.where(rows["disability"] > 0, rows["disability"], -(2**31)),
                        kind="text",
                    ),
                    desk.code(
                        "丧失劳动能力",
                        np.where(tort, np.where(rows["capacity_lost"], "是", "否"), ""),
                        kind="text",
                    ),
                    desk.money("医疗费", rows["medical"], tort),
                    desk.money("判决金额", rows["due"], commas=True),
                    desk.money("已履行金额", rows["received"], commas=True),
                    desk.code("责任", np.where(tort, rows["fault"], ""), _FAULT, kind="text"),
                    desk.flag("虚假陈述", rows["false_statement"]),
                ),
                who,
            ),
        ),
    )


def _enforcement(cases: CaseDesk) -> AgencyFile:
    desk, county = cases.desk, cases.county
    rows = county.enforcement
    claims = county.harmed.take(rows["claim"])
    at, who = claims["case"], claims["person"]
    place = pa.array(at)
    criminal = county.cases["kind"][at] == "criminal"
    return AgencyFile(
        f"法院_执行案件_{STAMP}.db",
        "法院",
        "sqlite",
        (
            Sheet(
                "zx_case",
                (
                    Col("ah", "text", cases.number("enforcement").take(place), required=True),
                    Col("ajbh", "text", cases.related("enforcement").take(place)),
                    desk.code("ajxz", np.where(criminal, "刑事", "民事"), kind="text"),
                    desk.code("ay", county.cases["cause"][at], _CAUSES, kind="text"),
                    desk.name("sqr", who),
                    desk.id("sqr_zjhm", who, keep=True),
                    desk.phone("sqr_dh", who),
                    desk.name("bzxr", rows["respondent"], required=False),
                    desk.id("bzxr_zjhm", rows["respondent"], required=False),
                    desk.money("zxbd", claims["due"]),
                    desk.money("dwje", rows["enforced"]),
                    desk.code("zxzt", rows["status"], _STATUS),
                    desk.date("larq", rows["accepted"]),
                    desk.date("zjzxrq", rows["last_act"]),
                    desk.date("jarq", rows["closed"], kind="text"),
                ),
                who,
            ),
        ),
    )


def _relief(cases: CaseDesk, organ: str) -> AgencyFile:
    desk = cases.desk
    rows = desk.county.relief.take(desk.county.relief["organ"] == organ)
    who, place = rows["person"], pa.array(rows["case"])
    numbers = cases.number("prosecution").take(place)
    old = pc.binary_join_element_wise(
        "虚构检刑诉受〔2020〕", pc.cast(pa.array(rows["case"] + 1), pa.string()), "号", ""
    )
    old_uid = pc.binary_join_element_wise(
        "XG3209992020", pc.cast(pa.array(rows["case"] + 900001), pa.string()), ""
    )
    earlier = pa.array(rows["earlier"])
    civil = pa.array(desk.county.cases["kind"][rows["case"]] == "civil")
    numbers = pc.if_else(earlier, old, pc.if_else(civil, cases.number("civil").take(place), numbers))
    columns = (
        desk.serial(len(who)),
        desk.name("被救助人", who),
        desk.id("身份证号码", who),
        desk.town("乡镇", who),
        Col("原案案号", "text", numbers),
        Col("案件统一编号", "text", pc.if_else(earlier, old_uid, desk.uids.take(place))),
        desk.code("审批结果", rows["outcome"], _OUTCOME),
        desk.money("救助金额（元）", rows["amount"], rows["outcome"] == "granted"),
        desk.date("决定日期", np.minimum(rows["decided"], TODAY)),
    )
    if organ == "procuratorate":
        sheet = Sheet(
            "司法救助台账",
            columns,
            who,
            title=("虚构县人民检察院国家司法救助案件台账",),
            bands=(("被救助人信息", 4), ("案件信息", 2), ("救助情况", 3)),
            totals=True,
            date_cells=True,
        )
        return AgencyFile(f"检察院_司法救助台账_{STAMP}.xlsx", "检察院", "xlsx", (sheet,))
    sheet = Sheet("司法救助", columns, who, title=("虚构县人民法院司法救助台账",))
    return AgencyFile(f"法院_司法救助台账_{STAMP}.xls", "法院", "xls", (sheet,))
