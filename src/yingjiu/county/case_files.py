"""How cases are written: numbers of each organ, cases and their parties, in one sheet or in two."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from yingjiu.county.crimes import STAGES
from yingjiu.county.dates import NEVER, TODAY
from yingjiu.county.desk import Desk
from yingjiu.county.frame import Frame
from yingjiu.county.offences import HARMS
from yingjiu.county.sheets import Col, Sheet

__all__ = ["CaseDesk"]

Ints = NDArray[np.int64]

# organ: text before the year, between year and number, after the number, days after the crime, share cited
_NUMBERS: Final = {
    "police": ("虚公（刑）立字〔", "〕", "号", 3),
    "arrest": ("虚构检刑捕受〔", "〕", "号", 14),
    "prosecution": ("虚构检刑诉受〔", "〕", "号", 45),
    "trial": ("（", "）苏0999刑初", "号", 130),
    "civil": ("（", "）苏0999民初", "号", -60),
    "enforcement": ("（", "）苏0999执", "号", 0),
}
_BEFORE: Final = {"prosecution": "arrest", "trial": "prosecution"}
"""Whose case number a clerk may write where the 案件统一编号 belongs."""
_STATUS: Final = {
    "in_custody": "在押",
    "on_bail": "取保候审",
    "unidentified": "未查明",
    "at_large": "在逃",
    "dead": "已死亡",
    "irresponsible": "无刑事责任能力",
}
_DISPOSAL: Final = {
    "unsolved": "未侦破",
    "time_barred": "已过追诉时效",
    "withdrawn": "撤销案件",
    "judged": "判决",
}
_MEASURE: Final = {"in_custody": "逮捕", "on_bail": "取保候审"}
_HARM: Final = ("人身伤害",) * 5 + ("死亡", "心理创伤", "财产损失", "人身伤害", "无")
_GRADE: Final = ("轻微伤", "轻伤二级", "轻伤一级", "重伤二级", "重伤一级", "", "", "", "轻伤二级", "")
_ROLE: Final = {
    "victim": "被害人",
    "near_relative": "被害人近亲属",
    "witness": "证人",
    "suspect": "犯罪嫌疑人",
}
_FAULT: Final = {"none": "无", "slight": "次要", "equal": "同等", "serious": "重大"}


class CaseDesk:
    """Columns about cases and parties of one county."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.county = desk.county

    @cached_property
    def accepted(self) -> dict[str, Ints]:
        """For each organ the day on which it took the case."""
        incident = self.county.cases["incident"]
        days = {organ: np.minimum(incident + parts[3], TODAY - 1) for organ, parts in _NUMBERS.items()}
        enforcement = days["enforcement"].copy()
        enforcement[self.county.harmed["case"][self.county.enforcement["claim"]]] = self.county.enforcement[
            "accepted"
        ]
        return {**days, "enforcement": enforcement}

    def number(self, organ: str) -> pa.Array:
        """The case numbers of one organ, for all cases."""
        before, between, after, _days = _NUMBERS[organ]
        year = self.accepted[organ].astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
        running = np.arange(1, len(year) + 1)
        return pc.binary_join_element_wise(
            before,
            pc.cast(pa.array(year), pa.string()),
            between,
            pc.cast(pa.array(running), pa.string()),
            after,
            "",
        )

    def related(self, organ: str) -> pa.Array:
        """What stands in the column of the 案件统一编号: that, or at times an earlier organ's case number."""
        before = _BEFORE.get(organ)
        if organ == "enforcement":
            criminal = pa.array(self.county.cases["kind"] == "criminal")
            earlier = pc.if_else(criminal, self.number("trial"), self.number("civil"))
            fit = np.ones(self.county.cases.rows, np.bool_)
        elif before:
            earlier = self.number(before)
            fit = (
                self.county.cases["arrest_reviewed"]
                if before == "arrest"
                else np.ones(self.county.cases.rows, np.bool_)
            )
        else:
            return self.desk.uids
        wrong = self.desk.draws(f"related {organ}").chance(self.county.cases.rows, 0.08) & fit
        return pc.if_else(pa.array(wrong), earlier, self.desk.uids)

    def cases(
        self, at: Ints, organ: str, number: str, *, related: str = "案件统一编号", dates: str = "-"
    ) -> tuple[Col, ...]:
        """The columns of cases."""
        desk, cases = self.desk, self.county.cases.take(at)
        stage = (
            STAGES.index(
                {"police": "investigation", "arrest": "arrest_review", "prosecution": "prosecution_review"}[
                    organ
                ]
            )
            if organ in {"police", "arrest", "prosecution"}
            else STAGES.index("first_trial")
        )
        final = cases["stage"] == stage
        can_pay = np.where(cases["can_pay"], "有", "无")
        told = cases["can_pay_known"] & (final | (organ != "arrest"))
        closed = np.where(final & (stage < 3) & (stage > 0), NEVER, self.accepted[organ][at] + 20)
        disposal = np.where(stage == 0, cases["disposal"], "")
        disposal = np.where((cases["stage"] >= 3) & (organ == "prosecution"), "提起公诉", disposal)
        return (
            Col(number, "text", self.number(organ).take(pa.array(at)), required=True),
            Col(related, "text", self.related(organ).take(pa.array(at))),
            desk.text("罪名", cases["charge"]),
            desk.text("适用法条", cases["article"]),
            desk.date("发案日期", cases["incident"], dates),
            desk.date("受理日期", self.accepted[organ][at], dates),
            desk.date("办结日期", np.minimum(closed, TODAY), dates, kind="text"),
            desk.code("加害人状况", cases["offender_status"], _STATUS),
            desk.code("赔偿能力", np.where(told, can_pay, ""), kind="text"),
            desk.code(
                "处理结果", disposal if organ != "trial" else cases["disposal"], _DISPOSAL, kind="text"
            ),
        )

    def parties(self, at: Ints, *, suspects: bool = True) -> Frame:
        """The harmed of the cases, and their suspects, ordered by case."""
        wanted = np.zeros(self.county.cases.rows, np.bool_)
        wanted[at] = True
        harmed = self.county.harmed.take(wanted[self.county.harmed["case"]])
        frame = harmed.with_columns(measure="")
        cases = self.county.cases
        accused = at[cases["suspect"][at] >= 0]
        if suspects and len(accused):
            empty = {name: np.zeros(len(accused), column.dtype) for name, column in frame.items()}
            # words of the suspects must fit the columns of the harmed
            frame = Frame.stack(
                frame,
                Frame(**empty).with_columns(
                    person=cases["suspect"][accused],
                    case=accused,
                    role=np.full(len(accused), "suspect", frame["role"].dtype),
                    harm=len(HARMS),
                    measure=np.array(
                        [_MEASURE.get(one, "未采取强制措施") for one in cases["offender_status"][accused]]
                    ),
                    fault=np.full(len(accused), "none", frame["fault"].dtype),
                ),
            )
        order = np.argsort(frame["case"], kind="stable")
        return frame.take(order)

    def party_columns(
        self, frame: Frame, *, final: NDArray[np.bool_], early: bool, dates: str = "-"
    ) -> tuple[Col, ...]:
        """The columns of parties; what is not known yet is an empty cell.

        Args:
            frame: from :meth:`parties`.
            final: for each row whether the case went no further, so that the file tells all that is known.
            early: the file is of a stage that seldom knows amounts.
            dates: how dates are written.
        """
        desk, who = self.desk, frame["person"]
        hurt = frame["role"] != "suspect"
        known = {
            name: hurt & frame[name] & (final | (not early))
            for name in ("grade_known", "due_known", "received_known")
        }
        cause = (
            (frame["role"] == "near_relative") | (frame["role"] == "victim") | (frame["role"] == "witness")
        )
        grade = np.where(
            known["grade_known"] & (frame["role"] != "near_relative"), np.array(_GRADE)[frame["harm"]], ""
        )
        disability = np.where((frame["disability"] > 0) & known["grade_known"], frame["disability"], NEVER)
        return (
            desk.code("诉讼地位", frame["role"], _ROLE),
            desk.name("姓名", who),
            desk.id("证件号码", who, keep=True),
            desk.sex("性别", who),
            desk.address("住址", who),
            desk.phone("联系电话", who),
            desk.code("损害类型", np.where(hurt, np.array(_HARM)[frame["harm"]], "")),
            desk.code("损伤程度", grade),
            desk.integer("致残等级", disability, kind="text"),
            desk.code("急需救治", np.where(hurt, np.where(frame["urgent"], "是", "否"), ""), kind="text"),
            desk.code(
                "丧失劳动能力", np.where(hurt, np.where(frame["capacity_lost"], "是", "否"), ""), kind="text"
            ),
            desk.money("财产损失", frame["loss"], hurt & (frame["loss"] > 0)),
            desk.money("医疗费用", frame["medical"], hurt & (frame["medical"] > 0)),
            desk.money("应赔金额", frame["due"], known["due_known"]),
            desk.money("已获赔偿", frame["received"], known["received_known"]),
            desk.code("是否和解", np.where(hurt, np.where(frame["settled"], "是", "否"), ""), kind="text"),
            desk.code(
                "放弃赔偿请求", np.where(cause, np.where(frame["gave_up"], "是", "否"), ""), kind="text"
            ),
            desk.code(
                "虚假陈述", np.where(cause, np.where(frame["false_statement"], "是", "否"), ""), kind="text"
            ),
            desk.code("拒不配合", np.where(cause, np.where(frame["refused"], "是", "否"), ""), kind="text"),
            desk.code("本人过错", np.where(hurt, frame["fault"], ""), _FAULT),
            desk.code("强制措施", frame["measure"]),
            desk.date(
                "登记日期",
                np.minimum(self.county.cases["incident"][frame["case"]] + (14 if early else 60), TODAY),
                dates,
            ),
        )

    def flat(
        self, name: str, at: Ints, organ: str, number: str, *, dates: str = "-", related: str = "案件统一编号"
    ) -> Sheet:
        """One sheet with a row for each party, its case repeated."""
        frame = self.parties(at)
        place = frame["case"]
        final = np.ones(frame.rows, np.bool_)
        columns = (
            *self.cases(place, organ, number, dates=dates, related=related),
            *self.party_columns(frame, final=final, early=False, dates=dates),
        )
        return Sheet(name, columns, frame["person"])

    def two_sheets(
        self,
        at: Ints,
        organ: str,
        number: str,
        *,
        title: tuple[str, ...],
        names: tuple[str, str],
        early: bool,
    ) -> tuple[Sheet, Sheet]:
        """A sheet of cases and a sheet of their parties."""
        frame = self.parties(at)
        stage = 1 if organ == "arrest" else 2
        final = self.county.cases["stage"][frame["case"]] == stage
        suspect = self.county.cases["suspect"][at]
        cases = Sheet(
            names[0], self.cases(at, organ, number), np.maximum(suspect, 0), title=title, date_cells=True
        )
        where: Any = pa.array(frame["case"])
        parties = Sheet(
            names[1],
            (
                Col(number, "text", self.number(organ).take(where), required=True),
                Col("案件统一编号", "text", self.related(organ).take(where)),
                *self.party_columns(frame, final=final, early=early),
            ),
            frame["person"],
            title=title,
        )
        return cases, parties
