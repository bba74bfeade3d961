"""Files of the police (公安局), and the registers of births and marriages."""

from __future__ import annotations

import numpy as np

from yingjiu.county.case_files import CaseDesk
from yingjiu.county.dates import NEVER, TODAY
from yingjiu.county.desk import STAMP, Desk
from yingjiu.county.sheets import AgencyFile, Sheet

__all__ = ["police_files", "register_files"]

_STATES = {
    "in_custody": "看守所在押",
    "imprisoned": "监狱服刑",
    "compulsory_isolation": "强制隔离戒毒",
    "missing": "失踪",
}


def police_files(desk: Desk) -> list[AgencyFile]:
    """Household register, deaths, people in custody or missing, and cases that stayed with the police."""
    return [_household_register(desk), _deaths(desk), _custody(desk), _police_cases(desk)]


def _household_register(desk: Desk) -> AgencyFile:
    everyone = np.arange(desk.county.size)
    who = everyone[desk.present(everyone, "hukou")]
    return AgencyFile(
        f"公安局_户籍人口_{STAMP}.csv",
        "公安局",
        "csv-gb18030",
        (
            Sheet(
                "户籍人口",
                (
                    desk.household("户号", who, "320999"),
                    desk.relation("与户主关系", who),
                    desk.name("姓名", who),
                    desk.id("公民身份号码", who),
                    desk.sex("性别", who),
                    desk.ethnicity("民族", who),
                    desk.births("出生日期", who, ""),
                    desk.address("户籍地址", who),
                    desk.phone("联系电话", who),
                    desk.household_size("户内人数", who),
                ),
                who,
                once=True,
            ),
        ),
    )


def _deaths(desk: Desk) -> AgencyFile:
    died = desk.county.deaths
    who = np.flatnonzero(died != NEVER)
    return AgencyFile(
        f"公安局_死亡注销_{STAMP}.csv",
        "公安局",
        "csv-utf8-bom",
        (
            Sheet(
                "死亡注销",
                (
                    desk.name("姓名", who),
                    desk.id("身份证号码", who),
                    desk.sex("性别", who),
                    desk.date("死亡日期", died[who], ""),
                    desk.date("注销日期", np.minimum(died[who] + 15, TODAY), ""),
                    desk.town("原户籍乡镇", who),
                ),
                who,
                once=True,
            ),
        ),
    )


def _custody(desk: Desk) -> AgencyFile:
    states = desk.county.states
    who = states["person"]
    return AgencyFile(
        f"公安局_监管及失踪人员_{STAMP}.xlsx",
        "公安局",
        "xlsx",
        (
            Sheet(
                "人员名单",
                (
                    desk.serial(len(who)),
                    desk.name("姓名", who),
                    desk.id("证件号码", who),
                    desk.sex("性别", who),
                    desk.code("人员类别", states["state"], _STATES),
                    desk.text("案由", states["cause"]),
                    desk.date("起始日期", states["since"]),
                    desk.date("解除日期", states["until"], kind="text"),
                ),
                who,
                title=("虚构县公安局监管及失踪人员名单",),
                date_cells=True,
            ),
        ),
    )


def _police_cases(desk: Desk) -> AgencyFile:
    cases = CaseDesk(desk)
    at = np.flatnonzero(desk.county.cases["stage"] == 0)
    at = at[desk.county.cases["kind"][at] == "criminal"]
    return AgencyFile(
        f"公安局_未破及撤销案件_{STAMP}.jsonl",
        "公安局",
        "jsonl",
        (cases.flat("刑事案件", at, "police", "立案编号", dates="年"),),
    )


def register_files(desk: Desk) -> list[AgencyFile]:
    """Births since 1996 (卫健委), and marriages (民政局)."""
    people = desk.county.people
    child = np.flatnonzero(
        ((people["father"] >= 0) | (people["mother"] >= 0)) & (people["birth"] > TODAY - 29 * 365)
    )
    father, mother = people["father"][child], people["mother"][child]
    husband = np.flatnonzero((people["spouse"] >= 0) & people["male"])
    husband = husband[desk.draws("marriages").chance(len(husband), 0.85)]
    wife = people["spouse"][husband]
    wed = np.maximum(people["birth"][husband], people["birth"][wife]) + 23 * 365
    return [
        AgencyFile(
            f"卫健委_出生医学证明_{STAMP}.csv",
            "卫生健康委员会",
            "csv-gb18030",
            (
                Sheet(
                    "出生医学证明",
                    (
                        desk.text(
                            "出生证编号", np.char.add("Y32", (np.arange(len(child)) + 100001).astype(str))
                        ),
                        desk.name("新生儿姓名", child),
                        desk.id("新生儿身份证号", child),
                        desk.births("出生时间", child, "/"),
                        desk.name("母亲姓名", mother, required=False),
                        desk.id("母亲身份证号", mother, required=False),
                        desk.name("父亲姓名", father, required=False),
                        desk.id("父亲身份证号", father, required=False),
                    ),
                    child,
                    once=True,
                ),
            ),
        ),
        AgencyFile(
            f"民政局_婚姻登记_{STAMP}.csv",
            "民政局",
            "csv-utf8-bom",
            (
                Sheet(
                    "婚姻登记",
                    (
                        desk.text(
                            "登记证号", np.char.add("J320999-", (np.arange(len(husband)) + 1).astype(str))
                        ),
                        desk.name("男方姓名", husband),
                        desk.id("男方身份证件号", husband),
                        desk.name("女方姓名", wife),
                        desk.id("女方身份证件号", wife),
                        desk.date("登记日期", np.minimum(wed, TODAY - 30)),
                    ),
                    husband,
                ),
            ),
        ),
    ]
